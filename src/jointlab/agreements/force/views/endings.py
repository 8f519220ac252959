"""How an agreement ends: by notice, which the other side notes, and which its word takes back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jointlab.agreements import access
from jointlab.agreements.force.forms import TerminateForm
from jointlab.agreements.force.queries.endings import (
    earliest_end,
    last_day,
    losing,
    why_not_terminate,
)
from jointlab.agreements.force.queries.notices_of_end import describe_going_on, ending_of
from jointlab.agreements.force.services.ending import (
    give_notice_of_end,
    note_end,
    terminate_agreement,
)
from jointlab.agreements.force.services.taking_back import (
    decline_to_take_back,
    propose_to_take_back,
    take_back_notice,
)
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.tabs import tabs_of
from jointlab.common import show
from jointlab.common.fields import ReasonForm
from jointlab.common.service_form import DatedForm, DecisionForm
from jointlab.common.web import confirm_page, form_page
from jointlab.parties.access import actor
from jointlab.signing.queries.certificates import good_certificate_of


@require_http_methods(["GET", "HEAD", "POST"])
def terminate(request: HttpRequest, code: str) -> HttpResponse:
    """Give notice which day is an agreement's last, and why; the page names what is lost."""
    agreement = access.get_agreement(request.user, code, to="terminate")
    version = latest_version(agreement)
    earliest, last = earliest_end(agreement, version), last_day(agreement)
    form = TerminateForm(request, day=last, earliest=earliest)
    if form.is_valid():
        with form.refusals():
            terminate_agreement(
                by=actor(request),
                agreement=agreement,
                on=form.cleaned_data["on"],
                reason=form.cleaned_data["reason"],
                pin=form.cleaned_data["pin_code"],
                ends_on=form.named,
            )
            messages.success(
                request, _("Notice given: it is terminated. The other side finds it on its desk.")
            )
            return redirect("agreements:ending", code)
    context = {
        "agreement": agreement,
        "cancel": reverse("agreements:agreement", args=[code]),
        "last_day": show.day(last) if last else "",
        "refusal": why_not_terminate(agreement, version),
        "lost": losing(agreement),
        "form": form,
        "certificate": good_certificate_of(request.user),
    }
    return render(request, "agreements/terminate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def let_end(request: HttpRequest, code: str) -> HttpResponse:
    """Give notice that an agreement does not go on by itself."""
    agreement = access.get_agreement(request.user, code, to="let end")
    last = last_day(agreement)
    form = DatedForm(request, day=last)
    if form.is_valid():
        with form.refusals():
            give_notice_of_end(by=actor(request), agreement=agreement, ends_on=form.named)
            messages.success(
                request,
                _("The notice is given. The agreement ends on its last day; both sides are told."),
            )
            return redirect("agreements:agreement", code)
    lead = _(
        "It ends on %(day)s and does not go on by itself. You can take this back until then only"
        " with the other side's word."
    )
    return confirm_page(
        request,
        title=_("Give notice that %(agreement)s is not renewed") % {"agreement": agreement.name},
        lead=lead % {"day": show.day(last)} if last else "",
        lost=losing(agreement),
        form=form,
        submit=_("Give notice of non-renewal"),
        cancel=reverse("agreements:agreement", args=[code]),
    )


@require_safe
def ending(request: HttpRequest, code: str) -> HttpResponse:
    """Show the notice that ends an agreement, and what can be done about it."""
    agreement = access.get_agreement(request.user, code, to="read")
    rights = access.rights_of(request.user, agreement.partnership)
    context = {
        "agreement": agreement,
        "rights": rights,
        "tabs": tabs_of(agreement, rights),
        "ending": ending_of(request.user, agreement),
    }
    return render(request, "agreements/ending.html", context)


@require_POST
def note(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Take note of a notice for one's side."""
    notice = access.get_end_notice(request.user, code, pk, to="note end")
    form = DecisionForm(request)
    if form.is_valid():
        with form.refusals():
            note_end(by=actor(request), notice=notice)
            messages.success(request, _("Noted. The other side sees that your side has read it."))
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return redirect("agreements:ending", code)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_back(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Propose to take one's notice back."""
    notice = access.get_end_notice(request.user, code, pk, to="ask back")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            propose_to_take_back(
                by=actor(request), notice=notice, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("Proposed. It waits for the other side's word."))
            return redirect("agreements:ending", code)
    return form_page(
        request,
        title=_("Propose to take the notice back"),
        about=notice.agreement.name,
        lead=_("If the other side agrees by %(day)s, all is as it was before the notice.")
        % {"day": show.day(notice.last_day)},
        form=form,
        submit=_("Propose"),
        cancel=_at(code),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Give one's side's word that the other's notice is taken back."""
    notice = access.get_end_notice(request.user, code, pk, to="take back")
    form = DatedForm(request, day=notice.agreement.ends_on)
    if form.is_valid():
        with form.refusals():
            take_back_notice(by=actor(request), notice=notice, ends_on=form.named)
            messages.success(request, _("The notice is taken back: it goes on. All are told."))
            return redirect("agreements:agreement", code)
    return form_page(
        request,
        title=_("Let the notice be taken back"),
        about=notice.agreement.name,
        lead=describe_going_on(notice),
        form=form,
        submit=_("Agree"),
        cancel=_at(code),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def keep_ending(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Say no to a notice's being taken back."""
    notice = access.get_end_notice(request.user, code, pk, to="take back")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            decline_to_take_back(
                by=actor(request), notice=notice, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("The notice remains. The other side is told."))
            return redirect("agreements:ending", code)
    return form_page(
        request,
        title=_("Keep the notice"),
        about=notice.agreement.name,
        lead=_("It ends on %(day)s, as the notice says.") % {"day": show.day(notice.last_day)},
        form=form,
        submit=_("Do not withdraw it"),
        cancel=_at(code),
    )


def _at(code: str) -> str:
    return reverse("agreements:ending", args=[code])
