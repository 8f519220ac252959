"""Round numbers along an axis."""

from __future__ import annotations

import math

from trialbench.report.voice import MINUS


def ticks(least: float, greatest: float, about: int) -> list[tuple[float, str]]:
    """Up to about so many round numbers in [least, greatest], each with its label.

    The distance is 1, 2 or 5 times a power of ten, and so the labels have no needless digits.
    """
    span = greatest - least
    if not (math.isfinite(span) and span > 0):
        return [(least, _label(least, 3))]
    magnitude = 10.0 ** math.floor(math.log10(span / about))
    distance = next(
        step * magnitude for step in (1, 2, 5, 10, 20) if span / (step * magnitude) <= about
    )
    decimals = max(0, -math.floor(math.log10(distance) + 1e-9))
    first, last = math.ceil(least / distance - 1e-9), math.floor(greatest / distance + 1e-9)
    return [
        (index * distance, _label(index * distance, decimals)) for index in range(first, last + 1)
    ]


def _label(value: float, decimals: int) -> str:
    plain = abs(value) < 1e6 and decimals <= 6
    text = (
        f"{value + 0.0:.{decimals}f}"
        if plain
        else f"{value:.4g}".replace("e+0", "e").replace("e+", "e")
    )
    return text.replace("-", MINUS) if float(text) else "0"


def span(values_least: float, values_greatest: float) -> tuple[float, float]:
    """The range that an axis shows for values in this range: some air, never no height."""
    air = 0.08 * (values_greatest - values_least) or 0.1 * abs(values_greatest) or 1.0
    return values_least - air, values_greatest + air
