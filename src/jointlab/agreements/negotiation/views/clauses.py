"""Editing the clauses: their order, their words, what is added and dropped."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jointlab.agreements import access
from jointlab.agreements.negotiation.forms.clauses import ClauseForm, MoveForm, NewClauseForm
from jointlab.agreements.negotiation.forms.part_form import VersionForm
from jointlab.agreements.negotiation.queries.editing import (
    clause_rows,
    clause_to_add,
    clauses_to_add,
    row_of,
)
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.negotiation.services.editing import (
    add_clause,
    drop_clause,
    edit_clause,
    move_clause,
)
from jointlab.agreements.negotiation.tables import clause_columns, placeholder_columns
from jointlab.agreements.negotiation.views.editing import GET_OR_POST, after_saving, edit_page
from jointlab.agreements.text import Clause, wording
from jointlab.common.web import confirm_page
from jointlab.parties.access import actor


@require_safe
def clauses(request: HttpRequest, code: str) -> HttpResponse:
    """List the clauses in order, and those that one may add."""
    agreement = access.get_agreement(request.user, code, to="draft")
    version = latest_version(agreement)
    language = get_language() or "en"
    rows = clause_rows(version, access.open_comments_by_clause(request.user, agreement))
    return edit_page(
        request,
        agreement,
        version,
        None,
        _("Edit the clauses"),
        page="edit_clauses.html",
        rows=rows,
        columns=clause_columns(rows, request, agreement),
        library=[
            (clause.id, wording.heading(clause, language))
            for clause in clauses_to_add(version.text)
        ],
    )


@GET_OR_POST
def clause(request: HttpRequest, code: str, clause: str) -> HttpResponse:
    """Edit a clause in each language; what was typed is kept even when it was dropped meanwhile."""
    agreement = access.get_agreement(request.user, code, to="draft")
    version = latest_version(agreement)
    row = Clause(clause, {}, {}) if request.POST else row_of(version.text, "clauses", clause)
    form = ClauseForm(request.POST or None, version=version, clause=row)
    if form.is_valid():
        with form.refusals():
            saved = edit_clause(
                by=actor(request),
                agreement=agreement,
                base=form.cleaned_data["version"],
                clause=form.clause,
                confirmed=form.confirmed,
            )
            return after_saving(request, saved, "edit-clauses", code, form)
    return edit_page(
        request,
        agreement,
        version,
        form,
        _("Edit a clause"),
        page="edit_clause.html",
        columns=placeholder_columns(),
        cancel=_list(code),
    )


@GET_OR_POST
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Add a clause: of the library, or a blank one."""
    agreement = access.get_agreement(request.user, code, to="draft")
    version = latest_version(agreement)
    row = clause_to_add(version.text, request.GET.get("from", ""))
    form = NewClauseForm(request.POST or None, version=version, clause=row)
    if form.is_valid():
        with form.refusals():
            saved = add_clause(
                by=actor(request),
                agreement=agreement,
                base=form.cleaned_data["version"],
                clause=form.clause,
                after=form.cleaned_data["after"],
            )
            return after_saving(request, saved, "edit-clauses", code)
    return edit_page(
        request,
        agreement,
        version,
        form,
        _("Add a clause"),
        page="edit_clause.html",
        columns=placeholder_columns(),
        cancel=_list(code),
    )


@require_POST
def move(request: HttpRequest, code: str, clause: str) -> HttpResponse:
    """Move a clause one place up or down."""
    agreement = access.get_agreement(request.user, code, to="draft")
    form = MoveForm(request.POST)
    back = f"{_list(code)}#clause-{clause}"
    if form.is_valid():
        with form.refusals():
            move_clause(
                by=actor(request),
                agreement=agreement,
                base=form.cleaned_data["version"],
                clause=clause,
                up=form.cleaned_data["up"],
            )
            return redirect(back)
    for refusal in form.non_field_errors() or [_("Nothing was moved.")]:
        messages.error(request, str(refusal))
    return redirect(back)


@GET_OR_POST
def drop(request: HttpRequest, code: str, clause: str) -> HttpResponse:
    """Drop a clause, after saying what is lost."""
    agreement = access.get_agreement(request.user, code, to="draft")
    version = latest_version(agreement)
    form = VersionForm(request.POST or None, initial={"version": version.number})
    if form.is_valid():
        with form.refusals():
            saved = drop_clause(
                by=actor(request),
                agreement=agreement,
                base=form.cleaned_data["version"],
                clause=clause,
            )
            return after_saving(request, saved, "edit-clauses", code)
    row, language = row_of(version.text, "clauses", clause), get_language() or "en"
    lost = [wording.heading(row, language), wording.filled(version.text, row, language)]
    if comments := access.open_comments_by_clause(request.user, agreement).get(clause, 0):
        said = ngettext("%(number)s open comment on it", "%(number)s open comments on it", comments)
        lost.append(said % {"number": comments})
    return confirm_page(
        request,
        title=_("Drop the clause"),
        lead=_("It is dropped in every language. Earlier versions keep it."),
        lost=filter(None, lost),
        form=form,
        submit=_("Drop"),
        cancel=_list(code),
    )


def _list(code: str) -> str:
    return reverse("agreements:edit-clauses", args=[code])
