"""What stands on the paper, as plain lists: the words of each language, and who signs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from jointlab.agreements.text import Signer, Text, phrases, wording
from jointlab.agreements.text.paragraphs import paragraphs
from jointlab.common.names import pick
from jointlab.signing.press import BETWEEN, distinct_names, typst_language


def languages(text: Text) -> list[str]:
    """Return the languages of a text as the paper has them: the one that prevails comes first."""
    first = text.terms.prevailing
    return sorted(text.languages, key=lambda language: language != first)


def content(
    text: Text, *, code: str, version: int, made_on: date, draft_in: Collection[str] = ()
) -> dict[str, Any]:
    """Return all that the paper says; of a draft, in those languages, with the mark of one."""
    order = [language for language in languages(text) if not draft_in or language in draft_in]
    edition = {"code": code, "version": version, "made_on": made_on}
    return {
        "title": pick(dict(text.names), order[0]),
        "code": code,
        "sha256": text.sha256,
        "notice": [
            {**typst_language(language), "text": text.notice[language]}
            for language in order
            if text.notice.get(language)
        ],
        "sections": [_section(text, language, edition) for language in order],
        "signatures": signatures(text, order, edition, attached=not draft_in),
        "draft": _in_each(("en", *order), _draft) if draft_in else "",
    }


def signing_order(text: Text) -> list[Signer]:
    """Return the signers as they sign: signatories before witnesses, each in the given order."""
    return sorted(text.signers, key=lambda signer: signer.witness)


def signatures(
    text: Text, order: list[str], edition: Mapping[str, Any], *, attached: bool
) -> dict[str, Any]:
    """Return what the page of signatures says, in all the languages at once."""
    notes = order if attached else ()
    signers = [
        (signer, _signer(text, signer, f"signer-{number}", order))
        for number, signer in enumerate(signing_order(text), 1)
    ]
    groups = [
        {
            "heading": _in_each(order, _witnesses if witness else _signatories),
            "signers": [row for signer, row in signers if signer.witness == witness],
        }
        for witness in (False, True)
    ]
    return {
        **typst_language(order[0]),
        **_furniture(order[0], edition),
        "heading": _in_each(order, lambda: _("Signatures")),
        "groups": [group for group in groups if group["signers"]],
        "notes": [{**typst_language(language), "text": _attached(language)} for language in notes],
    }


def blocks(body: str) -> list[dict[str, Any]]:
    """Return a body's paragraphs and lists, as the template sets them."""
    return [
        {"items": [*part.points]} if part.points else {"lines": [*part.lines]}
        for part in paragraphs(body)
    ]


def _section(text: Text, language: str, edition: Mapping[str, Any]) -> dict[str, Any]:
    clauses = [
        {
            "heading": wording.heading(clause, language),
            "blocks": blocks(wording.filled(text, clause, language)),
        }
        for clause in text.clauses
    ]
    with override(language):
        tables: list[tuple[str, list[Any]]] = [
            (_("Terms"), list(wording.term_rows(text, language))),
            (_("Commitments"), list(wording.commitment_rows(text, language))),
            (_("Obligations"), list(wording.duty_rows(text, language))),
        ]
        labels = {"parties": _("Parties")}
    return {
        **typst_language(language),
        **_furniture(language, edition),
        "labels": labels,
        "kind": wording.kind_label(text.kind, language),
        "title": pick(dict(text.names), language),
        "parties": [wording.party_line(party, language) for party in text.parties],
        "terms": _table(*tables[0]),
        "clauses": clauses,
        "schedules": [_table(*table) for table in tables[1:] if table[1]],
    }


def _table(heading: str, rows: list[Any]) -> dict[str, Any]:
    return {"heading": heading, "rows": [list(row) for row in rows]}


def _furniture(language: str, edition: Mapping[str, Any]) -> dict[str, str]:
    """Return what stands at the foot of a page; Typst puts the numbers of pages in."""
    made_on = phrases.day(edition["made_on"], language)
    with override(language):
        return {
            "edition": _("Version %(number)s of %(day)s")
            % {"number": edition["version"], "day": made_on},
            "page": _("Page {page} of {pages}"),
        }


def _signer(text: Text, signer: Signer, box: str, order: list[str]) -> dict[str, Any]:
    name, *other_names = distinct_names(signer.names, order)
    party = next((p for p in text.parties if p.organisation == signer.organisation), None)
    return {
        "box": box,
        "name": name,
        "other_names": BETWEEN.join(other_names),
        "title": BETWEEN.join(distinct_names(signer.title, order)),
        "organisation": BETWEEN.join(distinct_names(party.names, order) if party else []),
    }


def _in_each(order: Sequence[str], said: Any) -> str:
    words = []
    for language in order:
        with override(language):
            words.append(said())
    return BETWEEN.join(dict.fromkeys(words))


def _draft() -> str:
    return pgettext("mark on each page of a draft", "DRAFT")


def _signatories() -> str:
    return pgettext("heading of the page of signatures", "Signatories")


def _witnesses() -> str:
    return pgettext("heading of the page of signatures", "Witnesses")


def _attached(language: str) -> str:
    with override(language):
        return _(
            "This text is attached to the document as data, terms.json; the SHA-256 at the foot of"
            " each page is that of the data."
        )
