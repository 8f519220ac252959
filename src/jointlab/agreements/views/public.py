"""What everybody may do: have a signed agreement verified."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jointlab.agreements.forms.signing import VerifyForm
from jointlab.agreements.queries.verification import verdict_on

LIMIT = "verify_agreement"  # in ACCOUNT_RATE_LIMITS, counted as sign-in is


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Judge a file that anybody drops; nothing of it is kept."""
    if request.method == "POST" and not ratelimit.consume(request, action=LIMIT):
        return ratelimit.respond_429(request)  # type: ignore[no-any-return]
    form = VerifyForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    verdict = form.done(verdict_on)
    answer = render(request, "agreements/verify.html", {"form": form, "verdict": verdict})
    if request.method == "POST":
        answer["Cache-Control"] = "private, no-store"
    return answer
