"""Addresses of publications under an agreement in force, and of its end."""

from __future__ import annotations

from django.urls import URLPattern, path

from jointlab.agreements.views import endings, publications

NOTICES = "agreements/<slug:code>/publications/"

urlpatterns: list[URLPattern] = [
    path(NOTICES, publications.publications, name="publications"),
    path(f"{NOTICES}give/", publications.give, name="give-notice"),
    path(f"{NOTICES}<uuid:pk>/clear/", publications.clear, name="clear-publication"),
    path(f"{NOTICES}<uuid:pk>/object/", publications.refuse, name="object-to-publication"),
    path(f"{NOTICES}<uuid:pk>/withdraw/", publications.withdraw, name="withdraw-publication"),
    path("agreements/<slug:code>/terminate/", endings.terminate, name="terminate"),
    path("agreements/<slug:code>/let-end/", endings.let_end, name="let-end"),
]
