"""One's own certificates to sign with; and what the instance's authority publishes."""

from __future__ import annotations

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jointlab.agreements import access, instance
from jointlab.agreements.forms.signing import IssueForm, RevokeForm
from jointlab.agreements.queries.certificates import (
    certificates_of,
    good_certificate_of,
    revocations,
)
from jointlab.agreements.services.certificates import issue_certificate, revoke_certificate
from jointlab.common.pages import confirm_page
from jointlab.parties.access import actor

AN_HOUR = 3600
A_DAY = 24 * AN_HOUR


@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """List the person's certificates, and say what they are worth."""
    rows = certificates_of(request.user)
    context = {"rows": rows, "good": any(row.state == "good" for row in rows)}
    return render(request, "agreements/certificates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest) -> HttpResponse:
    """Have a certificate issued, after signing in afresh."""
    try:
        return _issue(request)  # type: ignore[no-any-return]
    except ReauthenticationRequired:
        if request.method != "POST":
            raise
        # allauth would keep what was sent in the session, to send it again: not a PIN.
        return redirect(request.get_full_path())


@reauthentication_required  # type: ignore[untyped-decorator]
def _issue(request: HttpRequest) -> HttpResponse:
    onward = _onward(request)
    form = IssueForm(request.POST or None)
    if form.done(issue_certificate, by=actor(request)):
        messages.success(request, _("Your certificate is issued. Remember its PIN."))
        return redirect(onward)
    context = {"form": form, "cancel": onward, "good": good_certificate_of(request.user)}
    return render(request, "agreements/certificate_issue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Revoke one's own certificate."""
    certificate = access.get_certificate(request.user, pk)
    form = RevokeForm(request.POST or None)
    if form.done(revoke_certificate, by=actor(request), certificate=certificate):
        messages.success(request, _("The certificate is revoked."))
        return redirect("agreements:certificates")
    return confirm_page(
        request,
        title=_("Revoke your certificate"),
        lead=_("What you signed with it stays signed."),
        lost=[_("Signing with this certificate, for ever: another one can be issued.")],
        form=form,
        submit=_("Revoke"),
        cancel=reverse("agreements:certificates"),
    )


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


def _onward(request: HttpRequest) -> str:
    """Return where to go on: the agreement that was to be signed, else the list."""
    asked = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse("agreements:certificates")
