"""Sentences, numbers and times in the reader's language."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from trialbench.report.markup import Markup, el, escaped, name
from trialbench.report.words import TAGS, WORDS
from trialbench.signal import NS

NBSP: Final = "\u00a0"
NARROW: Final = "\u202f"
MINUS: Final = "\u2212"


@dataclass(frozen=True, slots=True)
class Voice:
    """The report's voice in one language: "en", "zh" or "ko". Raises `ValueError` for another."""

    language: str

    def __post_init__(self) -> None:
        if self.language not in WORDS:
            raise ValueError(f"no report in language {self.language!r} (known: {', '.join(WORDS)})")

    @property
    def tag(self) -> str:
        """What `lang` says."""
        return TAGS[self.language]

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in WORDS[self.language]

    def plain(self, key: str, **facts: object) -> str:
        """The text with its facts, unescaped, for attributes and for `escaped`."""
        return WORDS[self.language][key].format_map(facts)

    def say(self, key: str, **facts: object) -> Markup:
        """The text with its facts; a fact that is no markup is escaped and kept in its direction."""
        told = {
            key: fact if isinstance(fact, Markup) else name(str(fact))
            for key, fact in facts.items()
        }
        return Markup(escaped(WORDS[self.language][key]).format_map(told))

    def title(self, titles: Mapping[str, str]) -> str:
        """A title in this language, else in English, else in any."""
        return titles[self._spoken(titles)]

    def titled(self, titles: Mapping[str, str]) -> Markup:
        """The title as markup, its language marked where it is not the page's."""
        spoken = self._spoken(titles)
        return el(
            "bdi",
            titles[spoken],
            lang=None if spoken == self.language else TAGS.get(spoken, spoken),
        )

    def _spoken(self, titles: Mapping[str, str]) -> str:
        return next(
            (language for language in (self.language, "en") if language in titles), min(titles)
        )


def number(value: float) -> str:
    """Four digits at most, with a true minus sign."""
    if math.isnan(value):
        return "?"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text = f"{value + 0.0:.4g}"
    return text.replace("e-0", "e-").replace("e+0", "e").replace("e+", "e").replace("-", MINUS)


def quantity(value: float, unit: str) -> str:
    """A number and its unit, never torn apart."""
    return number(value) if unit.strip() in ("", "1") else f"{number(value)}{NBSP}{unit}"


def seconds(nanoseconds: int) -> str:
    """Seconds to the millisecond, by whole-number arithmetic: "50.29 s"."""
    sign, (whole, rest) = "", divmod(round(Fraction(abs(nanoseconds), NS // 1000)), 1000)
    if nanoseconds < 0 and (whole or rest):
        sign = MINUS
    digits = f".{rest:03d}".rstrip("0").rstrip(".")
    return f"{sign}{whole}{digits}{NBSP}s"


def duration(nanoseconds: int) -> str:
    """How long something is, as a person says it: "70.2 s", "12 min 5 s", "3 h 20 min"."""
    if nanoseconds < 120 * NS:
        return f"{nanoseconds / NS:.4g}{NBSP}s"
    minutes, rest = divmod(round(nanoseconds / NS), 60)
    large, small = (f"{minutes}{NBSP}min", f"{rest}{NBSP}s")
    if minutes >= 120:
        hours, rest = divmod(minutes, 60)
        large, small = (f"{hours}{NBSP}h", f"{rest}{NBSP}min")
    return f"{large} {small}" if rest else large


def period(nanoseconds: int) -> str:
    """A short duration in the unit that suits it: "10 ms", "1.5 s"."""
    for unit, length in (("s", NS), ("ms", NS // 10**3), ("µs", NS // 10**6)):
        if nanoseconds >= length:
            return f"{nanoseconds / length:.6g}{NBSP}{unit}"
    return f"{nanoseconds}{NBSP}ns"


def percent(share: float) -> str:
    """A share rounded down to a tenth: what is not shown must not be claimed by rounding."""
    tenths = math.floor(round(share * 1000, 9))
    return f"{tenths // 10}.{tenths % 10}%".replace(".0%", "%")


def size(count: int) -> str:
    """Bytes in the largest binary unit that leaves at least one."""
    for exponent, unit in ((30, "GiB"), (20, "MiB"), (10, "KiB")):
        if count >= 1 << exponent:
            return f"{count / (1 << exponent):.4g}{NBSP}{unit}"
    return f"{count}{NBSP}B"
