"""Approving a text for one's side, and taking that back: one's approval, the text, the draft."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jointlab.agreements import access
from jointlab.agreements.negotiation.forms.agreement import ApproveForm
from jointlab.agreements.negotiation.queries.approving import abreast, known_to
from jointlab.agreements.negotiation.queries.changes import parts_that_differ
from jointlab.agreements.negotiation.queries.lacking import what_is_missing
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.negotiation.services.approving import (
    approve_agreement,
    reopen_agreement,
    withdraw_agreement,
    withdraw_approval,
)
from jointlab.agreements.text.differences import compare
from jointlab.common.fields import ReasonForm
from jointlab.common.service_form import DecisionForm
from jointlab.common.web import confirm_page
from jointlab.parties.access import actor


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, code: str) -> HttpResponse:
    """Approve the text that the page shows, by its hash."""
    agreement = access.get_agreement(request.user, code, to="approve")
    version = latest_version(agreement)
    form = ApproveForm(request.POST or None, initial={"sha256": version.sha256})
    if form.is_valid():
        with form.refusals():
            approve_agreement(
                by=actor(request), agreement=agreement, sha256=form.cleaned_data["sha256"]
            )
            messages.success(
                request,
                _(
                    "Approved for your side. When every side has approved it, the document is made"
                    " and the first is asked to sign."
                ),
            )
            return redirect("agreements:agreement", code)
    if form.is_bound:  # what is approved next is what this page shows, once it was read
        form.data = {"sha256": version.sha256}
    return _approval_page(request, agreement, version, form)


def _approval_page(
    request: HttpRequest, agreement: Any, version: Any, form: ApproveForm
) -> HttpResponse:
    """Show the whole text in every language, with what was changed since the side knew it."""
    own = access.own_membership(request.user, agreement)
    comments = access.open_comments_by_clause(request.user, agreement)
    known = known_to(agreement, own.organisation_id)
    changes = compare(known.version.text, version.text)
    context = {
        "agreement": agreement,
        "version": version,
        "form": form,
        "missing": what_is_missing(agreement, version, own, comments),
        "known": known,
        "changes": changes,
        "parts": list(parts_that_differ(changes)),
        "text": abreast(known.version.text, version.text),
        "comments": comments,
    }
    return render(request, "agreements/approve.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def unapprove(request: HttpRequest, code: str) -> HttpResponse:
    """Withdraw one's side's approval."""
    agreement = access.get_agreement(request.user, code, to="approve")
    form = DecisionForm(request)
    if form.is_valid():
        with form.refusals():
            withdraw_approval(by=actor(request), agreement=agreement)
            messages.success(
                request, _("The approval is withdrawn. Your side can approve the text again.")
            )
            return redirect("agreements:agreement", code)
    return confirm_page(
        request,
        title=_("Withdraw the approval"),
        lost=[_("Your side's approval of version %(number)s.") % {"number": agreement.latest}],
        form=form,
        submit=_("Withdraw the approval"),
        cancel=_at(code),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Take an approved text back into negotiation."""
    agreement = access.get_agreement(request.user, code, to="reopen")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            reopen_agreement(
                by=actor(request), agreement=agreement, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("Reopened: it is negotiated again."))
            return redirect("agreements:agreement", code)
    lost = [_("The approvals of all sides."), _("The document, with every signature on it.")]
    return confirm_page(
        request,
        title=_("Reopen the text"),
        lost=lost,
        form=form,
        submit=_("Reopen"),
        cancel=_at(code),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Give a draft up."""
    agreement = access.get_agreement(request.user, code, to="edit")
    form = ReasonForm(request.POST or None)
    if not agreement.is_sent:
        form.fields["reason"].help_text = _("Only your side reads it, and it stays in the history.")
    if form.is_valid():
        with form.refusals():
            withdraw_agreement(
                by=actor(request), agreement=agreement, reason=form.cleaned_data["reason"]
            )
            messages.success(
                request, _("The draft is withdrawn. It can be read; nobody can go on with it.")
            )
            return redirect("agreements:agreement", code)
    return confirm_page(
        request,
        title=_("Withdraw the draft"),
        lost=[_("The draft stays to be read; nobody can go on with it.")],
        form=form,
        submit=_("Withdraw"),
        cancel=_at(code),
    )


def _at(code: str) -> str:
    return reverse("agreements:agreement", args=[code])
