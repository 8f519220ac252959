"""Agreements on paper: the document that is approved and signed, and the stamps set into it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.utils.translation import gettext as _
from django.utils.translation import override

from jointlab.agreements.document.content import (
    BETWEEN,
    Names,
    content,
    each,
    signing_order,
    tongue,
)
from jointlab.agreements.document.press import Unprintable, press, unprintable
from jointlab.agreements.text import Signer, Text
from jointlab.history.chain import canonical

# The room for a signature on the paper, and so the size of a stamp, in points.
WIDTH, HEIGHT = 208, 72


@dataclass(frozen=True)
class Box:
    """The empty room for one signature: its page from 0, its corners in points from bottom left."""

    name: str
    page: int
    x0: float
    y0: float
    x1: float
    y1: float


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
    at = datetime.combine(made_on, time(), UTC)
    try:
        pdf, marks = press("paper.typ", data, at=at, attached=canonical(text.as_json()))
    except Unprintable as refused:
        if not refused.characters:
            raise
        found = ", ".join(_standing_in(text, refused.characters))
        raise unprintable(list(refused.characters), found) from refused
    boxes = tuple(_box(mark) for mark in marks)
    if any(box.y0 < 0 for box in boxes):
        raise Unprintable(_("The names and titles of a signer are too long for the page."))
    return Paper(pdf, boxes)


def stamp(
    signer: Signer,
    *,
    languages: Sequence[str],
    at: datetime,
    serial: str,
    organisation: Names = {},  # noqa: B006 - never written to
) -> bytes:
    """Set what is seen of a signature: one page of PDF, WIDTH by HEIGHT points, with no ground.

    It names the signer in their own script first, the party whose names are given, the moment in
    UTC and the certificate's serial number. Raises NoFonts and Unprintable.
    """
    order = list(languages)
    name, *other_names = each(signer.names, order)
    standing = (each(signer.title, order)[:1], each(organisation, order)[:1])
    data = {
        **tongue(order[0]),
        "width": WIDTH,
        "height": HEIGHT,
        "name": name,
        "other_names": BETWEEN.join(other_names),
        "standing": BETWEEN.join(part for parts in standing for part in parts if part),
        "signed": BETWEEN.join(_signed(order)),
        "moment": f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        "certificate": _certificate(order[0], serial),
    }
    pdf, _marks = press("stamp.typ", data, at=at, tags=False)
    return pdf


def _certificate(language: str, serial: str) -> str:
    with override(language):
        return _("Certificate %(serial)s") % {"serial": serial}


def _signed(order: list[str]) -> Iterator[str]:
    for language in order:
        with override(language):
            yield _("Signed electronically")


def _box(mark: Mapping[str, float | int | str]) -> Box:
    """Turn a mark, from the top of the sheet, to what PDF counts in: from its bottom."""
    left, top, sheet = float(mark["x"]), float(mark["y"]), float(mark["sheet"])
    right, bottom = left + float(mark["width"]), top + float(mark["height"])
    page = int(mark["page"]) - 1
    return Box(str(mark["name"]), page, left, sheet - bottom, right, sheet - top)


def _standing_in(text: Text, characters: tuple[str, ...]) -> list[str]:
    """Return the parts of a text in which one of the characters stands."""
    return list(
        dict.fromkeys(
            place
            for place, names in _parts(text)
            if any(character in value for value in names.values() for character in characters)
        )
    )


def _parts(text: Text) -> Iterator[tuple[str, Names]]:
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
