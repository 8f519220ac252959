"""The room's addresses."""

from __future__ import annotations

from django.urls import path

from jointlab.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("others/", views.others, name="others"),
    path("others/remind/", views.remind_others, name="remind"),
    path("news/", views.news, name="news"),
    path("news/seen/", views.seen, name="seen"),
]
