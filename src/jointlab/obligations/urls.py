"""The room's addresses; those of one subject begin with the name of its room, and its code."""

from __future__ import annotations

from django.urls import URLPattern, path

from jointlab.obligations import views

app_name = "obligations"
of_subject = "<slug:kind>/<slug:code>/obligations/"
urlpatterns: list[URLPattern] = [
    path("obligations/", views.all_obligations, name="all-obligations"),
    path(of_subject, views.obligations, name="obligations"),
    path(f"{of_subject}<uuid:pk>/", views.due, name="due"),
    path(f"{of_subject}<uuid:pk>/meet/", views.meet, name="meet-obligation"),
    path(f"{of_subject}<uuid:pk>/accept/", views.accept, name="accept-obligation"),
    path(f"{of_subject}<uuid:pk>/return/", views.return_due, name="return-obligation"),
    path(f"{of_subject}<uuid:pk>/assign/", views.assign, name="assign-obligation"),
    path("evidence/<uuid:pk>/", views.evidence, name="evidence"),
]
