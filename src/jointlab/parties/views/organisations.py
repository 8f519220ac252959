"""An organisation, kept by its own office or by the operator, and the tree of its units."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jointlab.common.web import confirm_page, form_page
from jointlab.history.access import chain_visible_to
from jointlab.history.queries import latest
from jointlab.parties import access, consequences, queries
from jointlab.parties.forms.organisations import CloseUnitForm, OrganisationForm, UnitForm
from jointlab.parties.services.organisations import edit_organisation
from jointlab.parties.services.units import add_unit, close_unit, edit_unit

LATEST = 8


@require_safe
def organisation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show an organisation, its units, and to its office what was changed lately."""
    organisation = access.get_organisation(request.user, pk)
    reads = access.reads_history_of(request.user, organisation)
    chain = chain_visible_to(request.user, organisation.pk) if reads else None
    return render(
        request,
        "parties/organisation.html",
        {
            "organisation": organisation,
            "keeps": access.may_edit_units(request.user, organisation),
            "tree": queries.units_tree(organisation),
            "closed": queries.units_closed(organisation),
            "partnerships": queries.partnerships_with(request.user, organisation),
            "history": reverse("parties:organisation-history", args=[pk]),
            "latest": latest(chain, LATEST) if chain else None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change an organisation's names, and as an operator its codes."""
    organisation = access.get_organisation(request.user, pk, to="edit units")
    person = access.actor(request)
    form = OrganisationForm(request.POST or None, row=organisation, codes=person.is_operator)
    if form.is_valid():
        with form.refusals():
            edit_organisation(
                by=person,
                organisation=organisation,
                version=form.cleaned_data["version"],
                **form.others("version"),
            )
            messages.success(request, _("Your changes are saved."))
            return redirect("parties:organisation", pk)
    return _organisation_form_page(request, _("Edit organisation"), organisation, form, _("Save"))


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Add a unit."""
    house = access.get_organisation(request.user, organisation, to="edit units")
    form = UnitForm(request.POST or None, organisation=house)
    if form.is_valid():
        with form.refusals():
            add_unit(
                by=access.actor(request),
                organisation=house,
                parent=form.cleaned_data["parent"],
                **form.others("parent"),
            )
            messages.success(request, _("The unit is added: people can be put into it now."))
            return redirect("parties:organisation", organisation)
    return _organisation_form_page(request, _("Add unit"), house, form, _("Add"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_unit_page(request: HttpRequest, organisation: UUID, pk: UUID) -> HttpResponse:
    """Change a unit's names, kind or place."""
    unit = access.get_unit(request.user, organisation, pk, to="edit units")
    form = UnitForm(request.POST or None, organisation=unit.organisation, row=unit)
    if form.is_valid():
        with form.refusals():
            edit_unit(
                by=access.actor(request),
                unit=unit,
                version=form.cleaned_data["version"],
                parent=form.cleaned_data["parent"],
                **form.others("version", "parent"),
            )
            messages.success(request, _("Your changes are saved."))
            return redirect("parties:organisation", organisation)
    return _organisation_form_page(
        request, _("Edit unit"), unit.organisation, form, _("Save"), lead=unit.name
    )


def _organisation_form_page(
    request: HttpRequest, title: str, house: Any, form: Any, submit: str, lead: str = ""
) -> HttpResponse:
    """Show a form of an organisation's."""
    cancel = reverse("parties:organisation", args=[house.pk])
    return form_page(
        request,
        title=title,
        about=house.name,
        form=form,
        submit=submit,
        cancel=cancel,
        lead=lead,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, organisation: UUID, pk: UUID) -> HttpResponse:
    """Close a unit, once what is lost has been read."""
    unit = access.get_unit(request.user, organisation, pk, to="edit units")
    form = CloseUnitForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            close_unit(by=access.actor(request), unit=unit, on=form.cleaned_data["on"])
            messages.success(request, _("The unit is closed: nobody can be put into it any more."))
            return redirect("parties:organisation", organisation)
    return confirm_page(
        request,
        title=_("Close unit"),
        lost=consequences.losses_of_closing(request.user, unit),
        form=form,
        submit=_("Close unit"),
        cancel=reverse("parties:organisation", args=[organisation]),
        lead=unit.name,
    )
