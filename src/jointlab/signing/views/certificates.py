"""One's own certificates to sign with."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jointlab.common.web import confirm_page
from jointlab.parties.access import actor
from jointlab.signing import access
from jointlab.signing.forms import IssueForm, RevokeForm
from jointlab.signing.queries.certificates import certificates_of, good_certificate_of
from jointlab.signing.services.certificates import (
    issue_certificate,
    replace_certificate,
    revoke_certificate,
)

View = Callable[[HttpRequest], HttpResponse]


@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """List the person's certificates, and say what they are worth."""
    rows = certificates_of(request.user)
    context = {"rows": rows, "good": any(row.state == "good" for row in rows)}
    return render(request, "signing/certificates.html", context)


def _afresh(view: View) -> View:
    """Ask whoever comes to sign in afresh first."""
    asked = reauthentication_required(view)

    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        try:
            return asked(request)  # type: ignore[no-any-return]
        except ReauthenticationRequired:
            if request.method != "POST":
                raise
            # allauth would keep what was sent in the session, to send it again: not a PIN.
            return redirect(request.get_full_path())

    return answered


@require_http_methods(["GET", "HEAD", "POST"])
@_afresh
def issue(request: HttpRequest) -> HttpResponse:
    """Have a certificate issued, after signing in afresh."""
    onward = _next_page(request)
    form = IssueForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            issue_certificate(by=actor(request), pin=form.cleaned_data["pin_code"])
            messages.success(request, _("Your certificate is issued. Remember its PIN."))
            return redirect(onward)
    context = {"form": form, "cancel": onward, "good": good_certificate_of(request.user)}
    return render(request, "signing/certificate_issue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@_afresh
def new_pin(request: HttpRequest) -> HttpResponse:
    """Have another certificate issued, with a new PIN, where the PIN is forgotten."""
    onward = _next_page(request)
    form = IssueForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            replace_certificate(by=actor(request), pin=form.cleaned_data["pin_code"])
            messages.success(request, _("Your new certificate is issued. Remember its PIN."))
            return redirect(onward)
    return confirm_page(
        request,
        title=_("Forgotten your PIN?"),
        lead=_(
            "Nobody can tell you your PIN. Choose a new one: another certificate is issued with it"
            " at once. What you signed stays signed."
        ),
        lost=[_("Signing with your present certificate, for ever.")],
        form=form,
        submit=_("Have another one issued"),
        cancel=onward,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Revoke one's own certificate."""
    certificate = access.get_certificate(request.user, pk)
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            revoke_certificate(
                by=actor(request), certificate=certificate, reason=form.cleaned_data["reason"]
            )
            messages.success(
                request, _("The certificate is revoked: nothing can be signed with it any more.")
            )
            return redirect("signing:certificates")
    return confirm_page(
        request,
        title=_("Revoke your certificate"),
        lead=_("What you signed with it stays signed."),
        lost=[_("Signing with this certificate, for ever: another one can be issued.")],
        form=form,
        submit=_("Revoke"),
        cancel=reverse("signing:certificates"),
    )


def _next_page(request: HttpRequest) -> str:
    """Return where to go on: the page that somebody came from to sign, else the list."""
    asked = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse("signing:certificates")
