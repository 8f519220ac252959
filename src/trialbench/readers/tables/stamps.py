"""Time stamps of all kinds as nanoseconds: numbers, clocks and dates, deltas, and what rolls over."""

from __future__ import annotations

import re
from collections import Counter
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from trialbench.errors import RecordingError
from trialbench.readers.instants import NAIVE, TAKEN, ZONED, hour_of, moment, rolled
from trialbench.readers.raw import LATEST_NS, NO_TIME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from trialbench.readers.tables.dialect import Dialect

_PER_UNIT: Final = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
_DAY_S: Final = 86_400
_FASTEST_US: Final = 40
"""No two frames follow one another faster on one bus: the shortest has 47 bits, of 1 µs at most."""

_NUMBER: Final = re.compile(r"(-?)(\d+)(?:[.,](\d+))?")
_CLOCK: Final = re.compile(
    r"(\d{1,3}):(\d{1,2}):(\d{1,2})(?:([:.,])(\d+)(?:\.(\d+))?)?(?:\s*([AP]\.?M\.?))?",
    re.IGNORECASE,
)
_COMPACT: Final = re.compile(r"(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})?")
"""CSS Electronics' `ddTHHMMSSmmm`."""
_COLON_FRACTION: Final = re.compile(r"(:\d\d):(\d+)$")
_NUMBERS, _CLOCKS, _DATES, _DAYS = "numbers", "clocks", "dates", "days"


class Times(NamedTuple):
    """The instants of the frames in the order of the file (NO_TIME where a stamp is none).

    `are_added_up`: each stamp is the time since the frame before, so that a lost line takes the
    times of all that follow with it.
    """

    ns: NDArray[np.int64]
    notes: tuple[str, ...] = ()
    are_added_up: bool = False


def times_of(stamps: Sequence[str], bus: NDArray[np.uint8], dialect: Dialect) -> Times:
    """The instants that `stamps` tell; `bus` is that of each. Raises `RecordingError` if none does."""
    if dialect.hex_stamps:
        stamps = [str(int(stamp, 16)) for stamp in stamps]
    sample = [stamp for stamp in stamps[:200] if stamp]
    kinds = Counter(map(_kind_of, sample))
    kind = max(kinds, key=lambda kind: (kind != "", kinds[kind]), default="")
    if not kind:
        told = repr(sample[0][:40]) if sample else "none"
        raise RecordingError(
            f"its time stamps ({told}) are of no known kind: write numbers, or dates as "
            "2026-11-30T12:00:00Z (an order of day and month cannot be guessed)"
        )
    if kind == _NUMBERS:
        return _of_numbers(stamps, bus, dialect)
    if kind == _CLOCKS:
        clocks = _clocks(stamps, counts=dialect.clock_counts)
        return _added_up(clocks) if dialect.is_delta else _rolled(clocks, _DAY_S)
    if kind == _DATES:
        return Times(_array([_date_ns(stamp) for stamp in stamps]), TAKEN[NAIVE])
    return Times(_array([_compact_ns(stamp) for stamp in stamps]), ("days count in their month",))


def _kind_of(stamp: str) -> str:
    """What a stamp is, "" where it is of no known kind."""
    for kind, shape in ((_NUMBERS, _NUMBER), (_CLOCKS, _CLOCK), (_DAYS, _COMPACT)):
        if shape.fullmatch(stamp):
            return kind
    return "" if _date_ns(stamp) is None else _DATES


def never_change(ns: NDArray[np.int64]) -> bool:
    """Whether all stamps are the same: a recorder without a clock."""
    return ns.size > 2 and bool(np.all(ns == ns[0]))


def _array(values: Sequence[int | None]) -> NDArray[np.int64]:
    return np.array([NO_TIME if value is None else value for value in values], np.int64)


def _of_numbers(stamps: Sequence[str], bus: NDArray[np.uint8], dialect: Dialect) -> Times:
    notes: tuple[str, ...] = ()
    unit = dialect.unit
    if not unit:
        unit = _unit_of(stamps, bus, dialect.usual)
        notes = (f"the stamps are taken for {unit}",)
    ns = _array([_scaled(stamp, _PER_UNIT[unit]) for stamp in stamps])
    if dialect.is_delta or (dialect.may_be_deltas and _are_deltas(ns, bus)):
        return _added_up(ns, notes)
    if dialect.wraps_s:
        rolled = _rolled(ns, dialect.wraps_s)
        return Times(rolled.ns, (*notes, *rolled.notes))
    return Times(ns, notes)


def _added_up(ns: NDArray[np.int64], notes: tuple[str, ...] = ()) -> Times:
    """Stamps that are each the time since the frame before."""
    known = ns != NO_TIME
    ns[known] = np.cumsum(ns[known])
    return Times(ns, (*notes, "each stamp is the time since the frame before"), are_added_up=True)


def _scaled(stamp: str, per_unit: int) -> int | None:
    """A decimal number as nanoseconds, rounded to the nearest."""
    match = _NUMBER.fullmatch(stamp)
    if match is None:
        return None
    sign, whole, fraction = match.groups()
    if fraction is None:
        ns = int(whole) * per_unit
    else:
        exact = Decimal(f"{whole}.{fraction}") * per_unit
        ns = int(exact.to_integral_value(ROUND_HALF_EVEN))
    if ns > LATEST_NS:
        return None
    return -ns if sign else ns


def _unit_of(stamps: Sequence[str], bus: NDArray[np.uint8], usual: str) -> str:
    """The unit of numbers that nothing names: by their point, their size since 1970, or their pace.

    A whole number counts milli- or microseconds. As microseconds, frames of one bus must be
    `_FASTEST_US` apart in the mean, and those of a bus that follow one another never share a stamp.
    """
    plain = [stamp for stamp in stamps if stamp]
    if any("." in stamp or "," in stamp for stamp in plain):
        return "s"
    numbers = np.array([int(stamp) for stamp in plain if _NUMBER.fullmatch(stamp)], object)
    largest = max(abs(int(number)) for number in numbers)
    for digits, unit in ((18, "ns"), (15, "us"), (12, "ms")):
        if largest >= 10**digits:
            return unit
    steps = _steps(np.array([min(int(number), LATEST_NS) for number in numbers], np.int64), bus)
    if steps.size and steps.mean() < _FASTEST_US:
        return "ms"
    if usual:
        return usual
    if steps.size and np.count_nonzero(steps < _FASTEST_US) > max(2, steps.size // 50):
        return "ms"
    raise RecordingError(
        "whether its time stamps are milli- or microseconds cannot be told: name the unit in a "
        "header line, for instance 'time[ms]' in place of 'time'"
    )


def _steps(values: NDArray[np.int64], bus: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The forward steps between frames that follow one another on one bus."""
    order = np.argsort(bus, kind="stable") if values.size == bus.size else np.arange(values.size)
    steps = np.diff(values[order])
    return steps[steps >= 0]


def _are_deltas(ns: NDArray[np.int64], bus: NDArray[np.uint8]) -> bool:
    """Whether stamps from 0 on are deltas: as a clock they would go back, or stand still, often."""
    known = ns[ns != NO_TIME]
    if known.size < 3 or known.max() >= 10**9 * _DAY_S * 365:
        return False
    back = np.count_nonzero(np.diff(known) < 0)
    if back > known.size // 10:
        return True
    steps = _steps(ns, bus)
    return bool(steps.size) and bool(np.median(steps) < _FASTEST_US * 1000) and known[-1] > 0


def _rolled(ns: NDArray[np.int64], period_s: int) -> Times:
    """Stamps that begin again after `period_s`, made to go on; a fall by over half of it tells."""
    known = ns != NO_TIME
    on = rolled(ns[known], period_s * 10**9)
    if np.array_equal(on, ns[known]):
        return Times(ns)
    ns = ns.copy()
    ns[known] = on
    what = "day" if period_s == _DAY_S else f"{period_s} s"
    return Times(ns, (f"the stamps begin again after each {what}; that is undone",))


def _clocks(stamps: Sequence[str], *, counts: bool) -> NDArray[np.int64]:
    """Hours, minutes, seconds and their fraction as nanoseconds of the day.

    A fraction after a colon that is written with more or fewer digits is a count of milliseconds.
    """
    matches = [_CLOCK.fullmatch(stamp) for stamp in stamps]
    widths = {len(match[5]) for match in matches if match and match[4] == ":"}
    width = 3 if counts else (max(widths, default=0) if len(widths) > 1 else 0)
    return _array([None if match is None else _clock_ns(match, width) for match in matches])


def _clock_ns(match: re.Match[str], width: int) -> int | None:
    text, minute, second, _, fraction, finer, half = match.groups()
    try:
        hour = hour_of(int(text), half or "")
    except ValueError:
        return None
    digits = (fraction or "").rjust(width, "0") + (finer or "")
    nanoseconds = int(digits[:9].ljust(9, "0"))
    return ((hour * 60 + int(minute)) * 60 + int(second)) * 10**9 + nanoseconds


def _date_ns(stamp: str) -> int | None:
    try:
        found = moment(_COLON_FRACTION.sub(r"\1.\2", stamp))
    except ValueError:
        return None
    return found.ns if found.kind in (NAIVE, ZONED) else None


def _compact_ns(stamp: str) -> int | None:
    match = _COMPACT.fullmatch(stamp)
    if match is None:
        return None
    day, hour, minute, second = (int(part) for part in match.group(1, 2, 3, 4))
    seconds = ((day * 24 + hour) * 60 + minute) * 60 + second
    return seconds * 10**9 + int(match[5] or 0) * 10**6
