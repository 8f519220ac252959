"""The room's addresses."""

from __future__ import annotations

from django.urls import path

from jointlab.desk import views

app_name = "desk"
urlpatterns = [path("", views.desk, name="desk")]
