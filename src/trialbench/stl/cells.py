"""The short way: where a formula's signals are sampled in step, its windows whole steps, arrays will do.

Most of most recordings is known cell by cell. Around the rest (a gap, the recording's end) the cells
are cut where something begins or ceases to be known; every window then still is whole parts of cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trialbench.stl import seams, source
from trialbench.stl.plan import Cells, Plan, plan
from trialbench.stl.syntax import Facts, Formula
from trialbench.stl.track import Span, Track

if TYPE_CHECKING:
    from trialbench.stl.source import Source

PIECE = 1 << 15  # cells: a piece's arrays stay in the second cache


class Grid(NamedTuple):  # made anew for every stretch, as a span is
    """The cells that all signals of a formula share: `dt` nanoseconds each, one begins at `origin`.

    Every signal has samples of its own from `first` to `last`, but for the `holes`, in order.
    """

    used: Sequence[Source]
    facts: Facts
    plan: Plan
    dt: int
    origin: int
    first: int
    last: int
    holes: Sequence[tuple[int, int]]

    def known(self, start: int, stop: int) -> list[tuple[int, int]]:
        """The parts of [start, stop) in which the formula reads nothing but known cells."""
        dt, ahead, back = self.dt, self.facts.ahead, self.facts.back
        out, first = [], self.first
        for begin, end in [*self.holes, (self.last, self.last)]:
            a, b = first + back, min(begin, self.last) - ahead
            if a < start:
                a = start
            if b > stop:
                b = stop
            a += (self.origin - a) % dt
            b -= (b - self.origin) % dt
            if b - a >= source.CELLS * dt:
                out.append((a, b))
            if end > first:
                first = end
        return out

    def whole(self, start: int, stop: int) -> Track | None:
        """The formula over a short stretch with one known part, None where it has several or is long."""
        known = self.known(start, stop)
        if len(known) != 1:
            return None
        begin, end = known[0]
        size = (end - begin) // self.dt
        if size > PIECE:
            return None
        out = [self._span(begin, 0, size)]
        for where, a, b in ((0, start, begin), (2, end, stop)):
            if a < b:
                seam = self.seam(a, b)
                if seam is None:
                    return None
                out.insert(where, seam)
        return out

    def spans(self, start: int, stop: int) -> Iterator[Span]:
        """The formula over one of the stretches that are known, piece by piece, the last first."""
        size = (stop - start) // self.dt
        count = max(1, size // max(PIECE, 4 * self.facts.reach // self.dt))
        for piece in reversed(range(count)):
            yield self._span(start, size * piece // count, size * (piece + 1) // count)

    def _span(self, start: int, i: int, j: int) -> Span:
        """The formula from the i-th cell after `start` to before the j-th, all of them known."""
        dt, samples = self.dt, {}
        for one in self.used:
            values = one.signal.values
            samples[one.name] = values, values, (start - one.first) // dt
        lo, hi = self.plan(Cells(samples, i, j, 1))
        return Span(start + i * dt, start + j * dt, dt, None, lo, hi)

    def seam(self, start: int, stop: int) -> Span | None:
        """The formula over a stretch around what is unknown, None where that is long.

        Each cell is cut at the places in it where, in some cell, something becomes known or unknown.
        """
        dt = self.dt
        first, last = start - self.facts.back, stop + self.facts.ahead
        first -= (first - self.origin) % dt
        size = -((first - last) // dt)
        if size > PIECE:
            return None
        held = [one.held(first, first + size * dt) for one in self.used]
        edges = {start, stop, first}.union(*held)
        cuts = sorted({(edge - first) % dt for edge in edges})
        parts = len(cuts)
        if size * parts > 4 * PIECE:
            return None
        places = {
            edge: (edge - first) // dt * parts + cuts.index((edge - first) % dt) for edge in edges
        }
        samples = {}
        for one, known in zip(self.used, held, strict=True):
            cell = (first - one.first) // dt
            bounds = seams.spread(
                one.signal.values, cell, parts, size * parts, [places[edge] for edge in known]
            )
            samples[one.name] = *bounds, 0
        lo, hi = self.plan(Cells(samples, places[start], places[stop], parts))
        return Span(start, stop, 0, *seams.steps(lo, hi, places[start], first, dt, np.array(cuts)))


def grid(formula: Formula, facts: Facts, used: Sequence[Source], truths: bool) -> Grid | None:
    """The grid of a formula and its signals; None where they share none, or it looks off it or far."""
    dt = used[0].signal.survey().step if used else 0
    if not dt or facts.tick % dt or facts.endless or facts.edged or 2 * facts.reach > PIECE * dt:
        return None
    origin = used[0].first
    first, last = used[0].start, used[0].end + 1
    holes: list[tuple[int, int]] = []
    for one in used:
        step, holed, begin, end = one.signal.survey()
        if step != dt or holed or (begin - origin) % dt:
            return None
        if begin > first:
            first = begin
        if end + dt < last:
            last = end + dt
        holes += one.holes
    holes.sort()
    return Grid(used, facts, plan(formula, dt, truths), dt, origin, first, last, holes)
