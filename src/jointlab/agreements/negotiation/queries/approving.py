"""The text as a side approves it: in every language, with what was changed since it knew it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from uuid import UUID

from django.utils.translation import get_language

from jointlab.agreements.events import APPROVED
from jointlab.agreements.models import Agreement, Version
from jointlab.agreements.negotiation.queries.reading import Reading, reading_of
from jointlab.agreements.text import Clause, Text, wording
from jointlab.agreements.text.marked import ADDED, REMOVED, Piece, is_same, marked
from jointlab.agreements.text.paragraphs import Paragraph, paragraphs
from jointlab.history.models import Entry

SAME, CHANGED = "same", "changed"


@dataclass(frozen=True)
class Known:
    """The version that a side knew last, and by what: "approved", "own" or "first"."""

    version: Version
    by: str


def known_to(agreement: Agreement, side: UUID) -> Known:
    """Return the version that the side approved last, also where its approval is void since.

    Of a text that it never approved: the last one before another side changed it; and of one that
    another side began, the one that was sent to it.
    """
    if number := _last_approved(agreement, side):
        return Known(agreement.versions.get(number=number), "approved")
    sides = agreement.versions.order_by("number").values_list("number", "organisation")
    own = [number for number, _side in takewhile(lambda row: row[1] == side, sides)]
    first = own[-1] if own else agreement.sent_version or 1
    return Known(agreement.versions.get(number=first), "own" if own else "first")


def _last_approved(agreement: Agreement, side: UUID) -> int | None:
    """Return the number of that version: the history knows it when the approval itself is gone."""
    rows = Entry.objects.filter(
        chain=agreement.partnership_id,
        event=APPROVED.name,
        record__contains=str(agreement.pk),
    )
    for row in rows.select_related("details").order_by("-number"):
        facts = row.facts
        if facts["agreement"]["id"] == str(agreement.pk) and facts["organisation"]["id"] == str(
            side
        ):
            return int(facts["version"])
    return None


@dataclass(frozen=True)
class Said:
    """A clause in one language: as paragraphs, or in pieces where it was changed."""

    language: str
    heading: tuple[Piece, ...]
    paragraphs: list[Paragraph]
    pieces: tuple[Piece, ...]
    is_written: bool


@dataclass(frozen=True)
class ClauseAbreast:
    """A clause in every language; `kind` is same, added, changed or removed."""

    id: str
    number: int
    kind: str
    said: list[Said]


@dataclass(frozen=True)
class RowSaid:
    """A row of a list of the text in one language; another one speaks where it is not written."""

    language: str
    parts: tuple[str, ...]
    is_written: bool


@dataclass(frozen=True)
class Abreast:
    """A text in every language of it, the reader's first."""

    readings: list[Reading]
    clauses: list[ClauseAbreast]
    commitments: list[list[RowSaid]]
    duties: list[list[RowSaid]]
    signers: list[list[RowSaid]]


def abreast(old: Text, new: Text) -> Abreast:
    """Return the new text in every language, its clauses with what changed since the old one."""
    languages = _readers_first(new.languages)
    readings = [reading_of(new, language) for language in languages]
    return Abreast(
        readings,
        list(_clauses(old, new, languages)),
        _rows(readings, "commitments", [row.what for row in new.commitments]),
        _rows(readings, "duties", [row.what for row in new.duties]),
        _rows(readings, "signers", [row.names for row in new.signers]),
    )


def _readers_first(languages: Sequence[str]) -> list[str]:
    reader = get_language() or "en"
    return sorted(languages, key=lambda code: code != reader)


def _rows(
    readings: Sequence[Reading], name: str, words: Sequence[Mapping[str, str]]
) -> list[list[RowSaid]]:
    """Return each row of a list of the text, as it reads in each language."""
    rows = zip(*(getattr(reading, name) for reading in readings), strict=True)
    return [
        [
            # A person has the name that they have, in whatever script.
            RowSaid(reading.language, parts, name == "signers" or bool(said.get(reading.language)))
            for reading, parts in zip(readings, row, strict=True)
        ]
        for row, said in zip(rows, words, strict=True)
    ]


def _clauses(old: Text, new: Text, languages: Sequence[str]) -> Iterator[ClauseAbreast]:
    """Yield the clauses in their order, then those that were taken out."""
    before = {clause.id: clause for clause in old.clauses}
    for number, clause in enumerate(new.clauses, 1):
        was = before.pop(clause.id, None)
        said = [_said((old, was), (new, clause), language) for language in languages]
        kind = ADDED if was is None else CHANGED if any(each.pieces for each in said) else SAME
        yield ClauseAbreast(clause.id, number, kind, said)
    numbers = {clause.id: number for number, clause in enumerate(old.clauses, 1)}
    for gone in before.values():
        said = [_said((old, gone), (new, None), language) for language in languages]
        yield ClauseAbreast(gone.id, numbers[gone.id], REMOVED, said)


Placed = tuple[Text, Clause | None]


def _said(old: Placed, new: Placed, language: str) -> Said:
    """Return a clause as it reads in that language, with the terms in their places."""
    was, now = _wording(*old, language), _wording(*new, language)
    heading, body = (marked(*both) for both in zip(was, now, strict=True))
    same = is_same(heading) and is_same(body)
    clause = new[1] or old[1]
    return Said(
        language=language,
        heading=heading,
        paragraphs=paragraphs(now[1]) if same else [],
        pieces=() if same else body or (Piece(SAME, ""),),
        is_written=bool(clause and clause.heading.get(language) and clause.body.get(language)),
    )


def _wording(text: Text, clause: Clause | None, language: str) -> tuple[str, str]:
    """Return the heading and the body in that language alone; nothing where it is not written."""
    if clause is None:
        return "", ""
    body = wording.fill(text, clause.body.get(language, ""), language)
    return clause.heading.get(language, ""), body
