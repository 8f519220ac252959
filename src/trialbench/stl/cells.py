"""The short way: where a formula's signals are sampled in step, its windows whole steps, arrays will do.

Most of most recordings is known cell by cell. Around the rest (a gap, the recording's end) the cells
are cut where something begins or ceases to be known; every window then still is whole parts of cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from trialbench.stl import kernels, source
from trialbench.stl.syntax import FUTURE, Binding, Edge, Facts, Formula, Temporal
from trialbench.stl.track import Bounds, Span, both
from trialbench.stl.walk import Walk, is_highest, reach

if TYPE_CHECKING:
    from trialbench.stl.arithmetic import Operator
    from trialbench.stl.kernels import Floats
    from trialbench.stl.source import Source

PIECE = 1 << 15  # cells: a piece's arrays stay in the second cache


@dataclass(frozen=True, slots=True)
class Cells(Walk[Bounds]):
    """Evaluates nodes over parts of cells, by their number: `parts` of them to `dt` nanoseconds.

    `samples` are each signal's bounds, and which of them are those of part 0.
    """

    samples: Mapping[str, tuple[Bounds, int]]
    dt: int
    parts: int
    truths: bool

    def signal(self, name: str, start: int, stop: int) -> Bounds:
        """The signal's own values."""
        (lo, hi), origin = self.samples[name]
        low = lo[origin + start : origin + stop]
        return low, low if hi is lo else hi[origin + start : origin + stop]

    def constant(self, lo: float, hi: float, start: int, stop: int) -> Bounds:
        """As many times as there are cells."""
        low = np.full(stop - start, lo)
        return low, low if lo == hi else np.full(stop - start, hi)

    def joined(self, operator: Operator, values: list[Bounds | float]) -> Bounds:
        """The operator on arrays as it is on numbers."""
        return operator(
            *[(value, value) if isinstance(value, float) else value for value in values]
        )

    def elsewhere(self, node: Temporal | Binding | Edge, start: int, stop: int) -> Bounds | float:
        """An operator with a window of whole cells."""
        assert not isinstance(node, Edge)  # noqa: S101 - `grid` has seen to it
        near, far = reach(node.interval)
        assert far is not None  # noqa: S101 - the same
        near, far = near // self.dt * self.parts, far // self.dt * self.parts
        ahead = node.operator in FUTURE
        if isinstance(node, Temporal):
            first, last = (near, far) if ahead else (-far, -near)
            value = self.formula(node.arg, start + first, stop + last)
            if isinstance(value, float):
                return value
            highest = is_highest(node)
            return both(lambda values: _slid(values, far - near, highest), *value)
        first, last = (start, stop + far) if ahead else (start - far, stop)
        sides = [self._array(arg, first, last) for arg in (node.left, node.right)]
        (left, other_left), (right, other_right) = sides
        lo = _until(left, right, near, far, ahead)
        if left is other_left and right is other_right:
            return lo, lo
        return lo, _until(other_left, other_right, near, far, ahead)

    def _array(self, node: Formula, start: int, stop: int) -> Bounds:
        value = self.formula(node, start, stop)
        return self.constant(value, value, start, stop) if isinstance(value, float) else value


def _slid(values: Floats, width: int, highest: bool) -> Floats:
    return kernels.slide_cells(values, width + 1, highest) if width else values


def _until(left: Floats, right: Floats, near: int, far: int, ahead: bool) -> Floats:
    """As `track.until`, which says why. What looks back (`since`) is turned around."""
    if not ahead:
        return _turned(_until(_turned(left), _turned(right), near, far, ahead=True))
    size = left.size - far
    parts = [
        kernels.scan_until(left, right, -np.inf)[near : near + size],
        _slid(right[near:], far - near, highest=True),
    ]
    if near:
        parts.append(_slid(left[: near + size], near, highest=False))
    return reduce(np.minimum, parts)


def _turned(values: Floats) -> Floats:
    return np.ascontiguousarray(values[::-1])


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells that all signals of a formula share: `dt` nanoseconds each, one begins at `origin`."""

    used: Sequence[Source]
    facts: Facts
    dt: int
    origin: int
    truths: bool

    def known(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """The parts of [start, stop) in which the formula reads nothing but known cells.

        In each every signal has a sample of its own for each cell.
        """
        first = max(max(one.start, int(one.times[0])) for one in self.used)
        last = min(min(one.end + 1, int(one.times[-1]) + self.dt) for one in self.used)
        holes = sorted(hole for one in self.used for hole in one.holes)
        for begin, end in [*holes, (last, last)]:
            a = max(first + self.facts.back, start)
            a += (self.origin - a) % self.dt
            b = min(min(begin, last) - self.facts.ahead, stop)
            b -= (b - self.origin) % self.dt
            if b - a >= source.CELLS * self.dt:
                yield a, b
            first = max(first, end)

    def spans(self, node: Formula, start: int, stop: int) -> Iterator[Span]:
        """The node over one of the stretches that are known, piece by piece, the last first."""
        samples: dict[str, tuple[Bounds, int]] = {}
        for one in self.used:
            values = one.signal.values
            samples[one.name] = (values, values), (start - int(one.times[0])) // self.dt
        cells = Cells(samples, self.dt, 1, self.truths)
        size = (stop - start) // self.dt
        count = max(1, size // max(PIECE, 4 * self.facts.reach // self.dt))
        for piece in reversed(range(count)):
            i, j = size * piece // count, size * (piece + 1) // count
            lo, hi = cast("Bounds", cells.formula(node, i, j))
            yield Span(start + i * self.dt, start + j * self.dt, self.dt, None, lo, hi)

    def seam(self, node: Formula, start: int, stop: int) -> Span | None:
        """The node over a stretch around what is unknown, None where that is long.

        Each cell is cut at the places in it where, in some cell, something becomes known or unknown.
        """
        first, last = start - self.facts.back, stop + self.facts.ahead
        first -= (first - self.origin) % self.dt
        size = -((first - last) // self.dt)
        if size > PIECE:
            return None
        held = [one.held(first, first + size * self.dt) for one in self.used]
        edges = {start, stop, first}.union(*(edge for stretches in held for edge in stretches))
        cuts = sorted({(edge - first) % self.dt for edge in edges})
        if size * len(cuts) > 4 * PIECE:
            return None

        def place(at: int) -> int:
            cell, cut = divmod(at - first, self.dt)
            return cell * len(cuts) + cuts.index(cut)

        i, j = place(start), place(stop)
        samples: dict[str, tuple[Bounds, int]] = {}
        for one, stretches in zip(self.used, held, strict=True):
            cell = (first - int(one.times[0])) // self.dt
            values = one.signal.values.take(np.arange(cell, cell + size), mode="clip")
            known = [(place(begin), place(end)) for begin, end in stretches]
            samples[one.name] = _where(known, values.repeat(len(cuts))), i
        cells = Cells(samples, self.dt, len(cuts), self.truths)
        lo, hi = cast("Bounds", cells.formula(node, 0, j - i))
        stepping = np.flatnonzero((lo[1:] != lo[:-1]) | (hi[1:] != hi[:-1])) + 1
        stepping = np.concatenate((_FIRST, stepping))
        whole, cut = np.divmod(stepping + i, len(cuts))
        times = first + whole * self.dt + np.array(cuts)[cut]
        return Span(start, stop, 0, times, *_one(lo[stepping], hi[stepping]))


_FIRST: Final = np.zeros(1, np.int64)


def _where(known: Sequence[tuple[int, int]], values: Floats) -> Bounds:
    """The values in the places where they are known; elsewhere they may be anything."""
    lo, hi = np.empty((2, values.size))
    lo.fill(-np.inf)
    hi.fill(np.inf)
    for begin, end in known:
        lo[begin:end] = hi[begin:end] = values[begin:end]
    return lo, hi


def _one(lo: Floats, hi: Floats) -> Bounds:
    """Both bounds, as one array where they are equal."""
    return lo, lo if (lo == hi).all() else hi


def grid(used: Sequence[Source], facts: Facts, truths: bool) -> Grid | None:
    """The grid of a formula and its signals; None where they share none, or it looks off it or far."""
    steps = {0 if holed else dt for dt, holed in (one.signal.survey() for one in used)}
    dt = steps.pop() if len(steps) == 1 else 0
    if not dt or facts.tick % dt or facts.endless or facts.edged:
        return None
    origin = int(used[0].times[0])
    if any((int(one.times[0]) - origin) % dt for one in used) or 2 * facts.reach > PIECE * dt:
        return None
    return Grid(used, facts, dt, origin, truths)
