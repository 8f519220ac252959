"""The unveiling: each side reads what everybody will read, and gives its word."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.common.service_form import DecisionForm
from jointlab.common.web import confirm_page
from jointlab.laboratory import access
from jointlab.laboratory.forms.laboratories import ConfirmForm
from jointlab.laboratory.queries.laboratory import laboratory_shown
from jointlab.laboratory.queries.lists import agreement_for_laboratory
from jointlab.laboratory.services.unveiling import confirm_unveiling, take_back_confirmation
from jointlab.laboratory.views.laboratories import acting
from jointlab.parties.access import actor, own_side


@acting
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Show what everybody will read, and take one side's word for it."""
    laboratory = access.get_laboratory(request.user, code, to="confirm")
    form = ConfirmForm(request.POST or None, initial={"version": laboratory.version})
    if form.is_valid():
        with form.refusals():
            given = confirm_unveiling(
                by=actor(request), laboratory=laboratory, version=form.cleaned_data["version"]
            )
            if given.unveiled_on:
                messages.success(
                    request, _("The laboratory is unveiled: everybody reads this page.")
                )
                return redirect("laboratory:public", code)
            messages.success(
                request,
                _(
                    "Your side's confirmation is saved. The laboratory is unveiled when "
                    "every side has confirmed it."
                ),
            )
            return redirect("laboratory:laboratory", code)
    shown = {
        "laboratory": laboratory,
        "whole": laboratory_shown(laboratory),
        "form": form,
        "agreement": agreement_for_laboratory(laboratory.partnership),
        "own_side": own_side(request.user, laboratory.partnership),
    }
    return render(request, "laboratory/confirm.html", shown)


@acting
def take_back(request: HttpRequest, code: str) -> HttpResponse:
    """Take one's own side's word back."""
    laboratory = access.get_laboratory(request.user, code, to="confirm")
    form = DecisionForm(request)
    if form.is_valid():
        with form.refusals():
            take_back_confirmation(by=actor(request), laboratory=laboratory)
            messages.success(
                request,
                _(
                    "Your side's confirmation is withdrawn: the laboratory is not unveiled "
                    "until you give it again."
                ),
            )
            return redirect("laboratory:laboratory", code)
    side = own_side(request.user, laboratory.partnership).name
    return confirm_page(
        request,
        title=_("Withdraw your side's confirmation?"),
        lost=[_("The confirmation by %(side)s that the laboratory be unveiled") % {"side": side}],
        form=form,
        submit=_("Withdraw"),
        cancel=reverse("laboratory:laboratory", args=[code]),
        lead=laboratory.name,
    )
