"""The columns of a table, in CSV or Parquet: their names and units, and those that are left out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Final

from trialbench.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BRACKETS: Final = re.compile(r"(.*\S)\s*\[([^\[\]]*)\]", re.DOTALL)
_PARENTHESES: Final = re.compile(r"(.*\S)\s*\(([^()]+)\)", re.DOTALL)
_COUNTS: Final = ("", "#", "idx", "index", "no", "no.", "nr", "nr.", "row", "sample", "unnamed: 0")


def is_count(header: str) -> bool:
    """Whether a first column of that header, before the times, may number the rows."""
    return header.casefold() in _COUNTS


def named(headers: Sequence[str]) -> list[tuple[str, str]]:
    """Each column's name and unit: `speed [m/s]` or `speed (m/s)` is `speed` in `m/s`.

    What stands in parentheses is a unit only where it is a known one. Headers that differ in nothing
    but that are names as they stand. Names are composed (NFC), as formulas spell them. Raises
    `RecordingError` where two columns have one header.
    """
    headers = [unicodedata.normalize("NFC", header) for header in headers]
    check(headers)
    taken = [_named(header) for header in headers]
    often = Counter(name for name, _ in taken)
    return [
        (header, unit) if often[name] > 1 else (name, unit)
        for header, (name, unit) in zip(headers, taken, strict=True)
    ]


def check(headers: Sequence[str]) -> None:
    """Raises `RecordingError` where two columns have one header, or one is no text."""
    twice = next((header for header, count in Counter(headers).items() if header and count > 1), "")
    if twice:
        raise RecordingError(f"two columns are named {twice[:40]!r}: rename or remove one")
    unread = next((header for header in headers if re.search(r"[\ufffd\0]", header)), "")
    if unread:
        raise RecordingError(
            f"the name of column {headers.index(unread) + 1} holds bytes that are no text: "
            "it is damaged, or --encoding must name the file's encoding"
        )


def _named(header: str) -> tuple[str, str]:
    match = _BRACKETS.fullmatch(header)
    if match:
        return match[1], match[2].strip()
    match = _PARENTHESES.fullmatch(header)
    if match:
        from trialbench.units import known  # it is slow to load, and most headers do not need it

        if known(match[2]):
            return match[1], match[2].strip()
    return header, ""


def left_out(name: str, reason: str) -> str:
    """The note on a column that is left out."""
    return f"column {name} left out: {reason}"


def some(texts: Iterable[str], most: int = 2) -> str:
    """A few of the texts, as examples."""
    distinct = list(dict.fromkeys(texts))
    more = ", …" if len(distinct) > most else ""
    return ", ".join(repr(text[:20]) for text in distinct[:most]) + more
