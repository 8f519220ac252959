"""Lists of agreements: all that the reader sees, and those of one partnership."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jointlab.agreements import access
from jointlab.agreements.negotiation.queries.lists import PAGE, agreements_in, agreements_of
from jointlab.agreements.negotiation.tables import agreement_columns
from jointlab.parties.access import rights_of
from jointlab.parties.queries import page
from jointlab.parties.tabs import tabs_of


@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """List the agreements that the person sees."""
    rows = page(agreements_of(request.user), request.GET.get("page"), PAGE)
    columns = agreement_columns(with_partnership=True)
    return render(request, "agreements/agreements.html", {"page": rows, "columns": columns})


@require_safe
def of_partnership(request: HttpRequest, code: str) -> HttpResponse:
    """List the agreements of a partnership."""
    partnership = access.get_partnership(request.user, code)
    rows = page(agreements_in(request.user, partnership), request.GET.get("page"), PAGE)
    return render(
        request,
        "agreements/of_partnership.html",
        {
            "partnership": partnership,
            "page": rows,
            "columns": agreement_columns(with_partnership=False),
            "rights": access.rights_of(request.user, partnership),
            "tabs": tabs_of(partnership, rights_of(request.user, partnership)),
        },
    )
