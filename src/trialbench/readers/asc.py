"""Vector's text log, ASC.

`date`, `base hex|dec  timestamps absolute|relative`, then a line an event: `time channel id[x] Rx d
dlc bytes`, or `time CANFD channel Rx id [name] brs esi dlc length bytes`, or `time CANXL channel Rx
format …`. Times count from the first `Begin Triggerblock` line, or from `date`, both read as UTC;
relative ones from the event before. The format's other events are no frames, skipped and counted;
whatever else stands in a line is damage. Channels are the bus numbers as written.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from trialbench.damage import Damage
from trialbench.errors import RecordingError
from trialbench.readers.asc_events import BASE, BEGIN, DATE, END, EVENTS, HEADER, MOMENT
from trialbench.readers.asc_lines import SHORTEST, AscWays
from trialbench.readers.asc_words import CAUSES
from trialbench.readers.lines import read_lines, usual_decimals, usual_number
from trialbench.readers.raw import Raw, dateless, in_order, instant_ns
from trialbench.readers.text import Lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialbench.readers.lines import Log

_HEAD: Final = 1 << 16
"""How many bytes are looked at for what nearly all lines have in common."""
_FRACTION: Final = re.compile(rb"^[ \t]*\d+\.(\d+)\s", re.MULTILINE)
_NUMBERED: Final = re.compile(
    rb"^[ \t]*[\d.]+\s+\d+\s+([0-9a-f]{1,8})x?\s+[rt]x\s+d\s[^\n]*\bID = (\d{1,10})x?\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_TAIL: Final = re.compile(
    rb"^[ \t]*[\d.]+\s+\d+\s+[0-9a-f]+x?\s+[rt]x\s+[dr]\b([^\n]*)$", re.IGNORECASE | re.MULTILINE
)
_FD_TAIL: Final = re.compile(
    rb"^[ \t]*[\d.]+\s+CANFD\s+\d+\s+[rt]x\s+[0-9a-f]+x?\s+(?:[a-z_]\w+\s+)?"
    rb"[01]\s+[01]\s+[0-9a-f]\s+(\d{1,2})((?:[ \t]+[0-9a-f]+)*)\s*$",
    re.IGNORECASE | re.MULTILINE,
)  # fmt: skip
_HARMED: Final = re.compile(rb"\s*(?!\d|//|end\b|\Z)\S", re.IGNORECASE)
"""After the header comes an event; any other line is one of the header's that cannot be read."""
_ODD: Final = 0.1
"""So few of the lines at the beginning may be unlike the others, being harmed."""
_MONTHS: Final = {
    "jan": 1, "feb": 2, "mar": 3, "mär": 3, "mrz": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12,
}  # fmt: skip


def read_asc(data: bytes) -> Raw:
    """The frames of an ASC file. Bad lines are damage; the lines after them are kept."""
    header = HEADER.match(data)
    base, begin = (line.search(data, 0, _HEAD) for line in (BASE, BEGIN))
    date = DATE.search(data, 0, _HEAD)
    if header is None or not (base or begin or date):
        raise RecordingError("line 1: no header of an ASC file (date, base)")
    numerals = 10 if base and base[1].lower() == b"dec" else 16
    relative = bool(base and base[2] and base[2].lower() == b"relative")
    harmed = _HARMED.match(data, header.end()) is not None
    start = None if harmed and not begin else _start_ns(begin, date)
    ways = _ways(data, start or 0, numerals, relative=relative)
    log = read_lines(data, ways, SHORTEST, at=header.end())
    lines = Lines(data)
    frames, backwards = in_order(log.columns, lambda at: lines.at(int(log.places[at])))
    skipped, errors = log.events_and_damage(EVENTS, CAUSES)
    if relative:  # a line that is lost takes its time with it
        errors = [replace(error, to_ns=None) for error in errors]
    if start is None:
        errors.append(dateless("the header", 0))
    if base is None and harmed:
        errors.append(Damage("the header", "no readable line `base hex` or `base dec`"))
    if begin:
        errors += _of_the_end(log)
    return Raw(frames, errors=(*errors, *backwards), skipped_events=skipped)


def _ways(data: bytes, start_ns: int, numerals: int, *, relative: bool) -> AscWays:
    """How the file writes its lines, by what nearly all at its beginning have in common."""
    tails = _FD_TAIL.findall(data, 0, _HEAD)
    return AscWays(
        start_ns,
        numerals,
        relative,
        decimals=usual_decimals(_FRACTION.findall(data, 0, _HEAD)),
        fields=usual_number((tail.count(b"=") for tail in _TAIL.findall(data, 0, _HEAD)), odd=_ODD),
        is_numbered=_is_numbered(data, numerals),
        fd_fields=usual_number(
            (len(rest.split()) - int(length) for length, rest in tails), odd=_ODD
        ),
    )


def _is_numbered(data: bytes, numerals: int) -> bool:
    """Whether the numbers behind `ID =` are the identifiers, as Vector writes them, so each must be."""
    pairs = [
        (ident, number)
        for ident, number in _NUMBERED.findall(data, 0, _HEAD)
        if numerals == 16 or ident.isdigit()
    ]
    agreeing = sum(int(ident, numerals) == int(number) for ident, number in pairs)
    return bool(pairs) and len(pairs) - agreeing <= _ODD * len(pairs)


def _of_the_end(log: Log) -> Iterator[Damage]:
    """A block that was begun must end, in the file's last line."""
    if not END.match(log.data, log.data.rstrip().rfind(b"\n") + 1):
        times = log.columns.times_ns
        where = Lines(log.data).at(len(log.data))
        last = int(times[-1]) if times.size else None
        yield Damage(where, "the file ends before End TriggerBlock", last)


def _start_ns(begin: re.Match[bytes] | None, date: re.Match[bytes] | None) -> int | None:
    """The instant from which times count, in ns since 1970; 0 where none is told, None for nonsense."""
    text = (begin[1].strip() if begin else b"") or (date[1].strip() if date else b"")
    if not text:
        return None if begin else 0
    match = MOMENT.fullmatch(text)
    if match is None:
        return None
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
