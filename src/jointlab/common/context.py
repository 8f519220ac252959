"""What every page needs: the rooms, the languages, whether this is a demonstration."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from jointlab.common.rooms import rail

_CODES = frozenset(dict(settings.LANGUAGES))


class Language(NamedTuple):
    """A language that this page can be read in."""

    code: str
    name: str
    url: str


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the variables of `common/base.html`."""
    return {
        "rooms": rail(getattr(request, "user", AnonymousUser()), request.path),
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
