"""The history of a text that can be read: its versions, and what differs between any two."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jointlab.agreements import access
from jointlab.agreements.negotiation.forms.comments import CompareForm
from jointlab.agreements.negotiation.queries.changes import (
    beginning_of,
    comparison_of,
    first_version_of,
    followed_by,
    version_of,
    versions_of,
)
from jointlab.agreements.negotiation.queries.reading import reading_of
from jointlab.agreements.tabs import tabs_of
from jointlab.common.errors import NotVisible
from jointlab.common.names import Text as Words


@require_safe
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """List the versions, and offer to compare any two."""
    agreement = access.get_agreement(request.user, code, to="read drafts")
    context = {
        "agreement": agreement,
        "tabs": tabs_of(agreement, access.rights_of(request.user, agreement.partnership)),
        "page": versions_of(request.user, agreement, request.GET.get("page")),
        "form": _choose(request, agreement),
        "first": first_version_of(request.user, agreement),
        "beginning": beginning_of(request.user, agreement),
        "follows": followed_by(request.user, agreement),
    }
    return render(request, "agreements/versions.html", context)


@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show a version as one reads it."""
    agreement = access.get_agreement(request.user, code, to="read drafts")
    shown = version_of(request.user, agreement, number)
    context = {
        "agreement": agreement,
        "version": shown,
        "reading": reading_of(shown.text, get_language() or "en"),
    }
    return render(request, "agreements/version.html", context)


@require_safe
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Show what differs between two versions."""
    agreement = access.get_agreement(request.user, code, to="read drafts")
    form = _choose(request, agreement)
    chosen = form.cleaned_data if form.is_valid() else form.initial
    old, new = (version_of(request.user, agreement, chosen[name]) for name in ("old", "new"))
    title = _("Version %(old)s to version %(new)s") % {"old": old.number, "new": new.number}
    return _comparison(request, agreement, old, new, title, form=form)


@require_safe
def since_followed(request: HttpRequest, code: str) -> HttpResponse:
    """Show what an amendment or a renewal changes in the agreement that it follows."""
    agreement = access.get_agreement(request.user, code, to="read drafts")
    old = followed_by(request.user, agreement)
    new = version_of(request.user, agreement, agreement.latest)
    if old is None:
        raise NotVisible
    return _comparison(request, agreement, old, new, _("What it changes in the agreement before"))


def _choose(request: HttpRequest, agreement: Any) -> CompareForm:
    first = first_version_of(request.user, agreement)
    return CompareForm(request.GET or None, first=first, latest=agreement.latest)


def _comparison(
    request: HttpRequest, agreement: Any, old: Any, new: Any, title: Words, *, form: Any = None
) -> HttpResponse:
    context = {
        "agreement": agreement,
        "title": title,
        "versions": [(_("Before"), old), (_("After"), new)],
        "form": form,
        "comparison": comparison_of(old.text, new.text, request.GET.get("page")),
    }
    return render(request, "agreements/compare.html", context)
