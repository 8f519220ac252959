"""DER of what was put together, encoded once.

asn1crypto 1.5.1 never forgets that a value was changed: each look at its contents encodes it anew,
and each of its children twice, so nested values cost twice as much a level. And it takes a definite
length that ends in the byte 80 (384 is 82 01 80) for BER's indefinite one (X.690, 8.1.3.6) and
encodes anew all the more: one signature in some took a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from asn1crypto import core

SEQUENCE, CONSTRUCTED, OPEN = b"\x30", 0x20, 0x80
COMPOUND = (core.Sequence, core.SequenceOf, core.Set, core.SetOf)


def encode_once() -> None:
    """Let a compound value count as unchanged when it was encoded, until it is changed again."""
    for kind in COMPOUND:
        if not hasattr(kind._set_contents, "__wrapped__"):
            kind._set_contents = _forgetting(kind._set_contents)


def _forgetting(encode: Callable[..., None]) -> Callable[..., None]:
    @wraps(encode)
    def encode_and_forget(self: Any, force: bool = False) -> None:
        encode(self, force=force)
        self._mutated = False

    return encode_and_forget


def size_of_value(content: bytes) -> int:
    """Return how long the sequence is that the content begins with; 0 where there is none.

    Programs write BER (X.690, 8.1.3) around what they sign: a length may be left open, and is then
    ended by two zero bytes, as deep as values are nested.
    """
    if content[:1] != SEQUENCE:
        return 0
    at, opened = 0, 0
    while True:
        if opened and content[at : at + 2] == b"\0\0":
            at, opened = at + 2, opened - 1
        else:
            at, is_open = _step(content, at)
            opened += is_open
        if at == 0 or at > len(content):
            return 0
        if not opened:
            return at


def _step(content: bytes, at: int) -> tuple[int, bool]:
    """Return where the value that begins there ends, or 0; if its length is open, its contents."""
    head = content[at : at + 2]
    if len(head) < 2 or head[0] & 0x1F == 0x1F:  # no tag in CMS takes more than one byte
        return 0, False
    if head[1] == OPEN:
        return (at + 2 if head[0] & CONSTRUCTED else 0), True
    if head[1] < OPEN:
        return at + 2 + head[1], False
    digits = content[at + 2 : at + 2 + (head[1] & 0x7F)]
    return at + 2 + len(digits) + int.from_bytes(digits, "big"), False
