"""The platform's addresses, and one more: the trivial page that the others are measured beside."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from jointlab.config.urls import urlpatterns as platform

PAGE = (
    '{% extends "common/base.html" %}{% block main %}<h1>A page</h1><p>Nothing.</p>{% endblock %}'
)


def trivial(request: HttpRequest) -> HttpResponse:
    """Show the platform's head and rail, and one sentence."""
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


urlpatterns = [*platform, *i18n_patterns(path("trivial/", trivial))]
