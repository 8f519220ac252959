"""A signal as a formula reads it: held from sample to sample, unknown where nobody can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trialbench.stl import kernels, track
from trialbench.stl.kernels import Floats, Times
from trialbench.stl.track import Span, Track
from trialbench.stl.verdict3 import Reason, Unknown

if TYPE_CHECKING:
    from trialbench.signal import Signal

CELLS = 512  # fewer are not worth a span of their own; three at least, the outer two may be cut


@dataclass(frozen=True, slots=True)
class Source:
    """One signal inside a recording that lasts from `start` to `end`, both inclusive.

    `values` is NaN where it is unknown between the first sample and the end; `signal` and `gaps`
    tell why.
    """

    name: str
    times: Times
    values: Floats
    start: int
    end: int
    signal: Signal
    gaps: Sequence[Unknown]

    def track(self, start: int, stop: int) -> Track:
        """The signal at every instant of [start, stop)."""
        first = max(start, self.start, int(self.times[0])) if self.times.size else stop
        last = min(stop, self.end + 1)
        if first >= last:
            return track.unknown(start, stop)
        i = int(self.times.searchsorted(first, "right")) - 1
        j = int(self.times.searchsorted(last, "left"))
        known = _held(self.times[i:j], self.values[i:j], first, last)
        return track.tidied([*track.unknown(start, first), *known, *track.unknown(last, stop)])

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
        times = self.signal.times_ns
        if at < times[0]:
            return self._reason("not_started", int(times[0]), None)
        return self._not_a_number(at)

    def _not_a_number(self, at: int) -> Reason:
        times, values = self.signal.times_ns, self.signal.values
        i = int(np.searchsorted(times, at, "right"))
        after = np.flatnonzero(~np.isnan(values[i:]))
        before = np.flatnonzero(~np.isnan(values[:i]))
        begins = int(times[before[-1] + 1]) if before.size else int(times[0])
        ends = int(times[i + after[0]]) if after.size else self.end + 1
        return self._reason("nan", begins, ends)

    def _reason(self, code: str, begins: int | None, ends: int | None, signal: bool = True) -> Reason:
        return Reason(code, self.name if signal else None, begins, ends, self.start)


def source(name: str, signal: Signal, gaps: Sequence[Unknown], start: int, end: int) -> Source:
    """The signal with its unknown intervals taken out."""
    times, values = signal.times_ns, signal.values
    real = [gap for gap in gaps if gap.to_ns > gap.from_ns]
    if real and times.size:
        times, values = _without(times, values, real)
    return Source(name, times, values, start, end, signal, real)


def _without(times: Times, values: Floats, gaps: Sequence[Unknown]) -> tuple[Times, Floats]:
    """The samples with NaN over the gaps, and the held value back where a gap ends between samples."""
    edges = np.array([[gap.from_ns, gap.to_ns] for gap in gaps], np.int64)
    inner = edges[(edges >= times[0])]
    grid = np.union1d(times, inner)
    held = values[np.searchsorted(times, grid, "right") - 1]
    begins, ends = np.sort(edges[:, 0]), np.sort(edges[:, 1])
    # An instant is inside a gap where more gaps have begun than ended.
    depth = np.searchsorted(begins, grid, "right") - np.searchsorted(ends, grid, "right")
    return grid, np.where(depth > 0, np.nan, held)


def _held(times: Times, values: Floats, first: int, last: int) -> Track:
    """Samples as spans over [first, last), the first sample at or before `first`."""
    dt, holed = kernels.survey(times, values)
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
    counts = np.append(times[1:] != times[:-1], True)  # noqa: FBT003
    if not counts.all():
        times, values = times[counts], values[counts]
    if times[0] < first:
        times = np.concatenate([np.array([first], np.int64), times[1:]])
    return Span(first, last, 0, times, *_bounds(values, holed))


def _bounds(values: Floats, holed: bool) -> track.Bounds:
    if not holed:
        return values, values
    bad = np.isnan(values)
    if not bad.any():
        return values, values
    return np.where(bad, -np.inf, values), np.where(bad, np.inf, values)
