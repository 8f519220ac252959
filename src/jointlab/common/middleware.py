"""The reader's time zone, and what a refusal looks like."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jointlab.common.errors import NotAllowed, NotVisible, Refusal

Answer = Callable[[HttpRequest], HttpResponse]


class TimeZone:
    """Show times in the zone of the person who reads; in the instance's to the public."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in that zone."""
        zone = getattr(request.user, "time_zone", "")
        with timezone.override(zoneinfo.ZoneInfo(zone) if zone else None):
            return self.get_response(request)


class Refusals:
    """Turn what a service or an access function refused into a page."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """404 for the invisible, 403 for what is not theirs to do, 409 for any other refusal."""
        if isinstance(error, NotVisible):
            raise Http404 from error
        if isinstance(error, NotAllowed):
            raise PermissionDenied(str(error)) from error
        if isinstance(error, Refusal):
            return render(request, "common/refused.html", {"reason": str(error)}, status=409)
        return None
