"""The recorder's clock, as stamps in the order of the file tell it: those that lie, and lasting steps.

Each *stream* (a bus, a group of an MDF) should tell its time forwards. Where it does not, it is
mended with the fewest changes: a stamp that stands alone between stamps that agree costs 2 and is
left out; a step back costs 3, and what follows is a new segment. So two stamps in a row are a step,
one is a lie. Frames of one stream at one instant count as one stamp.

A recorder has one clock: a step concerns all streams alike. A segment is moved as a whole, to begin
`PAUSE_NS` after the one before.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from trialbench._jit import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Longs = NDArray[np.int64]
    Flags = NDArray[np.bool_]

PAUSE_NS: Final = 60 * 10**9
"""From the end of a segment to the beginning of the next: no window shorter than that reaches over."""

LATE_NS: Final = 100_000_000
"""Frames that stand late in the file by less than this are left out, and are no step of the clock."""

MOST_LIES: Final = 100
"""So many lies of a stream are told one by one; the rest is told as one."""

_LONE: Final = 2
_STEP: Final = 3
_NEVER: Final = 1 << 40
_LATEST_NS: Final = (1 << 63) - 1
_NEAR: Final = 8
"""Among so many steps the one is looked for to which a further stream's belongs."""


class Lie(NamedTuple):
    """Some `frames` of one stream, from frame `at` of the file on, that are left out.

    Their stamps lie ahead `by_ns` (behind, where it is negative) and dispute the time between two
    instants (None: nothing of their stream stands there).
    """

    at: int
    frames: int
    by_ns: int
    from_ns: int | None
    to_ns: int | None


class Step(NamedTuple):
    """The clock steps back before frame `at` of the file; `to_ns` is None where its segment is lost."""

    at: int
    by_ns: int
    from_ns: int
    to_ns: int | None


class Clock(NamedTuple):
    """Mended stamps: `times_ns` in the order of the file (of a lie: as the stamp before it), `keep`."""

    times_ns: Longs
    keep: Flags
    lies: list[Lie]
    steps: list[Step]


class _Break(NamedTuple):
    """A stream steps back between its frames `before` and `at` of the file, from `old` to `new`."""

    stream: int
    before: int
    at: int
    old: int
    new: int

    def same_step(self, other: _Break) -> bool:
        """Whether both streams saw the same step: at one place of the file, or with like readings."""
        if max(self.before, other.before) < min(self.at, other.at):
            return True
        shared = min(self.old, other.old) - max(self.new, other.new)
        return 2 * shared > max(self.old, other.old) - min(self.new, other.new)


def mend(times: Longs, streams: NDArray[np.integer[Any]]) -> Clock | None:
    """Mend the clock; None where every stream of it runs forwards."""
    if bool(np.all(times[1:] >= times[:-1])):
        return None
    members = [np.flatnonzero(streams == each) for each in np.unique(streams)]
    keep = np.ones(times.size, np.bool_)
    breaks: list[_Break] = []
    forwards = True
    for stream, of in enumerate(members):
        if bool(np.any(times[of[1:]] < times[of[:-1]])):
            forwards = False
            late, found = _breaks(times, of, stream)
            keep[late] = False
            breaks += found
    if forwards:
        return None
    steps = _steps(breaks)
    segments, offsets = _segments(times, members, steps, keep)
    mended, told, fitting = _moved(times - offsets, segments, keep, steps)
    members = [of[segments[of] < fitting] for of in members]
    clock = _with_lies(mended, keep, members, told)
    keep[segments >= fitting] = False
    return clock


def _breaks(times: Longs, of: Longs, stream: int) -> tuple[Longs, list[_Break]]:
    """The frames of a stream that stand late, and where its clock steps back for good."""
    kept = of[_without_lies(times[of], np.zeros(of.size, np.int64), _STEP)]
    stamps = times[kept]
    begins = np.flatnonzero(stamps[1:] < stamps[:-1]) + 1
    late, breaks = [kept[:0]], []
    for begin, end in pairwise([*begins.tolist(), kept.size]):
        old, new = int(stamps[begin - 1]), int(stamps[begin])
        back = begin + int(np.searchsorted(stamps[begin:end], old))
        if old - new <= LATE_NS and back < end:
            jump = int(stamps[back]) - int(stamps[back - 1])
            if 2 * jump > old - new:  # the clock is where it would have been without a step
                first, after = np.searchsorted(of, [kept[begin - 1] + 1, kept[back]])
                late.append(of[first:after])
                continue
        breaks.append(_Break(stream, int(kept[begin - 1]), int(kept[begin]), old, new))
    return np.concatenate(late), breaks


def _without_lies(stamps: Longs, segments: Longs, step: int) -> Flags:
    """Which frames of a stream stay, where a step that `segments` do not know costs `step`."""
    new = np.ones(stamps.size, np.bool_)
    new[1:] = (stamps[1:] != stamps[:-1]) | (segments[1:] != segments[:-1])
    begins = np.flatnonzero(new)
    keep = np.ones(begins.size, np.bool_)
    _cheapest(stamps[begins], segments[begins], step, keep)
    kept: Flags = keep[np.cumsum(new) - 1]
    return kept


@kernel
def _cheapest(stamps: Longs, segments: Longs, step: Any, keep: Any) -> None:
    """Leave out lone stamps (`keep` becomes False) so that lies and steps cost the least.

    Of two that could be the lie it is the one that leaves the longer gap: its right stamp lay there.
    """
    count = stamps.size
    cost = np.zeros(count + 1, np.int64)
    gain = np.zeros(count + 1)  # the gaps that are left, in all
    alone = np.zeros(count + 1, np.bool_)  # whether the stamp before this one is a lie
    for k in range(1, count + 1):  # the place behind the last stamp follows everything
        at_end = k == count
        same = not at_end and segments[k] == segments[k - 1]
        cost[k] = cost[k - 1] + (step if same and stamps[k] < stamps[k - 1] else 0)
        gain[k] = gain[k - 1]
        if k == 1:
            other, gap, agree = np.int64(_LONE), 0.0, True
        else:
            joined = not at_end and segments[k] == segments[k - 2]
            other, agree = cost[k - 2] + _LONE, not joined or stamps[k] >= stamps[k - 2]
            gap = gain[k - 2] + (float(stamps[k]) - float(stamps[k - 2]) if joined else 0.0)
        if agree and (other < cost[k] or (other == cost[k] and gap > gain[k])):
            cost[k], gain[k], alone[k] = other, gap, True
    k = count
    while k > 0:
        if alone[k]:
            keep[k - 1] = False
            k -= 1
        k -= 1


def _steps(breaks: list[_Break]) -> list[list[_Break]]:
    """The steps of the clock in the order of the file, each with the streams that show it."""
    steps: list[list[_Break]] = []
    following: dict[int, int] = {}
    for each in sorted(breaks, key=lambda found: found.at):
        first = following.get(each.stream, 0)
        for number in range(first, min(first + _NEAR, len(steps))):
            if any(each.same_step(other) for other in steps[number]):
                steps[number].append(each)
                break
        else:
            number = len(steps)
            steps.append([each])
        following[each.stream] = number + 1
    return steps


def _segments(
    times: Longs, members: list[Longs], steps: list[list[_Break]], keep: Flags
) -> tuple[Longs, Longs]:
    """The segment of each frame, and by how much its stream's clock is ahead of the recorder's.

    A stream that shows no step is parted where the others are. It may have a clock of its own that
    ran on: its first stamp then lies nearer to the old reading than to the new one.
    """
    segments = np.zeros(times.size, np.int64)
    offsets = np.zeros(times.size, np.int64)
    own = [{each.stream: each.at for each in step} for step in steps]
    for stream, of in enumerate(members):
        told = [own[k].get(stream) or _place(times, of, step) for k, step in enumerate(steps)]
        told = np.maximum.accumulate(told).tolist()
        segments[of] = np.searchsorted(told, of, side="right")
        on_time = of[keep[of]]
        keep[on_time] = _without_lies(times[on_time], segments[on_time], _NEVER)
        kept = of[keep[of]]
        ahead = np.zeros(of.size + 1, np.int64)  # by how much more, from each place on
        for k, first in enumerate(np.searchsorted(kept, told).tolist()):
            if stream not in own[k] and first < kept.size and segments[kept[first]] == k + 1:
                more = _ran_on(times, members, steps[k][0], int(kept[first]))
                ahead[np.searchsorted(of, told[k])] += more
        offsets[of] = np.cumsum(ahead[:-1])
    return segments, offsets


def _place(times: Longs, of: Longs, step: list[_Break]) -> int:
    """Where a step parts a stream that does not show it: as soon as a stamp is nearer to the new reading.

    The clock was set somewhere between the frames `before` and `at` of those that do show it.
    """
    begin, end = max(each.before for each in step), min(each.at for each in step)
    between = of[np.searchsorted(of, begin) : np.searchsorted(of, end)]
    stamps = times[between]
    new = np.flatnonzero(stamps - step[0].new < step[0].old - stamps)
    return int(between[new[0]]) if new.size else end


def _ran_on(times: Longs, members: list[Longs], step: _Break, at: int) -> int:
    """How far the stream of frame `at` is ahead of one that stepped back: all of the step, or 0."""
    of = members[step.stream]
    reading = int(times[of[np.searchsorted(of, at) - 1]]) if at > step.at else step.new
    by = min(step.old - step.new, _LATEST_NS)
    return by if 2 * (int(times[at]) - reading) > by else 0


def _moved(
    times: Longs, segments: Longs, keep: Flags, steps: list[list[_Break]]
) -> tuple[Longs, list[Step], int]:
    """The segments one after the other, and how many of them fit into 64 bits of nanoseconds."""
    count = len(steps) + 1
    begins, ends = np.full(count, _LATEST_NS), np.full(count, -_LATEST_NS)
    np.minimum.at(begins, segments[keep], times[keep])
    np.maximum.at(ends, segments[keep], times[keep])
    shifts = np.zeros(count, np.int64)
    told: list[Step] = []
    end = int(ends[0])
    for k in range(1, count):
        if begins[k] > ends[k]:
            continue  # no frame stands between two steps
        first = min(steps[k - 1], key=lambda each: each.at)
        shift = end + PAUSE_NS - int(begins[k])
        if max(int(ends[k]) + shift, shift) > _LATEST_NS:
            told.append(Step(first.at, first.old - first.new, end, None))
            count = k
            break
        told.append(Step(first.at, first.old - first.new, end, end + PAUSE_NS))
        shifts[k] = shift
        end = int(ends[k]) + shift
    return times + shifts[segments], told, count


def _with_lies(times: Longs, keep: Flags, members: list[Longs], steps: list[Step]) -> Clock:
    """The clock with its lies told, each with a time that its neighbours allow."""
    lies: list[Lie] = []
    for of in members:
        kept = keep[of]
        if kept.all() or not kept.any():
            continue
        edges = np.flatnonzero(np.diff(kept.astype(np.int8), prepend=1, append=1))
        begins, ends = edges[::2], edges[1::2]
        if begins.size > MOST_LIES:  # the rest is one, from its first to its last
            begins, ends = begins[: MOST_LIES + 1], np.append(ends[:MOST_LIES], ends[-1])
        true = times[of[kept]]
        before = np.cumsum(kept)
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
            among = of[begin:end][~kept[begin:end]]
            found = _disputed(true, int(before[begin]) - 1, int(before[end - 1]), times[among])
            lies.append(Lie(int(of[begin]), among.size, *found))
        times[of[~kept]] = true[np.maximum(before[~kept] - 1, 0)]
    return Clock(times, keep, lies, steps)


def _disputed(
    true: Longs, before: int, after: int, lies: Longs
) -> tuple[int, int | None, int | None]:
    """By how much the first of `lies` is ahead, and what time is disputed (see `Lie`).

    They stand between two of the `true` stamps of their stream. Where it could as well be their
    neighbour that lies, or where they may be right and only stand late in the file, the time from
    or to their own stamp is disputed, too.
    """
    by = 0
    if before >= 0 and lies[0] < true[before]:
        by = int(lies[0]) - int(true[before])
        reached = int(np.searchsorted(true, lies.min(), side="right")) - 1
        before = reached if before - reached <= 1 or -by <= LATE_NS else before
    elif after < true.size and lies[0] > true[after]:
        by = int(lies[0]) - int(true[after])
        reached = int(np.searchsorted(true, lies.max()))
        after = reached if reached - after <= 1 or by <= LATE_NS else after
    from_ns = int(true[before]) if before >= 0 else None
    return by, from_ns, int(true[after]) if after < true.size else None
