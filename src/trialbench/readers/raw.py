"""What every reader hands over, and how frames of a file become frames in order of time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from trialbench.damage import Damage
from trialbench.frames import Frames
from trialbench.readers.clock import PAUSE_NS, Clock, mend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from trialbench.signal import Signal

    Bytes = NDArray[np.uint8]
    Longs = NDArray[np.int64]
    Int = int | np.int64

MOST_DAMAGES: Final = 100
"""How many damages of one kind are told one by one; the rest is told as one."""

LATEST_NS: Final = 9_223_372_035 * 10**9
"""Times beyond this (the year 2262) do not fit int64 nanoseconds and are damage."""


NO_TIME: Final = -(1 << 63)
"""Stands for the time of a record whose own does not fit."""


@dataclass(frozen=True, slots=True, eq=False)
class Raw:
    """A file as read: `frames`, plain `signals`, or both, and what could not be read.

    `notes` tell what was taken for granted or left out with no sample lost (an encoding, a column of
    text), a sentence each. `skipped_events` counts events that the format knows and that are no
    frames, by kind ("LIN", "Statistic").
    """

    frames: Frames | None = None
    signals: Mapping[str, Signal] = field(default_factory=dict)
    errors: tuple[Damage, ...] = ()
    notes: tuple[str, ...] = ()
    skipped_events: Mapping[str, int] = field(default_factory=dict)


class Columns(NamedTuple):
    """Frames in the order of the file, as in `Frames` but writable."""

    times_ns: NDArray[np.int64]
    bus: NDArray[np.uint8]
    ids: NDArray[np.uint32]
    flags: NDArray[np.uint8]
    lengths: NDArray[np.uint8]
    data: NDArray[np.uint8]

    @classmethod
    def room(cls, count: int, width: int) -> Columns:
        """Room for `count` frames of at most `width` bytes; memory is taken when it is written."""
        return cls(
            np.empty(count, np.int64),
            np.empty(count, np.uint8),
            np.empty(count, np.uint32),
            np.empty(count, np.uint8),
            np.empty(count, np.uint8),
            np.zeros((count, width), np.uint8),
        )

    def taken(self, which: slice | NDArray[np.generic]) -> Columns:
        """The frames that `which` chooses."""
        return Columns._make(column[which] for column in self)


def joined(parts: Sequence[Columns]) -> Columns:
    """The parts one after the other, all as wide as the widest."""
    if not parts:
        return Columns.room(0, 8)
    if len(parts) == 1:
        return parts[0]
    width = max(part.data.shape[1] for part in parts)
    data = np.zeros((sum(len(part.ids) for part in parts), width), np.uint8)
    at = 0
    for part in parts:
        data[at : at + len(part.ids), : part.data.shape[1]] = part.data
        at += len(part.ids)
    narrow = (np.concatenate([part[column] for part in parts]) for column in range(5))
    return Columns._make([*narrow, data])


def in_order(
    columns: Columns,
    where: Callable[[int], str],
    streams: NDArray[np.integer[Any]] | None = None,
) -> tuple[Frames, tuple[Damage, ...]]:
    """The frames sorted by time, as `clock.mend` understands it.

    `where` names the place of a frame by its number in `columns`. Frames of different `streams`
    (the buses, where nothing is said) may stand in any order (recorders buffer each bus): merging
    them is no damage. The times in `columns` become the mended ones, in the order of the file: what
    is placed by them afterwards (`as_damages`) lies right.
    """
    times = columns.times_ns
    if bool(np.all(times[1:] >= times[:-1])):
        return Frames(*columns), ()
    clock = mend(times, columns.bus if streams is None else streams)
    kept = columns
    if clock is not None:
        times[:] = clock.times_ns
        kept = columns.taken(clock.keep)
    order = np.argsort(kept.times_ns, kind="stable")
    return Frames(*kept.taken(order)), () if clock is None else tuple(told(clock, where))


def rows_in_order(
    times: Longs, where: Callable[[int], str], what: str = "row"
) -> tuple[Longs, NDArray[np.bool_], list[Damage]]:
    """The mended times of rows, which of them stay, and what is damage; all in the file's order."""
    clock = mend(times, np.zeros(times.size, np.uint8))
    if clock is None:
        return times, np.ones(times.size, np.bool_), []
    return clock.times_ns, clock.keep, told(clock, where, what)


def told(clock: Clock, where: Callable[[int], str], what: str = "frame") -> list[Damage]:
    """What is wrong with a clock, as damages in the order of the file; `where` names a place."""
    found: dict[int, tuple[str, int | None, int | None]] = {}
    for at, count, by, from_ns, to_ns in clock.lies:
        side = "ahead of" if by > 0 else "behind"
        left = f"this {what} is" if count == 1 else f"{count} {what}s are"
        cause = f"the time is {abs(by) / 1e9:.6f} s {side} that around it; {left} left out"
        found[at] = cause, from_ns, to_ns
    steps = clock.steps
    if len(steps) > MOST_DAMAGES:  # the rest is one, from its first to its last
        steps = [*steps[:MOST_DAMAGES], steps[MOST_DAMAGES]._replace(to_ns=steps[-1].to_ns)]
    for at, by, begin, end in steps:
        then = (
            "the rest does not fit 64 bits of nanoseconds and is left out"
            if end is None
            else f"what follows is a new segment, {PAUSE_NS // 10**9} s after the one before"
        )
        found[at] = f"the clock steps back by {by / 1e9:.6f} s; {then}", begin, end
    return [Damage(where(at), *found[at]) for at in sorted(found)]


def instant_ns(
    year: int, month: int, day: int, hour: int, minute: int, second: int, fraction_ns: int
) -> int | None:
    """A moment, read as UTC, in ns since 1970; None where there is none such from 1970 to 2261."""
    try:
        whole = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    ns = int(whole.timestamp()) * 10**9 + fraction_ns
    return ns if 0 <= ns < LATEST_NS and year < 2262 else None


def dateless(where: str, start_ns: int) -> Damage:
    """The start time makes no sense: told, but no sample is lost, for times count from 1970 then."""
    return Damage(where, "the start time makes no sense; times count from 1970", start_ns, start_ns)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something unreadable at `where`, after `first` frames of the file and before frame `last`.

    It stands for `count` of them where they are many.
    """

    where: str
    cause: str
    first: int
    last: int
    count: int = 1


def add_gap(gaps: list[Gap], gap: Gap) -> None:
    """Add the next gap of the file; with no frame since the one before, or too many, they are one."""
    if gaps and (gaps[-1].last == gap.first or len(gaps) > MOST_DAMAGES):
        gaps[-1] = replace(gaps[-1], last=gap.last, count=gaps[-1].count + gap.count)
    else:
        gaps.append(gap)


def as_damages(gaps: Iterable[Gap], times: NDArray[np.int64]) -> list[Damage]:
    """The gaps, in the order of the file, with their times."""
    told: list[Gap] = []
    for gap in gaps:
        add_gap(told, gap)
    damages = []
    for gap in told:
        more = "" if gap.count == 1 else f" (and {gap.count - 1} more after it)"
        around = times_around(times, gap.first, gap.last)
        damages.append(Damage(gap.where, gap.cause + more, *around))
    return damages


def times_around(times: NDArray[np.int64], first: int, last: int) -> tuple[int | None, int | None]:
    """The instants around what was lost between the frames `first - 1` and `last`."""
    before = int(times[first - 1]) if first > 0 else None
    after = int(times[last]) if last < times.size else None
    if before is not None and after is not None and after < before:
        return after, before  # the clock jumped as well
    return before, after
