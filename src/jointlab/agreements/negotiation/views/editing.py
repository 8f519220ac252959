"""Editing a text under negotiation: terms, parties, who signs, what each brings and owes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jointlab.agreements import access
from jointlab.agreements.negotiation.forms.clauses import CommitmentForm, DutyForm
from jointlab.agreements.negotiation.forms.editing import PartiesForm, SignersForm, TermsForm
from jointlab.agreements.negotiation.forms.part_form import PartForm, VersionForm
from jointlab.agreements.negotiation.queries.editing import (
    editing_of,
    lacking_of,
    members_who_sign,
    row_of,
)
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.negotiation.services.editing import (
    Drop,
    choose_signers,
    drop_commitment,
    drop_duty,
    edit_parties,
    edit_terms,
    put_commitment,
    put_duty,
)
from jointlab.agreements.negotiation.tables import row_columns
from jointlab.agreements.tabs import parts_to_edit
from jointlab.agreements.text import wording
from jointlab.agreements.text.in_step import place_of
from jointlab.agreements.text.phrases import language_name, listed
from jointlab.common.names import Text as Words
from jointlab.common.service_form import ServiceForm
from jointlab.common.web import confirm_page
from jointlab.parties.access import actor

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_OR_POST
def terms(request: HttpRequest, code: str) -> HttpResponse:
    """Edit the terms and the agreement's names."""
    agreement = access.get_agreement(request.user, code, to="draft")
    version = latest_version(agreement)
    form = TermsForm(request.POST or None, version=version)
    if form.is_valid():
        with form.refusals():
            saved = edit_terms(
                by=actor(request),
                agreement=agreement,
                base=form.cleaned_data["version"],
                terms=form.terms,
                names=form.names,
                confirmed=form.confirmed,
            )
            return after_saving(request, saved, "edit-terms", code, form)
    lead = _(
        "Clear a row to delete its direction. Save to get more rows. Clauses name the terms"
        " by placeholders, so that they show at once what you enter here."
    )
    return edit_page(request, agreement, version, form, _("Edit the terms"), lead=lead)


@GET_OR_POST
def parties(request: HttpRequest, code: str) -> HttpResponse:
    """Edit how the parties are named and called."""
    agreement = access.get_agreement(request.user, code, to="draft")
    version = latest_version(agreement)
    form = PartiesForm(request.POST or None, version=version)
    if form.is_valid():
        with form.refusals():
            saved = edit_parties(
                by=actor(request),
                agreement=agreement,
                base=form.cleaned_data["version"],
                parties=form.parties,
                confirmed=form.confirmed,
            )
            return after_saving(request, saved, "edit-parties", code, form)
    lead = _("The parties are the sides of the partnership. A clause calls them as you say here.")
    return edit_page(request, agreement, version, form, _("Edit the parties"), lead=lead)


@GET_OR_POST
def signers(request: HttpRequest, code: str) -> HttpResponse:
    """Choose who signs and who witnesses, in order."""
    agreement = access.get_agreement(request.user, code, to="draft")
    version, members = latest_version(agreement), members_who_sign(agreement.partnership)
    form = SignersForm(request.POST or None, version=version, members=members)
    if form.is_valid():
        with form.refusals():
            saved = choose_signers(
                by=actor(request),
                agreement=agreement,
                base=form.cleaned_data["version"],
                signatories=form.people("signatory"),
                witnesses=form.people("witness"),
            )
            return after_saving(request, saved, "edit-signers", code)
    lead = _(
        "They sign one after the other in this order, the witnesses last. Each side needs "
        "at least one signatory. Empty rows are ignored. Save to get more rows."
    )
    return edit_page(request, agreement, version, form, _("Choose who signs"), lead=lead)


@dataclass(frozen=True)
class Rows:
    """A list of the text whose rows have a page each: how they are edited, what pages say."""

    one: str  # how the names of its addresses end
    form: type[CommitmentForm | DutyForm]
    drop: Drop
    shown: Callable[..., list[tuple[str, str, str]]]
    title: Words
    add: Words
    edit: Words
    remove: Words
    what: Words
    last: Words
    empty: Words


ROWS = {
    "commitments": Rows(
        one="commitment",
        form=CommitmentForm,
        drop=drop_commitment,
        shown=wording.commitment_rows,
        title=gettext_lazy("Edit the commitments"),
        add=gettext_lazy("Add a commitment"),
        edit=gettext_lazy("Edit a commitment"),
        remove=gettext_lazy("Drop the commitment"),
        what=gettext_lazy("What it brings"),
        last=gettext_lazy("Amount"),
        empty=gettext_lazy("No party brings anything yet."),
    ),
    "duties": Rows(
        one="duty",
        form=DutyForm,
        drop=drop_duty,
        shown=wording.duty_rows,
        title=gettext_lazy("Edit the obligations"),
        add=gettext_lazy("Add an obligation"),
        edit=gettext_lazy("Edit an obligation"),
        remove=gettext_lazy("Drop the obligation"),
        what=gettext_lazy("What it owes"),
        last=gettext_lazy("Due"),
        empty=gettext_lazy("No party owes anything yet."),
    ),
}


@require_safe
def rows(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """List what the parties bring, or what they owe."""
    agreement = access.get_agreement(request.user, code, to="draft")
    version, kind = latest_version(agreement), ROWS[part]
    shown = kind.shown(version.text, get_language() or "en")
    context: dict[str, Any] = {
        "rows": [
            (row.id, *said, lacking_of(version, place_of(part, row.id), [row.what]))
            for row, said in zip(getattr(version.text, part), shown, strict=True)
        ],
        "kind": kind,
        "add": f"agreements:add-{kind.one}",
        "columns": row_columns(kind.one, kind.what, kind.last, agreement),
    }
    return edit_page(
        request, agreement, version, None, kind.title, page="edit_rows.html", **context
    )


@GET_OR_POST
def edit_row(request: HttpRequest, code: str, part: str, row: str = "") -> HttpResponse:
    """Add a commitment or an obligation, or edit one."""
    agreement = access.get_agreement(request.user, code, to="draft")
    version, kind = latest_version(agreement), ROWS[part]
    if row and not request.POST:
        row_of(version.text, part, row)
    form = kind.form(request.POST or None, version=version, row=row)
    if form.is_valid():
        with form.refusals():
            saved = _save_row(request, agreement, form)
            return after_saving(request, saved, f"edit-{part}", code, form)
    title = kind.edit if row else kind.add
    return edit_page(request, agreement, version, form, title, cancel=_url(f"edit-{part}", code))


def _save_row(request: HttpRequest, agreement: Any, form: CommitmentForm | DutyForm) -> Any:
    by, base = actor(request), form.cleaned_data["version"]
    if isinstance(form, CommitmentForm):
        return put_commitment(
            by=by,
            agreement=agreement,
            base=base,
            commitment=form.commitment,
            confirmed=form.confirmed,
        )
    return put_duty(by=by, agreement=agreement, base=base, duty=form.duty, confirmed=form.confirmed)


@GET_OR_POST
def drop_row(request: HttpRequest, code: str, part: str, row: str) -> HttpResponse:
    """Drop a commitment or an obligation."""
    agreement = access.get_agreement(request.user, code, to="draft")
    version, kind = latest_version(agreement), ROWS[part]
    form = VersionForm(request.POST or None, initial={"version": version.number})
    if form.is_valid():
        with form.refusals():
            saved = kind.drop(
                by=actor(request),
                agreement=agreement,
                base=form.cleaned_data["version"],
                id=row,
            )
            return after_saving(request, saved, f"edit-{part}", code)
    place = getattr(version.text, part).index(row_of(version.text, part, row))
    return confirm_page(
        request,
        title=str(kind.remove),
        lost=[" · ".join(filter(None, kind.shown(version.text, get_language() or "en")[place]))],
        form=form,
        submit=_("Drop"),
        cancel=_url(f"edit-{part}", code),
    )


def after_saving(
    request: HttpRequest, version: Any, page: str, code: str, form: PartForm | None = None
) -> HttpResponse:
    """Say which version it is now, and which languages are left to write; lead on."""
    messages.success(request, _("Saved: it is version %(number)s.") % {"number": version.number})
    if form and (behind := form.languages_behind(version)):
        left = listed([language_name(code) for code in behind], get_language() or "en")
        messages.warning(
            request,
            _(
                "Translations differ now. Write the same in these languages, or confirm that they"
                " say it already: %(languages)s."
            )
            % {"languages": left},
        )
    return redirect(f"agreements:{page}", code)


def edit_page(
    request: HttpRequest,
    agreement: Any,
    version: Any,
    form: ServiceForm | None,
    title: Words,
    *,
    page: str = "edit.html",
    cancel: str = "",
    **more: Any,
) -> HttpResponse:
    """Show a page on which a part of the text is edited, with what an edit costs."""
    context = {
        "agreement": agreement,
        "version": version,
        "editing": editing_of(agreement, version),
        "tabs": parts_to_edit(agreement),
        "form": form,
        "title": title,
        "cancel": cancel or _url("agreement", code=agreement.code),
        **more,
    }
    return render(request, f"agreements/{page}", context)


def _url(page: str, code: str) -> str:
    return reverse(f"agreements:{page}", args=[code])
