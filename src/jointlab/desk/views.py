"""The desk: home of whoever is signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jointlab.desk import queries
from jointlab.desk.tables import waiting_columns
from jointlab.parties.access import POLICY
from jointlab.parties.policy import own_memberships


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person who reads, and their partnerships."""
    own = own_memberships(request.user)
    shown = {
        "page": queries.on_the_desk(own, request.GET.get("page")),
        "columns": waiting_columns(),
        "memberships": POLICY.with_right(own, "view"),
    }
    return render(request, "desk/desk.html", shown)
