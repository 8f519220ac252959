"""The gallery, in each language; the style sheet, in none (mounted outside i18n_patterns)."""

from __future__ import annotations

from django.urls import path

from jointlab.common import views

app_name = "common"
urlpatterns = [path("gallery/", views.gallery, name="gallery")]
plain = [path("style-<slug:fingerprint>.css", views.style, name="style")]
