"""The room's addresses."""

from __future__ import annotations

from django.urls import path

from jointlab.mailroom import views

app_name = "mailroom"
urlpatterns = [
    path("account/notifications/", views.choices, name="choices"),
    path("account/notifications/services/add/", views.add, name="add-hook"),
    path("account/notifications/services/<uuid:pk>/remove/", views.remove, name="remove-hook"),
    path("notifications/undelivered/", views.failures, name="failures"),
    path("notifications/undelivered/<uuid:pk>/send-again/", views.again, name="send-again"),
    path("notifications/undelivered/<uuid:pk>/set-aside/", views.aside, name="set-aside"),
]
