"""The desk: home of whoever is signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jointlab.common.show import Tab
from jointlab.desk import queries
from jointlab.desk.services import mark_seen, remind
from jointlab.desk.tables import waiting_columns
from jointlab.parties.access import POLICY, actor
from jointlab.parties.policy import own_memberships

ON_THE_DESK = ":5"  # kinds of what happened: the rest is a page away


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person who reads, and their partnerships."""
    own = own_memberships(request.user)
    waiting = queries.counted_waiting(own)
    shown = {
        "tabs": _tabs(),
        "page": queries.on_a_page(waiting, request.GET.get("page")),
        "columns": waiting_columns(),
        "memberships": POLICY.with_right(own, "view"),
    }
    return render(request, "desk/desk.html", shown)


@require_safe
def others(request: HttpRequest) -> HttpResponse:
    """Show what the person waits for: who has it, and since when."""
    awaited = queries.awaited_by(own_memberships(request.user))
    page = queries.on_a_page(awaited, request.GET.get("page"))
    shown = {"page": page, "awaited": queries.with_reminders(list(page))}
    return _part(request, "others", shown)


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """Show what others did since the person last said that they have seen it."""
    user = actor(request)
    since = queries.seen_until(user)
    until = timezone.now().isoformat()
    shown = {
        "since": since,
        "until": until,
        "news": queries.news_since(user, since),
        "most": ON_THE_DESK if _is_part(request) else ":",
    }
    return _part(request, "news", shown)


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Keep until when the person has seen what happened: what the page showed, and no later."""
    mark_seen(by=actor(request), until=_moment(request.POST.get("until", "")))
    messages.success(request, _("What happens from now on will be shown here."))
    return redirect("desk:news")


@require_POST
def remind_others(request: HttpRequest) -> HttpResponse:
    """Remind those who have what the person waits for."""
    remind(by=actor(request), key=request.POST.get("key", ""))
    messages.success(request, _("An e-mail goes to those who have it."))
    return redirect("desk:others")


def _part(request: HttpRequest, part: str, shown: dict[str, Any]) -> HttpResponse:
    """Answer with a page of its own; with the part alone where the desk asks for it."""
    template = f"desk/{part}_part.html" if _is_part(request) else f"desk/{part}.html"
    answer = render(request, template, {"tabs": _tabs(), **shown})
    answer.headers["Vary"] = "HX-Request"
    return answer


def _is_part(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _tabs() -> list[Tab]:
    return [
        Tab(_("Waits for me"), reverse("desk:desk")),
        Tab(_("Waits for others"), reverse("desk:others")),
        Tab(_("Since I looked"), reverse("desk:news")),
    ]


def _moment(text: str) -> datetime:
    """Return the moment; that of the act where there is none to be read."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    return found if found and timezone.is_aware(found) else timezone.now()
