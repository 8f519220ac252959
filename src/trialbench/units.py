"""Units as DBC files and engineers write them, understood by pint."""

from __future__ import annotations

import tokenize
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from trialbench.errors import UnitError

if TYPE_CHECKING:
    import pint

# What the industry writes and pint reads otherwise or not at all.
_SPELLED: Final = {
    "%": "percent", "1/min": "rpm", "U/min": "rpm", "RPM": "rpm", "1/s": "hertz",
    "Nm": "N*m", "nm": "N*m", "g": "gram", "G": "standard_gravity",
    "kph": "km/hour", "KPH": "km/hour", "kmh": "km/hour", "km/h": "km/hour", "MPH": "mph",
    "m/s2": "m/s**2", "m/s/s": "m/s**2", "m/s²": "m/s**2",
    "deg C": "degC", "°C": "degC", "°F": "degF",
    "°": "deg", "degree": "deg", "degrees": "deg", "deg/sec": "deg/s",
    "Volt": "volt", "Volts": "volt", "Amp": "ampere", "sec": "s", "seconds": "s",
    "Meter": "m", "meters": "m", "KiloMeter": "km",
}  # fmt: skip


@cache
def _registry() -> pint.UnitRegistry[Any]:
    import pint  # half of the bench's start-up otherwise, and most formulas carry no unit

    return pint.UnitRegistry(cache_folder=None, on_redefinition="ignore")


@cache
def known(unit: str) -> bool:
    """Whether the text names a unit (an empty text names none)."""
    try:
        _parsed(unit)
    except UnitError:
        return False
    return bool(unit.strip())


@cache
def conversion(source: str, target: str) -> tuple[float, float]:
    """The (factor, offset) by which a value in `source` becomes one in `target`.

    The same text is always convertible, even where pint does not know it. Raises `UnitError`
    where one is unknown or the dimensions differ.
    """
    if source.strip() == target.strip():
        return 1.0, 0.0
    registry = _registry()
    here, there = _parsed(source), _parsed(target)
    if here.dimensionality != there.dimensionality:
        raise UnitError(f"{source} cannot be converted into {target}")
    zero = registry.Quantity(0.0, here).to(there).magnitude
    one = registry.Quantity(1.0, here).to(there).magnitude
    return float(one - zero), float(zero)


def spelled(unit: str) -> str:
    """The unit's text as pint reads it, fit to stand inside a longer one."""
    return _SPELLED.get(unit.strip(), unit.strip())


@cache
def _parsed(unit: str) -> pint.Unit:
    import pint

    try:
        return _registry().parse_units(spelled(unit))
    # Beside its own errors pint lets those of the tokenizer and of arithmetic through.
    except (pint.errors.PintError, tokenize.TokenError, ArithmeticError, AssertionError, AttributeError,
            LookupError, SyntaxError, TypeError, ValueError):  # fmt: skip
        raise UnitError(f"unknown unit {unit!r}") from None
