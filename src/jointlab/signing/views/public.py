"""What everybody may do: have a signed document verified, and fetch what it is verified by."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods, require_safe

from jointlab.signing import instance
from jointlab.signing.forms import VerifyForm
from jointlab.signing.queries.certificates import revocations
from jointlab.signing.queries.verification import HistoryVerdict, verdict_on

AN_HOUR = 3600
A_DAY = 24 * AN_HOUR
LIMIT = "verify_document"  # in ACCOUNT_RATE_LIMITS, counted as sign-in is


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Judge a file that anybody drops; nothing of it is kept."""
    if request.method == "POST" and not ratelimit.consume(request, action=LIMIT):
        return ratelimit.respond_429(request)  # type: ignore[no-any-return]
    form = VerifyForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    verdict = None
    if form.is_valid():
        with form.refusals():
            verdict = verdict_on(form.cleaned_data["file"])
    shown = {"form": form, "verdict": verdict, "is_history": isinstance(verdict, HistoryVerdict)}
    answer = render(request, "signing/verify.html", shown)
    if request.method == "POST":
        answer["Cache-Control"] = "private, no-store"
    return answer


@login_not_required
@require_safe
def authority(_request: HttpRequest) -> HttpResponse:
    """Publish the root certificate of the instance's authority."""
    answer = HttpResponse(instance.authority().root_pem, content_type="application/x-pem-file")
    answer["Content-Disposition"] = 'attachment; filename="authority.pem"'
    patch_cache_control(answer, public=True, max_age=A_DAY)
    return answer


@login_not_required
@require_safe
def revoked(_request: HttpRequest) -> HttpResponse:
    """Publish the list of revoked certificates (RFC 5280, as RFC 2585 serves it)."""
    answer = HttpResponse(revocations(), content_type="application/pkix-crl")
    patch_cache_control(answer, public=True, max_age=AN_HOUR)
    return answer
