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
