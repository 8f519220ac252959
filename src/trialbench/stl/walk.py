"""A formula walked from the root down, whatever its values are kept in: tracks, or plain cells."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import partial
from typing import Final, Generic, TypeVar

import numpy as np

from trialbench.stl import arithmetic
from trialbench.stl.syntax import (
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

V = TypeVar("V")
"""What holds a node's bounds over a stretch of time."""


class Walk(ABC, Generic[V]):
    """What every node is worth over [start, stop), or the one number that it always is.

    `truths` asks for what is true (1) or false (-1) instead of by how much; both go the same way.
    """

    __slots__ = ()
    truths: bool

    def formula(self, node: Formula, start: int, stop: int) -> V | float:
        """The node as true or false, or as its margin."""
        match node:
            case Comparison(operator=operator, left=left, right=right):
                return self._comparison(operator, left, right, start, stop)
            case Temporal() | Binding() | Edge():
                return self.elsewhere(node, start, stop)
            case Junction(operator=operator, args=args):
                extreme = arithmetic.lowest if operator == "and" else arithmetic.highest
                return self._join(
                    extreme, [self.formula(arg, start, stop) for arg in args], start, stop
                )
            case Not(arg=Comparison(operator=operator, left=left, right=right)):
                return self._comparison(OPPOSITE[operator], left, right, start, stop)
            case Not(arg=arg):
                return self._join(arithmetic.negated, [self.formula(arg, start, stop)], start, stop)
            case Conditional(operator="->", left=left, right=right):
                return self.formula(Junction("or", (Not(left), right)), start, stop)
            case Conditional(operator=operator, left=left, right=right):
                values = [self.formula(arg, start, stop) for arg in (left, right)]
                return self._join(arithmetic.CONDITIONALS[operator], values, start, stop)
            case Truth(value=value):
                top = 1.0 if self.truths else np.inf
                return top if value else -top
        assert isinstance(node, Term)  # noqa: S101 - the rest
        return self._comparison(">", node, Number(0.0), start, stop)

    def term(self, node: Term, start: int, stop: int) -> V | float:
        """The node as a number."""
        match node:
            case Number(value=value):
                return value
            case Name(name=name):
                return self.signal(name, start, stop)
            case Negative(arg=arg):
                return self._join(arithmetic.negated, [self.term(arg, start, stop)], start, stop)
            case Operation(operator=operator, left=left, right=right):
                values = [self.term(arg, start, stop) for arg in (left, right)]
                return self._join(arithmetic.OPERATIONS[operator], values, start, stop)
        assert isinstance(node, Call)  # noqa: S101 - the rest
        values = [self.term(arg, start, stop) for arg in node.args]
        return self._join(arithmetic.CALLS[node.function], values, start, stop)

    def _comparison(
        self, operator: str, left: Term, right: Term, start: int, stop: int
    ) -> V | float:
        values = [self.term(left, start, stop), self.term(right, start, stop)]
        compare = (
            partial(arithmetic.truth, operator) if self.truths else arithmetic.MARGINS[operator]
        )
        return self._join(compare, values, start, stop)

    def _join(
        self, operator: arithmetic.Operator, values: list[V | float], start: int, stop: int
    ) -> V | float:
        """The operator over values and numbers, numbers staying numbers."""
        if [value for value in values if not isinstance(value, float)]:
            return self.joined(operator, values)
        lo, hi = operator(*((np.array([value]),) * 2 for value in values))
        if lo is hi:
            return float(lo[0])
        return self.constant(float(lo[0]), float(hi[0]), start, stop)

    @abstractmethod
    def signal(self, name: str, start: int, stop: int) -> V:
        """A signal."""

    @abstractmethod
    def constant(self, lo: float, hi: float, start: int, stop: int) -> V:
        """The same bounds all the time."""

    @abstractmethod
    def joined(self, operator: arithmetic.Operator, values: list[V | float]) -> V:
        """The operator over values of which one at least is no number."""

    @abstractmethod
    def elsewhere(self, node: Temporal | Binding | Edge, start: int, stop: int) -> V | float:
        """An operator that reads other instants than its own."""


OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
"""The comparison that holds where the other does not, with the other's margin negated."""


def reach(interval: Interval | None) -> tuple[int, int | None]:
    """How far a window begins and ends, None being the recording's end."""
    return (interval.lo_ns, interval.hi_ns) if interval else (0, None)


def is_highest(node: Temporal) -> bool:
    """Whether the operator asks for some instant, not for all."""
    return node.operator in ("eventually", "once")
