"""How long a text may grow and what its codes may be: anything else is refused in one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from jointlab.agreements.models.choices import Renewal
from jointlab.agreements.text import Text
from jointlab.agreements.text.ip import MODELS
from jointlab.common.errors import Refusal
from jointlab.obligations.models import Every

MOST_CLAUSES = 200
MOST_ROWS = 100  # commitments, duties
MOST_SIGNERS = 20
MOST_DIRECTIONS = 20
LONGEST_NAME = 200  # characters, as names are everywhere
LONGEST_WHAT = 500
LONGEST_BODY = 20_000
MOST_YEARS = 99
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2199, 12, 31)  # calculations stay within the calendar
MOST_DAYS = 3650
COUNTRY = re.compile("[A-Z]{2}", re.ASCII)  # ISO 3166-1
CURRENCY = re.compile("[A-Z]{3}", re.ASCII)  # ISO 4217
AMOUNT = re.compile(r"\d{1,15}(\.\d{1,4})?", re.ASCII)


def require_bounds(text: Text) -> None:
    """Refuse a text that is larger than these bounds, or has a code that there is not."""
    for problem in (*_unknown(text), *_too_much(text), *_too_long(text)):
        raise Refusal(problem)


def _unknown(text: Text) -> Iterator[str]:
    terms = text.terms
    codes = (
        terms.renewal in Renewal.values,
        terms.ip_model in ("", *MODELS),
        terms.prevailing in text.languages,
        not terms.governing_law or COUNTRY.fullmatch(terms.governing_law),
        all(duty.every in Every.values for duty in text.duties),
    )
    if not all(codes):
        yield _("Choose one of the values that are offered.")
    for row in text.commitments:
        if row.amount and not (AMOUNT.fullmatch(row.amount) and CURRENCY.fullmatch(row.currency)):
            yield _("Write an amount as 12000 or 12000.50, and choose its currency.")


def _too_much(text: Text) -> Iterator[str]:
    terms = text.terms
    if terms.end is not None and terms.end < terms.start:
        yield _("It cannot end before it begins.")
    days = [day for day in (terms.start, terms.end) if day] + [duty.due for duty in text.duties]
    if not all(FIRST_DAY <= day <= LAST_DAY for day in days):
        yield _("A day lies from %(first)s to %(last)s.") % {
            "first": FIRST_DAY.isoformat(),
            "last": LAST_DAY.isoformat(),
        }
    if not 0 <= terms.confidentiality_years <= MOST_YEARS:
        yield _("Confidentiality lasts from 0 to %(most)s years.") % {"most": MOST_YEARS}
    for number in (
        terms.publication_notice_days,
        terms.publication_delay_days,
        terms.termination_notice_days or 0,
    ):
        if not 0 <= number <= MOST_DAYS:
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


def _too_long(text: Text) -> Iterator[str]:
    named = [text.names, *text.terms.directions]
    named += [words for party in text.parties for words in (party.names, party.capacity)]
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
