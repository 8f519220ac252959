"""A form that was sent after the sign-in had ended: kept, and shown again after signing in.

It is theirs alone: a signed cookie says who last signed in with this browser, and whoever else signs
in next learns nothing of it. What comes without that cookie nobody could ever see again, so nothing
of it is kept; of the rest so much an hour from an address, for an hour.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

KEY = "kept"
LIMIT = "keep_form"  # in ACCOUNT_RATE_LIMITS
READER = "reader"  # the cookie's name, and its salt
KEPT_SECONDS = 60 * 60  # seconds
MOST_CHARACTERS = 200_000  # characters
SECRET_FIELDS = ("csrfmiddlewaretoken", "password", "code", "credential")


class SignInRequired(LoginRequiredMiddleware):
    """Every page is private unless it says otherwise; what was typed on one is not lost.

    An anonymous POST has passed the check of its CSRF token by now: it comes from a form of ours.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], *args: Any
    ) -> HttpResponseBase | None:
        """Let pass who is signed in, and forget what they send again."""
        if request.user.is_authenticated and request.method == "POST":
            found = request.session.get(KEY)
            if found and found["path"] == request.get_full_path():
                drop_interrupted_form(request)
        return super().process_view(request, view_func, *args)

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> Any:
        """Lead to the sign-in page, and from there back."""
        onward = request.get_full_path()
        if request.method == "POST":
            if _reader(request) and ratelimit.consume(request, action=LIMIT):
                save_interrupted_form(request)
                request.session.set_expiry(KEPT_SECONDS)
            onward = reverse("kept")
        elif (htmx := getattr(request, "htmx", None)) and htmx.current_url_abs_path:
            onward = htmx.current_url_abs_path  # the page, not the part of it that was asked for
        answer = redirect_to_login(onward, resolve_url(settings.LOGIN_URL))
        if getattr(request, "htmx", None):
            return HttpResponseClientRedirect(answer["Location"])
        return answer


def remember_reader(answer: HttpResponse, person: Any) -> None:
    """Let the browser say who signed in with it, for as long as a session can last."""
    answer.set_signed_cookie(
        READER,
        str(person.pk),
        salt=READER,
        max_age=settings.SESSION_COOKIE_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def let_session_last(request: HttpRequest) -> None:
    """End the hour that was meant for a kept form, at the sign-in."""
    if request.session.get_expiry_age() == KEPT_SECONDS:
        request.session.set_expiry(None)


def save_interrupted_form(request: HttpRequest) -> None:
    """Keep what was typed, but no secret and no file, in the visitor's session."""
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        for value in values
        if not any(part in name for part in SECRET_FIELDS)
    ]
    whole = sum(len(str(value)) for _, value in fields) <= MOST_CHARACTERS
    request.session[KEY] = {
        "by": _reader(request),
        "path": request.get_full_path(),
        "fields": fields if whole else [],
        "whole": whole and not request.FILES,
        "at": time.time(),
    }


def _reader(request: HttpRequest) -> str:
    """Return whose form it is: who is signed in, or last was with this browser; nothing if nobody."""
    return str(request.user.pk or request.get_signed_cookie(READER, "", salt=READER))


def get_interrupted_form(request: HttpRequest) -> dict[str, Any] | None:
    """Return the form that this person sent in the last hour, or None."""
    found: dict[str, Any] | None = request.session.get(KEY)
    if not found or found["by"] != str(request.user.pk):
        return None
    return found if time.time() - found["at"] < KEPT_SECONDS else None


def drop_interrupted_form(request: HttpRequest) -> None:
    """Remove the kept form from the session."""
    request.session.pop(KEY, None)
