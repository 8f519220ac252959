"""The definition of robustness, word for word, one instant at a time: slow, and plainly right.

The kernels are compared with it on generated formulas and traces. It shares nothing with them but
the syntax tree. A step function's value over a closed window is told by the window's first instant
and by every instant in it at which the function may step: `steps` lists those, too many rather
than too few.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from trialbench.signal import Signal, Unknown
from trialbench.stl import syntax
from trialbench.stl.syntax import FUTURE, Formula, Interval

Range: TypeAlias = tuple[float, float]
UNKNOWN: Range = (-math.inf, math.inf)


@dataclass(frozen=True)
class Oracle:
    """Signals on a recording from `start` to `end`, both inclusive, in nanoseconds.

    They are known from `since` on (None: from `start`). `truths` gives 1 for true and -1 for false
    in the place of margins.
    """

    signals: Mapping[str, Signal]
    unknown: Mapping[str, Sequence[Unknown]]
    start: int
    end: int
    truths: bool = False
    since: int | None = None
    _values: dict[tuple[int, int], Range] = field(default_factory=dict, repr=False)
    _steps: dict[int, list[int]] = field(default_factory=dict, repr=False)

    def value(self, node: Formula, t: int) -> Range:
        """The least and the greatest that the formula can be at t."""
        key = id(node), t
        if key not in self._values:
            self._values[key] = self._value(node, t)
        return self._values[key]

    def _value(self, node: Formula, t: int) -> Range:
        match node:
            case syntax.Truth(value=value):
                top = 1.0 if self.truths else math.inf
                return (top, top) if value else (-top, -top)
            case syntax.Comparison(operator=operator, left=left, right=right):
                return self._compared(operator, self.number(left, t), self.number(right, t))
            case syntax.Not(arg=arg):
                return _not(self.value(arg, t))
            case syntax.Junction(operator="and", args=args):
                return _least(self.value(arg, t) for arg in args)
            case syntax.Junction(args=args):
                return _greatest(self.value(arg, t) for arg in args)
            case syntax.Conditional(operator=operator, left=left, right=right):
                return _conditional(operator, self.value(left, t), self.value(right, t))
            case syntax.Edge(kind=kind, arg=arg):
                now, before = self.value(arg, t), self.value(arg, t - 1)
                return _least([now, _not(before)] if kind == "rise" else [_not(now), before])
            case syntax.Temporal():
                return self._temporal(node, t)
            case syntax.Binding():
                return self._binding(node, t)
        assert isinstance(node, syntax.Term)
        return self._compared(">", self.number(node, t), (0.0, 0.0))

    def number(self, node: syntax.Term, t: int) -> Range:
        """The least and the greatest that the number can be at t."""
        match node:
            case syntax.Number(value=value):
                return value, value
            case syntax.Name(name=name):
                return self._sample(name, t)
            case syntax.Negative(arg=arg):
                return _not(self.number(arg, t))
            case syntax.Operation(operator=operator, left=left, right=right):
                return _operation(operator, self.number(left, t), self.number(right, t))
        assert isinstance(node, syntax.Call)
        return _call(node.function, [self.number(arg, t) for arg in node.args])

    def _sample(self, name: str, t: int) -> Range:
        gaps = self.unknown.get(name, ())
        if not self._known_from <= t <= self.end or any(
            gap.from_ns <= t < gap.to_ns for gap in gaps
        ):
            return UNKNOWN
        signal = self.signals[name]
        held = [v for at, v in zip(signal.times_ns, signal.values, strict=True) if at <= t]
        return (float(held[-1]), float(held[-1])) if held and not math.isnan(held[-1]) else UNKNOWN

    @property
    def _known_from(self) -> int:
        return self.start if self.since is None else self.since

    def _compared(self, operator: str, x: Range, y: Range) -> Range:
        if operator in ("<", "<="):
            x, y = y, x
        lo, hi = _operation("-", x, y)
        apart = _call("abs", [(lo, hi)])
        if not self.truths:
            return {"==": _not(apart), "!=": apart}.get(operator, (lo, hi))
        equal = _answer(lo == hi == 0, lo > 0 or hi < 0)
        return {
            ">": _answer(lo > 0, hi <= 0), "<": _answer(lo > 0, hi <= 0), ">=": _answer(lo >= 0, hi < 0),
            "<=": _answer(lo >= 0, hi < 0), "==": equal, "!=": _not(equal),
        }[operator]  # fmt: skip

    def _temporal(self, node: syntax.Temporal, t: int) -> Range:
        instants = self._window(node.operator, node.interval, t, [node.arg])
        if not instants:
            return UNKNOWN
        values = [self.value(node.arg, at) for at in instants]
        return _greatest(values) if node.operator in ("eventually", "once") else _least(values)

    def _binding(self, node: syntax.Binding, t: int) -> Range:
        """The greatest over t' of the least of right at t' and of left from t to t', both inclusive."""
        instants = self._window(node.operator, node.interval, t, [node.left, node.right])
        ahead = node.operator in FUTURE
        outcomes = []
        for there in instants:
            begin, stop = (t, there) if ahead else (there, t)
            way = [begin, *(at for at in self.steps(node.left) if begin < at <= stop)]
            outcomes.append(
                _least([self.value(node.right, there), *(self.value(node.left, at) for at in way)])
            )
        return _greatest(outcomes) if outcomes else UNKNOWN

    def _window(
        self, operator: str, interval: Interval | None, t: int, args: Sequence[Formula]
    ) -> list[int]:
        """The instants of the window that tell its values; none where it begins past the recording."""
        near, far = (interval.lo_ns, interval.hi_ns) if interval else (0, None)
        if operator in FUTURE:
            begin, stop = t + near, self.end if far is None else t + far
        else:
            begin, stop = self.start if far is None else t - far, t - near
        if stop < begin:
            return []
        inner = {at for arg in args for at in self.steps(arg) if begin < at <= stop}
        # Of left's steps the instant before counts as well: left may hold just up to there.
        before = {at - 1 for at in inner if begin < at - 1}
        return sorted({begin, stop} | inner | before)

    def steps(self, node: Formula) -> list[int]:
        """Every instant at which the node may change, in order."""
        key = id(node)
        if key not in self._steps:
            self._steps[key] = sorted(set(self._all_steps(node)))
        return self._steps[key]

    def _all_steps(self, node: Formula) -> Iterable[int]:
        yield from (self._known_from, self.start, self.end + 1)
        if isinstance(node, syntax.Name):
            yield from map(int, self.signals[node.name].times_ns)
            for gap in self.unknown.get(node.name, ()):
                yield from (gap.from_ns, gap.to_ns)
        inner = {at for child in syntax.children(node) for at in self.steps(child)}
        yield from inner
        if isinstance(node, syntax.Edge):
            yield from (at + 1 for at in inner)
        if isinstance(node, syntax.Temporal | syntax.Binding):
            near, far = (node.interval.lo_ns, node.interval.hi_ns) if node.interval else (0, None)
            sign = -1 if node.operator in FUTURE else 1
            for reach in (near, far or 0):
                # A closed window lets go of a step an instant after it touched it last.
                yield from (at + sign * reach + extra for at in inner for extra in (-1, 0, 1))


def _not(x: Range) -> Range:
    return -x[1], -x[0]


def _least(values: Iterable[Range]) -> Range:
    lows, highs = zip(*values, strict=True)
    return min(lows), min(highs)


def _greatest(values: Iterable[Range]) -> Range:
    lows, highs = zip(*values, strict=True)
    return max(lows), max(highs)


def _answer(holds: bool, fails: bool) -> Range:
    return (1.0, 1.0) if holds else (-1.0, -1.0) if fails else (-1.0, 1.0)


def _conditional(operator: str, x: Range, y: Range) -> Range:
    if operator == "->":
        return _greatest([_not(x), y])
    same = _least([_greatest([_not(x), y]), _greatest([_not(y), x])])
    return same if operator == "iff" else _not(same)


def _exact(operator: str, a: float, b: float) -> float:
    """One operation, NaN where it has no result: as IEEE 754 has it, but nothing comes of dividing by 0."""
    if operator == "/":
        return a / b if b else math.nan
    return {"+": a + b, "-": a - b, "*": a * b}[operator]


def _operation(operator: str, x: Range, y: Range) -> Range:
    """Every result that the operation can have; an unknown number is some finite one."""
    known = x[0] == x[1] and y[0] == y[1]
    if known:
        result = _exact(operator, x[0], y[0])
        return UNKNOWN if math.isnan(result) else (result, result)
    spans_zero = [lo <= 0 <= hi for lo, hi in (x, y)]
    endless = [lo == hi and math.isinf(lo) for lo, hi in (x, y)]
    open_ = [math.isinf(lo) or math.isinf(hi) for lo, hi in (x, y)]
    if operator == "*" and ((endless[0] and spans_zero[1]) or (endless[1] and spans_zero[0])):
        return UNKNOWN
    if operator == "/":
        if spans_zero[1]:
            return UNKNOWN
        if (endless[0] and open_[1]) or (endless[1] and open_[0]):
            return UNKNOWN
    if operator == "-":
        operator, y = "+", _not(y)
    if operator == "+":
        lo, hi = x[0] + y[0], x[1] + y[1]
        return UNKNOWN if math.isnan(lo) or math.isnan(hi) else (lo, hi)
    corners = [_exact(operator, a, b) for a in x for b in y]
    corners = [0.0 if math.isnan(corner) else corner for corner in corners]
    return min(corners), max(corners)


def _call(function: str, args: list[Range]) -> Range:
    if function == "min":
        return _least(args)
    if function == "max":
        return _greatest(args)
    ((lo, hi),) = args
    if function == "abs":
        return max(lo, -hi, 0.0), max(-lo, hi)
    return UNKNOWN if lo < 0 else (math.sqrt(lo), math.sqrt(hi))
