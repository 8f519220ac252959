"""How long a text may grow: more is a mistake or an attack, and is refused in one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from jointlab.agreements.text import Text
from jointlab.common.errors import Refusal

MOST_CLAUSES = 200
MOST_ROWS = 100  # commitments, duties
MOST_SIGNERS = 20
MOST_DIRECTIONS = 20
LONGEST_NAME = 200  # characters, as names are everywhere
LONGEST_WHAT = 500
LONGEST_BODY = 20_000
MOST_YEARS = 99
MOST_DAYS = 3650


def demand_bounds(text: Text) -> None:
    """Refuse a text that is larger than these bounds, or whose days contradict each other."""
    for problem in _problems(text):
        raise Refusal(problem)


def _problems(text: Text) -> Iterator[str]:
    terms = text.terms
    if terms.end is not None and terms.end < terms.start:
        yield _("It cannot end before it begins.")
    if not 0 <= terms.confidentiality_years <= MOST_YEARS:
        yield _("Confidentiality lasts from 0 to %(most)s years.") % {"most": MOST_YEARS}
    for days in (terms.publication_notice_days, terms.publication_delay_days):
        if not 0 <= days <= MOST_DAYS:
            yield _("A term in days lies from 0 to %(most)s.") % {"most": MOST_DAYS}
    for rows, most in (
        (text.clauses, MOST_CLAUSES),
        (text.commitments, MOST_ROWS),
        (text.duties, MOST_ROWS),
        (text.signers, MOST_SIGNERS),
        (terms.directions, MOST_DIRECTIONS),
    ):
        if len(rows) > most:
            yield _("There are %(most)s already; drop one first.") % {"most": most}
    yield from _too_long(text)


def _too_long(text: Text) -> Iterator[str]:
    named = [text.names, *text.terms.directions, *(party.capacity for party in text.parties)]
    named += [clause.heading for clause in text.clauses]
    rows: list[tuple[list[Mapping[str, str]], int]] = [
        (named, LONGEST_NAME),
        (
            [*(row.what for row in text.commitments), *(row.what for row in text.duties)],
            LONGEST_WHAT,
        ),
        ([clause.body for clause in text.clauses], LONGEST_BODY),
    ]
    for words, most in rows:
        if any(len(said) > most for by_language in words for said in by_language.values()):
            yield _("A text is longer than %(most)s characters.") % {"most": most}
