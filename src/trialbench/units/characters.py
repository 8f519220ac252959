"""The characters of a unit, each in one form: NFKC, with what NFKC alone would spoil."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Beside the degree sign: the ordinal, rings, and small circles that look like it on a keyboard.
_DEGREES: Final = dict.fromkeys(map(ord, "º˚ᵒ∘゜ﾟ"), "°")
_OPERATORS: Final = {
    **dict.fromkeys(map(ord, "⋅·•∙・∗×"), "*"),
    **dict.fromkeys(map(ord, "∕⁄÷"), "/"),
    **dict.fromkeys(map(ord, "−–‐‑"), "-"),
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"), None),
    ord("’"): "'",
}  # fmt: skip
_MOJIBAKE: Final = re.compile("Â(?=[°º²³µ·])")
"""What is left before such a character where UTF-8 was read as CP1252."""
_RAISED: Final = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_RAISED_ZERO: Final = re.compile("⁰(?=[CFcf])")


def plain(text: str) -> str:
    """The text with one character for each meaning: `℃` is `°C`, `㎞／h` is `km/h`, `m/s²` is `m/s^2`.

    Powers are written out first, for NFKC makes plain digits of them; so are the many degree signs,
    of which it makes letters.
    """
    text = _RAISED_ZERO.sub("°", _MOJIBAKE.sub("", text)).translate(_DEGREES)
    text = _RAISED.sub(lambda raised: "^" + unicodedata.normalize("NFKC", raised[0]), text)
    text = unicodedata.normalize("NFKC", text).translate(_OPERATORS)
    return " ".join(text.split())
