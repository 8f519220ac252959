"""How an agreement ends: by termination, or because it does not go on by itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jointlab.agreements import access
from jointlab.agreements.force.forms import TerminateForm
from jointlab.agreements.force.queries.endings import losing
from jointlab.agreements.force.services.life import give_notice_of_end, terminate_agreement
from jointlab.common.service_form import DecisionForm
from jointlab.common.web import confirm_page
from jointlab.parties.access import actor


@require_http_methods(["GET", "HEAD", "POST"])
def terminate(request: HttpRequest, code: str) -> HttpResponse:
    """Say which day is an agreement's last, and why; the page names what is lost."""
    agreement = access.get_agreement(request.user, code, to="terminate")
    form = TerminateForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            terminate_agreement(
                by=actor(request),
                agreement=agreement,
                on=form.cleaned_data["on"],
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("Terminated. Both sides are told."))
            return redirect("agreements:agreement", code)
    return confirm_page(
        request,
        title=_("Terminate %(agreement)s") % {"agreement": agreement.name},
        lost=losing(agreement),
        form=form,
        submit=_("Terminate"),
        cancel=reverse("agreements:agreement", args=[code]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def let_end(request: HttpRequest, code: str) -> HttpResponse:
    """Give notice that an agreement does not go on by itself."""
    agreement = access.get_agreement(request.user, code, to="let end")
    form = DecisionForm(request)
    if form.is_valid():
        with form.refusals():
            give_notice_of_end(by=actor(request), agreement=agreement)
            messages.success(
                request, _("Notice given. It ends on its last day; both sides are told.")
            )
            return redirect("agreements:agreement", code)
    return confirm_page(
        request,
        title=_("Let %(agreement)s end") % {"agreement": agreement.name},
        lead=_("It does not go on by itself after its last day. This is not taken back."),
        lost=losing(agreement),
        form=form,
        submit=_("Let it end"),
        cancel=reverse("agreements:agreement", args=[code]),
    )
