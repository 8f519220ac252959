"""Sending a draft to the other side."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jointlab.agreements import access
from jointlab.agreements.negotiation.forms.part_form import VersionForm
from jointlab.agreements.negotiation.services.sending import send_agreement
from jointlab.common.web import form_page
from jointlab.parties.access import actor


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, code: str) -> HttpResponse:
    """Send the draft as it is now to the other side, after saying what follows."""
    agreement = access.get_agreement(request.user, code, to="send")
    form = VersionForm(request.POST or None, initial={"version": agreement.latest})
    if form.is_valid():
        with form.refusals():
            sent = send_agreement(
                by=actor(request), agreement=agreement, base=form.cleaned_data["version"]
            )
            messages.success(
                request,
                _("Sent. The other side’s negotiators are told; they read, comment and edit now."),
            )
            return redirect("agreements:agreement", sent.code)
    lead = _(
        "The other side then reads version %(number)s, comments on it and edits it. What your side"
        " wrote before, its earlier versions and its comments, stays with your side. A draft that"
        " is sent cannot be taken back, only withdrawn, for both sides to see."
    )
    return form_page(
        request,
        title=_("Send to the other side"),
        about=agreement.name,
        form=form,
        submit=_("Send to the other side"),
        cancel=reverse("agreements:agreement", args=[agreement.code]),
        lead=lead % {"number": agreement.latest},
    )
