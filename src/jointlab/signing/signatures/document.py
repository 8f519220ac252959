"""What a sealed document says of itself, as data: what it is called, whose it is, who is to sign.

It is attached to the document (`terms.json`) and read as it was when it was sealed. It is the file
that says so: whether that is to be believed is for the seal to show.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Self

from pyhanko.pdf_utils.reader import HistoricalResolver

FORMAT = "jointlab-agreement-1"
ATTACHMENT = "terms.json"
MOST_CHARACTERS = 500  # of a name
MOST_ENTRIES = 100
Names = dict[str, str]  # by language


@dataclass(frozen=True)
class Place:
    """A place to sign: whose it is, in what office, and for whom."""

    name: Names
    title: Names
    organisation: Names


@dataclass(frozen=True)
class Document:
    """A document of that name between those parties; places in the order of signing."""

    names: Names
    parties: tuple[Names, ...]
    places: tuple[Place, ...]

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Self:
        """Read what dataclasses.asdict made of it."""
        places = tuple(Place(**each) for each in plain["places"])
        return cls(plain["names"], tuple(plain["parties"]), places)


def read_document(sealed: HistoricalResolver) -> Document | None:
    """Return what the document says of itself; None where it says nothing that is understood."""
    try:
        return _read(json.loads(_attachment(sealed)))
    except Exception:  # noqa: BLE001 - hostile input finds every hole of two parsers
        return None


def _attachment(sealed: HistoricalResolver) -> bytes:
    entries = list(sealed.root["/Names"]["/EmbeddedFiles"]["/Names"])
    at = entries.index(ATTACHMENT)
    data: bytes = entries[at + 1].get_object()["/EF"]["/F"].data
    return data


def _read(terms: dict[str, Any]) -> Document | None:
    if terms["format"] != FORMAT:
        return None
    parties = {each["organisation"]: _names(each["names"]) for each in _list(terms["parties"])}
    signers = sorted(_list(terms["signers"]), key=lambda each: bool(each["witness"]))
    places = tuple(
        Place(_names(each["names"]), _names(each["title"]), parties.get(each["organisation"], {}))
        for each in signers
    )
    return Document(_names(terms["names"]), tuple(parties.values()), places)


def _list(found: Any) -> list[Any]:
    if not isinstance(found, list) or len(found) > MOST_ENTRIES:
        raise ValueError
    return found


def _names(found: dict[str, str]) -> Names:
    """Return the names without what could move a reader's eye."""
    return {
        language: "".join(filter(str.isprintable, name))[:MOST_CHARACTERS]
        for language, name in found.items()
    }
