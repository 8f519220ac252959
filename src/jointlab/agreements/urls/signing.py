"""Addresses of signing."""

from __future__ import annotations

from django.urls import URLPattern, path

from jointlab.agreements.views import signing

urlpatterns: list[URLPattern] = [
    path("agreements/<slug:code>/signing/", signing.signing, name="signing"),
    path("agreements/<slug:code>/document/", signing.document, name="document"),
    path("agreements/<slug:code>/signing/sign/", signing.sign, name="sign"),
    path("agreements/<slug:code>/signing/elsewhere/", signing.elsewhere, name="sign-elsewhere"),
    path("agreements/<slug:code>/signing/decline/", signing.decline, name="decline"),
    path("agreements/<slug:code>/signing/again/", signing.again, name="make-document-again"),
]
