"""The time column of a table: how it is named, in which unit it counts, and its cells as nanoseconds."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from trialbench.errors import RecordingError
from trialbench.readers.raw import LATEST_NS
from trialbench.readers.time_names import TIME_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

UNITS: Final = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 9),
    **dict.fromkeys(("ms", "msec", "msecs", "millisecond", "milliseconds"), 6),
    **dict.fromkeys(("us", "μs", "usec", "usecs", "microsecond", "microseconds"), 3),
    **dict.fromkeys(("ns", "nsec", "nsecs", "nanosecond", "nanoseconds"), 0),
}
"""The units of a time column: how many decimal places of nanoseconds each has."""

_UNIT: Final = "|".join(UNITS)
_NAME: Final = re.compile(
    r"(?:(?:abs|absolute|elapsed|epoch|gps|local|log|measurement|rel|relative|sample|system|unix|utc)"
    r"[ _.-]?)?"
    r"(?:time[ _.-]?stamps?|times?|ts?|date[ _-]?time|date|epoch|utc"
    rf"|{'|'.join(TIME_NAMES)}"
    rf"|(?P<alone>{'|'.join(unit for unit in UNITS if unit.endswith(('second', 'seconds')))}))"
    rf"(?:[ _.-](?:in[ _])?(?P<suffix>{_UNIT}))?\s*(?:[\[(]\s*(?P<bracket>[^\])]*?)\s*[\])])?"
)
_MOMENT: Final = re.compile(
    r"(?:(?P<date>(?P<y>\d{4})(?P<mark>[-/.])(?P<m>\d\d?)(?P=mark)(?P<d>\d\d?)"
    r"|(?P<d2>\d\d?)\.(?P<m2>\d\d?)\.(?P<y2>\d{4}))(?:[T ]\s*|$))?"
    r"(?:(?P<H>\d\d?):(?P<M>\d\d)(?::(?P<S>\d\d)(?:[.,](?P<f>\d+))?)?"
    r"(?:\s*(?P<half>[AP]\.?M\.?))?\s*(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII | re.IGNORECASE,
)
_BASIC: Final = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d.*)", re.ASCII)
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_NAMED: Final = re.compile(r"(\d\d?)[- ]([a-z]{3})[- ](\d{4})(\s.*)?", re.ASCII | re.IGNORECASE)
"""As MATLAB and apps write it: `01-Mar-2024 10:00:00.5`."""
_SPAN: Final = re.compile(r"(\d{1,6}) days? (\d\d:.*)", re.ASCII)
"""As pandas writes a Timedelta."""
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,6})?", re.ASCII | re.IGNORECASE)
_SHORT: Final = {9: "s", 6: "ms", 3: "us", 0: "ns"}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

NUMBER, ZONED, NAIVE, CLOCK, DATE, SPAN = "number", "zoned", "naive", "clock", "date", "span"
"""What a cell of a time column can be: CLOCK is a time of day alone, DATE a day alone, SPAN days and
a clock since the start."""

DAY_NS: Final = 86_400 * 10**9


TAKEN: Final[dict[str, tuple[str, ...]]] = {
    ZONED: (),
    NAIVE: ("dates without a zone are read as UTC",),
    CLOCK: ("times of day without a zone are read as UTC",),
    SPAN: (),
}
"""What is to be noted of a clock of each kind."""


class Moment(NamedTuple):
    """A date, a time of day, or both, in ns (since 1970, or since midnight), and which it was."""

    ns: int
    kind: str


def unit_of_time(header: str) -> str | None:
    """The unit that a time column's header names, "" where it names none; None: no time column."""
    match = _NAME.fullmatch(unicodedata.normalize("NFKC", header).strip().casefold())
    if match is None:
        return None
    return match["bracket"] or match["suffix"] or match["alone"] or ""


def decimals_of(unit: str) -> int | None:
    """How many decimal places of nanoseconds the unit has; None where it is no unit of time."""
    return UNITS.get(unicodedata.normalize("NFKC", unit).strip(" []()").casefold())


def is_number(text: str) -> bool:
    """Whether the text is a finite decimal number, with a point, in ASCII digits."""
    return _NUMBER.fullmatch(text) is not None


def nanoseconds(text: str, places: int) -> int:
    """The number times 10**places, to the nearest integer (ties to even). Raises `ValueError`."""
    if not is_number(text):
        raise ValueError(text)
    exact = Decimal(text)
    if exact.adjusted() > 18:
        raise ValueError(text)
    scaled = Context(prec=len(text) + 20).multiply(exact, 10**places)
    ns = int(scaled.to_integral_value(ROUND_HALF_EVEN))
    if abs(ns) > LATEST_NS:
        raise ValueError(text)
    return ns


def moment(text: str) -> Moment:
    """A date-time as ISO 8601 writes it, or with a space, slashes, `DD.MM.YYYY` or a month's name.

    Or a part of one, or days and a clock since the start.

    Raises `ValueError`. An order of day and month that cannot be told is none.
    """
    span = _SPAN.fullmatch(text)
    if span:
        return Moment(int(span[1]) * DAY_NS + moment(span[2]).ns, SPAN)
    basic, named = _BASIC.fullmatch(text), _NAMED.fullmatch(text)
    if basic:
        text = "{}-{}-{}T{}:{}:{}".format(*basic.groups())
    elif named and named[2].lower() in _MONTHS:
        text = f"{named[3]}-{_MONTHS.index(named[2].lower()) + 1}-{named[1]}{named[4] or ''}"
    match = _MOMENT.fullmatch(text)
    if match is None or not text or (match["zone"] and not match["date"]):
        raise ValueError(text)
    whole = timedelta(0)
    kind = DATE
    if match["H"]:
        hour, minute, second = (int(match[part] or 0) for part in "HMS")
        hour = hour_of(hour, match["half"] or "")
        if hour > 23 or minute > 59 or second > 59 or (not match["date"] and not match["S"]):
            raise ValueError(text)
        whole = timedelta(hours=hour, minutes=minute, seconds=second)
        kind = CLOCK
    if match["date"]:
        year, month, day = (int(match[part] or match[f"{part}2"]) for part in "ymd")
        whole += datetime(year, month, day, tzinfo=UTC) - _EPOCH - _offset(match["zone"] or "")
        kind = kind if kind == DATE else ZONED if match["zone"] else NAIVE
    seconds = whole.days * 86400 + whole.seconds
    ns = seconds * 10**9 + nanoseconds(f"0.{match['f'] or 0}", 9)
    if abs(ns) > LATEST_NS:
        raise ValueError(text)
    return Moment(ns, kind)


def hour_of(hour: int, half: str) -> int:
    """The hour of the day; `half` is "AM" or "PM" where a clock of 12 hours tells it.

    Raises `ValueError` where such a clock has no such hour.
    """
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + 12 * half.upper().startswith("P")


def _offset(zone: str) -> timedelta:
    digits = zone[1:].replace(":", "")
    if not digits.isdigit():
        return timedelta(0)
    minutes = 60 * int(digits[:2]) + int(digits[2:] or 0)
    if minutes >= 16 * 60 or int(digits[2:] or 0) > 59:
        raise ValueError(zone)
    return timedelta(minutes=-minutes if zone[0] == "-" else minutes)


def rolled(ns: NDArray[np.int64], period_ns: int) -> NDArray[np.int64]:
    """Times that begin again after `period_ns`, made to go on; a fall by over half of it tells."""
    falls = np.diff(ns, prepend=ns[:1]) < -(period_ns // 2)
    return ns + np.cumsum(falls) * period_ns


def kind_of(text: str) -> str:
    """What a cell of a time column is, "" where it is nothing of the kind."""
    if is_number(text):
        return NUMBER
    try:
        return moment(text).kind
    except ValueError:
        return ""


def places_of(header: str, unit: str, typical: float) -> tuple[int, tuple[str, ...]]:
    """The decimal places of nanoseconds in a numeric time column, and what is to be noted of it.

    `unit` is told beside the header, and `typical` is one of the numbers: where no unit is named
    they are seconds, or the unit in which a number too great for seconds is a time since 1970.
    Raises `RecordingError`.
    """
    unit = unit_of_time(header) or unit
    places = decimals_of(unit) if unit else 9
    if places is None:
        raise RecordingError(f"the unit {unit!r} of the time {header!r} is none of s, ms, us, ns")
    if unit or abs(typical) * 1e9 <= LATEST_NS:
        seconds = header.casefold() == "time" and places == 9
        known = seconds or header == "timestamp_ns"
        return places, () if known else (f"the time is {header!r} in {_SHORT[places]}",)
    for places in (6, 3, 0):
        if 1980 < 1970 + typical / 10 ** (9 - places) / 31_556_952 < 2100:
            taken = f"the time is {header!r}, which names no unit, in {_SHORT[places]} since 1970"
            return places, (taken,)
    raise RecordingError(
        f"the time {header!r} reaches {typical:g}, beyond the year 2262 in seconds: "
        "name its unit in the header, as time [ms]"
    )


class Clock(NamedTuple):
    """How the cells of a time column are read: a `kind` as above; numbers are in 10**-`places` ns."""

    kind: str
    places: int

    def ns(self, text: str) -> int:
        """A cell as nanoseconds. Raises `ValueError`."""
        if self.kind == NUMBER:
            return nanoseconds(text, self.places)
        found = moment(text)
        if found.kind != self.kind:
            raise ValueError(text)
        return found.ns


def clock_of(header: str, unit: str, cells: Sequence[str]) -> tuple[Clock, tuple[str, ...]]:
    """The clock that most of the cells fit, and what is to be noted. Raises `RecordingError`."""
    kinds = Counter(kind_of(cell) for cell in cells if cell)
    kind = max(kinds, key=lambda kind: (kind != "", kinds[kind]), default=NUMBER)
    if not kind:
        bad = next(cell for cell in cells if cell)
        raise RecordingError(
            f"the time {header!r} holds {bad[:40]!r}: write numbers with the file's decimal mark, or "
            "dates as 2026-11-30T12:00:00Z (an order of day and month cannot be guessed)"
        )
    if kind == DATE:
        raise RecordingError(f"the time {header!r} holds dates without a time of day")
    if kind != NUMBER:
        return Clock(kind, 9), TAKEN[kind]
    numbers = sorted(float(cell) for cell in cells if is_number(cell))
    typical = numbers[(len(numbers) - 1) // 2] if numbers else 0.0
    places, notes = places_of(header, unit, typical)
    return Clock(NUMBER, places), notes
