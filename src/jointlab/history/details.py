"""Details: names and texts that the chain fixes without holding them, so that they can be erased.

What stands in the chain stands there for good. So it holds what tells nobody's details: ids, hashes,
whole numbers, true and false, days and moments. For everything else it holds a commitment, SHA-256
over a fresh salt and the value; salt and value lie beside the chain. Whoever has both can check them
against the chain. When they are gone, the commitment says nothing: the salt cannot be guessed.

A record, and what lies beside it:

    {"@commitments":{"/person/name":"9c1f…"},"person":{"id":"0191…","name":null},"since":"2026-12-01"}
    {"/person/name":{"salt":"5b0e…","value":{"en":"Dean","own":"院长"}}}

A detail is called by its JSON pointer (RFC 6901). Once it is erased, null stands in its place. A record
without commitments is its facts: so were all of them before details lay beside the chain. Knows no
database.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, Final
from uuid import UUID

from jointlab.history.chain import LINE, as_json_value, canonical

COMMITMENTS: Final = "@commitments"  # no argument of a function is called so: no fact is
SALT: Final = 16  # bytes
_DETAIL: Final = b"jointlab-history-detail-1"
_OPAQUE: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")
# What comes of reading what `split_details` did not write.
_UNFIT: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


def split_details(facts: Mapping[str, Any]) -> tuple[str, str]:
    """Return the record for the chain and the details beside it, both canonical JSON.

    The rule is this: what has an id, or has such a thing within it, is looked into, part by part;
    whatever is then not open is one detail, with all that it holds. Keys are our own words: they and
    ids stay in the chain.
    """
    if COMMITMENTS in facts:
        raise TypeError(f"history names no fact {COMMITMENTS}")
    details: dict[str, dict[str, Any]] = {}
    kept = {
        key: _split_value(value, _child_pointer("", key), details) for key, value in facts.items()
    }
    if details:
        kept[COMMITMENTS] = {
            pointer: commitment(bytes.fromhex(detail["salt"]), detail["value"])
            for pointer, detail in details.items()
        }
    return canonical(kept), canonical(details)


def commitment(salt: bytes, value: Any) -> str:
    """Return what the chain holds for a value, plain and its keys in order: 64 hexadecimal digits."""
    return hashlib.sha256(_DETAIL + salt + LINE.encode(value).encode()).hexdigest()


def commitments_of(record: str) -> dict[str, str]:
    """Return the commitments that a record holds, by what they are of."""
    found = read_details(record).get(COMMITMENTS) if COMMITMENTS in record else None
    return found if isinstance(found, dict) else {}


def read_details(text: str) -> dict[str, Any]:
    """Return the object that a text holds; of what is none, an empty one."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def join_details(record: str, details: str, erased: Callable[[str], Any]) -> dict[str, Any]:
    """Return an entry's facts; `erased` says what stands for a detail that is gone."""
    facts: dict[str, Any] = json.loads(record)
    beside = read_details(details)
    for pointer in facts.pop(COMMITMENTS, ()):
        detail = beside.get(pointer)
        # Where somebody tampered with the record there may be no such place: `verify` names it.
        with suppress(*_UNFIT):
            _set_at(facts, pointer, detail["value"] if detail else erased(pointer))
    return facts


def check_details(commitments: Mapping[str, Any], details: Any) -> tuple[int, str]:
    """Return how many details are there, and what is wrong with the first that does not fit."""
    there = 0
    if not isinstance(details, dict):
        return there, "its details cannot be read"
    for pointer, detail in details.items():
        if pointer not in commitments:
            return there, f"the chain knows nothing of its detail {pointer}"
        if detail is None:
            continue
        if not _matches(commitments[pointer], detail):
            return there, f"its detail {pointer} was altered"
        there += 1
    return there, ""


def details_of_person(record: str, person: UUID, *, own: bool) -> list[str]:
    """Return which details of an entry are a person's; `own` says that the chain is theirs.

    Their names, wherever they are named by their id. And where an entry is about them, not only of
    what they did for their side, whatever else it tells that is no other thing's name.
    """
    facts = json.loads(record)
    theirs = own or _names_person(person, [value for key, value in facts.items() if key != "actor"])
    owners = {pointer: _owner(facts, pointer) for pointer in facts.get(COMMITMENTS, ())}
    wanted = (str(person), None) if theirs else (str(person),)
    return [pointer for pointer, owner in owners.items() if owner in wanted]


def names_person_openly(record: str, person: UUID) -> bool:
    """Whether the record itself holds the person's name: it is from before details lay beside it."""
    return COMMITMENTS not in record and any(
        thing["id"] == str(person) and thing.get("name")
        for thing in _values_with_id(json.loads(record))
    )


def erase_details(details: str, pointers: Iterable[str]) -> str:
    """Return the details without the values and salts of these."""
    return canonical(read_details(details) | dict.fromkeys(pointers))


def details_left(details: str) -> set[str]:
    """Return which of the details are not erased."""
    return {pointer for pointer, detail in read_details(details).items() if detail}


def _split_value(value: Any, pointer: str, details: dict[str, dict[str, Any]]) -> Any:
    """Return what the chain holds of a value; put what it does not into the details."""
    value = value.as_fact() if hasattr(value, "as_fact") else value
    if _is_open(value):
        return value
    if any(_values_with_id(value)):
        kept = {
            key: part if key == "id" else _split_value(part, _child_pointer(pointer, key), details)
            for key, part in _parts(value)
        }
        return kept if isinstance(value, Mapping) else list(kept.values())
    details[pointer] = {"salt": secrets.token_hex(SALT), "value": as_json_value(value)}
    return None


def _is_open(value: Any) -> bool:
    """Whether the chain may hold it: nobody's name, and no text in which somebody could stand."""
    if isinstance(value, str):
        return not value or bool(_OPAQUE.fullmatch(value))
    if isinstance(value, Mapping | list | tuple):
        return all(_is_open(part) for _key, part in _parts(value))
    return value is None or isinstance(value, int | date | UUID)


def _parts(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield what a dictionary or a list holds, and where."""
    yield from value.items() if isinstance(value, Mapping) else enumerate(value)


def _values_with_id(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every dictionary within a value that has an id: a person, an organisation, a row."""
    value = value.as_fact() if hasattr(value, "as_fact") else value
    if isinstance(value, Mapping) and "id" in value:
        yield value
    if isinstance(value, Mapping | list | tuple):
        for _key, part in _parts(value):
            yield from _values_with_id(part)


def _names_person(person: UUID, values: list[Any]) -> bool:
    return any(thing["id"] == str(person) for thing in _values_with_id(values))


def _owner(facts: Any, pointer: str) -> str | None:
    """Return the id of the innermost thing within which the detail lies."""
    owner = None
    for name in _pointer_parts(pointer)[:-1]:
        facts = facts[int(name) if isinstance(facts, list) else name]
        if isinstance(facts, dict):
            owner = facts.get("id", owner)
    return owner


def _set_at(facts: Any, pointer: str, value: Any) -> None:
    *names, last = _pointer_parts(pointer)
    for name in names:
        facts = facts[int(name) if isinstance(facts, list) else name]
    facts[int(last) if isinstance(facts, list) else last] = value


def _child_pointer(pointer: str, key: Any) -> str:
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def _pointer_parts(pointer: str) -> list[str]:
    return [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]


def _matches(committed: Any, detail: Any) -> bool:
    try:
        salt, value = bytes.fromhex(detail["salt"]), detail["value"]
        fits: bool = commitment(salt, value) == committed
    except _UNFIT:
        return False
    return fits and len(salt) == SALT and detail.keys() == {"salt", "value"}
