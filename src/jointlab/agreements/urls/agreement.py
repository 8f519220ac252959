"""Addresses of an agreement and of what its two sides do with it."""

from __future__ import annotations

from django.urls import URLPattern, path

from jointlab.agreements.views import agreement

urlpatterns: list[URLPattern] = [
    path("partnerships/<slug:code>/agreements/draft/", agreement.draft, name="draft"),
    path("agreements/<slug:code>/", agreement.agreement, name="agreement"),
    path("agreements/<slug:code>/approve/", agreement.approve, name="approve"),
    path("agreements/<slug:code>/withdraw-approval/", agreement.unapprove, name="unapprove"),
    path("agreements/<slug:code>/reopen/", agreement.reopen, name="reopen"),
    path("agreements/<slug:code>/withdraw/", agreement.withdraw, name="withdraw"),
    path(
        "agreements/<slug:code>/amend/", agreement.follow, {"relation": "amendment"}, name="amend"
    ),
    path("agreements/<slug:code>/renew/", agreement.follow, {"relation": "renewal"}, name="renew"),
]
