"""A partnership's history: the timeline, an entry, exports, checkpoints; an organisation's own."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jointlab.common.errors import NotVisible
from jointlab.common.jobs import defer
from jointlab.common.show import Tab
from jointlab.history import audit, queries
from jointlab.history.access import chain_visible_to
from jointlab.parties import access
from jointlab.parties.forms.history import HistoryForm, SignForm
from jointlab.parties.history_subjects import subject_of_partnership
from jointlab.parties.services.checkpoints import sign_checkpoint
from jointlab.parties.tabs import tabs_of

MOST_PEOPLE = 200
MOST_MILESTONES = 200
NOTHING = queries.Page([])


@require_safe
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Show a partnership's timeline."""
    partnership = access.get_partnership(request.user, code, to="read history")
    rights = access.rights_of(request.user, partnership)
    base = reverse("parties:history", args=[code])
    context = {
        "partnership": partnership,
        "rights": rights,
        "tabs": tabs_of(partnership, rights),
        "checkpoints": queries.checkpoints_of(partnership.pk, most=1),
        "integrity": queries.integrity_of(partnership.pk),
        "ways": _ways(code),
        **_timeline_page(request, partnership.pk, base),
    }
    return render(request, "parties/history.html", context)


@require_safe
def milestones(request: HttpRequest, code: str) -> HttpResponse:
    """Show the milestones of a partnership: its life in as few lines as there were turns."""
    partnership = access.get_partnership(request.user, code, to="read history")
    rights = access.rights_of(request.user, partnership)
    reading = chain_visible_to(request.user, partnership.pk)
    base = reverse("parties:history", args=[code])
    context = {
        "partnership": partnership,
        "rights": rights,
        "tabs": tabs_of(partnership, rights),
        "integrity": queries.integrity_of(partnership.pk),
        "ways": _ways(code),
        "base": base,
        "lines": queries.page(
            reading, queries.Filters(milestones=True), size=MOST_MILESTONES
        ).lines,
    }
    return render(request, "parties/history_milestones.html", context)


@require_POST
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Have the whole chain examined: by a worker, for it may be long."""
    partnership = access.get_partnership(request.user, code, to="export history")
    defer("history.check_chain", chain=str(partnership.pk))
    messages.success(request, _("The history is being checked: look again in a moment."))
    return redirect("parties:history", code)


@require_safe
def organisation_history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the timeline of an organisation's own affairs."""
    organisation = access.get_organisation_with_history(request.user, pk)
    base = reverse("parties:organisation-history", args=[pk])
    context = {"organisation": organisation, **_timeline_page(request, pk, base)}
    return render(request, "parties/history_of_organisation.html", context)


@require_safe
def entry(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show one entry of a partnership's history, with all that an auditor needs."""
    partnership = access.get_partnership(request.user, code, to="read history")
    about = reverse("parties:partnership", args=[code])
    base = reverse("parties:history", args=[code])
    return _entry_page(request, partnership, number, about, base)


@require_safe
def organisation_entry(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Show one entry of an organisation's own history."""
    organisation = access.get_organisation_with_history(request.user, pk)
    about = reverse("parties:organisation", args=[pk])
    base = reverse("parties:organisation-history", args=[pk])
    return _entry_page(request, organisation, number, about, base)


@require_safe
def export(request: HttpRequest, code: str) -> HttpResponseBase:
    """Send the whole history as JSON lines, as they are read."""
    partnership = access.get_partnership(request.user, code, to="export history")
    return StreamingHttpResponse(
        audit.export([subject_of_partnership(partnership)]),
        content_type="application/x-ndjson",
        headers={"Content-Disposition": f'attachment; filename="{code}-history.jsonl"'},
    )


@require_safe
def checkpoints(request: HttpRequest, code: str) -> HttpResponse:
    """Show which heads of the history were signed, by whom, and what may be signed now."""
    partnership = access.get_partnership(request.user, code, to="read history")
    side = access.own_side(request.user, partnership)
    may_sign = "sign checkpoint" in access.rights_of(request.user, partnership)
    context = {
        "partnership": partnership,
        "checkpoints": queries.checkpoints_of(partnership.pk),
        "turn": may_sign and queries.head_to_sign(partnership.pk, side.pk),
    }
    return render(request, "parties/history_checkpoints.html", context)


@require_safe
def checkpoint_file(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Send a checkpoint as a file: to be kept where this server's owner cannot reach it."""
    partnership = access.get_partnership(request.user, code, to="read history")
    for document in queries.checkpoint_documents(partnership.pk, code, partnership.names):
        if document["number"] == number:
            name = f"{code}-checkpoint-{number}.json"
            return HttpResponse(
                json.dumps(document, ensure_ascii=False, indent=2),
                content_type="application/json",
                headers={"Content-Disposition": f'attachment; filename="{name}"'},
            )
    raise NotVisible


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """Sign the head of the history for one's own side, after signing in afresh."""
    partnership = access.get_partnership(request.user, code, to="sign checkpoint")
    return _sign_page(request, partnership)  # type: ignore[no-any-return]


@reauthentication_required  # type: ignore[untyped-decorator]
def _sign_page(request: HttpRequest, partnership: Any) -> HttpResponse:
    side = access.own_side(request.user, partnership)
    head = queries.head_to_sign(partnership.pk, side.pk)
    shown = {"number": head.number, "sha256": head.hash.hex()} if head else {}
    form = SignForm(request.POST or None, initial=shown)
    by = access.actor(request)
    if form.is_valid():
        with form.refusals():
            sign_checkpoint(
                by=by,
                partnership=partnership,
                number=form.cleaned_data["number"],
                sha256=form.cleaned_data["sha256"],
            )
            messages.success(
                request,
                _("The history is confirmed. Keep the checkpoint's file outside of this server."),
            )
            return redirect("parties:checkpoints", partnership.code)
    form.data = shown  # after a refusal, what is signed is what the page shows now
    context = {"partnership": partnership, "side": side, "head": head, "form": form}
    if head:
        reading = chain_visible_to(request.user, partnership.pk)
        context["line"] = queries.entry_in_full(reading, head.number)
    return render(request, "parties/history_sign.html", context)


def _ways(code: str) -> list[Tab]:
    """Return the two ways of reading a partnership's history."""
    return [
        Tab(_("Everything"), reverse("parties:history", args=[code])),
        Tab(_("Milestones"), reverse("parties:milestones", args=[code])),
    ]


def _entry_page(request: HttpRequest, about: Any, number: int, url: str, base: str) -> HttpResponse:
    line = queries.entry_in_full(chain_visible_to(request.user, about.pk), number)
    if line is None:
        raise NotVisible
    context = {"about": about, "about_url": url, "base": base, "line": line}
    return render(request, "parties/history_entry.html", context)


def _timeline_page(request: HttpRequest, chain: UUID, base: str) -> dict[str, Any]:
    reading = chain_visible_to(request.user, chain)
    people = queries.people_in(reading, MOST_PEOPLE + 1)
    more = len(people) > MOST_PEOPLE
    if more and (asked := _uuid(request.GET.get("person"))):
        people += queries.person_in(reading, asked)
    events = queries.events_in(reading)
    form = HistoryForm(request.GET, events=events, people=dict(people).items(), more=more)
    before, after = (_number(request.GET.get(name)) for name in ("before", "after"))
    filters = form.filters
    page = queries.page(reading, filters, before=before, after=after) if filters else NOTHING
    kept = request.GET.copy()
    kept.pop("before", None)
    kept.pop("after", None)
    return {"form": form, "page": page, "base": base, "query": kept.urlencode()}


def _number(text: str | None) -> int | None:
    with suppress(ValueError, TypeError):
        return int(text or "")
    return None


def _uuid(text: str | None) -> UUID | None:
    with suppress(ValueError):
        return UUID(text or "")
    return None
