"""A signal as a formula reads it: held from sample to sample, unknown where nobody can tell."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trialbench.signal import Unknown, survey
from trialbench.stl import track
from trialbench.stl.kernels import Bounds, Floats, Times
from trialbench.stl.track import Span, Track
from trialbench.stl.verdict import Reason

if TYPE_CHECKING:
    from trialbench.signal import Signal

_BEGINNING = attrgetter("from_ns")
CELLS = 512  # fewer are not worth a span of their own; three at least, the outer two may be cut


class Source(NamedTuple):
    """One signal inside a recording that lasts from `start` to `end`, both inclusive.

    `first` and `last` are when its first and last samples were taken, after the end where it has
    none. `holes` are the unknown intervals, sorted and apart from one another; `gaps` tell why.
    """

    name: str
    signal: Signal
    start: int
    end: int
    first: int
    last: int
    gaps: Sequence[Unknown]
    holes: Sequence[tuple[int, int]]

    @property
    def times(self) -> Times:
        """When it was sampled."""
        return self.signal.times_ns

    def track(self, start: int, stop: int) -> Track:
        """The signal at every instant of [start, stop)."""
        last = min(stop, self.end + 1)
        first = max(start, self.start, self.first)
        if first >= last:
            return track.unknown(start, stop)
        out = track.unknown(start, first)
        for begin, end in self.holes:
            if begin < last and end > first:
                out += self._known(first, begin)
                out += track.unknown(max(first, begin), min(end, last))
                first = end
        return track.tidied([*out, *self._known(first, last), *track.unknown(last, stop)])

    def held(self, start: int, stop: int) -> list[int]:
        """Where in [start, stop) a sample begins and ceases to be known to be held, in turn."""
        first, last = max(start, self.start, self.first), min(stop, self.end + 1)
        if not self.holes:
            return [first, last] if first < last else []
        near = bisect_right(self.holes, first, key=itemgetter(1))
        out: list[int] = []
        for begin, end in [*self.holes[near : bisect_left(self.holes, (last,))], (last, last)]:
            if first < begin:
                out += first, begin
            first = max(first, end)
        return out

    def _known(self, first: int, last: int) -> Track:
        """The samples that are held in [first, last), if that is any time."""
        if first >= last:
            return []
        i = int(self.times.searchsorted(first, "right")) - 1
        j = int(self.times.searchsorted(last, "left"))
        times, values = self.times[i:j], self.signal.values[i:j]
        dt, holed, *_ = self.signal.survey()
        if dt == 0:  # as a whole: this stretch may still be even
            step, holed = survey(times, values)
            dt = int(step)
        return _held(times, values, first, last, dt, holed)

    def why(self, at: int) -> Reason:
        """Why the signal is unknown at an instant."""
        if not len(self.signal):
            return self._reason("missing", None, None)
        if at > self.end:
            return self._reason("horizon", self.end + 1, None, signal=False)
        if at < self.start:
            return self._reason("before_start", None, self.start, signal=False)
        for gap in self.gaps:
            if gap.from_ns <= at < gap.to_ns:
                return self._reason(gap.why, gap.from_ns, gap.to_ns)
        if at < self.first:
            return self._reason("not_started", self.first, None)
        return self._not_a_number(at)

    def _not_a_number(self, at: int) -> Reason:
        times, values = self.times, self.signal.values
        i = int(np.searchsorted(times, at, "right"))
        after = np.flatnonzero(~np.isnan(values[i:]))
        before = np.flatnonzero(~np.isnan(values[:i]))
        begins = int(times[before[-1] + 1]) if before.size else int(times[0])
        ends = int(times[i + after[0]]) if after.size else self.end + 1
        return self._reason("nan", begins, ends)

    def _reason(
        self, code: str, begins: int | None, ends: int | None, signal: bool = True
    ) -> Reason:
        return Reason(code, self.name if signal else None, begins, ends, self.start)


def source(name: str, signal: Signal, gaps: Sequence[Unknown], start: int, end: int) -> Source:
    """The signal with what is unknown of it."""
    holes: list[tuple[int, int]] = []
    for gap in sorted(gaps, key=_BEGINNING):
        if holes and gap.from_ns <= holes[-1][1]:
            holes[-1] = holes[-1][0], max(holes[-1][1], gap.to_ns)
        elif gap.from_ns < gap.to_ns:
            holes.append((gap.from_ns, gap.to_ns))
    _, _, first, last = signal.survey() if signal.times_ns.size else (0, False, end + 1, end + 1)
    return Source(name, signal, start, end, first, last, gaps, holes)


def _held(times: Times, values: Floats, first: int, last: int, dt: int, holed: bool) -> Track:
    """Samples as spans over [first, last), the first sample at or before `first`."""
    if dt == 0 or times.size < CELLS:
        return [_uneven(times, values, first, last, holed)]
    head = int(times[0] < first)
    tail = int(last - times[-1] != dt)
    begin, end = int(times[head]), int(times[-1]) if tail else last
    body = values[head : times.size - tail]
    whole = [Span(begin, end, int(dt), None, *_bounds(body, holed))]
    if head:
        whole.insert(0, _uneven(times[:1], values[:1], first, begin, holed))
    if tail:
        whole.append(_uneven(times[-1:], values[-1:], end, last, holed))
    return whole


def _uneven(times: Times, values: Floats, first: int, last: int, holed: bool) -> Span:
    """Samples as one span of steps; of samples at one instant the last counts."""
    counts = np.append(times[1:] != times[:-1], True)
    if not counts.all():
        times, values = times[counts], values[counts]
    if times[0] < first:
        times = np.concatenate([np.array([first], np.int64), times[1:]])
    return Span(first, last, 0, times, *_bounds(values, holed))


def _bounds(values: Floats, holed: bool) -> Bounds:
    if not holed:
        return values, values
    bad = np.isnan(values)
    if not bad.any():
        return values, values
    return np.where(bad, -np.inf, values), np.where(bad, np.inf, values)
