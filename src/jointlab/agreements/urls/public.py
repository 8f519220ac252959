"""Addresses that everybody may use: `urlpatterns` in each language, `plain` in none."""

from __future__ import annotations

from django.urls import URLPattern, path

from jointlab.agreements.views import certificates, public

urlpatterns: list[URLPattern] = [path("verify/", public.verify, name="verify")]
plain: list[URLPattern] = [
    path("pki/authority.pem", certificates.authority, name="authority"),
    path("pki/authority.crl", certificates.revoked, name="revoked"),
]
