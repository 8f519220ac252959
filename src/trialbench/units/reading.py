"""What a unit's text may mean: its size, its zero and its dimensions."""

from __future__ import annotations

import math
import tokenize
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Final

from trialbench.errors import UnitError
from trialbench.units.registry import ANGLE, COUNT, LENGTH, registry
from trialbench.units.written import expressions, unknown

_OPERATORS: Final = {"*(": 1, "/(": -1}
_ROOT: Final = "**0.5"


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of a unit: `size * value + zero` in base units, whose exponents are `dimensions`.

    `numbers` are the base units that are bare numbers here, for the unit was calculated: a count
    always, an angle (in radians) where a length took part.
    """

    size: Fraction
    zero: Fraction
    dimensions: frozenset[tuple[str, Fraction]]
    numbers: frozenset[str] = frozenset()

    def fits(self, other: Reading) -> bool:
        """Whether the two measure the same."""
        numbers = self.numbers | other.numbers
        apart = self.dimensions ^ other.dimensions
        return all(name in numbers for name, _ in apart)


@cache
def readings(unit: str) -> tuple[Reading, ...]:
    """What the text may mean, the likeliest first. Raises `UnitError`."""
    parts = calculated(unit)
    if parts is None:
        return tuple(dict.fromkeys(_looked_up(unit, name) for name in expressions(unit)))
    left, operator, right = parts
    if operator == _ROOT:
        return tuple(dict.fromkeys(_root(one) for one in readings(left)))
    sign = _OPERATORS[operator]
    pairs = product(readings(left), readings(right))
    return tuple(dict.fromkeys(_times(one, other, sign) for one, other in pairs))


def calculated(unit: str) -> tuple[str, str, str] | None:
    """The parts of `(A)*(B)`, `(A)/(B)` or `(A)**0.5`, which is how a formula's units are written."""
    end = _closing(unit)
    left, rest = unit[1:end], unit[end + 1 :]
    if rest == _ROOT:
        return left, _ROOT, ""
    if rest[:2] in _OPERATORS and _closing(rest[1:]) == len(rest) - 2:
        return left, rest[:2], rest[2:-1]
    return None


def _closing(text: str) -> int:
    """Where the bracket closes with which the text begins; its length where there is none."""
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return at if text[0] == "(" else len(text)
    return len(text)


def _looked_up(unit: str, name: str) -> Reading:
    import pint

    try:
        parsed = registry().parse_units(name)
        zero = registry().Quantity(Fraction(0), parsed).to_root_units()
        one = registry().Quantity(Fraction(1), parsed).to_root_units()
    # Beside its own errors pint lets those of the tokenizer and of arithmetic through.
    except (pint.errors.PintError, tokenize.TokenError, ArithmeticError, AssertionError, AttributeError,
            LookupError, SyntaxError, TypeError, ValueError):  # fmt: skip
        raise unknown(unit) from None
    dimensions = frozenset((str(base), Fraction(str(power))) for base, power in one.unit_items())
    start = Fraction(zero.magnitude)
    return Reading(Fraction(one.magnitude) - start, start, dimensions)


def _times(one: Reading, other: Reading, sign: int) -> Reading:
    """The product, or the quotient where the sign is negative."""
    if one.zero or other.zero:
        raise UnitError("a temperature with a zero of its own cannot be multiplied: give it in K")
    exponents = dict(one.dimensions)
    for name, exponent in other.dimensions:
        exponents[name] = exponents.get(name, Fraction(0)) + sign * exponent
    numbers = {COUNT} | one.numbers | other.numbers
    if LENGTH in {name for name, _ in one.dimensions | other.dimensions}:
        numbers |= {ANGLE}
    left = frozenset((name, exponent) for name, exponent in exponents.items() if exponent)
    size = one.size * other.size if sign > 0 else one.size / other.size
    return Reading(size, Fraction(0), left, frozenset(numbers))


def _root(one: Reading) -> Reading:
    size = Fraction(math.isqrt(one.size.numerator), math.isqrt(one.size.denominator))
    if size * size != one.size:
        size = Fraction(math.sqrt(one.size))
    halved = frozenset((name, exponent / 2) for name, exponent in one.dimensions)
    return replace(one, size=size, dimensions=halved)
