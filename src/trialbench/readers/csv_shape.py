"""How a CSV file is written, by its first lines: where its header is, and what its marks and times are."""

from __future__ import annotations

import csv
import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from trialbench.errors import RecordingError
from trialbench.readers.columns import is_count, some
from trialbench.readers.instants import (
    CLOCK,
    DATE,
    NUMBER,
    decimals_of,
    is_number,
    kind_of,
    unit_of_time,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    Rows = Sequence[Sequence[str]]

_LOOK: Final = 300
"""How many lines are looked at, and how many of them may stand before the header."""
_NEAR: Final = 20
"""How many lines after a header say whether it is one."""
_NEXT: Final = 3
"""How many lines below a header hold its first row, behind one of units."""
_MARKS: Final = ",;\t|"
_REMARK: Final = re.compile(r"\s*(?:#|//|%)+\s*")
_SEPARATOR: Final = re.compile(rf"sep=([{_MARKS}])\s*", re.IGNORECASE)
_WITH_COMMA: Final = re.compile(r"[+-]?\d*,\d+(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_WITH_POINT: Final = re.compile(r"[+-]?\d*\.\d+(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)


class Shape(NamedTuple):
    """What a look at the first lines tells.

    `header` has a name for each cell of a row, `units` what a row of units says below it, `rows` are
    the first ones that fit, with points for their decimal mark. All rows begin at byte `body`. The
    times are in column `clock`, their dates in column `day` (-1: none); column `counts` numbers the
    rows (-1: none).
    """

    delimiter: str
    point: str
    header: list[str]
    units: list[str]
    rows: Rows
    body: int
    clock: int
    day: int
    counts: int
    notes: tuple[str, ...]


class _Header(NamedTuple):
    line: int
    text: str
    delimiter: str


def shape_of(data: bytes) -> Shape:
    """Look at the first lines. Raises `RecordingError` where no header begins with a time."""
    ends = _line_ends(data)
    lines = [
        data[begin:end].decode("utf-8", "replace")
        for begin, end in zip([0, *ends], ends, strict=False)
    ]
    found = _header(lines)
    notes = _before(lines[: found.line], found.delimiter)
    names, after = _names(found, lines)
    rows = _split_all(lines[after:], found.delimiter)
    names = _as_wide(names, rows)
    point = _decimal_mark([row for row in rows if len(row) == len(names)], found.delimiter)
    if point == ",":
        notes.append("numbers have a decimal comma")
        rows = [[pointed(cell) for cell in row] for row in rows]
    first = rows[0] if rows else []
    rows = [row for row in rows if len(row) == len(names)]
    clock, day = _clock(names, rows)
    if day >= 0:
        notes.append(f"the dates are in the column {names[0]!r}, read as UTC")
    units = [""] * len(names)
    if rows and rows[0] is first and _are_units(rows, clock):
        units = [cell.strip("[]() ") for cell in first]
        units[clock] = units[clock].strip("-")
        rows = rows[1:]
        while not any(_split(lines[after], found.delimiter)):
            after += 1
        after += 1
        notes.append(f"line {after} is a row of units: {some((u for u in units if u), 3)}")
    return Shape(
        delimiter=found.delimiter,
        point=point,
        header=names,
        units=units,
        rows=rows,
        body=[0, *ends][after],
        clock=clock,
        day=day,
        counts=clock - 1 if day < 0 else -1,
        notes=tuple(notes),
    )


def _names(found: _Header, lines: Sequence[str]) -> tuple[list[str], int]:
    """The header's cells, which may hold line feeds in quotes, and the number of the line after it."""
    text = [found.text, *lines[found.line + 1 :]]
    reader = csv.reader(text, delimiter=found.delimiter, strict=True)
    try:
        names = [" ".join(name.split()) for name in next(reader)]
    except csv.Error as error:
        raise RecordingError(f"line {found.line + 1}: no header of a CSV file: {error}") from None
    return names, found.line + reader.line_num


def _line_ends(data: bytes) -> list[int]:
    """Where each of the first lines ends, its line feed with it."""
    ends: list[int] = []
    while len(ends) < _LOOK + _NEAR and (not ends or ends[-1] < len(data)):
        end = data.find(b"\n", ends[-1] if ends else 0)
        ends.append(len(data) if end < 0 else end + 1)
    return ends


def _split(line: str, delimiter: str) -> list[str]:
    """The cells of a line that is a row of its own."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _split_all(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """The rows that are not empty; from where quotes do not close on, every line is one."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    used = 0
    try:
        for row in reader:
            rows.append([cell.strip() for cell in row])
            used = reader.line_num
    except csv.Error:
        rows += (_split(line, delimiter) for line in lines[used:])
    return [row for row in rows if any(row)]


def _header(lines: Sequence[str]) -> _Header:
    """The first line that begins with a time's name and has rows with times right below it.

    Where none has, the one with most such rows further below. A remark may be the header.
    """
    forced = next((match[1] for line in lines if (match := _SEPARATOR.fullmatch(line))), "")
    doubtful: _Header | None = None
    most = -1
    for number, line in enumerate(lines[:_LOOK]):
        text = _REMARK.sub("", line, count=1) if _REMARK.match(line) else line
        below = [line for line in lines[number + 1 : number + 1 + _NEAR] if line.strip()]
        marks = sorted((mark for mark in forced or _MARKS if mark in text), key=text.index) or [","]
        scores = [_score(_split(text, mark), _split_all(below, mark)) for mark in marks]
        best = max(scores)
        if best < 0:
            continue
        mark = marks[scores.index(best)]
        header = _Header(number, text, mark)
        if not below or _score(_split(text, mark), _split_all(below[:_NEXT], mark)) > 0:
            return header
        if best > most:
            doubtful, most = header, best
    if doubtful is None:
        raise _no_header(lines, forced)
    return doubtful


def _no_header(lines: Sequence[str], forced: str) -> RecordingError:
    plain = (at for at, line in enumerate(lines) if line.strip() and not _REMARK.match(line))
    number = next(plain, 0)
    mark = next((mark for mark in lines[number] if mark in (forced or _MARKS)), ",")
    first = next(iter(_split(lines[number], mark)), "")
    told = f"not {first[:40]!r}" if not _kind(first) else f"and nothing names it before {first!r}"
    return RecordingError(
        f"line {number + 1}: the first column of a CSV recording is its time (time, t, timestamp, "
        f"time [ms], timestamp_ns), {told}"
    )


def _score(names: Sequence[str], rows: Rows) -> int:
    """How many of the rows below fit the names; -1 where the names do not begin with a time."""
    if not names or any(kind_of(name) not in ("", NUMBER) for name in names):
        return -1
    fit = [row for row in rows if abs(len(row) - len(names)) <= 1]
    first = 2 if is_count(names[0]) else 1
    timed = sum(any(_kind(cell) for cell in row[:first]) for row in fit)
    if _begins_with_time(names):
        return timed
    dated = names[0] == "" and any(kind_of(row[0]) not in ("", NUMBER) for row in fit)
    return timed if dated else -1


def _begins_with_time(names: Sequence[str]) -> bool:
    if unit_of_time(names[0]) is not None:
        return True
    return len(names) > 1 and is_count(names[0]) and unit_of_time(names[1]) is not None


def _kind(cell: str) -> str:
    return kind_of(cell) or kind_of(cell.replace(",", "."))


def _before(lines: Sequence[str], delimiter: str) -> list[str]:
    """The note on the lines before the header. Raises `RecordingError` where one is a row."""
    told = []
    for number, line in enumerate(lines, 1):
        cells = _split(line, delimiter)
        if len(cells) > 1 and all(_kind(cell) == NUMBER for cell in cells if cell) and any(cells):
            raise RecordingError(f"line {number}: a row of numbers before the header")
        if line.strip() and not _SEPARATOR.fullmatch(line):
            told.append(line.strip())
    return [f"{len(told)} lines before the header left out ({some(told)})"] if told else []


def _as_wide(names: list[str], rows: Rows) -> list[str]:
    """The names, one for each cell that most rows have: a trailing separator makes one cell more."""
    usual = Counter(len(row) for row in rows).most_common(1)
    more = usual[0][0] - len(names) if usual else 0
    if more == -1 and names[-1] == "":
        return names[:-1]
    wider = [row for row in rows if len(row) == len(names) + 1]
    if more == 1 and all(row[-1] == "" for row in wider):
        return [*names, ""]
    return names


def _decimal_mark(rows: Rows, delimiter: str) -> str:
    """A comma where more numbers have one than a point, and it cannot part thousands."""
    commas = points = 0
    for column in zip(*rows, strict=True):
        points += sum(_WITH_POINT.fullmatch(cell) is not None for cell in column)
        mine = [cell for cell in column if _WITH_COMMA.fullmatch(cell)]
        small = any(cell.isdigit() and cell != "0" for cell in column)
        if not (small and all(_THOUSANDS.fullmatch(cell) for cell in mine)):
            commas += len(mine)
    if delimiter == "," and points:
        return "."
    return "," if commas > points else "."


def pointed(cell: str) -> str:
    """The cell of a file with decimal commas as one with points; a number with a point is none there."""
    if _WITH_COMMA.fullmatch(cell):
        return cell.replace(",", ".")
    return cell.replace(".", "'") if is_number(cell) else cell


def has_other_mark(cell: str, point: str) -> bool:
    """Whether the cell is a number in a file with the other decimal mark."""
    return (_WITH_COMMA if point == "." else _WITH_POINT).fullmatch(cell) is not None


def _clock(names: Sequence[str], rows: Rows) -> tuple[int, int]:
    """The columns of the times and of their dates (-1: none)."""
    if len(names) == 1 or unit_of_time(names[1]) is None:
        return 0, -1
    if is_count(names[0]):
        return 1, -1
    dates = sum(kind_of(row[0]) == DATE for row in rows)
    clocks = sum(kind_of(row[1]) == CLOCK for row in rows)
    return (1, 0) if 2 * min(dates, clocks) > len(rows) else (0, -1)


def _are_units(rows: Rows, clock: int) -> bool:
    """Whether the first of `rows` is one of units: no cell a number or a time, below it numbers.

    Units they are where the time's is one of time, or where every other one is known.
    """
    from trialbench.units import known  # slow to load, and few files have such a row

    first, rest = rows[0], rows[1:]
    if any(kind_of(cell) for cell in first):
        return False
    if decimals_of(first[clock]) is not None:
        return True
    numbers = [
        column
        for column, cell in enumerate(first)
        if column != clock and cell and any(is_number(row[column]) for row in rest)
    ]
    return bool(numbers) and all(known(first[column].strip("[]() ")) for column in numbers)
