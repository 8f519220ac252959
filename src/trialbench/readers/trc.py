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
from trialbench.readers.lines import LINE_END, PLAIN_TEXT, read_lines, usual_decimals
from trialbench.readers.raw import LATEST_NS, Raw, dateless, in_order
from trialbench.readers.text import Lines
from trialbench.readers.trc_lines import CAUSES, FIRST_NUMBER, LETTERS, SHORTEST, UNDATED, TrcWays

_HEAD: Final = 1 << 16
_VERSION: Final = re.compile(rb"^[ \t]*;\s*\$FILEVERSION\s*=\s*(\d+\.\d+)", re.MULTILINE)
_START: Final = re.compile(
    rb"^[ \t]*;\s*\$STARTTIME\s*=\s*(\d{1,7}(?:\.\d{1,20})?)\s*$", re.MULTILINE
)
_COLUMNS: Final = re.compile(rb"^[ \t]*;\s*\$COLUMNS\s*=\s*([A-Za-z,]+)\s*$", re.MULTILINE)
_FIXED: Final = {"1.0": "NOILD", "1.1": "NOdILD", "1.2": "NOBdILD", "1.3": "NOBdIRLD"}
_EPOCH_DAYS: Final = 25_569
"""1970-01-01 in days since 1899-12-30."""


_FRACTION: Final = re.compile(rb"^[ \t]*\d+\)?\s+\d+(?:\.(\d+))?\s", re.MULTILINE)
_HH: Final = rb"[0-9A-Fa-f]{2}"
_STATE: Final = rb"(?:\d{1,3} +|- +)?(?:- +)?Rx +(?:- +)?"
_EVENTS: Final = re.compile(
    rb";" + PLAIN_TEXT + rb"|(?:\d+\)? +)?[\d.]+ +(?:"
    rb"(?P<Status>ST +" + _STATE + rb"(?:4 +)?%s(?: %s){3})" % (_HH, _HH)
    + rb"|(?P<Warning>(?:(?:\d+ +)?Warng +)?FFFFFFFF +(?:- +)?4 +%s(?: %s){3}(?: --)*(?: +[A-Z]+)?)" % (_HH, _HH)
    + rb"|(?P<Error_counters>EC +" + _STATE + rb"(?:2 +)?%s %s)" % (_HH, _HH)
    + rb"|(?P<Event>EV +(?:\d+|-) +" + PLAIN_TEXT + rb"))" + LINE_END
)  # fmt: skip
"""Comments, and lines that are no messages: hardware status, error counters, the user's events."""


def read_trc(data: bytes) -> Raw:
    """The frames of a TRC file. Bad lines are damage; the lines after them are kept."""
    columns = _columns(data[:_HEAD])
    start = _START.search(data[:_HEAD])
    days = Decimal(start[1].decode()) - _EPOCH_DAYS if start else Decimal(0)
    start_ns = int(days * 86_400 * 10**9)
    dated = 0 <= start_ns < LATEST_NS and (start is not None or columns.size == UNDATED)
    start_ns = start_ns if dated else 0
    ways = TrcWays(start_ns, columns, usual_decimals(_FRACTION.findall(data, 0, _HEAD)))
    log = read_lines(data, ways, SHORTEST, before=FIRST_NUMBER, gaps=True)
    lines = Lines(data)
    frames, backwards = in_order(log.columns, lambda at: lines.at(int(log.places[at])))
    skipped, errors = log.events_and_damage(_EVENTS, CAUSES)
    if not dated:
        errors.append(dateless("the header", 0))
    return Raw(frames, errors=(*errors, *backwards), skipped_events=skipped)


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
    known = set(letters) <= set(LETTERS) and len(set(letters)) == len(letters)
    if not needed <= set(letters) or not known:
        raise RecordingError(f"TRC with the columns {letters[:40]}: not enough, unknown, or twice")
    return np.array([LETTERS.index(letter) for letter in letters], np.int64)
