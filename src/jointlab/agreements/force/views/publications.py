"""Notices of planned publications under an agreement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jointlab.agreements import access
from jointlab.agreements.force.forms import NoticeForm
from jointlab.agreements.force.queries.publications import PAGE, notices, publications_of
from jointlab.agreements.force.services.publications import (
    clear_publication,
    give_publication_notice,
    object_to_publication,
    speaks_of_publications,
    withdraw_publication,
)
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.tabs import tabs_of
from jointlab.common.fields import ReasonForm
from jointlab.common.service_form import DecisionForm
from jointlab.common.web import confirm_page, form_page
from jointlab.parties.access import actor
from jointlab.parties.queries import page


@require_safe
def publications(request: HttpRequest, code: str) -> HttpResponse:
    """List the notices under an agreement, each as its steps."""
    agreement = access.get_agreement(request.user, code, to="read")
    rights = access.rights_of(request.user, agreement.partnership)
    found = page(publications_of(agreement), request.GET.get("page"), PAGE)
    text = latest_version(agreement).text
    context = {
        "agreement": agreement,
        "tabs": tabs_of(agreement, rights),
        "page": found,
        "notices": notices(found.object_list, request.user, agreement),
        "speaks": speaks_of_publications(text),
        "terms": text.terms,
        "may_give": "give notice" in rights and agreement.is_in_force,
    }
    return render(request, "agreements/publications.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, code: str) -> HttpResponse:
    """Give notice of a planned publication."""
    agreement = access.get_agreement(request.user, code, to="give notice")
    form = NoticeForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            give_publication_notice(
                by=actor(request),
                agreement=agreement,
                title=form.cleaned_data["title"],
                abstract=form.cleaned_data["abstract"],
                venue=form.cleaned_data["venue"],
            )
            messages.success(request, _("The notice is given. The other side is told."))
            return redirect("agreements:publications", code)
    return form_page(
        request,
        title=_("Give notice of a publication"),
        about=agreement.name,
        form=form,
        submit=_("Give notice"),
        cancel=_at(code),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def clear(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Let a publication appear at once."""
    publication = access.get_publication(request.user, code, pk, to="clear")
    form = DecisionForm(request)
    if form.is_valid():
        with form.refusals():
            clear_publication(by=actor(request), publication=publication)
            messages.success(
                request, _("The publication is cleared. The author of the notice is told.")
            )
            return redirect("agreements:publications", code)
    return _ask(
        request,
        _("Clear the publication"),
        publication,
        [_("Your side's right to object to it.")],
        form,
        _("Clear it"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Object to a publication, with a reason."""
    publication = access.get_publication(request.user, code, pk, to="object")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            object_to_publication(
                by=actor(request), publication=publication, reason=form.cleaned_data["reason"]
            )
            messages.success(
                request, _("Your objection is recorded. The author of the notice is told.")
            )
            return redirect("agreements:publications", code)
    return form_page(
        request,
        title=_("Object to the publication"),
        about=publication.title,
        form=form,
        submit=_("Object"),
        cancel=_at(code),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Take back a notice."""
    publication = access.get_publication(request.user, code, pk, to="give notice")
    form = DecisionForm(request)
    if form.is_valid():
        with form.refusals():
            withdraw_publication(by=actor(request), publication=publication)
            messages.success(request, _("The notice is withdrawn. Another one begins anew."))
            return redirect("agreements:publications", code)
    lost = [_("The time that has run: another notice begins anew.")]
    return _ask(
        request, _("Withdraw the notice"), publication, lost, form, _("Withdraw the notice")
    )


def _ask(
    request: HttpRequest, title: str, publication: Any, lost: list[str], form: Any, submit: str
) -> HttpResponse:
    return confirm_page(
        request,
        title=title,
        lead=publication.title,
        lost=lost,
        form=form,
        submit=submit,
        cancel=_at(publication.agreement.code),
    )


def _at(code: str) -> str:
    return reverse("agreements:publications", args=[code])
