"""Somebody of the cast who reads the room's pages."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from tests.cast import Cast


class Reader:
    """Somebody of the cast at their browser."""

    def __init__(self, cast: Cast, name: str) -> None:
        self.client = Client()
        self.client.force_login(cast.people[name])

    def get(self, page: str, *args: Any, **query: Any) -> str:
        answer = self.client.get(self.url(page, *args), query)
        assert answer.status_code == 200
        return answer.content.decode()

    def post(self, page: str, *args: Any, **data: Any) -> HttpResponse:
        return self.client.post(self.url(page, *args), data)

    def url(self, page: str, *args: Any) -> str:
        return reverse(f"agreements:{page}", args=args)


def text(page: str) -> str:
    """Return what a page's main part says, on one line."""
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    return " ".join(strip_tags(main[0] if main else page).split())
