"""The text of an agreement as one reads it, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jointlab.agreements.text import Clause, Text, wording
from jointlab.agreements.text.paragraphs import Paragraph, paragraphs


@dataclass(frozen=True)
class ClauseRead:
    """A clause as it is read: its number, heading and paragraphs."""

    number: int
    clause: Clause
    heading: str
    paragraphs: list[Paragraph]
    comments: int = 0  # those that are open, of which the reader knows


@dataclass(frozen=True)
class Reading:
    """A text in one language; rows are as `wording` gives them."""

    language: str
    name: str
    kind: str
    parties: list[str]
    terms: list[tuple[str, str]]
    clauses: list[ClauseRead]
    commitments: list[tuple[str, ...]]
    duties: list[tuple[str, ...]]
    signers: list[tuple[str, ...]]


def reading_of(
    text: Text, language: str, comments: Mapping[str, int] = MappingProxyType({})
) -> Reading:
    """Return the text as it reads in that language; `comments` counts them by clause."""
    return Reading(
        language=language,
        name=text.names.get(language) or next(iter(text.names.values()), ""),
        kind=wording.kind_label(text.kind, language),
        parties=[wording.party_line(party, language) for party in text.parties],
        terms=wording.term_rows(text, language),
        clauses=[
            ClauseRead(
                number,
                clause,
                wording.heading(clause, language),
                paragraphs(wording.filled(text, clause, language)),
                comments.get(clause.id, 0),
            )
            for number, clause in enumerate(text.clauses, 1)
        ],
        commitments=list(wording.commitment_rows(text, language)),
        duties=list(wording.duty_rows(text, language)),
        signers=list(wording.signer_rows(text, language)),
    )
