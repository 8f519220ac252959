"""Whether this process answers, and can read and write, for proxies and supervisors."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from jointlab.common.writing import is_disk_full, try_to_write

PATH = "/health"
FRESH = 5.0  # seconds for which a write that was done stands for the next ones
_written = [float("-inf")]


class AnsweredByAnyName:
    """Answer `/health` before anything asks by which name: a probe comes by the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer that, or pass on."""
        return health(request) if request.path == PATH else self.get_response(request)


@login_not_required
def health(_: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers and can be written, 503 with a word when not."""
    problem = _find_problem()
    status = 503 if problem else 200
    return HttpResponse(f"{problem or 'ok'}\n", content_type="text/plain", status=status)


def _find_problem() -> str:
    """Return what is wrong, or nothing. Anybody may ask: so a write is tried now and then."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "no database"
    try:
        if time.monotonic() - _written[0] >= FRESH:
            try_to_write()
            _written[0] = time.monotonic()
    except (DatabaseError, OSError) as error:
        return "the disk is full" if is_disk_full(error) else "nothing can be written"
    return ""
