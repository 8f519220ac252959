"""The short way: where all that a formula reads is known and sampled in step, plain arrays will do.

Most of most recordings is like that. What is left, the seams where a gap or the recording's end comes
into view, goes the general way of tracks (`evaluate`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, cast

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
    """Evaluates nodes over cells, numbered from the one that begins at `start` nanoseconds on.

    `samples` are each signal's values, and which of them is that of cell 0.
    """

    samples: Mapping[str, tuple[Floats, int]]
    start: int
    stop: int
    dt: int
    truths: bool

    def pieces(self, node: Formula, farthest: int) -> Iterator[Span]:
        """The node over all of its cells, `farthest` nanoseconds being all that it looks around."""
        size = (self.stop - self.start) // self.dt
        count = max(1, size // max(PIECE, 4 * farthest // self.dt))
        for piece in range(count):
            i, j = size * piece // count, size * (piece + 1) // count
            begin, end = self.start + i * self.dt, self.start + j * self.dt
            yield Span(begin, end, self.dt, None, *cast("Bounds", self.formula(node, i, j)))

    def signal(self, name: str, start: int, stop: int) -> Bounds:
        """The signal's own values."""
        values, origin = self.samples[name]
        part = values[origin + start : origin + stop]
        return part, part

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
        assert not isinstance(node, Edge)  # noqa: S101 - `known` has seen to it
        near, far = reach(node.interval)
        assert far is not None  # noqa: S101 - the same
        near, far = near // self.dt, far // self.dt
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


def known(
    used: Sequence[Source], facts: Facts, start: int, stop: int, truths: bool
) -> Iterator[Cells]:
    """The parts of [start, stop) in which a formula over the signals reads nothing but known cells."""
    dt = _step(used)
    if not dt or facts.tick % dt or facts.endless or facts.edged:
        return
    grid = int(used[0].times[0])
    for first, last in _stretches(used, dt):
        begin = max(first + facts.back, start)
        begin += (grid - begin) % dt
        end = min(last - facts.ahead, stop)
        end -= (end - grid) % dt
        if end - begin >= source.CELLS * dt:
            samples = {
                one.name: (one.signal.values, (begin - int(one.times[0])) // dt) for one in used
            }
            yield Cells(samples, begin, end, dt, truths)


def _step(used: Sequence[Source]) -> int:
    """The nanoseconds between samples where all have one grid and no holes of their own, else 0."""
    steps = {0 if holed else dt for dt, holed in (one.signal.survey() for one in used)}
    dt = steps.pop() if len(steps) == 1 else 0
    grid = {int(one.times[0]) % dt for one in used} if dt else ()
    return dt if len(grid) == 1 else 0


def _stretches(used: Sequence[Source], dt: int) -> Iterator[tuple[int, int]]:
    """Where every signal has a sample of its own for each cell; some come to no time at all."""
    first = max(max(one.start, int(one.times[0])) for one in used)
    last = min(min(one.end + 1, int(one.times[-1]) + dt) for one in used)
    for begin, end in sorted(hole for one in used for hole in one.holes):
        yield first, min(begin, last)
        first = max(first, end)
    yield first, last
