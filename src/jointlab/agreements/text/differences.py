"""What differs between two texts of an agreement, as plain values for a page and for a test.

Nothing that differs is left out: two texts have no differences exactly when they are equal.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from jointlab.agreements.text import Clause, Text, wording
from jointlab.agreements.text.marked import ADDED, REMOVED, Piece, is_same, marked
from jointlab.agreements.text.termination import notice_days
from jointlab.common.names import LANGUAGES, pick

CHANGED, MOVED = "changed", "moved"


@dataclass(frozen=True)
class Change:
    """A term or a row that was added, removed, changed or moved, in words of one language.

    `old` is empty for what was added, `new` for what was removed; they are equal for what was only
    moved, and where something changed of which these words do not tell.
    """

    kind: str
    label: str
    language: str
    old: str
    new: str


@dataclass(frozen=True)
class Wording:
    """A clause in one language, with the words marked that changed."""

    language: str
    heading: tuple[Piece, ...]
    body: tuple[Piece, ...]


@dataclass(frozen=True)
class ClauseChange:
    """A clause that was added, removed, changed or only moved; numbers are places, from 1.

    `wordings` has the languages in which it changed, the reader's first; bodies stand as they were
    typed, with their placeholders. They are compared only when they are asked for: a page shows a
    few clauses of many.
    """

    id: str
    kind: str
    heading: str
    moved: bool
    old_number: int | None
    new_number: int | None
    old: Clause | None
    new: Clause | None
    reader: str

    @cached_property
    def wordings(self) -> tuple[Wording, ...]:
        """The clause in each language in which it changed."""
        return _wordings(self.old, self.new, self.reader)


@dataclass(frozen=True)
class Differences:
    """All that differs between two texts; false where nothing does."""

    terms: tuple[Change, ...] = ()
    parties: tuple[Change, ...] = ()
    signers: tuple[Change, ...] = ()
    commitments: tuple[Change, ...] = ()
    duties: tuple[Change, ...] = ()
    clauses: tuple[ClauseChange, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


def compare(old: Text, new: Text, language: str | None = None) -> Differences:
    """Return what differs between two texts, in that language (the reader's, unless told).

    What is said in several languages is shown in each of those in which it differs.
    """
    reader = language or get_language() or "en"
    reader = reader if reader in LANGUAGES else "en"
    return Differences(
        terms=tuple(_terms(old, new, reader)),
        parties=_rows(old, new, reader, "parties", "organisation", _party),
        signers=_rows(old, new, reader, "signers", "person", _signer),
        commitments=_rows(old, new, reader, "commitments", "id", _commitment),
        duties=_rows(old, new, reader, "duties", "id", _duty),
        clauses=_clauses(old.clauses, new.clauses, reader),
    )


Described = tuple[str, str]  # what it is called, what is said of it


def _party(_text: Text, row: Any, language: str) -> Described:
    return pick(dict(row.names), language), wording.party_line(row, language)


def _signer(text: Text, row: Any, language: str) -> Described:
    name, title = pick(dict(row.names), language), pick(dict(row.title), language)
    party, part = wording.called_by_id(text, row, language), wording.part(row, language)
    return name, _together((name, title, party, part))


def _commitment(text: Text, row: Any, language: str) -> Described:
    party = wording.called_by_id(text, row, language)
    what = pick(dict(row.what), language)
    return party, _together((party, what, wording.amount(row, language)))


def _duty(text: Text, row: Any, language: str) -> Described:
    party = wording.called_by_id(text, row, language)
    what = pick(dict(row.what), language)
    return party, _together((party, what, wording.due(row, language)))


def _together(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)


# Which values of a text each row of the terms tells of.
_VALUES: Mapping[str, Callable[[Text], Any]] = {
    "kind": lambda text: text.kind,
    "name": lambda text: text.names,
    "period": lambda text: (text.terms.start, text.terms.end),
    "renewal": lambda text: text.terms.renewal,
    "directions": lambda text: text.terms.directions,
    "ip_model": lambda text: text.terms.ip_model,
    "publication_notice_days": lambda text: text.terms.publication_notice_days,
    "publication_delay_days": lambda text: text.terms.publication_delay_days,
    "confidentiality_years": lambda text: text.terms.confidentiality_years,
    "termination_notice_days": notice_days,
    "governing_law": lambda text: text.terms.governing_law,
    "prevailing": lambda text: text.terms.prevailing,
    "languages": lambda text: text.languages,
    "notice": lambda text: text.notice,
}


def _terms(old: Text, new: Text, reader: str) -> Iterable[Change]:
    for name, value in _VALUES.items():
        one, other = value(old), value(new)
        if one == other:
            continue
        described = {
            language: (_term_rows(old, language)[name], _term_rows(new, language)[name])
            for language in LANGUAGES
        }
        yield from _changed(described, _languages_that_differ(one, other), reader)


def _term_rows(text: Text, language: str) -> dict[str, Described]:
    with override(language):
        return {
            "kind": (_("Kind"), wording.kind_label(text.kind, language)),
            "name": (_("Name"), pick(dict(text.names), language)),
            **wording.term_values(text, language),
            "languages": (_("Languages"), wording.fill(text, "{languages}", language)),
            "notice": (_("Notice on each page"), pick(dict(text.notice), language)),
        }


def _rows(
    old: Text,
    new: Text,
    reader: str,
    name: str,
    key: str,
    describe: Callable[[Text, Any, str], Described],
) -> tuple[Change, ...]:
    """Return the changes of one list of the text; its rows are known by `key`."""
    before, after = _keyed(getattr(old, name), key), _keyed(getattr(new, name), key)
    moved = _moved(list(before), list(after))
    changes = []
    for at in after:
        if at not in before:
            label, described = describe(new, after[at], reader)
            changes.append(Change(ADDED, label, reader, "", described))
        elif before[at] != after[at]:
            both = {
                language: (describe(old, before[at], language), describe(new, after[at], language))
                for language in LANGUAGES
            }
            changes += _changed(both, _languages_that_differ(before[at], after[at]), reader)
        if at in moved:
            label, described = describe(new, after[at], reader)
            changes.append(Change(MOVED, label, reader, described, described))
    for at in before.keys() - after.keys():
        label, described = describe(old, before[at], reader)
        changes.append(Change(REMOVED, label, reader, described, ""))
    return tuple(changes)


def _clauses(old: Sequence[Clause], new: Sequence[Clause], reader: str) -> tuple[ClauseChange, ...]:
    before, after = _keyed(old, "id"), _keyed(new, "id")
    moved = _moved(list(before), list(after))
    was = {at: number for number, at in enumerate(before, 1)}
    now = {at: number for number, at in enumerate(after, 1)}
    found = []
    for at in sorted({**was, **now}, key=lambda at: (now.get(at) or was[at], at in now)):
        if before.get(at) != after.get(at) or at in moved:
            clause: Clause = after.get(at) or before[at]
            change = ClauseChange(
                id=clause.id,
                kind=_kind(before.get(at), after.get(at)),
                heading=wording.heading(clause, reader),
                moved=at in moved,
                old_number=was.get(at),
                new_number=now.get(at),
                old=before.get(at),
                new=after.get(at),
                reader=reader,
            )
            found.append(change)
    return tuple(found)


def _kind(old: Clause | None, new: Clause | None) -> str:
    if old and new:
        return MOVED if old == new else CHANGED
    return REMOVED if old else ADDED


def _wordings(old: Clause | None, new: Clause | None, reader: str) -> tuple[Wording, ...]:
    found = []
    for language in _readers_first(reader):
        heading, body = (
            marked(
                getattr(old, name).get(language, "") if old else "",
                getattr(new, name).get(language, "") if new else "",
            )
            for name in ("heading", "body")
        )
        if not (is_same(heading) and is_same(body)):
            found.append(Wording(language, heading, body))
    return tuple(found)


def _keyed(rows: Sequence[Any], key: str) -> dict[Hashable, Any]:
    """Return rows by their key, and by which of several with one key it is."""
    found: dict[Hashable, Any] = {}
    times: dict[Hashable, int] = {}
    for row in rows:
        value = getattr(row, key)
        times[value] = times.get(value, 0) + 1
        found[value, times[value]] = row
    return found


def _moved(old: Sequence[Hashable], new: Sequence[Hashable]) -> set[Hashable]:
    """Return the fewest keys of both that one must move to bring them into the new order."""
    place = {key: number for number, key in enumerate(old)}
    common = [key for key in new if key in place]
    # The longest run in which the old order stands (patience sorting) stays where it is.
    ends: list[int] = []
    length: dict[Hashable, int] = {}
    for key in common:
        length[key] = bisect_left(ends, place[key])
        ends[length[key] : length[key] + 1] = [place[key]]
    wanted, limit = len(ends) - 1, len(old)
    stay = set()
    for key in reversed(common):
        if length[key] == wanted and place[key] < limit:
            stay.add(key)
            wanted, limit = wanted - 1, place[key]
    return set(common) - stay


def _changed(
    described: Mapping[str, tuple[Described, Described]], differing: set[str], reader: str
) -> Iterable[Change]:
    """Yield a change in each language in which names differ, and in the reader's if it shows."""
    for language in _readers_first(reader):
        (_label, before), (label, after) = described[language]
        here = language == reader and (before != after or not differing)
        if here or language in differing:
            yield Change(CHANGED, label, language, before, after)


def _languages_that_differ(old: Any, new: Any) -> set[str]:
    one, other = _words_in(old), _words_in(new)
    return {
        language
        for language in LANGUAGES
        if [names.get(language) for names in one] != [names.get(language) for names in other]
    }


def _words_in(value: Any) -> list[Mapping[str, str]]:
    """Return what a value says in several languages."""
    parts = (value,) if isinstance(value, Mapping) else value
    parts = parts if isinstance(parts, tuple) else getattr(value, "__dict__", {}).values()
    return [part for part in parts if isinstance(part, Mapping)]


def _readers_first(reader: str) -> list[str]:
    return [reader, *(language for language in LANGUAGES if language != reader)]
