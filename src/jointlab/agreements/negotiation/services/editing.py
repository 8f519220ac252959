"""Editing a text under negotiation: each edit is to one part, and makes another version.

An edit of some languages leaves the others of that part behind (text.in_step), unless whoever edits
says that all of them say the same: `confirmed`, also without a change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from jointlab.agreements.models import Agreement, Version
from jointlab.agreements.negotiation.services.drafting import signer_of
from jointlab.agreements.negotiation.services.versions import (
    clause_of,
    names_from,
    revise,
    tidied_words,
)
from jointlab.agreements.text import Clause, Commitment, Duty, Party, Signer, Terms, Text
from jointlab.agreements.text.in_step import DIRECTIONS, NAMES, PARTIES, place_of
from jointlab.common.errors import NotNow, Refusal
from jointlab.common.names import tidy_lines
from jointlab.parties.models import Membership, Partnership, Person

Row = TypeVar("Row", Commitment, Duty)


class Drop(Protocol):
    """Drop a row of the text, by its id, as it was in the version `base`."""

    def __call__(self, *, by: Person, agreement: Agreement, base: int, id: str) -> Version:  # noqa: A002
        """Return the version without it."""
        ...


def edit_terms(
    *,
    by: Person,
    agreement: Agreement,
    base: int,
    terms: Terms,
    names: Mapping[str, str],
    confirmed: bool = False,
) -> Version:
    """Change the terms and the agreement's names."""
    terms = replace(terms, directions=tuple(tidied_words(words) for words in terms.directions))
    named = names_from(names)
    return revise(
        by,
        agreement,
        base,
        "terms",
        of=lambda text: (text.terms, text.names),
        change=lambda text: replace(text, terms=terms, names=named),
        confirmed=(NAMES, DIRECTIONS) if confirmed else (),
    )


def edit_parties(
    *,
    by: Person,
    agreement: Agreement,
    base: int,
    parties: tuple[Party, ...],
    confirmed: bool = False,
) -> Version:
    """Change how the parties are named and called, and their order; not which they are."""
    kept = tuple(
        replace(party, names=tidied_words(party.names), capacity=tidied_words(party.capacity))
        for party in parties
    )

    def change(text: Text) -> Text:
        if {party.organisation for party in kept} != {row.organisation for row in text.parties}:
            raise Refusal(_("The parties are the sides of the partnership."))
        if not all(party.names for party in kept):
            raise Refusal(_("Enter a name for each party."))
        return replace(text, parties=kept)

    return revise(
        by,
        agreement,
        base,
        "parties",
        of=lambda text: text.parties,
        change=change,
        confirmed=(PARTIES,) if confirmed else (),
    )


def choose_signers(
    *,
    by: Person,
    agreement: Agreement,
    base: int,
    signatories: Sequence[UUID],
    witnesses: Sequence[UUID],
) -> Version:
    """Say who signs, in that order, and who witnesses after them: live members, each once."""
    chosen = [*signatories, *witnesses]
    if len(set(chosen)) < len(chosen):
        raise Refusal(_("Each person signs once: as a signatory or as a witness."))
    members = _members(agreement.partnership, chosen)
    signers = tuple(signer_of(members[person]) for person in signatories)
    signers += tuple(signer_of(members[person], witness=True) for person in witnesses)
    return revise(
        by,
        agreement,
        base,
        "signers",
        of=lambda text: text.signers,
        change=lambda text: replace(text, signers=_as_before(text, signers)),
    )


def edit_clause(
    *, by: Person, agreement: Agreement, base: int, clause: Clause, confirmed: bool = False
) -> Version:
    """Change a clause's heading and body."""
    clause = _tidied(clause)
    return revise(
        by,
        agreement,
        base,
        "clause",
        of=lambda text: clause_of(text, clause.id),
        change=lambda text: replace(
            text, clauses=_with_row(text.clauses, _place(text, clause.id), clause)
        ),
        clause=clause.id,
        confirmed=(place_of("clauses", clause.id),) if confirmed else (),
    )


def add_clause(
    *, by: Person, agreement: Agreement, base: int, clause: Clause, after: str = ""
) -> Version:
    """Add a clause after another one; at the end, where that one is not there any more."""
    clause = _tidied(clause)

    def change(text: Text) -> Text:
        ids = [each.id for each in text.clauses]
        if clause.id in ids:
            raise NotNow(_("This clause is in the text already."))
        place = ids.index(after) + 1 if after in ids else len(ids)
        clauses = (*text.clauses[:place], clause, *text.clauses[place:])
        return replace(text, clauses=clauses)

    return revise(
        by, agreement, base, "clause", of=_whatever_was_read, change=change, clause=clause.id
    )


def move_clause(*, by: Person, agreement: Agreement, base: int, clause: str, up: bool) -> Version:
    """Move a clause one place up or down; at the end of the text it stays where it is."""

    def change(text: Text) -> Text:
        clauses, place = list(text.clauses), _place(text, clause)
        other = max(0, min(len(clauses) - 1, place - 1 if up else place + 1))
        clauses[place], clauses[other] = clauses[other], clauses[place]
        return replace(text, clauses=tuple(clauses))

    return revise(
        by,
        agreement,
        base,
        "order",
        of=lambda text: [each.id for each in text.clauses],
        change=change,
    )


def drop_clause(*, by: Person, agreement: Agreement, base: int, clause: str) -> Version:
    """Drop a clause as it was in the version from which one decided."""
    return revise(
        by,
        agreement,
        base,
        "clause",
        of=lambda text: clause_of(text, clause),
        change=lambda text: replace(
            text, clauses=_with_row(text.clauses, _place(text, clause), None)
        ),
        clause=clause,
    )


def put_commitment(
    *,
    by: Person,
    agreement: Agreement,
    base: int,
    commitment: Commitment,
    confirmed: bool = False,
) -> Version:
    """Add a commitment, or change the one with that id."""
    kept = replace(commitment, what=tidied_words(commitment.what))
    return _put_row(by, agreement, base, "commitments", kept, confirmed)


def drop_commitment(*, by: Person, agreement: Agreement, base: int, id: str) -> Version:  # noqa: A002
    """Drop a commitment."""
    return _drop_row(by, agreement, base, "commitments", id)


def put_duty(
    *, by: Person, agreement: Agreement, base: int, duty: Duty, confirmed: bool = False
) -> Version:
    """Add what somebody will owe, or change the one with that id."""
    kept = replace(duty, what=tidied_words(duty.what))
    return _put_row(by, agreement, base, "duties", kept, confirmed)


def drop_duty(*, by: Person, agreement: Agreement, base: int, id: str) -> Version:  # noqa: A002
    """Drop what somebody would have owed."""
    return _drop_row(by, agreement, base, "duties", id)


def _place(text: Text, clause: str) -> int:
    ids = [each.id for each in text.clauses]
    if clause not in ids:
        raise NotNow(_("That clause is not in the text any more."))
    return ids.index(clause)


def _tidied(clause: Clause) -> Clause:
    body = {language: tidy_lines(said) for language, said in clause.body.items()}
    return replace(clause, heading=tidied_words(clause.heading), body=body)


def _whatever_was_read(_text: Text) -> None:
    """Return what is the same in every text: nothing that was read decides."""


def _with_row(rows: tuple[Any, ...], place: int, row: Any) -> tuple[Any, ...]:
    return (*rows[:place], *([row] if row is not None else []), *rows[place + 1 :])


def _put_row(
    by: Person, agreement: Agreement, base: int, part: str, row: Row, confirmed: bool
) -> Version:
    def change(text: Text) -> Text:
        if row.organisation not in {party.organisation for party in text.parties}:
            raise Refusal(_("Choose one of the parties."))
        rows = getattr(text, part)
        place = next((at for at, each in enumerate(rows) if each.id == row.id), len(rows))
        changed: Any = {part: _with_row(rows, place, row)}
        return replace(text, **changed)

    return revise(
        by,
        agreement,
        base,
        part,
        of=_by_id(part, row.id),
        change=change,
        confirmed=(place_of(part, row.id),) if confirmed else (),
    )


def _drop_row(by: Person, agreement: Agreement, base: int, part: str, id: str) -> Version:  # noqa: A002
    def change(text: Text) -> Text:
        changed: Any = {part: tuple(row for row in getattr(text, part) if row.id != id)}
        return replace(text, **changed)

    return revise(by, agreement, base, part, of=_by_id(part, id), change=change)


def _by_id(part: str, id: str) -> Callable[[Text], Any]:  # noqa: A002
    return lambda text: next((row for row in getattr(text, part) if row.id == id), None)


def _members(partnership: Partnership, people: Sequence[UUID]) -> dict[UUID, Membership]:
    rows = (
        Membership.objects.live()
        .filter(partnership=partnership, person__in=people)
        .select_related("person", "organisation")
    )
    members = {row.person_id: row for row in rows}
    if len(members) < len(set(people)):
        raise Refusal(_("Only members of the partnership sign, as they are today."))
    return members


def _as_before(text: Text, signers: tuple[Signer, ...]) -> tuple[Signer, ...]:
    """Keep how somebody was named in the text, where only the order or the others change."""
    known = {(row.person, row.witness): row for row in text.signers}
    return tuple(known.get((row.person, row.witness), row) for row in signers)
