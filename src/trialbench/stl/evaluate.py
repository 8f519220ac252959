"""A formula over signals: the tree walked once, each node a track over the time asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from trialbench.stl import arithmetic, syntax, track
from trialbench.stl.syntax import (
    FUTURE,
    Binding,
    Call,
    Comparison,
    Conditional,
    Edge,
    Formula,
    Interval,
    Junction,
    Name,
    Negative,
    Not,
    Number,
    Operation,
    Temporal,
    Term,
    Truth,
)  # fmt: skip
from trialbench.stl.track import Bounds, Track
from trialbench.stl.verdict import Reason

if TYPE_CHECKING:
    from trialbench.stl.source import Source

Value: TypeAlias = "Track | float"
"""A node's track, or the one number that it always is."""


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Evaluates nodes over any stretch of time, inside the recording or out.

    `truths` asks for what is true (1) or false (-1) instead of by how much; both go the same way.
    A recording lasts from `start` to `end`, both inclusive, in nanoseconds.
    """

    sources: Mapping[str, Source]
    start: int
    end: int
    truths: bool = False

    def track(self, node: Formula, start: int, stop: int) -> Track:
        """The node at every instant of [start, stop)."""
        edges = self._edges(node, start, stop)
        with np.errstate(all="ignore"):  # NaN and inf are answers here
            if len(edges) == 2:
                return self._spread(node, start, stop)
            gatherer = track.Gatherer(stop)
            for begin, end in pairwise(edges):
                gatherer.add(self._spread(node, begin, end))
        return gatherer.track()

    def _spread(self, node: Formula, start: int, stop: int) -> Track:
        value = self.formula(node, start, stop)
        return value if isinstance(value, list) else track.constant(start, stop, value, value)

    def _edges(self, node: Formula, start: int, stop: int) -> list[int]:
        """Where to cut a long stretch, so that the arrays of a bounded formula stay in the cache.

        At samples, so that cells stay cells; a formula of long or endless windows is not cut, for
        every piece would look at all of the rest again.
        """
        if stop - start == 1 or all(len(one.times) < 2 * PIECE for one in self.sources.values()):
            return [start, stop]
        facts = syntax.facts(node)
        times = max((self.sources[name].times for name in facts.names), key=len, default=_NO_TIMES)
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

    def formula(self, node: Formula, start: int, stop: int) -> Value:
        """The node as true or false, or as its margin."""
        match node:
            case Truth(value=value):
                top = 1.0 if self.truths else np.inf
                return top if value else -top
            case Comparison(operator=operator, left=left, right=right):
                return self._comparison(operator, left, right, start, stop)
            case Not(arg=Comparison(operator=operator, left=left, right=right)):
                return self._comparison(OPPOSITE[operator], left, right, start, stop)
            case Not(arg=arg):
                return self._join(arithmetic.negated, [self.formula(arg, start, stop)], start, stop)
            case Junction(operator=operator, args=args):
                extreme = arithmetic.lowest if operator == "and" else arithmetic.highest
                return self._join(
                    extreme, [self.formula(arg, start, stop) for arg in args], start, stop
                )
            case Conditional(operator="->", left=left, right=right):
                return self.formula(Junction("or", (Not(left), right)), start, stop)
            case Conditional(operator=operator, left=left, right=right):
                values = [self.formula(arg, start, stop) for arg in (left, right)]
                return self._join(arithmetic.CONDITIONALS[operator], values, start, stop)
            case Edge(kind=kind, arg=arg):
                return self._edge(kind, arg, start, stop)
            case Temporal() | Binding():
                return self._temporal(node, start, stop)
        assert isinstance(node, Term)  # noqa: S101 - the rest
        return self._comparison(">", node, Number(0.0), start, stop)

    def term(self, node: Term, start: int, stop: int) -> Value:
        """The node as a number."""
        match node:
            case Number(value=value):
                return value
            case Name(name=name):
                return self.sources[name].track(start, stop)
            case Negative(arg=arg):
                return self._join(arithmetic.negated, [self.term(arg, start, stop)], start, stop)
            case Operation(operator=operator, left=left, right=right):
                values = [self.term(arg, start, stop) for arg in (left, right)]
                return self._join(arithmetic.OPERATIONS[operator], values, start, stop)
        assert isinstance(node, Call)  # noqa: S101 - the rest
        values = [self.term(arg, start, stop) for arg in node.args]
        return self._join(arithmetic.CALLS[node.function], values, start, stop)

    def _comparison(self, operator: str, left: Term, right: Term, start: int, stop: int) -> Value:
        values = [self.term(left, start, stop), self.term(right, start, stop)]
        compare = partial(arithmetic.truth if self.truths else arithmetic.margin, operator)
        return self._join(compare, values, start, stop)

    def _edge(self, kind: str, arg: Formula, start: int, stop: int) -> Value:
        """`rise`: true now and not an instant ago, the instant being a nanosecond."""
        value = self.formula(arg, start - 1, stop)
        if isinstance(value, float):
            return -abs(value)
        # Each at [start, stop): the value cut to it, and the value a nanosecond late.
        now = track.between(value, start, stop)
        before = track.between([span.shifted(1) for span in value], start, stop)
        return track.combine(arithmetic.EDGES[kind], now, before)

    def _join(
        self, operator: arithmetic.Operator, values: list[Value], start: int, stop: int
    ) -> Value:
        """The operator over tracks and numbers, numbers staying numbers."""
        tracks = [value for value in values if isinstance(value, list)]
        if not tracks:
            lo, hi = operator(*((np.array([value]),) * 2 for value in values))
            if lo is hi:
                return float(lo[0])
            return track.constant(start, stop, float(lo[0]), float(hi[0]))
        if len(tracks) == len(values):
            return track.combine(operator, *tracks)

        def filled(*bounds: Bounds) -> Bounds:
            rest = iter(bounds)
            return operator(
                *(next(rest) if isinstance(value, list) else (value, value) for value in values)
            )

        return track.combine(filled, *tracks)

    def _temporal(self, node: Temporal | Binding, start: int, stop: int) -> Value:
        """A temporal operator. What looks back is the mirror image of what looks ahead."""
        ahead = node.operator in FUTURE
        near, far = reach(node.interval)
        if isinstance(node, Temporal) and far is not None:
            a, b = (near, far) if ahead else (-far, -near)
            value = self.formula(node.arg, start + a, stop + b)
            return value if isinstance(value, float) else track.slide(value, a, b, is_highest(node))
        if ahead:
            return self._onward(node, start, stop)
        return track.mirrored(self._onward(node, 1 - stop, 1 - start))

    def _onward(self, node: Temporal | Binding, start: int, stop: int) -> Track:
        """An operator that sees the recording's end, in mirrored time where it sees its start."""
        end = self.end if node.operator in FUTURE else -self.start
        near, far = reach(node.interval)
        limit = end + 1 if far is None else stop + far
        if start + near >= limit:
            return track.unknown(start, stop)
        if isinstance(node, Temporal):
            arg = self._facing(node, node.arg, start + near, limit)
            out = track.scan(arg, is_highest(node))
            out = [span.shifted(-near) for span in out]
        else:
            left, right = (self._facing(node, arg, start, limit) for arg in (node.left, node.right))
            out = track.until(left, right, near, far)
        told = out[-1].stop
        return [*track.between(out, start, min(told, stop)), *track.unknown(told, stop)]

    def _facing(self, node: Temporal | Binding, arg: Formula, start: int, stop: int) -> Track:
        """The operator's argument, mirrored where the operator is."""
        if node.operator in FUTURE:
            return self.track(arg, start, stop)
        return track.mirrored(self.track(arg, 1 - stop, 1 - start))


PIECE = 1 << 17  # samples, a megabyte: smaller pieces cost more in overhead than caches give back
_NO_TIMES: Final = np.empty(0, np.int64)
OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
"""The comparison that holds where the other does not, with the other's margin negated."""


def reach(interval: Interval | None) -> tuple[int, int | None]:
    """How far a window begins and ends, None being the recording's end."""
    return (interval.lo_ns, interval.hi_ns) if interval else (0, None)


def is_highest(node: Temporal) -> bool:
    """Whether the operator asks for some instant, not for all."""
    return node.operator in ("eventually", "once")
