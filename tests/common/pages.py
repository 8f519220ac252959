"""A snippet of a template, drawn as a page of the platform draws it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory


def asked(path: str = "/en/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return request


def drawn(snippet: str, path: str = "/en/", **given: Any) -> str:
    return str(engines["django"].from_string(snippet).render(given, asked(path)))
