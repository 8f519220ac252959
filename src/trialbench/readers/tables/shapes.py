"""Tables without a header: what the columns look like over the first lines tells their fields."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from trialbench.readers.tables.dialect import Dialect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ID: Final = re.compile(r"(?:0x)?[0-9A-Fa-f]{1,8}[xXhH]?", re.ASCII)
_BYTE: Final = re.compile(r"(?:0x)?[0-9A-Fa-f]{1,2}", re.ASCII)
_STAMP: Final = re.compile(r"\(?-?\d+(?:[.,:]\d+)*\)?:?", re.ASCII)
_STAMP_AT_END: Final = re.compile(r"\d+\.\d+", re.ASCII)
_DIRECTION: Final = re.compile(r"[RT]x?", re.IGNORECASE)
_BUS: Final = re.compile(r"(?:v?s?l?can|ch|bus)\s?\d{1,2}", re.IGNORECASE)
_NEARLY_ALL: Final = 0.9


def dialect_of_shape(lines: Sequence[str]) -> Dialect | None:
    """The way in which the columns of `lines` can be a stamp, an id, a length and that many bytes.

    The first column that fits as the length is it: a later one that does is a byte. None where
    there is no such way.
    """
    for separator in (",", ";", "\t", " "):
        rows = [_split(line, separator) for line in lines]
        length = next((at for at in range(1, 8) if _is_length(rows, at)), None)
        if length is not None:
            return _dialect(rows, length, separator)
    return None


def _split(line: str, separator: str) -> list[str]:
    return line.split() if separator == " " else [cell.strip() for cell in line.split(separator)]


def _is_length(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Whether nearly all rows hold, in this column, how many bytes follow, after a possible id.

    A column in which most are 0 is none.
    """
    counts = [int(row[at]) for row in rows if _holds(row, at)]
    return len(counts) >= _NEARLY_ALL * len(rows) and 2 * counts.count(0) <= len(counts)


def _holds(row: Sequence[str], at: int) -> bool:
    if len(row) <= at or not row[at].isdecimal() or int(row[at]) > 64:
        return False
    count = int(row[at])
    cells = " ".join(row[at + 1 :]).split()
    following = cells[:count]
    bytes_fit = len(following) == count and all(_BYTE.fullmatch(cell) for cell in following)
    more = [cell for cell in cells[count:] if _BYTE.fullmatch(cell) and len(cell) == 2]
    return (
        bytes_fit and not more and any(_ID.fullmatch(cell) and len(cell) > 1 for cell in row[:at])
    )


def _dialect(rows: Sequence[Sequence[str]], length: int, separator: str) -> Dialect | None:
    """The dialect whose bytes follow column `length`: the id is the nearest column that can be one."""
    heads = [row[:length] for row in rows if _holds(row, length)]
    columns = list(zip(*heads, strict=True)) if len({len(head) for head in heads}) == 1 else []
    ident = next(
        (at for at in reversed(range(length)) if _can_be_ids(columns[at])), None
    ) if columns else None  # fmt: skip
    if ident is None:
        return None
    if _is_part_of_id(columns, ident):
        return None
    fields = {ident: r"(?P<id>(?:0x)?[0-9A-Fa-f]{1,8}[xh]?)", length: r"(?P<length>\d{1,2})"}
    stamp = next((at for at in range(ident) if _can_be_stamps(columns[at])), None)
    if stamp is not None:
        points = ".:" if separator == "," else ".,:"
        fields[stamp] = rf"\(?(?P<stamp>-?\d+(?:[{points}]\d+)*)\)?:?"
    for name, shape in (("kind", _DIRECTION), ("bus", _BUS)):
        for at, column in enumerate(columns):
            if at not in fields and all(shape.fullmatch(cell) for cell in column):
                fields[at] = rf"(?P<{name}>{shape.pattern})"
                break
    bus = next((at for at in range((stamp or -1) + 1, ident) if _can_be_buses(columns[at])), None)
    if bus is not None and bus not in fields and "(?P<bus>" not in "".join(fields.values()):
        fields[bus] = r"(?P<bus>\d{1,2})"
    gap = r"\s+" if separator == " " else rf"\s*{separator}\s*"
    other = r"\S+" if separator == " " else rf"[^{separator}]*"
    head = gap.join(fields.get(at, other) for at in range(length + 1))
    next_byte = gap if separator == " " else rf"(?:{gap}|\s+)"
    ending = rf"(?:{gap}.*)?"
    if stamp is None and all(
        _STAMP_AT_END.fullmatch(row[-1]) for row in rows if _holds(row, length)
    ):
        ending = rf"{gap}(?P<stamp>\d+\.\d+)"
    line = (
        rf"\s*{head}(?P<bytes>(?:{next_byte}(?:0x)?[0-9A-Fa-f]{{1,2}}(?![0-9A-Za-z.]))*){ending}\s*"
    )
    return Dialect(
        _named(re.compile(line).groupindex),
        re.compile(line, re.ASCII | re.IGNORECASE),
        hex_ids=None,
        hex_bytes=None,
    )  # fmt: skip


def _named(fields: Mapping[str, int]) -> str:
    """What the columns are taken for, in their order."""
    names = {"stamp": "time", "kind": "direction"}
    return f"plain columns: {', '.join(names.get(field, field) for field in fields)}"


def _is_part_of_id(columns: Sequence[Sequence[str]], ident: int) -> bool:
    """Whether the columns are bytes of an identifier that is written apart: `18 DA F1 10`."""
    return ident > 0 and all(
        re.fullmatch(r"[0-9A-Fa-f]{2}", cell)
        for column in columns[ident - 1 : ident + 1]
        for cell in column
    )


def _can_be_buses(column: Sequence[str]) -> bool:
    return len(set(column)) <= 8 and all(re.fullmatch(r"\d|1[0-5]", cell) for cell in column)


def _can_be_ids(column: Sequence[str]) -> bool:
    """Whether all are hexadecimal numbers of 29 bits, and not all one digit (a flag)."""
    return (
        all(_ID.fullmatch(cell) and int(cell.rstrip("xXhH"), 16) <= 0x1FFFFFFF for cell in column)
        and max(len(cell) for cell in column) > 1
    )


def _can_be_stamps(column: Sequence[str]) -> bool:
    """Whether all look like times and, of whole numbers, nearly none is below the one before."""
    if not all(_STAMP.fullmatch(cell) for cell in column):
        return False
    bare = [cell.strip("():") for cell in column]
    if not all(cell.lstrip("-").isdecimal() for cell in bare):
        return True
    numbers = [int(cell) for cell in bare]
    rising = sum(1 for before, after in pairwise(numbers) if after >= before)
    return rising >= _NEARLY_ALL * (len(numbers) - 1) and (
        numbers[-1] > numbers[0] or len(numbers) == 1
    )
