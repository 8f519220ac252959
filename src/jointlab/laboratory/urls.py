"""The room's addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from jointlab.laboratory.views import lists

app_name = "laboratory"
urlpatterns: list[URLPattern] = [
    path("laboratories/", lists.laboratories, name="laboratories"),
    path("partnerships/<slug:code>/laboratories/", lists.of_partnership, name="of-partnership"),
]
