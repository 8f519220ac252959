"""The people of a partnership, and what one shares with a person."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jointlab.common.fields import SearchForm
from jointlab.common.service_form import DecisionForm
from jointlab.common.web import confirm_page, form_page
from jointlab.parties import access, consequences, queries
from jointlab.parties.forms.memberships import MembershipForm, PeopleForm
from jointlab.parties.services.memberships import add_member, change_membership, end_membership
from jointlab.parties.tables import people_columns
from jointlab.parties.tabs import tabs_of


@require_safe
def people(request: HttpRequest, code: str) -> HttpResponse:
    """List the people of a partnership, now or earlier, by side and by name."""
    partnership = access.get_partnership(request.user, code)
    rights = access.rights_of(request.user, partnership)
    form = PeopleForm(request.GET, sides=queries.sides_of(partnership))
    rows = queries.people_of(partnership, **form.filters)
    changes = "change membership" in rights
    return render(
        request,
        "parties/people.html",
        {
            "partnership": partnership,
            "rights": rights,
            "tabs": tabs_of(partnership, rights),
            "form": form,
            "page": queries.page(rows, request.GET.get("page")),
            "columns": people_columns(
                partnership, access.own_side(request.user, partnership) if changes else None
            ),
        },
    )


@require_safe
def choose_member(request: HttpRequest, code: str) -> HttpResponse:
    """List whom the office knows and may add without an invitation."""
    partnership = access.get_partnership(request.user, code, to="invite")
    form = SearchForm(request.GET)
    people = queries.find_people(access.people_to_add(request.user, partnership), form.words)
    page = queries.page(people, request.GET.get("page"))
    context = {"partnership": partnership, "form": form, "page": page}
    return render(request, "parties/choose_member.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, code: str, person: UUID) -> HttpResponse:
    """Make somebody whom the office knows a member of its side."""
    partnership = access.get_partnership(request.user, code, to="invite")
    somebody = access.get_person_to_add(request.user, partnership, person)
    side = access.own_side(request.user, partnership)
    form = MembershipForm(request.POST or None, organisation=side)
    by = access.actor(request)
    if form.is_valid():
        with form.refusals():
            add_member(
                by=by,
                partnership=partnership,
                organisation=side,
                person=somebody,
                roles=form.cleaned_data["roles"],
                unit=form.cleaned_data["unit"],
                since=form.cleaned_data["since"],
                until=form.cleaned_data["until"],
                **form.others("roles", "unit", "since", "until"),
            )
            messages.success(
                request, _("Added: the partnership's people show the new member of your side.")
            )
            return redirect("parties:people", code)
    return form_page(
        request,
        title=_("Add %(person)s") % {"person": somebody.name},
        about=partnership.name,
        form=form,
        submit=_("Add"),
        cancel=reverse("parties:people", args=[code]),
        lead=side.name,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Change what somebody is in a partnership."""
    membership = access.get_membership(request.user, code, pk, to="change membership")
    form = MembershipForm(
        request.POST or None, organisation=membership.organisation, row=membership
    )
    if form.is_valid():
        with form.refusals():
            change_membership(
                by=access.actor(request),
                membership=membership,
                version=form.cleaned_data["version"],
                roles=form.cleaned_data["roles"],
                unit=form.cleaned_data["unit"],
                until=form.cleaned_data["until"],
                **form.others("version", "roles", "unit", "until"),
            )
            messages.success(request, _("Your changes are saved."))
            return redirect("parties:people", code)
    return form_page(
        request,
        title=_("Change membership"),
        about=membership.partnership.name,
        form=form,
        submit=_("Save"),
        cancel=reverse("parties:people", args=[code]),
        lead=membership.person.name,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """End a membership, once what is lost has been read."""
    membership = access.get_membership(request.user, code, pk, to="end membership")
    form = DecisionForm(request)
    if form.is_valid():
        with form.refusals():
            end_membership(by=access.actor(request), membership=membership)
            messages.success(
                request, _("The membership has ended, and with it every right in this partnership.")
            )
            return redirect("parties:people", code)
    return confirm_page(
        request,
        title=_("End membership"),
        lost=consequences.losses_of_ending(membership),
        form=form,
        submit=_("End membership"),
        cancel=reverse("parties:people", args=[code]),
        lead=membership.person.name,
    )


@require_safe
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a person's names, and their memberships in the partnerships that the reader sees."""
    somebody = access.get_person(request.user, pk)
    memberships = queries.shared_memberships(request.user, somebody)
    page = queries.page(memberships, request.GET.get("page"))
    return render(request, "parties/person.html", {"person": somebody, "page": page})
