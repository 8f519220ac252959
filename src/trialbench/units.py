"""Units as DBC files and engineers write them, understood by pint."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from trialbench.errors import UnitError

if TYPE_CHECKING:
    import pint

# What the industry writes and pint reads otherwise or not at all.
_SPELLED: Final = {
    "%": "percent", "1/min": "rpm", "1/s": "hertz", "U/min": "rpm", "Nm": "N*m", "nm": "N*m", "kph": "km/hour",
    "km/h": "km/hour", "deg C": "degC", "deg/sec": "deg/s", "degrees": "deg", "°": "deg", "°C": "degC",
    "°F": "degF", "m/s2": "m/s**2", "m/s/s": "m/s**2", "m/s²": "m/s**2", "g": "gram", "G": "standard_gravity",
    "RPM": "rpm", "MPH": "mph", "KPH": "km/hour", "Volt": "volt", "Volts": "volt", "Amp": "ampere", "sec": "s",
    "meters": "m", "seconds": "s", "KiloMeter": "km", "Meter": "m", "degree": "deg", "kmh": "km/hour",
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


@cache
def _parsed(unit: str) -> pint.Unit:
    import pint

    text = _SPELLED.get(unit.strip(), unit.strip())
    try:
        return _registry().parse_units(text)
    except (pint.errors.PintError, AttributeError, ValueError, TypeError, ArithmeticError, AssertionError):
        raise UnitError(f"unknown unit {unit!r}") from None
    except Exception as error:  # noqa: BLE001 - pint lets its tokenizer's errors through
        raise UnitError(f"unknown unit {unit!r}: {type(error).__name__}") from None
