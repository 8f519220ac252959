"""How an agreement writes days, money, lengths of time, countries and languages.

Every language has its own forms; they come from the Unicode locale data and the catalogues. Those
that take no language speak the one in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from jointlab.agreements.models.choices import Renewal
from jointlab.agreements.text import Text
from jointlab.common.names import Text as Words
from jointlab.common.names import pick
from jointlab.history.telling import LOCALES
from jointlab.obligations.models import Every

# What happens on the last day, as a sentence of a clause.
RENEWALS: Mapping[str, Words] = {
    Renewal.NONE: gettext_lazy("It ends on its last day and is not renewed."),
    Renewal.BY_AGREEMENT: gettext_lazy(
        "It may be renewed by a new agreement that the Parties sign before its last day."
    ),
    Renewal.AUTOMATIC: gettext_lazy(
        "After its last day it goes on for one year at a time, unless a Party gives written"
        " notice at least 90 days before the current year ends."
    ),
}
RECURRING: Mapping[str, Words] = {
    Every.MONTH: gettext_lazy("every month, first by %(day)s"),
    Every.QUARTER: gettext_lazy("every quarter, first by %(day)s"),
    Every.YEAR: gettext_lazy("every year, first by %(day)s"),
}
NAMED: Mapping[str, Words] = {
    "en": pgettext_lazy("language of a text", "English"),
    "zh-hans": pgettext_lazy("language of a text", "Chinese"),
    "ko": pgettext_lazy("language of a text", "Korean"),
}
# As contracts write a currency, where the locale data would write 1,200,000人民币.
MONEY = {("zh-hans", "CNY"): "人民币{}元"}
# As a contract calls these; every other country as the Unicode locale data does.
COUNTRIES: Mapping[str, Words] = {
    "CN": gettext_lazy("the People’s Republic of China"),
    "GB": gettext_lazy("England and Wales"),
    "KR": gettext_lazy("the Republic of Korea"),
    "NL": gettext_lazy("the Netherlands"),
    "US": gettext_lazy("the United States of America"),
}


def day(value: date, language: str) -> str:
    """Write a day as that language writes it in a contract: 24 June 2019."""
    return format_date(value, "long", locale=locale_of(language))


def money(amount: str, currency: str, language: str) -> str:
    """Write a decimal number of an ISO 4217 currency, the currency in words, no digit rounded."""
    number = Decimal(amount)
    pattern = "#,##0" if number == number.to_integral() else "#,##0.00"
    if usual := MONEY.get((language, currency)):
        return usual.format(format_decimal(number, pattern, "en", decimal_quantization=False))
    return format_currency(
        number,
        currency,
        pattern,
        locale=locale_of(language),
        currency_digits=False,
        format_type="name",
        decimal_quantization=False,
    )


def label_of(choices: type[TextChoices], code: str) -> str:
    """Return the label of a choice; the code where it is unknown."""
    return str(choices(code).label) if code in choices.values else code


def raised(words: str) -> str:
    """Return words with their first letter raised, where the script knows capitals."""
    return words[:1].upper() + words[1:]


def locale_of(language: str) -> Locale:
    """Return the locale by whose data a language is written."""
    return LOCALES.get(language, LOCALES["en"])


def days(number: int) -> str:
    """Return a number of days with its unit."""
    return ngettext("%(number)d day", "%(number)d days", number) % {"number": number}


def years(number: int) -> str:
    """Return a number of years with its unit."""
    return ngettext("%(number)d year", "%(number)d years", number) % {"number": number}


def listed(parts: list[str], language: str) -> str:
    """Return parts as a list within a sentence; nothing for none."""
    return format_list(parts, locale=locale_of(language)) if parts else ""


def period(text: Text, language: str) -> str:
    """Return from when to when an agreement is in force."""
    start = day(text.terms.start, language)
    if text.terms.end is None:
        return _("from %(start)s, without a fixed end") % {"start": start}
    return _("from %(start)s to %(end)s") % {"start": start, "end": day(text.terms.end, language)}


def end(text: Text, language: str) -> str:
    """Return the last day of an agreement; in words where it has no fixed end."""
    return day(text.terms.end, language) if text.terms.end else _("the day of its termination")


def renewal(text: Text, _code: str) -> str:
    """Return what happens on the last day, as a sentence."""
    if text.terms.end is None:
        return _("It has no fixed end and remains in force until it is terminated.")
    return str(RENEWALS.get(text.terms.renewal, text.terms.renewal))


def directions(text: Text, language: str) -> list[str]:
    """Return the directions of cooperation, each by its name."""
    return [pick(dict(names), language) for names in text.terms.directions]


def law(country: str, language: str) -> str:
    """Return the law of an ISO 3166 country; nothing for none."""
    if not country:
        return ""
    name = str(COUNTRIES.get(country) or locale_of(language).territories.get(country, country))
    return _("the law of %(country)s") % {"country": name}


def language_name(code: str) -> str:
    """Return what a contract calls the language of a text."""
    return str(NAMED.get(code, code))
