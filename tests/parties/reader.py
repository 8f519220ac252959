"""Somebody at their browser, for the tests of this room's pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.cast import Cast


class Reader:
    """Somebody of the cast at their browser."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.client = Client()

    def sign_in(self, name: str) -> Reader:
        self.client.force_login(self.cast.people[name])
        return self

    def get(self, page: str, /, *args: Any, **query: Any) -> str:
        answer = self.client.get(reverse(f"parties:{page}", args=args), query)
        assert answer.status_code == 200
        return answer.content.decode()

    def post(self, page: str, /, *args: Any, **data: Any) -> HttpResponse:
        return self.client.post(reverse(f"parties:{page}", args=args), data)


def member(cast: Cast, name: str) -> Any:
    return cast.membership(name).pk
