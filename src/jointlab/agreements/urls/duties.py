"""Addresses of what an agreement in force asks of its parties, and of its end."""

from __future__ import annotations

from django.urls import URLPattern, path

from jointlab.agreements.views import endings, obligations, publications

OWED = "agreements/<slug:code>/obligations/"
NOTICES = "agreements/<slug:code>/publications/"

urlpatterns: list[URLPattern] = [
    path("obligations/", obligations.all_obligations, name="all-obligations"),
    path(OWED, obligations.obligations, name="obligations"),
    path(f"{OWED}<uuid:pk>/", obligations.due, name="due"),
    path(f"{OWED}<uuid:pk>/meet/", obligations.meet, name="meet-obligation"),
    path(f"{OWED}<uuid:pk>/return/", obligations.give_back, name="return-obligation"),
    path(f"{OWED}<uuid:pk>/assign/", obligations.assign, name="assign-obligation"),
    path("evidence/<uuid:pk>/", obligations.evidence, name="evidence"),
    path(NOTICES, publications.publications, name="publications"),
    path(f"{NOTICES}give/", publications.give, name="give-notice"),
    path(f"{NOTICES}<uuid:pk>/clear/", publications.clear, name="clear-publication"),
    path(f"{NOTICES}<uuid:pk>/object/", publications.refuse, name="object-to-publication"),
    path(f"{NOTICES}<uuid:pk>/withdraw/", publications.withdraw, name="withdraw-publication"),
    path("agreements/<slug:code>/terminate/", endings.terminate, name="terminate"),
    path("agreements/<slug:code>/let-end/", endings.let_end, name="let-end"),
]
