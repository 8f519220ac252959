"""A unit as somebody wrote it, in the registry's names."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from typing import Final

from trialbench.errors import UnitError
from trialbench.units.characters import plain
from trialbench.units.registry import is_name
from trialbench.units.spellings import ANY_CASE, EXACT, NO_UNIT, TWO_MEANINGS, TWO_UNITS
from trialbench.units.spoken import spoken

_BRACKETS: Final = {"[": "]", "(": ")", "<": ">", "{": "}", '"': '"'}
_SEPARATORS: Final = re.compile(r"[ _.\-]")
_DASHES: Final = frozenset("-_.?*~/ ")
_LONGEST: Final = 80
_PER: Final = re.compile(r"(?i:\bper\b)|[每毎]")
_JOINED: Final = re.compile(r"(?<=[^\W\d_])[.\-](?=[^\W\d_])")
"""A point or a hyphen between letters multiplies: `N.m`, `kW-h`."""
_OPERATOR: Final = re.compile(r"([\^*/()])")
_EXPONENT: Final = re.compile(r"[+-]?\d(?:\.\d{1,3})?")
_TOWER: Final = re.compile(r"\^[^*/()]*\^|\)\^.*\)\^")
"""Powers of powers, which nobody writes and which would be long in the making."""
_POWER: Final = re.compile(r"(.*[^\d+\-\s])\s*([+-]?[1-9])")
_CAPITALS: Final = {"S": "second", "S2": "second**2", "H": "hour"}
"""Below a stroke: nothing is measured per siemens or henry."""
_COMMON: Final = (
    "km/h", "mph", "m/s", "m/s^2", "rpm", "1/min", "Hz", "rad/s", "deg", "deg/s", "rad", "Nm", "kN", "kPa", "bar",
    "mbar", "psi", "degC", "degF", "volt", "mV", "ampere", "mA", "Ah", "kWh", "watt", "kW", "hp", "percent",
    "second", "ms", "minute", "hour", "meter", "km", "mm", "inch", "liter", "l/h", "l/100km", "kilogram", "kg/h",
    "g/s", "ohm", "ppm", "count", "bit", "byte", "kelvin", "degree", "kilometer", "newton", "pascal", "hertz",
)  # fmt: skip

Names = tuple[str, ...]
"""The registry's name, or the two that a spelling may mean."""


def bare(text: str) -> str:
    """The text in plain characters and without brackets around it."""
    text = plain(text)
    while len(text) > 1 and _BRACKETS.get(text[0]) == text[-1] and text[0] not in text[1:-1]:
        text = text[1:-1].strip()
    return text.removesuffix(".")


@cache
def names_no_unit(text: str) -> bool:
    """Whether the text is empty or says in one of the usual ways that there is no unit."""
    text = bare(text).casefold().removeprefix("unit_")
    return _DASHES.issuperset(text) or _SEPARATORS.sub("", text) in NO_UNIT


def expressions(unit: str) -> Names:
    """What the text means in the registry's names: one expression, or two. Raises `UnitError`."""
    text = bare(unit)
    if len(text) > _LONGEST:
        raise unknown(unit)
    if _SEPARATORS.sub("", text).casefold() in TWO_UNITS or " or " in text:
        raise UnitError(f"{unit!r} may be the one unit or the other")
    told = text.removeprefix("Unit_")
    found = _named(told) or _composed(told) or _one(spoken(told))
    if found is None:
        raise unknown(unit)
    return found


def unknown(unit: str) -> UnitError:
    """The error for a text that is no unit, with the nearest that is one."""
    near = get_close_matches(bare(unit)[:_LONGEST], _COMMON, 1, 0.7)
    hint = f"did you mean {near[0]!r}?" if near else "docs/stl.md lists the known ones"
    return UnitError(f"unknown unit {unit!r} ({hint})")


def _one(name: str | None) -> Names | None:
    return None if name is None else (name,)


def _named(text: str) -> Names | None:
    """The meaning of one name, which may have several words: `deg C`."""
    squeezed = _SEPARATORS.sub("", text)
    folded = squeezed.casefold()
    name = TWO_MEANINGS.get(text) or EXACT.get(text) or ANY_CASE.get(squeezed)
    name = name or (text if is_name(text) else ANY_CASE.get(folded))
    if name is None and len(folded) > 3 and is_name(folded, symbols=False):
        name = folded
    if name is None or isinstance(name, tuple):
        return name
    return _both(name)


def _both(name: str) -> Names:
    """A revolution is an angle, and a cycle."""
    return (name, name.replace("revolution", "1")) if name.startswith("revolution") else (name,)


def _composed(text: str) -> Names | None:
    """The meaning of names with operators between them."""
    text = _JOINED.sub("*", _PER.sub("/", text)).replace("**", "^")
    pieces = [piece for piece in map(str.strip, _OPERATOR.split(text)) if piece]
    if _TOWER.search("".join(pieces)):
        return None
    made: list[Names] = []
    for before, piece in zip(["", *pieces], pieces, strict=False):
        found = _piece(before, piece)
        if found is None:
            return None
        made.append(found)
    return tuple(dict.fromkeys("".join(names[at % len(names)] for names in made) for at in (0, 1)))


def _piece(before: str, piece: str) -> Names | None:
    if before == "^":
        return (piece,) if _EXPONENT.fullmatch(piece) else None
    if piece == "1" or _OPERATOR.fullmatch(piece):
        return (piece.replace("^", "**"),)
    if before == "/" and piece in _CAPITALS:
        return (_CAPITALS[piece],)
    return _factor(piece)


def _factor(text: str) -> Names | None:
    """The meaning of a name, of one with its power behind it, or of several after each other."""
    if found := _named(text.removesuffix(".")):
        return tuple(f"({name})" for name in found)
    if " " in text:
        parts = [_factor(word) for word in text.split()]
        known = [part for part in parts if part]
        if len(known) < len(parts):
            return None
        return tuple("(" + "*".join(part[at % len(part)] for part in known) + ")" for at in (0, 1))
    power = _POWER.fullmatch(text)
    base = _named(power[1]) if power else None
    return tuple(f"({name})**{power[2]}" for name in base) if power and base else None
