"""Units as DBC files and engineers write them: what they mean, and what becomes of what.

`docs/stl.md`, Units, has the rules. A text goes through four steps: its characters
(`characters.py`), the spellings of the industry (`spellings.py`, `written.py`, `spoken.py`), pint
(`registry.py`), and what the result measures (`reading.py`).
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache, lru_cache
from itertools import product
from typing import Final

from trialbench.errors import UnitError
from trialbench.units.readable import readable
from trialbench.units.reading import readings
from trialbench.units.written import names_no_unit

__all__ = [
    "conversion", "converted", "difference", "is_rounded", "known", "names_no_unit", "readable", "require_known",
]  # fmt: skip

_NO_TEMPERATURE: Final = re.compile("[^CcFf°℃℉度氏씨]*")
"""Texts that need no asking, for pint is slow to load."""


@cache
def known(unit: str) -> bool:
    """Whether the text names a unit; "" and the placeholders for it name none."""
    try:
        readings(unit.strip())
    except UnitError:
        return False
    return not names_no_unit(unit)


def require_known(unit: str) -> None:
    """Raises `UnitError`, naming the nearest unit, where the text names none that is known."""
    if names_no_unit(unit):
        raise UnitError(f"{unit!r} names no unit: leave it out")
    readings(unit.strip())


@cache
def conversion(source: str, target: str) -> tuple[float, float]:
    """The (factor, offset) by which a value in `source` becomes one in `target`.

    The same text is always convertible, even where nobody knows it, and a source that names no unit
    is taken to be in the target's. Raises `UnitError` where one is unknown or the dimensions differ.
    """
    factor, offset = _exact(source.strip(), target.strip())
    return float(factor), float(offset)


@lru_cache(4096)
def converted(value: float, source: str, target: str) -> float:
    """The value in `target`, rounded once: 600 1/min is exactly 10 Hz. Raises `UnitError`.

    The value is taken for the shortest decimal that it is, as it was written: 373.15 K is 100 °C.
    """
    factor, offset = _exact(source.strip(), target.strip())
    return float(Fraction(repr(float(value))) * factor + offset)


@cache
def is_rounded(source: str, target: str) -> bool:
    """Whether the factor is rounded at any rate, for π is in it: from deg/s to rad/s.

    Raises `UnitError`.
    """
    factor, _ = _exact(source.strip(), target.strip())
    return (
        factor.limit_denominator(10**6) != factor
        and (1 / factor).limit_denominator(10**6) != 1 / factor
    )


@cache
def difference(unit: str) -> str:
    """The unit of the difference of two values: two of them 5 °C apart are not at 5 °C."""
    if _NO_TEMPERATURE.fullmatch(unit):
        return unit
    try:
        first = readings(unit)[0]
    except UnitError:
        return unit
    if not first.zero:
        return unit
    return "delta_degC" if first.size == 1 else "delta_degF"


@cache
def _exact(source: str, target: str) -> tuple[Fraction, Fraction]:
    if source == target or names_no_unit(source):
        return Fraction(1), Fraction(0)
    if names_no_unit(target):
        raise UnitError(f"{source} cannot be converted into {target!r}, which names no unit")
    for here, there in product(readings(source), readings(target)):
        if here.fits(there):
            return here.size / there.size, (here.zero - there.zero) / there.size
    told = [readable(unit) or repr(unit) for unit in (source, target)]
    raise UnitError(f"{told[0]} cannot be converted into {told[1]}")
