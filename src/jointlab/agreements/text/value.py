"""The text of an agreement as a value: what is edited, approved by its hash, printed and signed.

A text never changes: an edit makes another one. Its hash is SHA-256 over canonical JSON
(RFC 8785 as far as strings, whole numbers, lists and objects go), the same in every place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from typing import Any, Self
from uuid import UUID

from jointlab.common.names import LANGUAGES
from jointlab.history.chain import canonical

FORMAT = "jointlab-agreement-1"


@dataclass(frozen=True)
class Party:
    """An organisation as the text names it, and what it is called in the text: "the University"."""

    organisation: UUID
    names: Mapping[str, str]
    capacity: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Clause:
    """A numbered clause; its number is its place. Heading and body by language.

    A body is paragraphs divided by empty lines; a paragraph whose lines begin with "- " is a
    list. {name} stands for a term, as `wording` lists them.
    """

    id: str
    heading: Mapping[str, str]
    body: Mapping[str, str]


@dataclass(frozen=True)
class Commitment:
    """What a party brings: money (a decimal number in an ISO 4217 currency), or something else."""

    id: str
    organisation: UUID
    what: Mapping[str, str]
    amount: str = ""
    currency: str = ""


@dataclass(frozen=True)
class Duty:
    """Who owes what by when: an obligation, from the day on which the agreement is in force.

    `every` is one of obligations' Every: once, or again and again until the agreement ends.
    """

    id: str
    organisation: UUID
    what: Mapping[str, str]
    due: date
    every: str = "once"


@dataclass(frozen=True)
class Signer:
    """Somebody who signs, named as they will stand in the document; witnesses come last."""

    person: UUID
    organisation: UUID
    names: Mapping[str, str]
    title: Mapping[str, str]
    witness: bool = False


@dataclass(frozen=True)
class Terms:
    """The agreement as data. Days are inclusive; `end` is None for an indefinite term.

    `governing_law` is an ISO 3166 country; `prevailing` the language that decides between
    versions of the text; `ip_model` one of ip.MODELS. `termination_notice_days` is None in texts
    from before it was a term: `termination.notice_days` knows what their clauses say.
    """

    start: date
    end: date | None
    renewal: str = "none"
    directions: tuple[Mapping[str, str], ...] = ()
    ip_model: str = ""
    publication_notice_days: int = 30
    publication_delay_days: int = 90
    confidentiality_years: int = 5
    termination_notice_days: int | None = None
    governing_law: str = ""
    prevailing: str = "en"


@dataclass(frozen=True)
class Text:
    """All of an agreement. `notice`, where there is one, is printed on each of its pages."""

    kind: str
    names: Mapping[str, str]
    parties: tuple[Party, ...]
    terms: Terms
    clauses: tuple[Clause, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    duties: tuple[Duty, ...] = ()
    signers: tuple[Signer, ...] = ()
    languages: tuple[str, ...] = LANGUAGES
    notice: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored: plain lists, dictionaries, strings and whole numbers."""
        stored = {"format": FORMAT, **_plain(self)}
        if self.terms.termination_notice_days is None:  # the hash of an older text stays its own
            del stored["terms"]["termination_notice_days"]
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what as_json returned."""
        terms = dict(stored["terms"])
        terms["directions"] = tuple(terms["directions"])
        for name in ("start", "end"):
            terms[name] = date.fromisoformat(terms[name]) if terms[name] else None
        duties = (
            replace(_made(Duty, row), due=date.fromisoformat(row["due"]))
            for row in stored["duties"]
        )
        return cls(
            kind=stored["kind"],
            names=stored["names"],
            parties=tuple(_made(Party, row) for row in stored["parties"]),
            terms=Terms(**terms),
            clauses=tuple(_made(Clause, row) for row in stored["clauses"]),
            commitments=tuple(_made(Commitment, row) for row in stored["commitments"]),
            duties=tuple(duties),
            signers=tuple(_made(Signer, row) for row in stored["signers"]),
            languages=tuple(stored["languages"]),
            notice=stored["notice"],
        )

    @property
    def sha256(self) -> str:
        """The hash by which the text is approved."""
        return hashlib.sha256(canonical(self.as_json()).encode()).hexdigest()

    def party(self, organisation: UUID) -> Party:
        """Return the party that is that organisation; KeyError where it is none."""
        for party in self.parties:
            if party.organisation == organisation:
                return party
        raise KeyError(organisation)

    def clause(self, id: str) -> Clause:  # noqa: A002
        """Return the clause with that id; KeyError where there is none."""
        for clause in self.clauses:
            if clause.id == id:
                return clause
        raise KeyError(id)


def _made(kind: Any, row: Mapping[str, Any]) -> Any:
    ids = {key: UUID(row[key]) for key in ("organisation", "person") if key in row}
    return kind(**{**row, **ids})


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
