"""The room's addresses: `urlpatterns` in each language, `plain` in none."""

from __future__ import annotations

from django.urls import URLPattern, path

from jointlab.signing.views import certificates, public

app_name = "signing"
urlpatterns: list[URLPattern] = [
    path("certificates/", certificates.certificates, name="certificates"),
    path("certificates/issue/", certificates.issue, name="issue-certificate"),
    path("certificates/new-pin/", certificates.new_pin, name="new-pin"),
    path("certificates/<uuid:pk>/revoke/", certificates.revoke, name="revoke-certificate"),
    path("verify/", public.verify, name="verify"),
]
plain: list[URLPattern] = [
    path("pki/authority.pem", public.authority, name="authority"),
    path("pki/authority.crl", public.revoked, name="revoked"),
]
