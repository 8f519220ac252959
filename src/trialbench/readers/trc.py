"""PEAK's text trace, TRC, versions 1.0, 1.1, 1.3, 2.0 and 2.1 (PEAK CAN TRC File Format 1.6).

Header lines begin with a semicolon; `$STARTTIME` is in days since 1899-12-30, read as UTC, from
which the messages' milliseconds count. Buses are as written, 1 where the version has none.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

import numpy as np

from trialbench.errors import RecordingError
from trialbench.readers.raw import LATEST_NS, Raw, dateless, in_order
from trialbench.readers.text import Lines, as_buffer, bad_lines, parsed, room_for_bad
from trialbench.readers.trc_lines import CAUSES, LETTERS, SHORTEST, parse

_HEAD: Final = 1 << 16
_VERSION: Final = re.compile(rb"^\s*;\s*\$FILEVERSION\s*=\s*(\d+\.\d+)", re.MULTILINE)
_START: Final = re.compile(rb"^\s*;\s*\$STARTTIME\s*=\s*(\d{1,7}(?:\.\d{1,20})?)\s*$", re.MULTILINE)
_COLUMNS: Final = re.compile(rb"^\s*;\s*\$COLUMNS\s*=\s*([A-Za-z,]+)\s*$", re.MULTILINE)
_FIXED: Final = {"1.0": "NOILD", "1.1": "NOdILD", "1.2": "NOBdILD", "1.3": "NOBdIRLD"}
_UNDATED: Final = len(_FIXED["1.0"])
"""Version 1.0, so many columns, has no start time."""
_EPOCH_DAYS: Final = 25_569
"""1970-01-01 in days since 1899-12-30."""


def read_trc(data: bytes) -> Raw:
    """The frames of a TRC file. Bad lines are damage; the lines after them are kept."""
    columns = _columns(data[:_HEAD])
    start = _START.search(data[:_HEAD])
    days = Decimal(start[1].decode()) - _EPOCH_DAYS if start else Decimal(0)
    start_ns = int(days * 86_400 * 10**9)
    dated = 0 <= start_ns < LATEST_NS and (start is not None or columns.size == _UNDATED)
    start_ns = start_ns if dated else 0
    buffer = as_buffer(data)
    lines = Lines(data)
    bad = room_for_bad()
    count = min(data.count(b"\n") + 1, buffer.size // SHORTEST + 1)
    offsets = np.empty(count, np.int64)
    found, used = parsed(lambda room: parse(buffer, start_ns, columns, *room, offsets, bad), count)
    errors = bad_lines(lines, bad[:used], found.times_ns, CAUSES)
    if not dated:
        errors.append(dateless("the header", 0))
    frames, backwards = in_order(found, lambda at: lines.at(int(offsets[at])))
    return Raw(frames, errors=(*errors, *backwards))


def _columns(head: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """The columns, as places in LETTERS, in the order of a line."""
    match = _VERSION.search(head)
    version = match[1].decode() if match else "1.0"
    letters = _FIXED.get(version)
    if letters is None:
        named = _COLUMNS.search(head)
        if not version.startswith("2.") or named is None:
            raise RecordingError(f"TRC version {version} without $COLUMNS, or unknown")
        letters = named[1].decode().replace(",", "")
    needed = {"O", "I"} | ({"L", "l"} & set(letters) or {"L"})
    if not needed <= set(letters) or not set(letters) <= set(LETTERS):
        raise RecordingError(f"TRC with the columns {letters[:40]}: not enough, or unknown ones")
    return np.array([LETTERS.index(letter) for letter in letters], np.int64)
