"""Search engines read what is public, nothing else."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from jointlab.common.web import ROBOTS


class Unlisted:
    """Ask search engines to leave every answer alone that does not say it is public."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        answer = self.get_response(request)
        answer.headers.setdefault(ROBOTS, "noindex")
        return answer
