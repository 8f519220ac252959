"""Interval arithmetic against the definition, on every pair of ranges of special numbers."""

import itertools
import math

import numpy as np
import pytest

from tests.trialbench.stl.oracle import UNKNOWN, Oracle
from trialbench.stl import arithmetic, syntax

NUMBERS = [-math.inf, -1.0, 0.0, 2.0, math.inf]
RANGES = [(lo, hi) for lo, hi in itertools.product(NUMBERS, NUMBERS) if lo <= hi]
NAME = syntax.Name("x"), syntax.Name("y")


class Given(Oracle):
    """The oracle with two signals that have whatever ranges a test asks for."""

    def number(self, node, t):
        return self.unknown[node.name] if isinstance(node, syntax.Name) else super().number(node, t)


def told(node, x, y):
    return Given({}, {"x": x, "y": y}, 0, 0).number(node, 0)


def columns(ranges):
    array = np.array(ranges)
    return array[:, 0].copy(), array[:, 1].copy()


@pytest.mark.parametrize("operator", "+-*/")
def test_two_ranges_give_every_result_that_they_can_have(operator):
    pairs = list(itertools.product(RANGES, RANGES))
    x, y = columns([pair[0] for pair in pairs]), columns([pair[1] for pair in pairs])
    with np.errstate(all="ignore"):
        lo, hi = arithmetic.OPERATIONS[operator](x, y)
    for i, (left, right) in enumerate(pairs):
        assert (lo[i], hi[i]) == told(syntax.Operation(operator, *NAME), left, right), (left, right)


@pytest.mark.parametrize("operator", "+-*/")
def test_two_known_numbers_give_one_or_nothing(operator):
    pairs = list(itertools.product(NUMBERS, NUMBERS))
    x, y = columns(pairs)
    with np.errstate(all="ignore"):
        lo, hi = arithmetic.OPERATIONS[operator]((x, x), (y, y))
    for i, (left, right) in enumerate(pairs):
        expected = told(syntax.Operation(operator, *NAME), (left, left), (right, right))
        assert (lo[i], hi[i]) == expected, (left, right)


@pytest.mark.parametrize("function", ["abs", "sqrt"])
def test_one_range_gives_every_result_that_it_can_have(function):
    with np.errstate(all="ignore"):
        lo, hi = arithmetic.CALLS[function](columns(RANGES))
    for i, x in enumerate(RANGES):
        assert (lo[i], hi[i]) == told(syntax.Call(function, NAME[:1]), x, UNKNOWN), x
