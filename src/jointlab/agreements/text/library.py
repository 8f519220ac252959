"""The clauses that a draft begins with, by kind of agreement, and those that one may add.

They stand in `clauses/`, a file for each kind and language. A line "# id: Heading" begins a clause;
what follows, up to the next, is its body. Each file of a kind has the same clauses in the same
order with the same placeholders. `common` closes every kind that does not say the same itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from uuid import uuid4

from jointlab.agreements.models.choices import Kind
from jointlab.agreements.text import Clause
from jointlab.common.names import LANGUAGES

KINDS: tuple[str, ...] = tuple(Kind.values)

_HEAD = re.compile(r"^# ([a-z-]+): (.+)$", re.MULTILINE)


@cache
def starting_clauses(kind: str) -> tuple[Clause, ...]:
    """Return the clauses of a new draft, in their order; KeyError for an unknown kind."""
    if kind not in KINDS:
        raise KeyError(kind)
    own = _read(kind)
    known = {clause.id for clause in own}
    return (*own, *(clause for clause in _read("common") if clause.id not in known))


@cache
def spare_clauses(kind: str) -> tuple[Clause, ...]:
    """Return the clauses that one may add to a draft of that kind."""
    known = {clause.id for clause in starting_clauses(kind)}
    return tuple(clause for clause in _read("spare") if clause.id not in known)


def blank_clause() -> Clause:
    """Return an empty clause with an id of its own."""
    return Clause(uuid4().hex, {}, {})


def _read(name: str) -> tuple[Clause, ...]:
    """Read the clauses of a file of each language; ValueError where the files do not agree."""
    read = {language: dict(_clauses(name, language)) for language in LANGUAGES}
    ids = {tuple(clauses) for clauses in read.values()}
    if len(ids) > 1:
        raise ValueError(f"The clauses of {name} are not the same in each language.")
    return tuple(
        Clause(
            at,
            heading={language: read[language][at][0] for language in LANGUAGES},
            body={language: read[language][at][1] for language in LANGUAGES},
        )
        for at in ids.pop()
    )


def _clauses(name: str, language: str) -> Iterator[tuple[str, tuple[str, str]]]:
    path = files("jointlab.agreements.text") / "clauses" / f"{name}.{language}.md"
    _before, *parts = _HEAD.split(path.read_text("utf-8"))
    for at, heading, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        yield at, (heading, body.strip())
