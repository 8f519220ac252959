"""Somebody at their browser, editing a text; and what a page's form would send as it stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from jointlab.agreements.models import Agreement
from tests.cast import Cast


class Editor:
    """Somebody of the cast at their browser, before one agreement."""

    def __init__(self, cast: Cast, agreement: Agreement, name: str = "university_office") -> None:
        self.client = Client()
        self.client.force_login(cast.people[name])
        self.code = agreement.code

    def at(self, page: str, /, *args: Any) -> str:
        with override("en"):
            return reverse(f"agreements:{page}", args=[self.code, *args])

    def get(self, page: str, /, *args: Any, **query: Any) -> HttpResponse:
        answer: HttpResponse = self.client.get(self.at(page, *args), query)
        return answer

    def read(self, page: str, /, *args: Any, **query: Any) -> str:
        answer = self.get(page, *args, **query)
        assert answer.status_code == 200
        return answer.content.decode()

    def filled(self, page: str, /, *args: Any, **query: Any) -> dict[str, Any]:
        """Return what the page's form would send, untouched."""
        form = self.get(page, *args, **query).context["form"]
        values = {name: form[name].value() for name in form.fields}
        return {name: value for name, value in values.items() if value not in (None, False)}

    def send(self, page: str, /, *args: Any, **typed: Any) -> HttpResponse:
        answer: HttpResponse = self.client.post(self.at(page, *args), typed)
        return answer

    def save(self, page: str, /, *args: Any, **typed: Any) -> HttpResponse:
        """Open the page, change what is given, send the form."""
        return self.send(page, *args, **{**self.filled(page, *args), **typed})


def said(answer: HttpResponse, status: int = 200) -> str:
    assert answer.status_code == status
    return answer.content.decode()
