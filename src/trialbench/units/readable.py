"""A calculated unit as a person writes it: `(rad/s)*(m)` is m/s."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from typing import Final

from trialbench.errors import UnitError
from trialbench.units.reading import Reading, calculated, readings
from trialbench.units.written import bare

_DIFFERENCES: Final = {"delta_degC": "K", "delta_degF": "degF"}
_RATIO: Final = "1"
_USUAL: Final = ("W", "kW", "N", "kN")
"""Products that have a name of their own."""
_SYMBOL: Final = re.compile(r"([^\W\d_]+|%|°[^\W\d_]*)\^?(-?[1-9])?")


@cache
def readable(unit: str) -> str:
    """The unit in plain words: any text that was not calculated stays as it is, a ratio has none."""
    if calculated(unit) is None:
        return "" if unit == _RATIO else _DIFFERENCES.get(unit, unit)
    powers = _powers(unit)
    try:
        whole = readings(unit)
        for name in _USUAL:
            if any(
                one.fits(there) and one.size == there.size
                for one in whole
                for there in readings(name)
            ):
                return name
        powers = {name: power for name, power in powers.items() if not _is_number(name, whole[0])}
    except UnitError:  # of a unit that nobody knows
        pass
    above = "*".join(_raised(name, power) for name, power in powers.items() if power > 0)
    below = "*".join(_raised(name, -power) for name, power in powers.items() if power < 0)
    if "*" in below:
        below = f"({below})"
    return f"{above or 1}/{below}" if below else above


def _powers(unit: str) -> dict[str, Fraction]:
    """The symbols that it is a product of, each with its exponent."""
    parts = calculated(unit)
    if parts is None:
        return _written(unit)
    left, operator, right = parts
    if not right:
        return {name: power / 2 for name, power in _powers(left).items()}
    powers = dict(_powers(left))
    for name, power in _powers(right).items():
        powers[name] = powers.get(name, Fraction(0)) + (power if operator == "*(" else -power)
    return powers


def _written(unit: str) -> dict[str, Fraction]:
    """Those of a text as `m/s^2`; one that is no plain product is a symbol itself."""
    powers: dict[str, Fraction] = {}
    sign = 1
    for piece in re.split(r"([*/])", bare(_DIFFERENCES.get(unit, unit))):
        if piece in ("*", "/"):
            sign = 1 if piece == "*" else -1
        elif piece != "1":
            found = _SYMBOL.fullmatch(piece)
            if found is None:
                return {unit if unit.isalnum() else f"({unit})": Fraction(1)}
            powers[found[1]] = powers.get(found[1], Fraction(0)) + sign * int(found[2] or 1)
    return powers


def _is_number(name: str, whole: Reading) -> bool:
    """Whether the symbol is a bare number within the whole: a radian in a speed."""
    one = readings(name.strip("()"))[0]
    return (
        one.size == 1
        and bool(one.dimensions)
        and {base for base, _ in one.dimensions} <= whole.numbers
    )


def _raised(name: str, power: Fraction) -> str:
    return name if power == 1 else f"{name}^{float(power):g}"
