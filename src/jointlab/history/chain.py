"""What is hashed, and how a chain is checked: the same in Python as in the database's trigger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

FORMAT = "jointlab-history-1"
START = bytes(32)
# The chain of what concerns the instance and no partnership: imported lists, for example.
INSTANCE = UUID(int=0)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST = 2**53 - 1
LINE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Link:
    """An entry as it is hashed; `actor` is empty when nobody acted.

    `details` lie beside it and are not hashed (`history.details`): JSON, or nothing.
    """

    chain: UUID
    number: int
    at: datetime
    event: str
    actor: UUID | None
    record: str
    previous: bytes
    hash: bytes
    details: str = ""


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


def canonical(facts: Any) -> str:
    """Return the facts as canonical JSON: as RFC 8785 has it, with no number but whole ones.

    Days and moments become ISO 8601, moments in UTC; what has `as_fact()` becomes its id and its
    names as they are now. Anything else that JSON does not know is refused: a text that waits for
    its language, or a float, would be kept as something else than what was meant.
    """
    return LINE.encode(as_json_value(facts))


def as_json_value(value: Any) -> Any:
    """Return what `canonical` writes of a value: nothing but what JSON knows, keys in their order."""
    if hasattr(value, "as_fact"):
        return as_json_value(value.as_fact())
    if isinstance(value, Mapping):
        return {_key(key): as_json_value(value[key]) for key in sorted(value, key=_utf16_units)}
    if isinstance(value, list | tuple):
        return [as_json_value(part) for part in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if value is None or isinstance(value, str) or _is_exact(value):
        return value
    raise TypeError(f"history keeps no {type(value).__name__}: {value!r}")


def _is_exact(value: Any) -> bool:
    """Whether it is a whole number that every reader of JSON reads alike, or true or false."""
    return isinstance(value, int) and abs(value) <= MOST


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"history names facts by text, not by {key!r}")
    return key


def _utf16_units(key: Any) -> bytes:
    """Return what RFC 8785 sorts by: UTF-16 code units."""
    return str(key).encode("utf-16-be", "surrogatepass")


class Walk:
    """One chain, link after link: says of each what is wrong with it.

    What follows a link that does not fit is judged as if it had been right: each fault once.
    Entries that were cut off at the end leave no fault: only a checkpoint can tell.
    """

    def __init__(self) -> None:
        self.number, self.previous, self.at = 0, START, EPOCH

    def fault(self, link: Link) -> str:
        """Return what is wrong with the next link; nothing when it fits."""
        due = self.number + 1
        if link.number != due:
            fault = f"number {link.number} stands where {due} is due"
        elif link.previous != self.previous:
            fault = "it does not name the hash of the entry before it"
        elif link.hash != digest(link):
            fault = "its content does not give its hash"
        elif link.at < self.at:
            fault = "its time is before that of the entry before it"
        else:
            fault = ""
        self.number, self.previous, self.at = link.number, link.hash, link.at
        return fault
