"""A formula over signals: the tree walked once, each node a track over the time asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from trialbench.stl import arithmetic, cells, syntax, track
from trialbench.stl.kernels import Bounds
from trialbench.stl.syntax import FUTURE, Binding, Edge, Facts, Formula, Temporal
from trialbench.stl.track import Track
from trialbench.stl.verdict import Reason
from trialbench.stl.walk import Walk, is_highest, reach

if TYPE_CHECKING:
    from trialbench.stl.source import Source

Value: TypeAlias = "Track | float"
"""A node's track, or the one number that it always is."""


@dataclass(frozen=True, slots=True)
class Evaluator(Walk[Track]):
    """Evaluates nodes over any stretch of time, inside the recording or out.

    A recording lasts from `start` to `end`, both inclusive, in nanoseconds.
    """

    sources: Mapping[str, Source]
    start: int
    end: int
    truths: bool = False

    def track(self, node: Formula, start: int, stop: int) -> Track:
        """The node at every instant of [start, stop)."""
        with np.errstate(all="ignore"):  # NaN and inf are answers here
            grid = self._grid(node, start, stop)
            whole = grid.whole(start, stop) if grid else None
            return whole or track.gathered(self._pieces(node, grid, start, stop), start)

    def _grid(self, node: Formula, start: int, stop: int) -> cells.Grid | None:
        if stop - start == 1:
            return None
        facts = syntax.facts(node)
        return cells.grid(node, facts, [self.sources[name] for name in facts.names], self.truths)

    def _pieces(
        self, node: Formula, grid: cells.Grid | None, start: int, stop: int
    ) -> Iterator[Track]:
        """The node from piece to piece, the last first: what scans, scans on from what follows."""
        facts = syntax.facts(node)
        if grid is None:
            yield from self._general(node, facts, start, stop)
            return
        for begin, end in reversed([(start, start), *grid.known(start, stop)]):
            if end < stop:
                seam = grid.seam(end, stop)
                yield from [[seam]] if seam else self._general(node, facts, end, stop)
            if begin < end:
                yield from ([span] for span in grid.spans(begin, end))
            stop = begin

    def _general(self, node: Formula, facts: Facts, start: int, stop: int) -> Iterator[Track]:
        for begin, end in reversed(list(pairwise(self._edges(facts, start, stop)))):
            yield self._spread(node, begin, end)

    def _spread(self, node: Formula, start: int, stop: int) -> Track:
        value = self.formula(node, start, stop)
        return track.constant(start, stop, value, value) if isinstance(value, float) else value

    def _edges(self, facts: Facts, start: int, stop: int) -> list[int]:
        """Where to cut a long stretch, so that the arrays of a bounded formula stay in the cache.

        At samples, so that cells stay cells; a formula of long or endless windows is not cut, for
        every piece would look at all of the rest again.
        """
        times = max((self.sources[name].times for name in facts.names), key=len, default=_NO_TIMES)
        if times.size < 2 * PIECE:
            return [start, stop]
        i, j = map(int, np.searchsorted(times, (start, stop)))
        if j - i < 2 * PIECE or facts.endless or facts.reach * 4 * (j - i) > PIECE * (stop - start):
            return [start, stop]
        inner = np.unique(times[i + PIECE : j - PIECE // 2 : PIECE])
        return [start, *inner[(start < inner) & (inner < stop)].tolist(), stop]

    @property
    def truth(self) -> Evaluator:
        """The same over what is true."""
        return Evaluator(self.sources, self.start, self.end, truths=True)

    def outside(self, ahead: bool) -> Reason:
        """Why nothing is known past the recording's end, or before its start."""
        if ahead:
            return Reason("horizon", None, self.end + 1, None, self.start)
        return Reason("before_start", None, None, self.start, self.start)

    def signal(self, name: str, start: int, stop: int) -> Track:
        """The signal as it is held from sample to sample."""
        return self.sources[name].track(start, stop)

    def constant(self, lo: float, hi: float, start: int, stop: int) -> Track:
        """One step."""
        return track.constant(start, stop, lo, hi)

    def joined(self, operator: arithmetic.Operator, values: list[Track | float]) -> Track:
        """The operator wherever one of the tracks steps."""
        tracks = [value for value in values if isinstance(value, list)]
        if len(tracks) == len(values):
            return track.combine(operator, *tracks)

        def filled(*bounds: Bounds) -> Bounds:
            rest = iter(bounds)
            return operator(
                *(next(rest) if isinstance(value, list) else (value, value) for value in values)
            )

        return track.combine(filled, *tracks)

    def elsewhere(self, node: Temporal | Binding | Edge, start: int, stop: int) -> Value:
        """What looks back is the mirror image of what looks ahead."""
        if isinstance(node, Edge):
            return self._edge(node.kind, node.arg, start, stop)
        ahead = node.operator in FUTURE
        near, far = reach(node.interval)
        if isinstance(node, Temporal) and far is not None:
            a, b = (near, far) if ahead else (-far, -near)
            value = self.formula(node.arg, start + a, stop + b)
            return value if isinstance(value, float) else track.slide(value, a, b, is_highest(node))
        if ahead:
            return self._onward(node, start, stop)
        return track.mirrored(self._onward(node, 1 - stop, 1 - start))

    def _edge(self, kind: str, arg: Formula, start: int, stop: int) -> Value:
        """`rise`: true now and not an instant ago, the instant being a nanosecond."""
        value = self.formula(arg, start - 1, stop)
        if isinstance(value, float):
            return -abs(value)
        # Each at [start, stop): the value cut to it, and the value a nanosecond late.
        now = track.between(value, start, stop)
        before = track.between([span.shifted(1) for span in value], start, stop)
        return track.combine(arithmetic.EDGES[kind], now, before)

    def _onward(self, node: Temporal | Binding, start: int, stop: int) -> Track:
        """An operator that sees the recording's end, in mirrored time where it sees its start."""
        end = self.end if node.operator in FUTURE else -self.start
        near, far = reach(node.interval)
        limit = end + 1 if far is None else stop + far
        if start + near >= limit:
            return track.unknown(start, stop)
        if isinstance(node, Temporal):
            pieces = track.scanned(
                self._facing(node, node.arg, start + near, limit), is_highest(node)
            )
            out = [span.shifted(-near) for span in track.gathered(pieces, start + near)]
        else:
            left, right = (
                track.gathered(self._facing(node, arg, start, limit), start)
                for arg in (node.left, node.right)
            )
            out = track.until(left, right, near, far)
        told = out[-1].stop
        return [*track.between(out, start, min(told, stop)), *track.unknown(told, stop)]

    def _facing(
        self, node: Temporal | Binding, arg: Formula, start: int, stop: int
    ) -> Iterable[Track]:
        """The operator's argument piece by piece, the last first, mirrored where the operator is."""
        if node.operator in FUTURE:
            return self._pieces(arg, self._grid(arg, start, stop), start, stop)
        return [track.mirrored(self.track(arg, 1 - stop, 1 - start))]


PIECE = 1 << 17  # samples, a megabyte: smaller pieces cost more in overhead than caches give back
_NO_TIMES: Final = np.empty(0, np.int64)
