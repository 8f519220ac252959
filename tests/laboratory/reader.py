"""Somebody at their browser, for the tests of this room's pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.cast import Cast


class Reader:
    """Somebody of the cast at their browser, in English unless told."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.client = Client()

    def sign_in(self, name: str) -> Reader:
        self.client.force_login(self.cast.people[name])
        return self

    def get(self, page: str, /, *args: Any, language: str = "en") -> str:
        with override(language):
            answer = self.client.get(reverse(f"laboratory:{page}", args=args))
        assert answer.status_code == 200
        return answer.content.decode()

    def post(self, page: str, /, *args: Any, **data: Any) -> HttpResponse:
        return self.client.post(reverse(f"laboratory:{page}", args=args), data)
