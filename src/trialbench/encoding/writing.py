"""How likely bytes are as text of a language: what tells GB18030 from CP949 where both are valid.

Each writing system is a simple probability over its characters, in nats (natural logarithms): those
of the vocabulary, those of everyday writing, and the rest by the standard's own levels (GB 2312 and
Big5 put frequent characters first, JIS X 0208 too, KS X 1001 puts hangul before hanja). Two
characters that follow each other in a word of the vocabulary say much more than either alone.
Detectors trained on web pages mistake one signal name in ten (chardet 7); this one is made for
names of two to six characters, and says where it cannot tell.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final, NamedTuple

from trialbench.encoding import vocabulary

Nats = Callable[[str, str], float]
"""The logarithm of a character's probability, given the character before it ("" at the start)."""

_ASCII: Final = -3.5  # so that an encoding which takes a letter for half a character gains by it
_NONE: Final = -12.0  # bytes that belong to no character
_RARE: Final = -16.0
_PAIR: Final = -3.0
_ALONE: Final = -4.0  # half-width katakana come in words, punctuation behind words
_RUN: Final = -2.5  # western letters outside ASCII stand side by side in few words alone
_SIDE_BY_SIDE: Final = frozenset({"öß", "üß", "äß", "éé", "ää", "öö"})
_KNOWN, _EVERYDAY = 0.75, 0.17  # shares of the vocabulary's characters, and of the others listed

_SIGNS: Final = {
    "℃": -4.5, "Ω": -5.5, "°": -5.0, "±": -6.0, "％": -6.0, "μ": -6.5, "·": -7.0, "×": -7.0, "→": -11.0,
    "℉": -8.0, "‰": -8.0, "Δ": -8.0, "㎞": -8.0, "㎜": -8.0, "㎝": -8.0, "㎏": -8.0, "㎐": -8.0, "㏄": -8.0,
}  # fmt: skip
_PUNCTUATION: Final = {
    "，": -5.0, "。": -5.0, "、": -5.5, "：": -5.5, "（": -5.5, "）": -5.5, "；": -6.5, "・": -6.0, "～": -6.5,
    "！": -7.0, "？": -7.0, "“": -7.0, "”": -7.0, "「": -7.0, "」": -7.0, "…": -8.0,
}  # fmt: skip
_UNIT: Final = -1.5  # each, where all of a file outside ASCII is units
_UNITS: Final = frozenset(
    ("℃", "℉", "°", "°C", "°F", "Ω", "％", "‰", "±", "²", "³", "μm", "μs", "μA", "μV", "μF", "μg",
     *"㎞㎜㎝㎏㎎㎐㎑㎒㎾㎸㎃㎄㏄㎖㎥㎡㎫㎪㎩㏀㎲㎳")
)  # fmt: skip
_WESTERN: Final = {
    "°": -1.5, "µ": -2.0, "²": -2.2, "·": -2.5, "³": -3.0, "±": -3.2, "Ω": -4.0, "€": -5.0,
    **dict.fromkeys("äöüßéèàçñåøæêáíóúâôîûãõÄÖÜÉ", -3.2),
}  # fmt: skip


class Rest(NamedTuple):
    """Characters by their bytes: the first from `low` to `high`, the second at least `second`."""

    low: int
    high: int
    second: int
    nats: float


class Writing(NamedTuple):
    """An encoding with what is written in it: Python's codec, the name that people use."""

    codec: str
    name: str
    nats: Nats
    signs: bool = False
    """Whether its units have characters of their own."""

    def likelihood(self, tokens: Sequence[bytes]) -> float:
        """The logarithm of the probability of these bytes as text of this kind."""
        if self.signs and all(token.decode(self.codec, "replace") in _UNITS for token in tokens):
            return _UNIT * len(tokens)
        total = 0.0
        for token in tokens:
            before = ""
            for char in token.decode(self.codec, "replace"):
                if char < "\x80":
                    total += _ASCII
                else:
                    total += (
                        _NONE if char == "\N{REPLACEMENT CHARACTER}" else self.nats(before, char)
                    )
                before = char
        return total


@cache
def legacy(western: str) -> tuple[Writing, ...]:
    """The writings that may be meant where text is not UTF-8; `western` is cp1252 or cp437."""
    return (
        Writing("gb18030", "GB18030", _language(
            "gb18030", vocabulary.SIMPLIFIED, vocabulary.SIMPLIFIED_LETTERS,
            Rest(0xB0, 0xD7, 0xA1, -10.5), Rest(0xD8, 0xF7, 0xA1, -12.5), Rest(0xA1, 0xA9, 0xA1, -9.5),
        ), signs=True),
        Writing("cp949", "CP949", _language(
            "cp949", vocabulary.KOREAN, vocabulary.KOREAN_LETTERS,
            Rest(0xB0, 0xC8, 0xA1, -10.5), Rest(0xA1, 0xAC, 0xA1, -9.5), Rest(0xCA, 0xFD, 0xA1, -15.0),
        ), signs=True),
        Writing("cp932", "Shift-JIS", _language(
            "cp932", vocabulary.JAPANESE, vocabulary.JAPANESE_LETTERS,
            Rest(0xA1, 0xDF, 0, -4.3), Rest(0x82, 0x83, 0x40, -8.0), Rest(0x81, 0x81, 0x40, -9.0),
            Rest(0x88, 0x98, 0x40, -10.9), Rest(0x99, 0x9F, 0x40, -13.0), Rest(0xE0, 0xEA, 0x40, -13.0),
        ), signs=True),
        Writing("cp950", "Big5", _language(
            "cp950", vocabulary.TRADITIONAL, vocabulary.TRADITIONAL_LETTERS,
            Rest(0xA4, 0xC6, 0x40, -11.0), Rest(0xC9, 0xF9, 0x40, -13.0), Rest(0xA1, 0xA3, 0x40, -9.5),
        ), signs=True),
        Writing(western, western.upper(), _western),
    )  # fmt: skip


def _language(codec: str, words: str, letters: str, *rest: Rest) -> Nats:
    known = {char for char in words if not char.isspace() and not _half(char)}
    everyday = set(letters) - {"\n"}
    nats = {
        **dict.fromkeys(known, math.log(_KNOWN / len(known))),
        **dict.fromkeys(everyday, math.log(_EVERYDAY / len(everyday))),
        **_SIGNS,
        **_PUNCTUATION,
    }
    pairs = {word[at : at + 2] for word in words.split() for at in range(len(word) - 1)}

    @cache
    def unlisted(char: str) -> float:
        found = char.encode(codec, "replace")
        for row in rest:
            if row.low <= found[0] <= row.high and found[-1] >= row.second and len(found) < 3:
                return row.nats
        return _RARE * len(found) / 2

    def of(before: str, char: str) -> float:
        if before + char in pairs:
            return _PAIR
        found = nats.get(char)
        if found is None:
            found = unlisted(char)
        half, mark = _half(char) and not _half(before), char in _PUNCTUATION and before < "\x80"
        return found + _ALONE if half or mark else found

    return of


def _half(char: str) -> bool:
    return "\uff61" <= char <= "\uff9f"


def _western(before: str, char: str) -> float:
    found = _WESTERN.get(char, -5.5 if char.isalpha() else -7.0)
    return found if before < "\x80" or before + char in _SIDE_BY_SIDE else found + _RUN


def _unicode(_: str, char: str) -> float:
    """In well-formed UTF-8: a third byte in order is hardly chance."""
    if char >= "\u0800":
        return -7.0
    if char < "\u0180":
        return -4.0
    return -7.0 if "\u0370" <= char < "\u0500" else -14.0  # Greek and Cyrillic


UTF8: Final = Writing("utf-8", "UTF-8", _unicode)
UNKNOWN: Final = Writing("latin-1", "", lambda _, char: math.log(1 / 128))
"""Any other encoding of one byte a character."""
