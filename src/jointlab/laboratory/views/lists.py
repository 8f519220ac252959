"""Lists of laboratories: all that the reader sees from inside, and those of one partnership."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jointlab.laboratory import access
from jointlab.laboratory.queries.lists import (
    agreement_for_laboratory,
    laboratories_in,
    laboratories_of,
)
from jointlab.parties.access import rights_of
from jointlab.parties.queries import page
from jointlab.parties.tabs import tabs_of


@require_safe
def laboratories(request: HttpRequest) -> HttpResponse:
    """List the laboratories that the person sees from inside."""
    rows = page(laboratories_of(request.user), request.GET.get("page"))
    return render(request, "laboratory/laboratories.html", {"page": rows})


@require_safe
def of_partnership(request: HttpRequest, code: str) -> HttpResponse:
    """List the laboratories of a partnership."""
    partnership = access.get_partnership(request.user, code)
    rows = page(laboratories_in(request.user, partnership), request.GET.get("page"))
    rights = access.rights_of(request.user, partnership)
    shown = {
        "partnership": partnership,
        "page": rows,
        "rights": rights,
        "agreement": agreement_for_laboratory(partnership),
        "tabs": tabs_of(partnership, rights_of(request.user, partnership)),
    }
    return render(request, "laboratory/of_partnership.html", shown)
