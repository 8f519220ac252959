"""Units in words, as a sentence or run together: "meters per second squared", "KiloMeterPerHour"."""

from __future__ import annotations

import re
from typing import Final

from trialbench.units.spellings import PREFIXES, WORDS

_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PHRASES: Final = (
    (re.compile(r"\bper cent\b"), "percent"),
    (re.compile(r"\bdegre\w* (?:of )?arc\b"), "degree"),
    (re.compile(r"\bdegre\w* (celsi\w*|centigrade)"), "celsius"),
    (re.compile(r"\bforce of gravi\w*"), "gravity"),
)
_POWERS: Final = {
    "squar": 2, "square": 2, "squared": 2, "sq": 2, "cubic": 3, "cubed": 3, "cube": 3, "inver": -1, "inverse": -1,
}  # fmt: skip
_UNITS: Final = {
    "feet": "foot", "inches": "inch", "celsius": "degree_Celsius", "celsi": "degree_Celsius",
    "gravity": "standard_gravity",
}  # fmt: skip
_CUT: Final = 5
"""Where a known generator of databases cuts every word: `Unit_MeterPerSeconSquar`."""


def spoken(text: str) -> str | None:
    """The unit in the registry's names, or None where a word is not a unit's."""
    words = " ".join(_WORD.findall(text.replace("_", " "))).casefold()
    if words.replace(" ", "") != re.sub(r"[ _]", "", text).casefold():
        return None
    for phrase, name in _PHRASES:
        words = phrase.sub(name, words)
    above, *below = words.split(" per ")
    sides = [_product(above), *map(_product, below)]
    if None in sides:
        return None
    return "/".join(f"({side})" for side in sides)


def _product(words: str) -> str | None:
    """The factors of one side of a "per"."""
    factors: list[tuple[str, int]] = []
    power, prefix = 1, ""
    for word in words.split():
        if word in PREFIXES:
            prefix = word
        elif word in _POWERS and (prefix or not factors):
            power = _POWERS[word]
        elif word in _POWERS:
            factors[-1] = (factors[-1][0], factors[-1][1] * _POWERS[word])
        elif name := _unit(word):
            factors.append((prefix + name, power))
            power, prefix = 1, ""
        elif word != "of" or not factors:
            return None
    if not factors or prefix or power != 1:
        return None
    return "*".join(name if power == 1 else f"{name}**{power}" for name, power in factors)


def _unit(word: str) -> str | None:
    for name in WORDS:
        if word in (name, name + "s", name[:_CUT]):
            return name
    for prefix in PREFIXES:
        rest = _unit(word.removeprefix(prefix)) if word.startswith(prefix) else None
        if rest:
            return prefix + rest
    return _UNITS.get(word)
