"""What is hashed, and how a chain is checked: the same in Python as in the database's trigger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

FORMAT = "jointlab-history-1"
START = bytes(32)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Link:
    """An entry as it is hashed; `actor` is empty when nobody acted."""

    chain: UUID
    number: int
    at: datetime
    event: str
    actor: UUID | None
    record: str
    previous: bytes
    hash: bytes


def microseconds(at: datetime) -> int:
    """Return whole microseconds since 1970 in UTC."""
    return (at - EPOCH) // timedelta(microseconds=1)


def message(link: Link) -> bytes:
    r"""Return the bytes that are hashed: eight lines joined by \n, in UTF-8.

    Format, chain, number, microseconds since 1970, event, actor or nothing, record, previous hash
    in hexadecimal. No line can hold a line break: the record is canonical JSON.
    """
    actor = str(link.actor) if link.actor else ""
    lines = (
        FORMAT,
        str(link.chain),
        str(link.number),
        str(microseconds(link.at)),
        link.event,
        actor,
        link.record,
        link.previous.hex(),
    )
    return "\n".join(lines).encode()


def digest(link: Link) -> bytes:
    """Return the hash that the link must carry."""
    return hashlib.sha256(message(link)).digest()


def canonical(facts: dict[str, Any]) -> str:
    """Return the facts as canonical JSON: sorted keys, no white space, no number but integers.

    Dates and times become ISO 8601; what has `as_fact()` becomes its id and its names as they are
    now. For these values it equals RFC 8785.
    """
    return json.dumps(
        facts,
        default=_plain,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )


def _plain(value: Any) -> Any:
    if hasattr(value, "as_fact"):
        return value.as_fact()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def faults(links: Iterable[Link]) -> Iterator[tuple[Link, str]]:
    """Yield each link of one chain, in order, that does not fit, with what is wrong."""
    number, previous, at = 0, START, EPOCH
    for link in links:
        number += 1
        if link.number != number:
            yield link, f"number {link.number} stands where {number} is due"
        elif link.previous != previous:
            yield link, "it does not name the hash of the entry before it"
        elif link.hash != digest(link):
            yield link, "its content does not give its hash"
        elif link.at < at:
            yield link, "its time is before that of the entry before it"
        number, previous, at = link.number, link.hash, link.at
