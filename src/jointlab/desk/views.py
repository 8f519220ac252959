"""The desk: home of whoever is signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jointlab.desk import queries


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person who reads, and their partnerships."""
    shown = {
        "page": queries.on_the_desk(request.user, request.GET.get("page")),
        "partnerships": queries.partnerships_of(request.user),
    }
    return render(request, "desk/desk.html", shown)
