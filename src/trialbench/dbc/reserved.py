"""Raw values that stand for no value in J1939: "error" and "not available"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

Ranges = tuple[tuple[int, int], ...]

_ABSENT: Final = re.compile(
    r"not?[ _-]*(?:avail|valid|def|supp|inst|used|act)|unavail|invalid|\bn[./]?a\b|\bsna\b|err|fault"
    r"|fail|reserv|unknown|undef|don'?t[ _-]*care|take[ _-]*no[ _-]*action|verfügbar|fehler|ungültig"
    r"|无效|不可用|错误|故障|保留|未知|無效|오류|무효|예약|사용 ?불가",
    re.IGNORECASE,
)
"""What a value table calls a value that is none."""


def reserved(length: int, described: Mapping[int, str]) -> Ranges:
    """The raw values of an unsigned J1939 field that are no values (SAE J1939-71, 5.1.4, table 1).

    Whole bytes: all from `FE` in the highest byte on ("error"; `FF`: "not available"). Two bits: 10
    and 11. Other lengths: all ones, for what else they reserve differs; a single bit has no room for
    any. What the value table (`described`) calls by a name of its own is a value all the same.
    """
    if length < 2:
        return ()
    top = (1 << length) - 1
    first = 0xFE << length - 8 if length % 8 == 0 else 2 if length == 2 else top
    ranges = []
    for value in sorted(described):
        if first <= value <= top and not _ABSENT.search(described[value]):
            if first < value:
                ranges.append((first, value - 1))
            first = value + 1
    return (*ranges, (first, top)) if first <= top else tuple(ranges)
