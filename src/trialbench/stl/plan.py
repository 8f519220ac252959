"""A formula made out once as a chain of calls, for where its signals are plain cells.

The tree is walked, the windows counted in cells and the operators looked up when the plan is made, not
once more for every stretch that it is run on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from trialbench.stl import arithmetic, kernels, untils
from trialbench.stl.kernels import Bounds
from trialbench.stl.syntax import FUTURE, Binding, Edge, Formula, Temporal
from trialbench.stl.track import both
from trialbench.stl.walk import Walk, is_highest, reach

if TYPE_CHECKING:
    from trialbench.stl.arithmetic import Operator
    from trialbench.stl.kernels import Floats


class Cells(NamedTuple):
    """What a plan is run on: `parts` of a cell each, asked of from part `first` to before `last`.

    `samples` are each signal's bounds, and which of them are those of part 0.
    """

    samples: Mapping[str, tuple[Floats, Floats, int]]
    first: int
    last: int
    parts: int


Plan: TypeAlias = Callable[[Cells], Bounds]
"""A node's bounds in every part that is asked of."""


@dataclass(frozen=True, slots=True)
class Level:
    """The plan of `sign * (arg - offset)`, in parts: what comes next may do it on its way."""

    arg: Plan
    sign: float
    offset: float

    def __call__(self, cells: Cells) -> Bounds:
        """Its bounds."""
        lo, hi = self.arg(cells)
        if self.sign > 0:
            return both(lambda values: np.subtract(values, self.offset), lo, hi)
        return both(lambda values: np.subtract(self.offset, values), hi, lo)


@lru_cache(maxsize=1024)
def plan(formula: Formula, dt: int, truths: bool) -> Plan:
    """The plan of a formula whose windows all are whole cells of `dt` nanoseconds."""
    return _Planner(dt, truths).whole(formula, 0, 0)


@dataclass(frozen=True, slots=True)
class _Planner(Walk[Plan]):
    """Plans nodes from `start` cells after the first that is asked of to `stop` after the last."""

    dt: int
    truths: bool

    def whole(self, node: Formula, start: int, stop: int) -> Plan:
        """The node's plan even where it is one number."""
        value = self.formula(node, start, stop)
        return self.constant(value, value, start, stop) if isinstance(value, float) else value

    def signal(self, name: str, start: int, stop: int) -> Plan:
        """The signal's own values."""

        def run(cells: Cells) -> Bounds:
            lo, hi, origin = cells.samples[name]
            i = origin + cells.first + start * cells.parts
            j = origin + cells.last + stop * cells.parts
            low = lo[i:j]
            return low, low if hi is lo else hi[i:j]

        return run

    def constant(self, lo: float, hi: float, start: int, stop: int) -> Plan:
        """As many times as there are parts."""

        def run(cells: Cells) -> Bounds:
            low = np.full(cells.last - cells.first + (stop - start) * cells.parts, lo)
            return low, low if lo == hi else np.full(low.size, hi)

        return run

    def joined(self, operator: Operator, values: list[Plan | float]) -> Plan:
        """The operator on arrays as it is on numbers."""
        level = arithmetic.level(operator, values)
        if level:
            return Level(*level)
        args = [_literal(value) if isinstance(value, float) else value for value in values]
        return lambda cells: operator(*[arg(cells) for arg in args])

    def elsewhere(self, node: Temporal | Binding | Edge, start: int, stop: int) -> Plan | float:
        """An operator with a window of whole cells."""
        assert not isinstance(node, Edge)  # noqa: S101 - `cells.grid` has seen to it
        begin, end = reach(node.interval)
        assert end is not None  # noqa: S101 - the same
        near, far = begin // self.dt, end // self.dt
        ahead = node.operator in FUTURE
        if isinstance(node, Temporal):
            first, last = (near, far) if ahead else (-far, -near)
            arg = self.formula(node.arg, start + first, stop + last)
            if isinstance(arg, float) or near == far:
                return arg
            return _slid(arg, far - near, is_highest(node))
        first, last = (start, stop + far) if ahead else (start - far, stop)
        left, right = (self.whole(arg, first, last) for arg in (node.left, node.right))
        return _until(left, right, near, far, ahead)


def _literal(value: float) -> Callable[[Cells], tuple[float, float]]:
    return lambda _: (value, value)


def _slid(arg: Plan, width: int, highest: bool) -> Plan:
    def run(cells: Cells) -> Bounds:
        count = width * cells.parts + 1
        return both(lambda values: kernels.slide_cells(values, count, highest), *arg(cells))

    return run


def _until(left: Plan, right: Plan, near: int, far: int, ahead: bool) -> Plan:
    one, left_sign, left_offset = _raw(left)
    other, right_sign, right_offset = _raw(right)
    level = left_sign, left_offset, right_sign, right_offset

    def until(cells: Cells) -> Bounds:
        window = near * cells.parts, far * cells.parts
        return untils.until_cells(one(cells), other(cells), *window, level)

    def since(cells: Cells) -> Bounds:
        window = near * cells.parts, far * cells.parts
        sides = both(_turned, *one(cells)), both(_turned, *other(cells))
        return both(_turned, *untils.until_cells(*sides, *window, level))

    return until if ahead else since


def _raw(plan: Plan) -> tuple[Plan, float, float]:
    """A plan and the sign and offset that its values are still to be given, bound by bound."""
    if not isinstance(plan, Level):
        return plan, 1.0, 0.0
    if plan.sign > 0:
        return plan.arg, plan.sign, plan.offset
    arg = plan.arg

    def run(cells: Cells) -> Bounds:
        lo, hi = arg(cells)
        return hi, lo

    return run, plan.sign, plan.offset


def _turned(values: Floats) -> Floats:
    """The last first."""
    return np.ascontiguousarray(values[::-1])
