"""Durations and sizes as a protocol writes them: "10ms", "2 s", "1GiB"."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Final

from trialbench.units.characters import plain

_WRITTEN: Final = re.compile(r"\s*([0-9]{1,40}(?:\.[0-9]{1,40})?)\s*([a-zμ]*)\s*", re.IGNORECASE)
_NS: Final = {
    "": 10**9, "ns": 1, "us": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "min": 60 * 10**9, "h": 3600 * 10**9,
}  # fmt: skip
_BYTES: Final = {
    "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30,
}  # fmt: skip


def duration_ns(written: object) -> int:
    """Whole nanoseconds of "10ms" or of a bare number of seconds; `ValueError` says what is wrong."""
    if isinstance(written, (int, float)) and not isinstance(written, bool):
        if not math.isfinite(written):
            raise ValueError(f"{written} is no duration")
        nanoseconds = Fraction(written) * 10**9
    else:
        nanoseconds = _scaled(written, _NS, 'a duration such as "10ms", "2 s" or "1 h"')
    if nanoseconds < 0:
        raise ValueError(f"{written!r} is negative")
    return _counted(nanoseconds, written)


def size_bytes(written: object) -> int:
    """Bytes of "1GiB" or "200 MB"; `ValueError` says what is wrong."""
    return _counted(_scaled(written, _BYTES, 'a size such as "1GiB" or "200MB"'), written)


def _counted(amount: Fraction, written: object) -> int:
    """Whole nanoseconds or bytes, as many as 63 bits count."""
    if amount >= 1 << 63:
        raise ValueError(f"{written!r} is too much")
    return round(amount)


def _scaled(written: object, units: dict[str, int], expected: str) -> Fraction:
    found = _WRITTEN.fullmatch(plain(written)) if isinstance(written, str) else None
    unit = found and units.get(found[2].lower())
    if not found or not unit:
        raise ValueError(f"{written!r} is not {expected}")
    return Fraction(found[1]) * unit
