"""What a key of a protocol may be given: each reader makes its value, or says what is wrong with it.

They raise `ValueError`; the place is added where the key is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialbench import stl
from trialbench.errors import FormulaError, UnitError
from trialbench.protocol.model import LANGUAGES
from trialbench.quantity import duration_ns
from trialbench.stl.syntax import Term
from trialbench.units import conversion, converted, require_known

if TYPE_CHECKING:
    from collections.abc import Callable


def threshold(written: object, unit: str, told_in: str) -> float:
    """A metric's threshold in the unit that it is told in; a bare number is in `unit`."""
    if told_in == "s" and isinstance(written, str):
        return duration_ns(written) / 1e9
    limit = converted(number(written), unit, told_in)
    if told_in == "1" and not 0.0 <= limit <= 1.0:
        raise ValueError(f'{written!r} is no share: give 0 to 1, or say unit = "%"')
    return limit


def text(value: object) -> str:
    """A text that says something."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"must be a text, not {value!r}")
    return value


def title(value: object) -> dict[str, str]:
    """A text, or a table of it by language; the report falls back on English, then on any."""
    if isinstance(value, dict) and value:
        for language in value:
            if language not in LANGUAGES:
                raise ValueError(f"unknown language {language!r} (known: {', '.join(LANGUAGES)})")
        return {language: text(each) for language, each in value.items()}
    return {"en": text(value)}


def number(value: object) -> float:
    """A finite number."""
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not abs(value) < float("inf")
    ):
        raise ValueError(f"must be a number, not {value!r}")
    return float(value)


def digits(value: object) -> int:
    """How many significant decimal digits a number is told with."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 15:
        raise ValueError(f"must be a number of digits from 1 to 15, not {value!r}")
    return value


def names(value: object) -> tuple[str, ...]:
    """A list of different names."""
    if not isinstance(value, list) or len(set(map(str, value))) < len(value):
        raise ValueError(f"must be a list of different names, not {value!r}")
    return tuple(map(text, value))


def share(value: object) -> float:
    """A number between 0 and 1, both excluded."""
    part = number(value)
    if not 0.0 < part < 1.0:
        raise ValueError(f"must lie between 0 and 1, both excluded, not {value!r}")
    return part


def bus(value: object) -> int:
    """A bus's number."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 255:
        raise ValueError(f"must be a bus number from 0 to 255, not {value!r}")
    return value


def step(value: object) -> int:
    """A duration that a stream can be cut into, in nanoseconds."""
    nanoseconds = duration_ns(value)
    if nanoseconds < 10_000:
        raise ValueError(f"{value!r} is too short: the least is 10us")
    return nanoseconds


def unit(value: object, into: str = "") -> str:
    """A unit's text, of one that can be converted `into` the other."""
    written = text(value)
    try:
        require_known(written)
        if into:
            conversion(written, into)
    except UnitError as error:
        raise ValueError(str(error)) from None
    return written


def formula(value: object) -> str:
    """A formula's text, tried."""
    written = text(value)
    try:
        stl.parse(written)
    except FormulaError as error:
        raise ValueError(str(error)) from None
    return written


def term(value: object) -> str:
    """The text of a number that changes with time: a signal, or arithmetic over signals."""
    written = formula(value)
    if not isinstance(stl.parse(written), Term):
        raise ValueError(f"must be a number such as a signal: {written!r} is true or false")
    return written


def count(value: object) -> int:
    """How many, one at least."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"must be a whole number of at least 1, not {value!r}")
    return value


def listed(value: object) -> list[object]:
    """A list of tables."""
    if not isinstance(value, list):
        raise ValueError("must be a list of tables, each headed [[criteria]]")
    return value


def one_of(choices: tuple[str, ...]) -> Callable[[object], str]:
    """A reader of one of the choices."""

    def read(value: object) -> str:
        if value not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}, not {value!r}")
        return str(value)

    return read
