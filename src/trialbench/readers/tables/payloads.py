"""The bytes of frames as texts write them, and how a log does so throughout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_FD_LENGTHS: Final = dict(enumerate((12, 16, 20, 24, 32, 48, 64), start=9))
_LONGEST: Final = 64
_SAMPLE: Final = 500
_CELL: Final = re.compile(r"[0-9A-Za-z]+")


class Writing(NamedTuple):
    """How the bytes of a log are written."""

    base: int
    padded: bool
    """Each byte has two digits."""
    surplus: bool
    """Cells beyond a frame's length hold old bytes, other than zeros."""


def writing_of(texts: Sequence[str], lengths: Sequence[str], *, is_hex: bool | None) -> Writing:
    """How the bytes of all rows are written; `is_hex` None: letters show it, three digits the contrary."""
    if is_hex is None:
        is_hex = _are_hex(texts)
    base = 16 if is_hex else 10
    sample = texts[:_SAMPLE]
    lone = sum(any(len(cell) == 1 for cell in _cells(text)) for text in sample)
    more = 0
    for text, length in zip(sample, lengths, strict=False):
        found = _loose(text, base) if length.isdecimal() else None
        more += found is not None and any(found[int(length) :])
    few = len(sample) // 10
    return Writing(base, is_hex and lone <= few, more > few)


def payload(text: str, length: str, writing: Writing) -> bytes | None:
    """The bytes that a field holds, as many as its length says; None where they do not fit."""
    count = int(length, 16 if length[:2] in ("0x", "0X") else 10) if length else -1
    found = _pairs(text) if writing.base == 16 else None
    if found is None and not writing.padded:
        found = _loose(text, writing.base)
    if found is None:
        return None
    if count < 0:
        count = len(found)
    elif len(found) == _FD_LENGTHS.get(count):  # the length is a CAN FD code
        return found
    if not count <= min(len(found), _LONGEST) or (any(found[count:]) and not writing.surplus):
        return None
    return found[:count]


def _pairs(text: str) -> bytes | None:
    """Bytes of two hexadecimal digits each, apart or in one go; None for others."""
    try:
        return bytes.fromhex(text.removeprefix("0x").replace(",", " "))
    except ValueError:
        cells = _cells(text)
        pairs = all(len(cell) == 2 for cell in cells)
        return _loose(text, 16) if pairs else None


def _loose(text: str, base: int) -> bytes | None:
    """Bytes of as many digits as they need."""
    try:
        return bytes(int(cell, base) for cell in _cells(text))
    except ValueError:
        return None


def _cells(text: str) -> list[str]:
    return _CELL.findall(text.replace("0x", ""))


def _are_hex(texts: Sequence[str]) -> bool:
    wide = all(text.startswith("[") for text in texts)  # Python's and NumPy's lists are decimal
    for text in texts:
        if re.search(r"[a-fx]", text, re.IGNORECASE):
            return True
        wide = wide or any(len(cell) == 3 for cell in _cells(text))
    return not wide
