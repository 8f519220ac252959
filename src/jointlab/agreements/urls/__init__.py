"""The room's addresses, joined."""

from __future__ import annotations

from django.urls import URLPattern, path

from jointlab.agreements.urls import agreement, editing, life, signing
from jointlab.agreements.views import lists

app_name = "agreements"
urlpatterns: list[URLPattern] = [
    path("agreements/", lists.agreements, name="agreements"),
    path("partnerships/<slug:code>/agreements/", lists.of_partnership, name="of-partnership"),
    *agreement.urlpatterns,
    *editing.urlpatterns,
    *signing.urlpatterns,
    *life.urlpatterns,
]
