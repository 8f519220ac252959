"""What the pages show on which a text is edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jointlab.agreements.models import Agreement, Approval, State, Version
from jointlab.agreements.text import Clause, Text, wording
from jointlab.agreements.text.in_step import languages_behind, place_of
from jointlab.agreements.text.library import blank_clause, spare_clauses, starting_clauses
from jointlab.agreements.text.phrases import language_name
from jointlab.common import days
from jointlab.common.errors import NotNow
from jointlab.common.prepared import Prepared
from jointlab.parties.models import Membership, Organisation, Partnership, Role
from jointlab.parties.queries import sides_of

MOST_OFFERED = 100  # members in a list to choose from


@dataclass(frozen=True)
class Editing:
    """Whether a text can be edited, and what an edit costs."""

    is_open: bool
    may_reopen: bool
    approved_by: list[Organisation]


def editing_of(agreement: Agreement, version: Version) -> Editing:
    """Return whether the agreement's text can be edited, and whose approval an edit voids."""
    return Editing(
        is_open=agreement.state == State.DRAFT,
        may_reopen=agreement.state in (State.APPROVED, State.SIGNING),
        approved_by=[approval.organisation for approval in _approvals(version=version.pk)],
    )


@Prepared
def _approvals(version: UUID) -> QuerySet[Approval]:
    rows = Approval.objects.filter(version=version)
    return rows.select_related("organisation").order_by("at")


@dataclass(frozen=True)
class Lacking:
    """Languages by name: those not written yet, and those not written since the last change."""

    lacks: list[str]
    behind: list[str]


@dataclass(frozen=True)
class ClauseRow:
    """A clause in the list of them: what its wording lacks, and what is said about it."""

    number: int
    id: str
    heading: str
    lacking: Lacking
    comments: int


def clause_rows(version: Version, comments: Mapping[str, int]) -> list[ClauseRow]:
    """Return the clauses in their order."""
    text = version.text
    return [
        ClauseRow(
            number,
            clause.id,
            wording.heading(clause, get_language() or "en"),
            lacking_of(version, place_of("clauses", clause.id), [clause.heading, clause.body]),
            comments.get(clause.id, 0),
        )
        for number, clause in enumerate(text.clauses, 1)
    ]


def lacking_of(version: Version, place: str, words: Sequence[Mapping[str, str]]) -> Lacking:
    """Return which languages these words lack, and which are behind there."""
    languages = version.content["languages"]
    lacks = [code for code in languages if not all(said.get(code) for said in words)]
    behind = [code for code in languages_behind(version.behind, [place]) if code not in lacks]
    return Lacking(list(map(language_name, lacks)), list(map(language_name, behind)))


def clauses_to_add(text: Text) -> list[Clause]:
    """Return the clauses of the library that the text has not: of its kind, and the spare ones."""
    known = {clause.id for clause in text.clauses}
    offered = (*starting_clauses(text.kind), *spare_clauses(text.kind))
    return [clause for clause in offered if clause.id not in known]


def clause_to_add(text: Text, at: str) -> Clause:
    """Return the clause of the library with that id; a blank one where there is none."""
    return next((clause for clause in clauses_to_add(text) if clause.id == at), blank_clause())


def row_of(text: Text, part: str, at: str) -> Any:
    """Return the clause, the commitment or the duty with that id; refuse where it was dropped."""
    for row in getattr(text, part):
        if row.id == at:
            return row
    raise NotNow(_("That part is not in the text any more."))


def members_who_sign(partnership: Partnership) -> list[tuple[str, str]]:
    """Return the live members by id, side by side, signatories of their side first.

    Of more than a list can hold, those who speak for a side and those who head its units come first.
    """
    rows = _first_members(partnership=partnership.pk, today=days.today())
    sides = {side.pk: side.name for side in sides_of(partnership)}
    offered = sorted(
        (
            sides[row.organisation_id],
            Role.SIGNATORY not in row.roles,
            row.person.name,
            row.title,
            row.person_id,
        )
        for row in rows
    )
    return [
        (str(pk), _described(side, person, title)) for side, _signs, person, title, pk in offered
    ]


@Prepared
def _first_members(partnership: UUID, today: date) -> QuerySet[Membership]:
    rows = Membership.objects.live(today).filter(partnership=partnership)
    return rows.select_related("person").order_by("rank", "pk")[:MOST_OFFERED]


def _described(side: str, person: str, title: str) -> str:
    said = {"side": side, "person": person, "title": title}
    if not title:
        return _("%(side)s: %(person)s") % said
    return _("%(side)s: %(person)s, %(title)s") % said
