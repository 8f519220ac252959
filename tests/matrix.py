"""What a row of the permission matrix is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.cast import EVERYBODY, FOREIGN, Cast

Arguments = Callable[[Cast], dict[str, Any]]
PUBLIC = ("public", *EVERYBODY)
SIGNED_IN = EVERYBODY


@dataclass(frozen=True)
class Row:
    """Who gets what from one URL.

    may        the names that get `status`
    forbidden  those who see the thing but may not do this: 403
    (others)   404 when signed in, the sign-in page for the public
    own        the URL's arguments, for the cast's own partnership
    foreign    the same for the other partnership, or an own partnership's code with a foreign
               object's id: 404 for all insiders
    data       sent by POST when not None; a form that lacks fields answers 200 to whom it serves
    """

    url: str
    may: Iterable[str]
    forbidden: Iterable[str] = ()
    own: Arguments = field(default=lambda _: {})
    foreign: Arguments | None = None
    data: dict[str, Any] | None = None
    status: int = 200

    @property
    def label(self) -> str:
        """The row's name in a test report."""
        return f"{'POST' if self.data is not None else 'GET'} {self.url}"

    def asked(self, turn: int) -> tuple[str, ...]:
        """Return who asks: of the foreign people without any right here the one whose turn it is.

        To the own partnership they are one class, whatever they are to theirs; everybody else is a
        class of their own.
        """
        alike = [name for name in FOREIGN if self.expected(name) == 404]
        spared = {name for place, name in enumerate(alike) if place != turn % len(alike)}
        return tuple(name for name in PUBLIC if name not in spared)

    def ask(self, client: Client, cast: Cast, arguments: Arguments) -> HttpResponse:
        """Send the request as that client."""
        path = reverse(self.url, kwargs=arguments(cast))
        if self.data is None:
            return client.get(path)
        return client.post(path, self.data)

    def told(self, answer: HttpResponse) -> int | str:
        """Return the status, or "sign in" for the way to the sign-in page."""
        location = answer.headers.get("Location", "")
        if answer.status_code == 302 and "/account/login/" in location:
            return "sign in"
        return answer.status_code

    def expected(self, name: str) -> int | str:
        """Return what that person must get."""
        if name in self.may:
            return self.status
        if name in self.forbidden:
            return 403
        return "sign in" if name == "public" else 404

    def insiders(self) -> tuple[str, ...]:
        """Return everybody who gets anywhere with the own object."""
        return tuple(name for name in (*self.may, *self.forbidden) if name != "public")
