"""Agreements on paper: the document that is approved and signed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from jointlab.agreements.signature.document.content import content, signing_order
from jointlab.agreements.text import Text
from jointlab.history.chain import canonical
from jointlab.signing.press import Box, Names, Unprintable, box_of, compile_pdf, unprintable

SOURCE = Path(__file__).with_name("paper.typ")


@dataclass(frozen=True)
class Paper:
    """The document as a file, and where on it each signer signs, in the order of signing."""

    pdf: bytes
    boxes: tuple[Box, ...]


def typeset(text: Text, *, code: str, version: int, made_on: date) -> Paper:
    """Set an agreement as PDF/A-3a: every language a section, the signatures on the last page.

    The canonical JSON of the text, whose SHA-256 is at the foot of each page, is attached as
    terms.json. The same text, code, version and day give the same bytes. Raises NoFonts, and
    Unprintable with the reason: characters that no font has, and where they stand.
    """
    data = content(text, code=code, version=version, made_on=made_on)
    pdf, marks = _set(text, data, made_on, attached=canonical(text.as_json()))
    boxes = tuple(map(box_of, marks))
    if any(box.y0 < 0 for box in boxes):
        raise Unprintable(_("The names and titles of a signer are too long for the page."))
    return Paper(pdf, boxes)


def typeset_draft(
    text: Text, *, code: str, version: int, made_on: date, languages: Collection[str]
) -> bytes:
    """Set a text in those of its languages as a draft: DRAFT on every page, no box to sign in.

    Nothing is attached; the SHA-256 at the foot is that of the whole text. Raises as `typeset` does.
    """
    data = content(text, code=code, version=version, made_on=made_on, draft_in=languages)
    return _set(text, data, made_on)[0]


def _set(
    text: Text, data: dict[str, Any], made_on: date, attached: str = ""
) -> tuple[bytes, list[dict[str, Any]]]:
    at = datetime.combine(made_on, time(), UTC)
    try:
        return compile_pdf(SOURCE, data, at=at, attached=attached)
    except Unprintable as refused:
        if not refused.characters:
            raise
        found = ", ".join(_places_of(text, refused.characters))
        raise unprintable(list(refused.characters), found) from refused


def _places_of(text: Text, characters: tuple[str, ...]) -> list[str]:
    """Return the parts of a text in which one of the characters stands."""
    return list(
        dict.fromkeys(
            place
            for place, names in _named_parts(text)
            if any(character in value for value in names.values() for character in characters)
        )
    )


def _named_parts(text: Text) -> Iterator[tuple[str, Names]]:
    yield _("title"), text.names
    yield _("notice"), text.notice
    for party in text.parties:
        yield _("parties"), {**party.names, **{f"c-{k}": v for k, v in party.capacity.items()}}
    for names in text.terms.directions:
        yield _("directions"), names
    for number, clause in enumerate(text.clauses, 1):
        for names in (clause.heading, clause.body):
            yield _("clause %(number)s") % {"number": number}, names
    for number, row in enumerate(text.commitments, 1):
        yield _("commitment %(number)s") % {"number": number}, row.what
    for number, duty in enumerate(text.duties, 1):
        yield _("obligation %(number)s") % {"number": number}, duty.what
    for number, signer in enumerate(signing_order(text), 1):
        for names in (signer.names, signer.title):
            yield _("signer %(number)s") % {"number": number}, names
