"""The operator's pages: organisations and partnerships from the outside."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jointlab.common.fields import SearchForm
from jointlab.common.web import form_page
from jointlab.parties import access, queries, ror
from jointlab.parties.forms.organisations import OrganisationForm
from jointlab.parties.forms.partnerships import ChooseForm, OpenPartnershipForm
from jointlab.parties.services.organisations import add_organisation
from jointlab.parties.services.partnerships import open_partnership


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """List every organisation."""
    access.require_operator(request.user)
    form = SearchForm(request.GET)
    rows = queries.find_organisations(request.user, form.words)
    page = queries.page(rows, request.GET.get("page"))
    return render(request, "parties/organisations.html", {"form": form, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add an organisation; `?ror=` fills the form from the registry's data."""
    access.require_operator(request.user)
    entry = ror.get(ror.registry_file(), request.GET.get("ror", ""))
    form = OrganisationForm(request.POST or None, initial=entry.values() if entry else {})
    if form.is_valid():
        with form.refusals():
            organisation = add_organisation(by=access.actor(request), **form.others())
            messages.success(
                request, _("The organisation is added: a partnership can be opened with it now.")
            )
            return redirect("parties:organisation", organisation.pk)
    return form_page(
        request,
        title=_("Add organisation"),
        about=_("Organisations"),
        form=form,
        submit=_("Add"),
        cancel=reverse("parties:organisations"),
        lead=_("Filled in from ROR. Compare, then add.") if entry else "",
    )


@require_safe
def find_in_ror(request: HttpRequest) -> HttpResponse:
    """Look for an organisation in the registry's data, to fill the form from."""
    access.require_operator(request.user)
    form = SearchForm(request.GET)
    found = ror.find(ror.registry_file(), form.words)
    known = queries.organisations_by_ror(entry.ror for entry in found)
    context = {
        "form": form,
        "found": [(entry, known.get(entry.ror)) for entry in found],
        "there": ror.registry_file() is not None,
    }
    return render(request, "parties/ror.html", context)


@require_safe
def partnerships(request: HttpRequest) -> HttpResponse:
    """List every partnership with its sides, and which of them still lacks its office."""
    access.require_operator(request.user)
    form = SearchForm(request.GET)
    rows = queries.list_partnerships_for_operator(request.user, form.words)
    page = queries.page(rows, request.GET.get("page"))
    return render(request, "parties/partnerships_opened.html", {"form": form, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def open_partnership_page(request: HttpRequest) -> HttpResponse:
    """Open a partnership of the organisations that `?organisation=` names, in that order."""
    access.require_operator(request.user)
    sides = queries.organisations_by_ids(request.user, request.GET.getlist("organisation"))
    search = ChooseForm(request.GET)
    form = OpenPartnershipForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            open_partnership(
                by=access.actor(request),
                organisations=sides,
                code=form.cleaned_data["code"],
                **form.others("code"),
            )
            messages.success(request, _("The partnership is open. Now invite each side's office."))
            return redirect("parties:partnerships-opened")
    chosen = [str(side.pk) for side in sides]
    context = {
        "sides": [
            (side, _chosen_query(key for key in chosen if key != str(side.pk))) for side in sides
        ],
        "search": search,
        "found": [
            (found, _chosen_query([*chosen, str(found.pk)]))
            for found in queries.organisations_to_choose(request.user, search.words, chosen)
        ],
        "form": form,
    }
    return render(request, "parties/partnership_open.html", context)


def _chosen_query(organisations: Iterable[str]) -> str:
    return "?" + urlencode({"organisation": list(organisations)}, doseq=True)
