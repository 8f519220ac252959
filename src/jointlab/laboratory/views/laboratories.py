"""A laboratory from inside: founded, seen, edited."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jointlab.agreements.access import may_see
from jointlab.common.web import form_page
from jointlab.laboratory import access
from jointlab.laboratory.forms.laboratories import FieldsForm, FoundForm, LaboratoryForm
from jointlab.laboratory.queries.choices import fields_to_choose
from jointlab.laboratory.queries.laboratory import (
    effect_of_change,
    laboratory_shown,
    life_of,
)
from jointlab.laboratory.queries.lists import agreement_for_laboratory
from jointlab.laboratory.services.laboratories import (
    choose_fields,
    edit_laboratory,
    found_laboratory,
)
from jointlab.parties.access import actor, own_side

acting = require_http_methods(["GET", "HEAD", "POST"])


@acting
def found(request: HttpRequest, code: str) -> HttpResponse:
    """Found a laboratory, or say what that takes."""
    partnership = access.get_partnership(request.user, code, to="edit")
    form = FoundForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            laboratory = found_laboratory(
                by=actor(request),
                partnership=partnership,
                code=form.cleaned_data["code"],
                **form.others("code"),
            )
            messages.success(
                request, _("The laboratory is founded. Say now what it is for and who leads it.")
            )
            return redirect("laboratory:laboratory", laboratory.code)
    shown = {
        "partnership": partnership,
        "form": form,
        "agreement": agreement_for_laboratory(partnership),
    }
    return render(request, "laboratory/found.html", shown)


@require_safe
def laboratory(request: HttpRequest, code: str) -> HttpResponse:
    """Show a laboratory from inside: what it is, where it stands, what can be done now."""
    laboratory = access.get_laboratory(request.user, code)
    shown = laboratory_shown(laboratory)
    context = {
        "laboratory": laboratory,
        "whole": shown,
        "agreement": agreement_for_laboratory(laboratory.partnership),
        "life": life_of(shown),
        "own_side": own_side(request.user, laboratory.partnership),
        "rights": access.rights_of(request.user, laboratory.partnership),
        "reads_agreement": may_see(request.user, laboratory.agreement),
    }
    return render(request, "laboratory/laboratory.html", context)


@acting
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a laboratory's names and what is said about it."""
    laboratory = access.get_laboratory(request.user, code, to="edit")
    form = LaboratoryForm(request.POST or None, row=laboratory)
    if form.is_valid():
        with form.refusals():
            edit_laboratory(
                by=actor(request),
                laboratory=laboratory,
                version=form.cleaned_data["version"],
                **form.others("version"),
            )
            messages.success(request, _("Your changes are saved."))
            return redirect("laboratory:laboratory", code)
    return part_page(request, laboratory, _("Edit the laboratory"), form, _("Save"))


@acting
def fields(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the fields in which a laboratory works."""
    laboratory = access.get_laboratory(request.user, code, to="edit")
    offered = fields_to_choose(request.user)
    form = FieldsForm(request.POST or None, row=laboratory, fields=offered)
    if form.is_valid():
        with form.refusals():
            choose_fields(
                by=actor(request),
                laboratory=laboratory,
                version=form.cleaned_data["version"],
                field_ids=form.cleaned_data["field_ids"],
            )
            messages.success(request, _("Your changes are saved."))
            return redirect("laboratory:laboratory", code)
    return part_page(request, laboratory, _("Choose the fields"), form, _("Save"))


def part_page(
    request: HttpRequest, laboratory: Any, title: str, form: Any, submit: str
) -> HttpResponse:
    """Show a form of a laboratory's, with what a change does besides."""
    return form_page(
        request,
        title=title,
        about=laboratory.name,
        form=form,
        submit=submit,
        cancel=reverse("laboratory:laboratory", args=[laboratory.code]),
        lead=effect_of_change(laboratory),
    )
