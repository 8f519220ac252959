"""What an agreement says, in the words of one of its languages: its terms, rows and clauses.

Pure functions of a `text.Text`. The terms are data; a clause names them by placeholders, as in
"not later than {start}", so that prose and data cannot contradict each other. A literal brace is
written twice, {{ or }}; a brace that belongs to no {word} stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from jointlab.agreements.models.choices import Kind, Renewal
from jointlab.agreements.text import Clause, Commitment, Duty, Party, Signer, Text, ip
from jointlab.agreements.text.phrases import (
    RECURRING,
    day,
    days,
    directions,
    end,
    label_of,
    language_name,
    law,
    listed,
    money,
    period,
    raised,
    renewal,
    years,
)
from jointlab.agreements.text.termination import notice_days
from jointlab.common.names import LANGUAGES, pick
from jointlab.common.names import Text as Words

Label = tuple[str, str]
_MARK = re.compile(r"\{\{|\}\}|\{\s*(\w+)\s*\}")
# The terms that have no meaning in a kind of agreement.
APART: Mapping[str, tuple[str, ...]] = {
    Kind.CONFIDENTIALITY: ("ip_model", "publication_notice_days", "publication_delay_days")
}
_SENTENCE_ENDS = ("\n", "\n- ", ". ")


def kind_label(kind: str, language: str) -> str:
    """Return what that kind of agreement is called, as a title; the code where it is unknown."""
    with override(language):
        return raised(label_of(Kind, kind))


def called(party: Party, language: str) -> str:
    """Return what the text calls a party: "the University"; its name where it has no capacity."""
    return pick(dict(party.capacity), language) or pick(dict(party.names), language)


def party_line(party: Party, language: str) -> str:
    """Return a party's name, and in brackets what the text calls it."""
    name, capacity = pick(dict(party.names), language), pick(dict(party.capacity), language)
    if not capacity:
        return name
    with override(language):
        return _("%(name)s (“%(capacity)s”)") % {"name": name, "capacity": capacity}


def called_by_id(text: Text, thing: Commitment | Duty | Signer, language: str) -> str:
    """Return what the text calls the party of a commitment, a duty or a signer; else nothing."""
    for party in text.parties:
        if party.organisation == thing.organisation:
            return called(party, language)
    return ""


def term_values(text: Text, language: str) -> dict[str, Label]:
    """Return each term's label and value by its name; the value is empty where nothing is said."""
    terms = text.terms
    with override(language):
        return {
            "period": (_("Period"), period(text, language)),
            "renewal": (_("Renewal"), label_of(Renewal, terms.renewal)),
            "directions": (_("Directions"), listed(directions(text, language), language)),
            "ip_model": (_("Intellectual property"), ip.label(terms.ip_model)),
            "publication_notice_days": (
                _("Publication notice"),
                _("%(days)s before publication") % {"days": days(terms.publication_notice_days)},
            ),
            "publication_delay_days": (
                _("Delay of publication"),
                _("at most %(days)s") % {"days": days(terms.publication_delay_days)},
            ),
            "confidentiality_years": (
                _("Confidentiality"),
                _("%(years)s after the agreement has ended")
                % {"years": years(terms.confidentiality_years)},
            ),
            "termination_notice_days": (
                _("Notice of termination"),
                _("%(days)s before the last day") % {"days": days(notice_days(text))},
            ),
            "governing_law": (_("Governing law"), law(terms.governing_law, language)),
            "prevailing": (_("Prevailing language"), language_name(terms.prevailing)),
        }


def term_rows(text: Text, language: str) -> list[Label]:
    """Return the terms as rows of label and value, without those about which nothing is said."""
    rows = term_values(text, language)
    apart = APART.get(text.kind, ())
    return [row for name, row in rows.items() if row[1] and name not in apart]


def commitment_rows(text: Text, language: str) -> list[tuple[str, str, str]]:
    """Return who brings what, and the money where it is money: rows of party, what, amount."""
    return [
        (called_by_id(text, row, language), pick(dict(row.what), language), amount(row, language))
        for row in text.commitments
    ]


def amount(commitment: Commitment, language: str) -> str:
    """Return a commitment's money in words; empty where it is something else."""
    if not commitment.amount:
        return ""
    return money(commitment.amount, commitment.currency, language)


def duty_rows(text: Text, language: str) -> list[tuple[str, str, str]]:
    """Return who owes what by when: rows of party, what, day."""
    return [
        (called_by_id(text, row, language), pick(dict(row.what), language), due(row, language))
        for row in text.duties
    ]


def due(duty: Duty, language: str) -> str:
    """Return by when a duty is due, and how often again."""
    first = day(duty.due, language)
    with override(language):
        recurring = RECURRING.get(duty.every)
        return str(recurring) % {"day": first} if recurring else first


def signer_rows(text: Text, language: str) -> list[tuple[str, str, str, str]]:
    """Return who signs, in the order of signing: rows of name, title, party, part in it."""
    return [
        (
            pick(dict(row.names), language),
            pick(dict(row.title), language),
            called_by_id(text, row, language),
            part(row, language),
        )
        for row in text.signers
    ]


def part(signer: Signer, language: str) -> str:
    """Return whether somebody signs for a party or witnesses."""
    with override(language):
        return _("Witness") if signer.witness else _("Signatory")


def heading(clause: Clause, language: str) -> str:
    """Return a clause's heading, without its number."""
    return pick(dict(clause.heading), language)


def filled(text: Text, clause: Clause, language: str) -> str:
    """Return a clause's body with the terms in their places; the next best language where it lacks.

    An unknown placeholder stays as it was written: `unknown_placeholders` finds it beforehand.
    """
    for code in (language, *LANGUAGES):
        if body := clause.body.get(code):
            return fill(text, body, code)
    return ""


def fill(text: Text, body: str, language: str) -> str:
    """Return words with each {placeholder} of them replaced by what the terms say."""

    def value(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0][0]
        if found[1] not in PLACEHOLDERS:
            return found[0]
        said = _VALUES[found[1]](text, language)
        # "the University", and at the beginning of a sentence "The University".
        return raised(said) if _begins_sentence(body, found.start()) else said

    with override(language):
        return _MARK.sub(value, body)


def _begins_sentence(body: str, at: int) -> bool:
    return at == 0 or body[:at].endswith(_SENTENCE_ENDS)


def unknown_placeholders(body: str) -> list[str]:
    """Return the {placeholders} of a body that stand for nothing, in order, each once."""
    return [name for name in dict.fromkeys(placeholders(body)) if name not in PLACEHOLDERS]


def unsaid(text: Text) -> list[str]:
    """Return the placeholders that the clauses use and about which the terms say nothing."""
    used = {
        name for clause in text.clauses for name in placeholders("\n".join(clause.body.values()))
    }
    return [name for name in PLACEHOLDERS if name in used and not fill(text, f"{{{name}}}", "en")]


def placeholders(body: str) -> Iterator[str]:
    """Yield the names of the {placeholders} of a body, as often as they stand in it."""
    return (found[1] for found in _MARK.finditer(body) if found[1] is not None)


def _party(text: Text, place: int, language: str) -> str:
    return called(text.parties[place], language) if place < len(text.parties) else _("the Party")


def _implied(name: str) -> Callable[[Text, str], str]:
    def value(text: Text, _code: str) -> str:
        model = ip.MODELS.get(text.terms.ip_model)
        return str(getattr(model, name)) if model else ""

    return value


# Name → what the editor's legend says of it, what it becomes.
_TABLE: Mapping[str, tuple[Words, Callable[[Text, str], str]]] = {
    "name": (
        gettext_lazy("the agreement’s name"),
        lambda text, language: pick(dict(text.names), language),
    ),
    "parties": (
        gettext_lazy("the parties, each with what the text calls it"),
        lambda text, language: listed([party_line(p, language) for p in text.parties], language),
    ),
    "first_party": (
        gettext_lazy("what the text calls the first party"),
        lambda text, language: _party(text, 0, language),
    ),
    "second_party": (
        gettext_lazy("what the text calls the second party"),
        lambda text, language: _party(text, 1, language),
    ),
    "period": (gettext_lazy("from the first day to the last day"), period),
    "start": (
        gettext_lazy("the first day"),
        lambda text, language: day(text.terms.start, language),
    ),
    "end": (gettext_lazy("the last day, or the day of termination"), end),
    "renewal": (gettext_lazy("what happens on the last day, as a sentence"), renewal),
    "directions": (
        gettext_lazy("the directions of cooperation, within a sentence"),
        lambda text, language: listed(directions(text, language), language),
    ),
    "direction_list": (
        gettext_lazy("the directions of cooperation as a list, in a paragraph of its own"),
        lambda text, language: "\n".join(f"- {name}" for name in directions(text, language)),
    ),
    "ip_model": (
        gettext_lazy("the name of the intellectual property model"),
        lambda text, _language: ip.label(text.terms.ip_model),
    ),
    "ip_ownership": (
        gettext_lazy("what the model implies for the ownership of results"),
        _implied("ownership"),
    ),
    "ip_background": (
        gettext_lazy("what the model implies for background IP"),
        _implied("background"),
    ),
    "ip_publication": (
        gettext_lazy("what the model implies for publication"),
        _implied("publication"),
    ),
    "publication_notice_days": (
        gettext_lazy("the notice before a publication: “30 days”"),
        lambda text, _language: days(text.terms.publication_notice_days),
    ),
    "publication_delay_days": (
        gettext_lazy("the longest delay of a publication: “90 days”"),
        lambda text, _language: days(text.terms.publication_delay_days),
    ),
    "confidentiality_years": (
        gettext_lazy("how long confidentiality outlasts the agreement: “5 years”"),
        lambda text, _language: years(text.terms.confidentiality_years),
    ),
    "termination_notice_days": (
        gettext_lazy("the notice by which a party terminates: “90 days”"),
        lambda text, _language: days(notice_days(text)),
    ),
    "governing_law": (
        gettext_lazy("the governing law: “the law of the Republic of Korea”"),
        lambda text, language: law(text.terms.governing_law, language),
    ),
    "prevailing": (
        gettext_lazy("the language that prevails"),
        lambda text, _code: language_name(text.terms.prevailing),
    ),
    "languages": (
        gettext_lazy("the languages of the text"),
        lambda text, language: listed([language_name(code) for code in text.languages], language),
    ),
}
PLACEHOLDERS: Mapping[str, Words] = {name: label for name, (label, _value) in _TABLE.items()}
_VALUES = {name: value for name, (_label, value) in _TABLE.items()}
