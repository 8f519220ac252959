"""How often what an implication asks about was there: one that never came to it holds in vain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from trialbench.stl.evaluate import Evaluator
from trialbench.stl.explain import violated
from trialbench.stl.syntax import FUTURE, Conditional, Formula, Junction, Not, Temporal
from trialbench.stl.walk import is_highest, reach


class Condition(NamedTuple):
    """The left side of an implication, and the instants [first, stop) at which it is asked for."""

    formula: Formula
    first: int
    stop: int


@dataclass(frozen=True, slots=True)
class Occurrences:
    """How many times the condition `of` certainly held: in how many intervals apart from each other."""

    of: str
    count: int


def conditions(node: Formula, start: int = 0, end: int = 0) -> list[Condition]:
    """The left sides of the implications that a recording from `start` to `end` is asked for.

    They are those below the root through nothing but `always`, `historically` and `and`; of
    `a -> (b -> c)` it is `a and b`.
    """
    return list(_conditions(node, (start, start + 1), (start, end + 1)))


def _conditions(
    node: Formula, asked: tuple[int, int], recording: tuple[int, int]
) -> Iterator[Condition]:
    first, stop = asked
    match node:
        case Junction(operator="and", args=args):
            for arg in args:
                yield from _conditions(arg, asked, recording)
        case Temporal(interval=interval, arg=arg) if not is_highest(node):
            near, far = reach(interval)
            if node.operator in FUTURE:
                asked = first + near, recording[1] if far is None else stop + far
            else:
                asked = recording[0] if far is None else first - far, stop - near
            yield from _conditions(arg, asked, recording)
        case Conditional(operator="->", left=left, right=right):
            while isinstance(right, Conditional) and right.operator == "->":
                left, right = Junction("and", (left, right.left)), right.right
            yield Condition(left, max(first, recording[0]), min(stop, recording[1]))


def occurrences(evaluator: Evaluator, judged: Formula, asked: Formula) -> tuple[Occurrences, ...]:
    """Of each condition, in the order of the formula, which is told as it was `asked`."""
    found = conditions(judged, evaluator.start, evaluator.end)
    told = conditions(asked, evaluator.start, evaluator.end)
    return tuple(
        Occurrences(str(condition.formula), _count(evaluator, *one))
        for one, condition in zip(found, told, strict=True)
    )


def _count(evaluator: Evaluator, condition: Formula, first: int, stop: int) -> int:
    return len(violated(evaluator, Not(condition), first, stop)) if first < stop else 0
