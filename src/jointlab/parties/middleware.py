"""Each request reads the memberships of whoever is signed in once."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from jointlab.parties.models import Person


class ReadOnce:
    """Have what is read of the person kept for this request, and for no other."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        if isinstance(request.user, Person):
            request.user.read_once = {}
        return self.get_response(request)
