"""What every page needs: the reader's zone, what a refusal looks like, safety, pages that are alike."""

from __future__ import annotations

import logging
import zoneinfo
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import conditional_page, require_safe

from jointlab.common.errors import NotAllowed, NotVisible, Refusal
from jointlab.common.names import Text
from jointlab.common.rooms import rail
from jointlab.common.writing import is_disk_full

log = logging.getLogger(__name__)
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
        """Answer 404 for NotVisible, 403 for NotAllowed, 409 for any other refusal, 507 for a full disk."""
        if isinstance(error, NotVisible):
            raise Http404 from error
        if isinstance(error, NotAllowed):
            raise PermissionDenied(str(error)) from error
        if isinstance(error, Refusal):
            return render(request, "common/refused.html", {"reason": str(error)}, status=409)
        if is_disk_full(error):
            log.error("The disk is full: %s", error)
            return render(request, "common/disk_full.html", status=507)
        return None


POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",  # the picture of a one-time password's secret never is a file
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
CONTENT_SECURITY_POLICY = "; ".join(f"{what} {whence}" for what, whence in POLICY.items())


class Headers:
    """Say on every answer what a browser may do with it, and that nobody else keeps it.

    A page that needs more says so itself; so does what is public (`public`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        answer.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer


EXAMPLE = str(UUID(int=0))  # a key as any address takes it: a UUID, and a slug
_CODES = frozenset(dict(settings.LANGUAGES))


def addresses(view: str, *of: Any) -> Callable[[Any], str]:
    """Return what gives the address of the view for a thing's key; `of` are the arguments before it.

    It is reversed once, not for each row of a list.
    """
    shape = reverse(view, args=[*of, EXAMPLE])
    return lambda key: shape.replace(EXAMPLE, str(key))


class Language(NamedTuple):
    """A language that this page can be read in."""

    code: str
    name: str
    url: str


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the variables of `common/base.html`; the rooms are read where they are drawn."""
    return {
        "rooms": SimpleLazyObject(
            lambda: rail(getattr(request, "user", AnonymousUser()), request.path)
        ),
        "languages": languages(request.get_full_path()),
        "instance": getattr(settings, "INSTANCE", "JointLab"),
        "demonstration": settings.DEMONSTRATION,
    }


def languages(path: str) -> list[Language]:
    """Return each language with the address of the same page in it."""
    return [Language(code, name, in_language(path, code)) for code, name in settings.LANGUAGES]


def in_language(path: str, code: str) -> str:
    """Return the same page in that language: its address differs in its first part alone."""
    first, language, rest = path.split("/", 2) if path.count("/") > 1 else ("", "", "")
    return f"/{code}/{rest}" if not first and language in _CODES else path


View = Callable[..., HttpResponse]
ROBOTS = "X-Robots-Tag"  # what search engines may do with the answer


def public(view: View) -> View:
    """Let everybody, and every search engine, read this; who has it is told so without a body."""

    @wraps(view)
    def answered(request: HttpRequest, **arguments: Any) -> HttpResponse:
        answer = view(request, **arguments)
        answer.headers.setdefault(ROBOTS, "all")
        if not answer.has_header("Cache-Control"):
            patch_cache_control(answer, no_cache=True)
            if request.user.is_authenticated:
                patch_cache_control(answer, private=True)
        return answer

    whole: View = login_not_required(require_safe(conditional_page(answered)))
    return whole


def form_page(
    request: HttpRequest,
    *,
    title: str,
    about: str,
    form: Form,
    submit: str,
    cancel: str,
    lead: str = "",
) -> HttpResponse:
    """Show a form; `about` is what the page `cancel` shows, `submit` the verb of the button."""
    shown = {
        "title": title,
        "about": about,
        "form": form,
        "submit": submit,
        "cancel": cancel,
        "lead": lead,
    }
    return render(request, "common/form.html", shown)


def confirm_page(
    request: HttpRequest,
    *,
    title: str,
    lost: Iterable[Text],
    form: Form,
    submit: str,
    cancel: str,
    lead: str = "",
) -> HttpResponse:
    """Ask before something is lost: `lost` names it, a line each."""
    shown = {
        "title": title,
        "lost": lost,
        "form": form,
        "submit": submit,
        "cancel": cancel,
        "lead": lead,
    }
    return render(request, "common/confirm.html", shown)
