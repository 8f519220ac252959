"""Interval arithmetic on bounds: what an operation can come to while part of its input is unknown.

An unknown value is some finite number, so 0 times it is 0. What is known and comes to NaN (0/0, the
root of a negative, inf-inf) is unknown. Every function takes and gives (lo, hi), hi being the very
object lo where all of it is known; plain floats stand for literals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any, Final, TypeVar

import numpy as np

from trialbench.stl.kernels import Bounds, Floats

Pair = tuple[Any, Any]
"""Bounds, or two floats for a literal."""
Operator = Callable[..., Bounds]
"""Pairs to bounds."""
V = TypeVar("V")


def _settled(lo: Floats, hi: Floats) -> Bounds:
    """The bounds with unknown in the place of NaN."""
    if hi is lo:
        # One pass that NaN survives, and no array made for the answer that nearly always comes.
        if lo.size == 0 or not np.isnan(np.min(lo)):
            return lo, lo
    elif not (np.isnan(np.min(lo)) or np.isnan(np.min(hi))):
        return lo, hi
    bad = np.isnan(lo) | np.isnan(hi)
    return np.where(bad, -np.inf, lo), np.where(bad, np.inf, hi)


def is_known(*pairs: Pair) -> bool:
    """Whether nothing in any of them is unknown."""
    for lo, hi in pairs:  # noqa: SIM110 - asked of every operator: all() takes three times as long
        if lo is not hi:
            return False
    return True


def negated(x: Pair) -> Bounds:
    """-x."""
    low = np.negative(x[1])
    return low, low if x[0] is x[1] else np.negative(x[0])


def _is_finite(x: Pair) -> bool:
    """Whether it is a finite literal: nothing added to one comes to NaN, so there is no pass to make."""
    return isinstance(x[0], float) and isfinite(x[0])


def added(x: Pair, y: Pair) -> Bounds:
    """X + y."""
    low = np.add(x[0], y[0])
    high = low if is_known(x, y) else np.add(x[1], y[1])
    return (low, high) if _is_finite(y) or _is_finite(x) else _settled(low, high)


def subtracted(x: Pair, y: Pair) -> Bounds:
    """X - y."""
    low = np.subtract(x[0], y[1])
    high = low if is_known(x, y) else np.subtract(x[1], y[0])
    return (low, high) if _is_finite(y) or _is_finite(x) else _settled(low, high)


def _infinite(x: Pair) -> Any:
    """Where x is known to be infinite."""
    return (x[0] == x[1]) & np.isinf(x[0])


def _corners(operator: Callable[[Any, Any], Floats], x: Pair, y: Pair) -> Bounds:
    """The least and the greatest over the corners of the box, NaN counting as 0."""
    corners = [operator(a, b) for a in x for b in y]
    corners = [np.where(np.isnan(corner), 0.0, corner) for corner in corners]
    return np.minimum.reduce(corners), np.maximum.reduce(corners)


def _undefined(lo: Floats, hi: Floats, where: Any) -> Bounds:
    where = where | np.isnan(lo)
    return np.where(where, -np.inf, lo), np.where(where, np.inf, hi)


def multiplied(x: Pair, y: Pair) -> Bounds:
    """X * y."""
    if is_known(x, y):
        low = np.multiply(x[0], y[0])
        return _settled(low, low)
    lost = _infinite(x) & (y[0] <= 0) & (y[1] >= 0) | _infinite(y) & (x[0] <= 0) & (x[1] >= 0)
    return _undefined(*_corners(np.multiply, x, y), lost)


def divided(x: Pair, y: Pair) -> Bounds:
    """X / y: unknown where y is or can be 0, whose sign nobody means."""
    if is_known(x, y):
        low = np.divide(x[0], y[0])
        zero = np.equal(y[0], 0.0)
        return _undefined(low, low, zero) if np.any(zero) else _settled(low, low)
    lost = (y[0] <= 0) & (y[1] >= 0)
    lost |= _infinite(y) & (np.isinf(x[0]) | np.isinf(x[1])) | _infinite(x) & (
        np.isinf(y[0]) | np.isinf(y[1])
    )
    return _undefined(*_corners(np.divide, x, y), lost)


def magnitude(x: Pair) -> Bounds:
    """abs(x)."""
    if is_known(x):
        low = np.abs(x[0])
        return low, low
    return np.maximum(np.maximum(x[0], -x[1]), 0.0), np.maximum(-x[0], x[1])


def root(x: Pair) -> Bounds:
    """sqrt(x): unknown where x can be negative."""
    low = np.sqrt(x[0])
    return _settled(low, low if is_known(x) else np.sqrt(x[1]))


def lowest(*pairs: Pair) -> Bounds:
    """The least of them: what `and` is worth."""
    return _extreme(np.minimum, pairs)


def highest(*pairs: Pair) -> Bounds:
    """The greatest of them: what `or` is worth."""
    return _extreme(np.maximum, pairs)


def _extreme(operator: np.ufunc, pairs: tuple[Pair, ...]) -> Bounds:
    (lo, hi), *rest = pairs
    known = is_known(*pairs)
    for low, high in rest:
        lo = operator(lo, low)
        hi = lo if known else operator(hi, high)
    return lo, hi


OPERATIONS: Final[dict[str, Operator]] = {
    "+": added,
    "-": subtracted,
    "*": multiplied,
    "/": divided,
}
CALLS: Final[dict[str, Operator]] = {"abs": magnitude, "sqrt": root, "min": lowest, "max": highest}


def equivalent(x: Pair, y: Pair) -> Bounds:
    """What `x iff y` is worth: positive where both have one sign, unlike RTAMT's -abs(x - y)."""
    return lowest(highest(negated(x), y), highest(negated(y), x))


def exclusive(x: Pair, y: Pair) -> Bounds:
    """What `x xor y` is worth."""
    return negated(equivalent(x, y))


def risen(now: Pair, before: Pair) -> Bounds:
    """What `rise` is worth, of its argument now and an instant ago."""
    return lowest(now, negated(before))


def fallen(now: Pair, before: Pair) -> Bounds:
    """What `fall` is worth."""
    return lowest(negated(now), before)


CONDITIONALS: Final[dict[str, Operator]] = {"iff": equivalent, "xor": exclusive}
EDGES: Final[dict[str, Operator]] = {"rise": risen, "fall": fallen}


def _short(x: Pair, y: Pair) -> Bounds:
    return subtracted(y, x)


def _apart(x: Pair, y: Pair) -> Bounds:
    return magnitude(subtracted(x, y))


def _alike(x: Pair, y: Pair) -> Bounds:
    return negated(_apart(x, y))


MARGINS: Final[dict[str, Operator]] = {
    ">": subtracted, ">=": subtracted, "<": _short, "<=": _short, "==": _alike, "!=": _apart,
}  # fmt: skip
"""The robustness of a comparison."""


def level(operator: Operator, values: Sequence[V | float]) -> tuple[V, float, float] | None:
    """What an operator only shifts or turns around: x, sign and offset of `sign * (x - offset)`.

    None for any other, and where it is not one value beside a finite number.
    """
    if operator is negated:
        return (values[0], -1.0, 0.0) if not isinstance(values[0], float) else None
    if operator not in (added, subtracted, _short):
        return None
    x, y = values if operator is not _short else values[::-1]
    if isinstance(y, float) and isfinite(y) and not isinstance(x, float):
        return x, 1.0, -y if operator is added else y
    if isinstance(x, float) and isfinite(x) and not isinstance(y, float):
        return (y, 1.0, -x) if operator is added else (y, -1.0, x)
    return None


def truth(comparison: str, x: Pair, y: Pair) -> Bounds:
    """Whether a comparison holds: 1, or -1, or between the two where that is unknown."""
    if comparison in ("<", "<="):
        x, y = y, x
    lo, hi = subtracted(x, y)
    match comparison:
        case ">" | "<":
            holds, fails = lo > 0, hi <= 0
        case ">=" | "<=":
            holds, fails = lo >= 0, hi < 0
        case "==":
            holds, fails = (lo == 0) & (hi == 0), (lo > 0) | (hi < 0)
        case _:
            holds, fails = (lo > 0) | (hi < 0), (lo == 0) & (hi == 0)
    low = np.where(holds, 1.0, -1.0)
    return low, low if hi is lo else np.where(fails, -1.0, 1.0)
