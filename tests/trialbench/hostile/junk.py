"""Values that nobody expects, bytes with something wrong, and numbers worth a try."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import random

DEEP: Final = 100_000
LONG: Final = 1_000_000
_NUMBERS: Final = (
    0,
    1,
    7,
    0x7F,
    0x80,
    0xFF,
    0xFFFF,
    0x7FFFFFFF,
    0xFFFFFFFF,
    1 << 63,
    (1 << 64) - 1,
)


def values() -> list[Any]:
    """One of each kind that JSON knows, and the worst of each."""
    return [
        None, True, False, 0, -1, 1, 1.5, 10**400, -(10**25), 1e308, float("nan"), float("inf"),
        "", "x", "\0", "\ud800", "a\nb", "é" * 300, "x" * 70_000, "../../etc/passwd", "statement.dsse.json",
        "verdict.json", "private/salt", "private", "pass", "accepted", [], {}, [[]], {"": {}}, [None],
        {"name": 1, "digest": {}}, _nested(list), _nested(dict),
    ]  # fmt: skip


def _nested(kind: type) -> Any:
    """Nested a few hundred times: what is deeper cannot be made by Python's own json."""
    made: Any = 0
    for _ in range(300):
        made = [made] if kind is list else {"a": made}
    return made


def altered(content: Any, chance: random.Random) -> Any:
    """A copy with one to three of its nodes taken out, doubled, or replaced by junk."""
    made = copy.deepcopy(content)
    for _ in range(chance.randint(1, 3)):
        made = _one(made, chance)
    return made


def _one(content: Any, chance: random.Random) -> Any:
    if not isinstance(content, (dict, list)) or not content or chance.random() < 0.12:
        return chance.choice(values())
    key = chance.choice(list(content) if isinstance(content, dict) else range(len(content)))
    kind = chance.randrange(8)
    if kind == 0:
        del content[key]
    elif kind == 1 and isinstance(content, list):
        content.insert(key, copy.deepcopy(content[key]))
    elif kind == 1:
        content[chance.choice(["", "é", "annotations", "x" * 1000])] = chance.choice(values())
    else:
        content[key] = _one(content[key], chance)
    return content


def mutated(data: bytes, chance: random.Random) -> bytes:
    """`data` with one to four things wrong."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at, size = chance.randrange(len(made) + 1), chance.choice((1, 2, 4, 8, 64, 1024))
        kind = chance.randrange(6)
        if kind == 0:
            del made[at:]
        elif kind == 1:
            del made[at : at + size]
        elif kind == 2:
            made[at:at] = made[at : at + size] * chance.choice((1, 50))
        elif kind == 3 and at < len(made):
            made[at] ^= 1 << chance.randrange(8)
        elif kind == 4:
            number = chance.choice(_NUMBERS).to_bytes(8, "little")[: min(size, 8)]
            made[at : at + len(number)] = number
        else:
            made[at : at + size] = chance.randbytes(size)
    return bytes(made)
