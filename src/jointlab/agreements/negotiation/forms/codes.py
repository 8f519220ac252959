"""Countries (ISO 3166) and currencies (ISO 4217), as the Unicode locale data calls them."""

from __future__ import annotations

from functools import cache

from babel.core import get_global
from django.utils.translation import override

from jointlab.agreements.text.phrases import COUNTRIES, locale_of

# What the parties of an agreement mostly pay in stands before the others.
USUAL = ("CNY", "KRW", "USD", "EUR", "JPY", "GBP")
# Groups of countries, codes for tests, and parts of countries that the standard only reserves.
NO_COUNTRY = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"]
)


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """Return each country's code and name in that language, by name; and what a contract says."""
    named = {
        code: str(name)
        for code, name in locale_of(language).territories.items()
        if len(code) == 2 and code not in NO_COUNTRY
    }
    with override(language):
        named |= {code: f"{named[code]} · {name}" for code, name in COUNTRIES.items()}
    return tuple(sorted(named.items(), key=lambda row: row[1]))


@cache
def currencies(language: str) -> tuple[tuple[str, str], ...]:
    """Return the currencies in which one can pay today, code and name; the usual first."""
    names = locale_of(language).currencies
    codes = [*USUAL, *sorted(_tender() - set(USUAL))]
    return tuple((code, f"{code} · {names.get(code, code)}") for code in codes)


@cache
def _tender() -> frozenset[str]:
    """Return the currencies that are legal tender somewhere, and have no last day."""
    return frozenset(
        currency
        for rows in get_global("territory_currencies").values()
        for currency, _start, end, tender in rows
        if tender and end is None
    )
