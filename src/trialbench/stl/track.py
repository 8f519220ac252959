"""What a node of the formula is worth at every instant: two step functions, lo and hi, as spans.

A span is evenly stepped (`dt` > 0: cells, no times are kept) or not (`dt` 0: `times` are where its
steps begin). Where nothing is unknown `hi` is the very object `lo`, and every operator then works
once, not twice. Operators keep spans: cells stay cells wherever a window reaches only cells, and
only the seams (where a gap or the recording's end comes into view) take the general way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np

from trialbench.stl import kernels, untils
from trialbench.stl.kernels import Bounds, Floats, Times
from trialbench.stl.memory import Growing, uniform

NEAR = 4096  # cells at a track's end in which the unknown beyond it mostly loses its say
SMALL = 512  # spans of fewer steps are joined with their neighbours: overhead outweighs speed


class Span(NamedTuple):  # a formula makes many: a tuple is made five times faster than a dataclass
    """A stretch [start, stop) of one track, in nanoseconds."""

    start: int
    stop: int
    dt: int
    times: Times | None
    lo: Floats
    hi: Floats

    @property
    def known(self) -> bool:
        """Whether nothing in it is unknown."""
        return self.hi is self.lo

    def bounds(self) -> list[Floats]:
        """Both, or the one that is both."""
        return [self.lo] if self.known else [self.lo, self.hi]

    def begins(self) -> Times:
        """Where each step begins."""
        if self.times is not None:
            return self.times
        return np.arange(self.start, self.stop, self.dt, dtype=np.int64)

    def shifted(self, by: int) -> Span:
        """The same steps, later by `by` nanoseconds."""
        times = None if self.times is None else self.times + by
        return Span(self.start + by, self.stop + by, self.dt, times, self.lo, self.hi)


Track: TypeAlias = list[Span]
"""Neighbouring spans, each beginning where the one before stops."""


def constant(start: int, stop: int, lo: float, hi: float) -> Track:
    """One step from `start` to `stop`."""
    low = np.array([lo])
    return [
        Span(start, stop, 0, np.array([start], np.int64), low, low if hi == lo else np.array([hi]))
    ]


def unknown(start: int, stop: int) -> Track:
    """Nothing known from `start` to `stop`; no span at all where that is no time."""
    return constant(start, stop, -np.inf, np.inf) if stop > start else []


def both(operator: Callable[[Floats], Floats], lo: Floats, hi: Floats) -> Bounds:
    """The operator on both bounds, once where they are one."""
    low = operator(lo)
    return low, low if hi is lo else operator(hi)


def _cut(span: Span, start: int, stop: int) -> Span:
    """The part of a span between two instants inside it, as steps unless both are a cell's edge."""
    if start == span.start and stop == span.stop:
        return span
    if span.dt and (start - span.start) % span.dt == 0 and (stop - span.start) % span.dt == 0:
        i, j = (start - span.start) // span.dt, (stop - span.start) // span.dt
        return Span(start, stop, span.dt, None, *both(lambda v: v[i:j], span.lo, span.hi))
    if span.dt:
        i, j = (start - span.start) // span.dt, -((span.start - stop) // span.dt)
        times = np.arange(span.start + i * span.dt, stop, span.dt, dtype=np.int64)
    else:
        begins = span.begins()
        i = int(np.searchsorted(begins, start, "right")) - 1
        j = int(np.searchsorted(begins, stop, "left"))
        times = begins[i:j]
    if times[0] != start:
        times = times.copy()
        times[0] = start
    return Span(start, stop, 0, times, *both(lambda v: v[i:j], span.lo, span.hi))


def steps(track: Track, start: int, stop: int) -> Span:
    """The part of a track between two instants inside it, as one span of steps."""
    parts = []
    for span in track:
        if span.stop > start and span.start < stop:
            part = _cut(span, max(span.start, start), min(span.stop, stop))
            parts.append(Span(part.start, part.stop, 0, part.begins(), part.lo, part.hi))
    return parts[0] if len(parts) == 1 else _concatenated(parts)


def _concatenated(parts: Sequence[Span]) -> Span:
    times = np.concatenate([part.begins() for part in parts])
    lo = np.concatenate([part.lo for part in parts])
    known = all(part.known for part in parts)
    hi = lo if known else np.concatenate([part.hi for part in parts])
    return Span(parts[0].start, parts[-1].stop, 0, times, lo, hi)


def tidied(spans: Iterable[Span]) -> Track:
    """The spans, small ones joined with a neighbour of steps."""
    runs: list[list[Span]] = []
    size, cells, known = 0, False, True  # of the last run
    for span in spans:
        more = size + span.lo.size
        small = more < SMALL if cells or span.dt else max(size, span.lo.size) < SMALL
        alike = not (cells or span.dt) and known == span.known
        if runs and (small or alike):
            runs[-1].append(span)
            size, cells, known = more, False, known and span.known
        else:
            runs.append([span])
            size, cells, known = span.lo.size, span.dt > 0, span.known
    return [run[0] if len(run) == 1 else _concatenated(run) for run in runs]


def gathered(pieces: Iterable[Track], start: int) -> Track:
    """The pieces, from the last to the first, which begins at `start`, in one track.

    Cells are copied together: the pieces' own arrays are free again for the next.
    """
    out: Track = []  # from the last on
    growing: list[Growing] = []
    for span in (span for piece in pieces for span in reversed(piece)):
        after = out[-1] if out else None
        if after is None or not span.dt or after.dt != span.dt or after.known != span.known:
            out.append(span)
            growing = []
            continue
        size = (after.stop - start) // span.dt
        growing = growing or [Growing(bound, size) for bound in after.bounds()]
        for one, bound in zip(growing, span.bounds(), strict=True):
            one.prepend(bound)
        lo, hi = growing[0].values, growing[-1].values
        out[-1] = Span(span.start, after.stop, span.dt, None, lo, hi)
    return tidied(out[::-1])


def together(tracks: Sequence[Track]) -> Iterator[tuple[Span, list[Bounds]]]:
    """The tracks cut to common steps: a span that tells the steps, and the bounds of each track."""
    at, stop = tracks[0][0].start, tracks[0][-1].stop
    places = [0] * len(tracks)
    while at < stop:
        spans = [track[place] for track, place in zip(tracks, places, strict=True)]
        end = min(span.stop for span in spans)
        yield from _aligned(spans, at, end)
        places = [place + (span.stop == end) for place, span in zip(places, spans, strict=True)]
        at = end


def _aligned(spans: Sequence[Span], start: int, stop: int) -> Iterator[tuple[Span, list[Bounds]]]:
    """The same inside one stretch that no span of theirs ends in: cells where all are on one grid."""
    first = spans[0]
    dt = first.dt
    if all(span.dt == dt and span.start == start and span.stop == stop for span in spans):
        yield _cells(spans) if dt else _steps(spans)
        return
    edges = [start, stop]
    if dt and all(span.dt == dt and (span.start - first.start) % dt == 0 for span in spans):
        inner = start + (first.start - start) % dt
        edges[1:1] = [inner, inner + max(stop - inner, 0) // dt * dt]
    for a, b in pairwise(edges):
        if a < b:
            parts = [_cut(span, a, min(b, stop)) for span in spans]
            on_one_grid = parts[0].dt and all(part.dt == parts[0].dt for part in parts)
            yield _cells(parts) if on_one_grid else _steps(parts)


def _cells(parts: Sequence[Span]) -> tuple[Span, list[Bounds]]:
    return parts[0], [(part.lo, part.hi) for part in parts]


def _steps(parts: Sequence[Span]) -> tuple[Span, list[Bounds]]:
    grid = parts[0].begins()
    for part in parts[1:]:
        begins = part.begins()
        if begins is not grid and not (begins.size == grid.size and np.array_equal(begins, grid)):
            grid = kernels.union(grid, begins)
    frame = parts[0]
    span = Span(frame.start, frame.stop, 0, grid, frame.lo, frame.hi)
    return span, [_resampled(part, grid) for part in parts]


def _resampled(part: Span, grid: Times) -> Bounds:
    begins = part.begins()
    if begins.size == grid.size:
        return part.lo, part.hi
    return both(lambda values: kernels.resample(begins, values, grid), part.lo, part.hi)


def combine(operator: Callable[..., Bounds], *tracks: Track) -> Track:
    """The operator on the tracks' bounds, wherever any of them steps."""
    if len(tracks) == 1:
        return [
            Span(span.start, span.stop, span.dt, span.times, *operator((span.lo, span.hi)))
            for span in tracks[0]
        ]
    return tidied(
        [
            Span(span.start, span.stop, span.dt, span.times, *operator(*bounds))
            for span, bounds in together(tracks)
        ]
    )


def slide(track: Track, a: int, b: int, highest: bool) -> Track:
    """The extremum over the closed window [t+a, t+b]: from the track's start-a to its stop-b."""
    if a == b:
        return [span.shifted(-a) for span in track]
    start, stop = track[0].start - a, track[-1].stop - b
    out: list[Span] = []
    at = start
    for span in track:
        begin, end = span.start - a, span.stop - b
        if end > begin and (span.lo.size >= SMALL or len(track) == 1):
            if at < begin:
                out.append(_general(track, a, b, at, begin, highest))
            out.append(_inside(span, a, b, begin, end, highest))
            at = end
    if at < stop:
        out.append(_general(track, a, b, at, stop, highest))
    return tidied(out)


def _inside(span: Span, a: int, b: int, start: int, stop: int, highest: bool) -> Span:
    """The extrema of those windows that do not leave the span."""
    if span.dt == 0 or a % span.dt or b % span.dt:
        return _general([span], a, b, start, stop, highest)
    width = (b - a) // span.dt + 1
    lo, hi = both(lambda values: kernels.slide_cells(values, width, highest), span.lo, span.hi)
    return Span(start, stop, span.dt, None, lo, hi)


def _general(track: Track, a: int, b: int, start: int, stop: int, highest: bool) -> Span:
    part = steps(track, start + a, stop + b)
    begins = part.begins()
    times, lo = kernels.slide_steps(begins, part.lo, a, b, start, stop, highest)
    if part.known:
        return Span(start, stop, 0, times, lo, lo)
    other, hi = kernels.slide_steps(begins, part.hi, a, b, start, stop, highest)
    grid = kernels.union(times, other)
    return Span(
        start, stop, 0, grid, kernels.resample(times, lo, grid), kernels.resample(other, hi, grid)
    )


def scan(track: Track, highest: bool) -> Track:
    """The extremum from each instant to the track's end; the track's arrays are used up."""
    return tidied(next(scanned([track], highest)))


def scanned(pieces: Iterable[Track], highest: bool) -> Iterator[Track]:
    """The same piece by piece, from the last to the first."""
    low = high = -np.inf if highest else np.inf
    for piece in pieces:
        out: Track = []
        for span in reversed(piece):
            out += _scanned(span, low, high, highest)
            low, high = float(out[-1].lo[0]), float(out[-1].hi[0])
        yield out[::-1]


def _scanned(span: Span, low: float, high: float, highest: bool) -> Track:
    """A scan through a span, its last part first; `low` and `high` are what follows it."""
    if span.known and low == high:
        lo = kernels.scan(span.lo, low, highest)
        return [span._replace(lo=lo, hi=lo)]
    if span.known:
        # What follows may leave one bound nothing to do: all of the span lies on one side of it.
        if highest and span.lo.max() < high:
            top = uniform(high, span.lo.size)
            return [span._replace(lo=kernels.scan(span.lo, low, highest), hi=top)]
        if not highest and span.lo.min() > low:
            bottom = uniform(low, span.lo.size)
            return [span._replace(lo=bottom, hi=kernels.scan(span.lo, high, highest))]
        # Else the last value that reaches it settles all before: there the bounds are one again.
        settled = _last_beyond(span.lo, high if highest else low, highest) if span.dt else 0
        if settled:
            cut = span.start + settled * span.dt
            (tail,) = _scanned(_cut(span, cut, span.stop), low, high, highest)
            return [tail, *_scanned(_cut(span, span.start, cut), tail.lo[0], tail.lo[0], highest)]
        span = span._replace(hi=span.lo.copy())
    lo, hi = kernels.scan(span.lo, low, highest), kernels.scan(span.hi, high, highest)
    return [span._replace(lo=lo, hi=hi)]


def _last_beyond(values: Floats, bound: float, highest: bool) -> int:
    """Where the last value that reaches the bound is: one does. Mostly it is near the end."""
    stop, size = values.size, NEAR
    while True:
        part = values[max(0, stop - size) : stop]
        found = np.flatnonzero(part >= bound if highest else part <= bound)
        if found.size:
            return stop - part.size + int(found[-1])
        stop, size = stop - part.size, size * 8


def scan_until(left: Track, right: Track) -> Track:
    """`left until right` to the tracks' end: right holds at some instant, left up to and at it."""

    def onward(span: Span, bounds: Sequence[Bounds], low: float, high: float) -> Bounds:
        (left_lo, left_hi), (right_lo, right_hi) = bounds
        lo = untils.scan_until(left_lo, right_lo, low)
        known = low == high and left_lo is left_hi and right_lo is right_hi
        return lo, lo if known else untils.scan_until(left_hi, right_hi, high)

    return _backwards(list(together([left, right])), onward, -np.inf)


def _backwards(
    pairs: Sequence[tuple[Span, list[Bounds]]],
    onward: Callable[[Span, Sequence[Bounds], float, float], Bounds],
    nothing: float,
) -> Track:
    """Spans from the last to the first, what one begins with being what follows the one before."""
    low = high = nothing
    out: list[Span] = []
    for span, bounds in reversed(pairs):
        lo, hi = onward(span, bounds, low, high)
        low, high = float(lo[0]), float(hi[0])
        out.append(Span(span.start, span.stop, span.dt, span.times, lo, hi))
    return tidied(out[::-1])


def _least(*pairs: Bounds) -> Bounds:
    low = reduce(np.minimum, [lo for lo, _ in pairs])
    known = all(lo is hi for lo, hi in pairs)
    return low, low if known else reduce(np.minimum, [hi for _, hi in pairs])


def until(left: Track, right: Track, a: int, b: int | None) -> Track:
    """`left until[a,b] right` from the tracks' start, in time linear in their steps.

    It is the least of three: left always in [t, t+a], right eventually in [t+a, t+b], and the
    unbounded until from t+a on: a witness of the last beyond t+b is beaten by one of the second,
    for left holds up to it all the same. `b` None: to the tracks' end.
    """
    start, stop = left[0].start, left[-1].stop - (a if b is None else b)
    parts = [[span.shifted(-a) for span in scan_until(left, right)]]
    if a:
        parts.append(slide(left, 0, a, highest=False))
    if b is not None:
        parts.append(slide(right, a, b, highest=True))
    return combine(_least, *(between(part, start, stop) for part in parts))


def between(track: Track, start: int, stop: int) -> Track:
    """The part of a track between two instants inside it."""
    if track[0].start == start and track[-1].stop == stop:
        return track
    out = []
    for span in track:
        begin, end = max(span.start, start), min(span.stop, stop)
        if begin < end:
            for part, ((lo, hi),) in _aligned([span], begin, end):
                out.append(Span(part.start, part.stop, part.dt, part.times, lo, hi))
    return tidied(out)


def mirrored(track: Track) -> Track:
    """The track with time running backwards, instant t at -t: what looked back now looks ahead."""
    return [_mirrored(span) for span in reversed(track)]


def _mirrored(span: Span) -> Span:
    times = None
    if span.times is not None:
        times = np.concatenate([np.array([1 - span.stop], np.int64), 1 - span.times[:0:-1]])
    lo, hi = both(lambda values: np.ascontiguousarray(values[::-1]), span.lo, span.hi)
    return Span(1 - span.stop, 1 - span.start, span.dt, times, lo, hi)
