"""What everybody reads of an unveiled laboratory."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jointlab.common.web import public
from jointlab.laboratory import access
from jointlab.laboratory.queries.laboratory import laboratory_shown, summary_of


@public
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show an unveiled laboratory to everybody."""
    laboratory = access.get_unveiled(code)
    shown = laboratory_shown(laboratory)
    context = {
        "laboratory": laboratory,
        "whole": shown,
        "summary": summary_of(shown),
        "sees_inside": access.may_view(request.user, laboratory),
    }
    return render(request, "laboratory/public.html", context)
