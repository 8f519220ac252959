"""Vector's text log, ASC.

`date`, `base hex|dec  timestamps absolute|relative`, then a line an event: `time channel id[x] Rx d
dlc bytes`, or `time CANFD channel Rx id [name] brs esi dlc length bytes`. Times count from the first
`Begin Triggerblock` line, or from `date`, both read as UTC; relative ones from the event before.
Lines of other events are no frames and skipped. Channels are the bus numbers as written.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from trialbench.errors import RecordingError
from trialbench.readers.asc_lines import CAUSES, SHORTEST, parse
from trialbench.readers.raw import Raw, dateless, in_order, instant_ns
from trialbench.readers.text import Lines, as_buffer, bad_lines, parsed, room_for_bad
from trialbench.recording import Damage

_HEAD: Final = 1 << 16
"""The header's lines are looked for in so many bytes."""
_BASE: Final = re.compile(
    rb"^\s*base\s+(hex|dec)(?:\s+timestamps\s+(absolute|relative))?", re.IGNORECASE | re.MULTILINE
)
_MOMENT: Final = (
    rb"\w+\.?\s+(?P<month>[^\s\d]+|\d{1,2})\s+(?P<day>\d{1,2})\s+(?P<hour>\d{1,2}):(?P<minute>\d{1,2}):(?P<second>\d{1,2})"
    rb"(?:\.(?P<fraction>\d+))?(?:\s+(?P<half>[ap]m))?\s+(?P<year>\d{4})"
)
_DATE: Final = re.compile(rb"^\s*date\s+" + _MOMENT, re.IGNORECASE | re.MULTILINE)
_TRIGGER: Final = re.compile(
    rb"^\s*begin\s+trigger\s?block\s+" + _MOMENT, re.IGNORECASE | re.MULTILINE
)
_BEGIN: Final = re.compile(rb"^\s*begin\s+trigger\s?block", re.IGNORECASE | re.MULTILINE)
_END: Final = re.compile(rb"^\s*end\s+trigger\s?block", re.IGNORECASE | re.MULTILINE)
_MONTHS: Final = {
    "jan": 1, "feb": 2, "mar": 3, "mär": 3, "mrz": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12,
}  # fmt: skip


def read_asc(data: bytes) -> Raw:
    """The frames of an ASC file. Bad lines are damage; the lines after them are kept."""
    head = data[:_HEAD]
    base = _BASE.search(head)
    if base is None and not _DATE.search(head) and not _BEGIN.search(head):
        raise RecordingError("line 1: no header of an ASC file (date, base)")
    numerals = 10 if base is not None and base[1].lower() == b"dec" else 16
    relative = base is not None and base[2] is not None and base[2].lower() == b"relative"
    buffer = as_buffer(data)
    lines = Lines(data)
    bad = room_for_bad()
    count = min(data.count(b"\n") + 1, buffer.size // SHORTEST + 1)
    offsets = np.empty(count, np.int64)
    told = _start_ns(head)
    start_ns = told or 0
    columns, used = parsed(
        lambda room: parse(buffer, start_ns, numerals, relative, *room, offsets, bad), count
    )
    errors = bad_lines(lines, bad[:used], columns.times_ns, CAUSES)
    if told is None:
        errors.append(dateless("the header", 0))
    if _BEGIN.search(head) and not _END.search(data, max(len(data) - 256, 0)):
        last = int(columns.times_ns[-1]) if len(columns.ids) else None
        errors.append(Damage(lines.at(len(data)), "the file ends before End TriggerBlock", last))
    frames, backwards = in_order(columns, lambda at: lines.at(int(offsets[at])))
    return Raw(frames, errors=(*errors, *backwards))


def _start_ns(head: bytes) -> int | None:
    """The instant from which times count, in ns since 1970; 0 where no date is told, None for nonsense."""
    match = _TRIGGER.search(head) or _DATE.search(head)
    if match is None:
        return None if _BEGIN.search(head) else 0
    month = match["month"].decode("utf-8", "replace").lower()
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == b"pm" else 0)
    number = int(month) if month.isdecimal() else _MONTHS.get(month[:3], 0)
    day, minute, second, year = (int(match[part]) for part in ("day", "minute", "second", "year"))
    fraction = (match["fraction"] or b"0").decode()[:9]
    # python-can writes the milliseconds without leading zeros
    ns = int(fraction) * (10**6 if len(fraction) < 3 else 10 ** (9 - len(fraction)))
    return instant_ns(year, number, day, hour, minute, second, ns)
