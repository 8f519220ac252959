"""The body of a CSV file in one pass: plain numbers at once, every other cell left to Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from trialbench._jit import kernel
from trialbench.readers.text import as_buffer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialbench.readers.csv_shape import Shape
    from trialbench.readers.raw import Bytes, Int, Longs

CAUSES: Final = (
    "",
    "not as many cells as the header has",
    "the time is none, or does not fit 64 bits of nanoseconds",
    "a cell is no number",
    "a quote that does not close its cell",
    "zero bytes: a piece of the file was lost",
    "rows are missing before it, for their numbers jump",
    "a number has more digits than all others of its column: pieces of two",
)
CELLS, TIME, NUMBER, QUOTE, ZEROS, MISSING, JOINED = range(1, 8)
"""What is wrong with a line; its words are in CAUSES."""

_TENS: Final = 10.0 ** np.arange(23)
_POWERS: Final = 10 ** np.arange(19, dtype=np.int64)


class Table(NamedTuple):
    """`starts` and `codes` (0: sound) of every line; the rest of the rows, which are the lines that fit.

    `lines` gives each row's line, `values` and `filled` (0 where the cell is empty) are by row and
    column. `hard` lists the cells that the kernel leaves to Python: flat index, begin, end; those of
    column k are from `bounds[k]` to before `bounds[k + 1]`.
    """

    starts: NDArray[np.int64]
    codes: NDArray[np.uint8]
    lines: NDArray[np.int64]
    times_ns: NDArray[np.int64]
    values: NDArray[np.float64]
    filled: NDArray[np.uint8]
    hard: NDArray[np.int64]
    bounds: NDArray[np.int64]


def table_of(data: bytes, shape: Shape, places: int) -> Table:
    """The rows of a file of that shape. Times that are numbers are in 10**-`places` ns."""
    width = len(shape.header)
    begin = shape.body
    count = data.count(b"\n", begin) + 1
    room = min(count, (len(data) - begin) // width + 2)
    starts, codes = np.empty(count, np.int64), np.empty(count, np.uint8)
    lines, times = np.empty(room, np.int64), np.empty(room, np.int64)
    values, filled = np.empty((room, width)), np.empty((room, width), np.uint8)
    hard = np.empty((room * width, 3), np.int64)
    buffer = as_buffer(data)
    count, room, left = _parse(
        buffer, begin, ord(shape.delimiter), ord(shape.point), shape.clock, places,
        starts, codes, lines, times, values, filled, hard,
    )  # fmt: skip
    starts, codes = starts[:count], codes[:count]
    if data.find(b"\0", begin) >= 0:
        zeros = np.flatnonzero(buffer[begin:] == 0) + begin
        codes[np.searchsorted(starts, zeros, "right") - 1] = ZEROS
    hard, bounds = _by_column(hard[:left], width)
    return Table(
        starts, codes, lines[:room], times[:room], values[:room], filled[:room], hard, bounds
    )


def _by_column(hard: Longs, width: int) -> tuple[Longs, Longs]:
    """The hard cells sorted by column, and where those of each begin."""
    narrow = width <= 1 << 16  # such keys are sorted by radix
    columns = (hard[:, 0] % width).astype(np.uint16 if narrow else np.int64)
    order = np.argsort(columns, kind="stable")
    return hard[order], np.searchsorted(columns[order], np.arange(width + 1))


@kernel
def _parse(
    buffer: Bytes, at: Int, delimiter: Int, point: Int, clock: Int, places: Int,
    starts: Longs, codes: Bytes, lines: Longs, times: Longs,
    values: NDArray[np.float64], filled: Bytes, hard: Longs,
) -> Any:  # fmt: skip
    """All lines from `at`; returns the number of lines, of rows and of hard cells."""
    line = 0
    row = 0
    left = 0
    width = values.shape[1]
    at = max(at, _line_begin(buffer, at, delimiter))
    while at < buffer.size:
        starts[line] = at
        lines[row] = line
        column = 0
        more = left
        closed = True
        while closed:
            begin = at
            while buffer[at] != delimiter and buffer[at] != 10:
                at += 1
            begin, end = _stripped(buffer, begin, at)
            if buffer[begin] == 34 and begin < end:
                begin, end, after, closed = _quoted(buffer, begin, delimiter)
                at = max(at, after)
            if column < width:
                filled[row, column] = end > begin
                if column == clock:
                    easy, times[row] = _whole(buffer, begin, end, point, places)
                    values[row, column] = 0.0
                else:
                    easy, values[row, column] = _real(buffer, begin, end, point)
                if not easy:
                    more = _keep(hard, more, row * width + column, begin, end)
            column += 1
            if buffer[at] == 10:
                break
            at += 1
        codes[line] = QUOTE if not closed else CELLS if column != width else 0
        if codes[line] == 0:
            row += 1
            left = more
        line += 1
        at = max(at, _line_begin(buffer, at + 1, delimiter))
    return line, row, left


@kernel
def _keep(hard: Longs, left: Int, flat: Int, begin: Int, end: Int) -> Any:
    """Leave a cell to Python; returns how many are."""
    hard[left, 0] = flat
    hard[left, 1] = begin
    hard[left, 2] = end
    return left + 1


@kernel
def _line_begin(buffer: Bytes, begin: Int, delimiter: Int) -> Any:
    """The first line from `begin` on that holds more than spaces and empty cells."""
    at = begin
    while at < buffer.size:
        byte = buffer[at]
        if byte == 10:
            begin = at + 1
        elif byte != 32 and byte != 13 and byte != 9 and byte != delimiter:
            return begin
        at += 1
    return at


@kernel
def _quoted(buffer: Bytes, at: Int, delimiter: Int) -> Any:
    """A cell in quotes (RFC 4180): its bounds without them, what follows it, whether they close.

    Two quotes stand for one, and line feeds belong to the cell. Where the quotes do not close, the
    end is that of the line.
    """
    begin = at + 1
    at = begin
    while at < buffer.size:
        if buffer[at] != 34:
            at += 1
        elif buffer[at + 1] == 34:
            at += 2
        else:
            end = at
            at += 1
            while buffer[at] == 32 or buffer[at] == 13:
                at += 1
            if buffer[at] == delimiter or buffer[at] == 10:
                begin, end = _stripped(buffer, begin, end)
                return begin, end, at, True
            break
    at = begin
    while buffer[at] != 10:
        at += 1
    return begin, at, at, False


@kernel
def _stripped(buffer: Bytes, begin: Int, end: Int) -> Any:
    """The bounds of a cell without the spaces, tabs and carriage return around it."""
    while begin < end and (buffer[begin] == 32 or buffer[begin] == 9):
        begin += 1
    while end > begin and (buffer[end - 1] == 32 or buffer[end - 1] == 13 or buffer[end - 1] == 9):
        end -= 1
    return begin, end


@kernel
def _digits(buffer: Bytes, at: Int, end: Int, point: Int) -> Any:
    """`[-]digits[.digits]`: sign, all digits as one integer, how many follow the point; -1 if not so."""
    negative = at < end and buffer[at] == 45
    at += negative
    value = np.int64(0)
    count = 0
    fraction = -1
    while at < end:
        digit = np.int64(buffer[at]) - 48
        if digit >= 0 and digit <= 9:
            value = value * 10 + digit
            count += 1
        elif buffer[at] == point and fraction < 0:
            fraction = count
        else:
            return negative, value, -1
        at += 1
    if count == 0 or count > 18:
        return negative, value, -1
    return negative, value, (0 if fraction < 0 else count - fraction)


@kernel
def _whole(buffer: Bytes, at: Int, end: Int, point: Int, decimals: Int) -> Any:
    """The number times 10**decimals to the nearest integer (ties to even), where it is a plain one."""
    negative, value, fraction = _digits(buffer, at, end, point)
    if fraction < 0:
        return False, np.int64(0)
    if fraction > decimals:
        divisor = _POWERS[fraction - decimals]
        whole = value // divisor
        twice = 2 * (value - whole * divisor)
        value = whole + (twice > divisor or (twice == divisor and whole & 1 == 1))
    for _ in range(decimals - fraction):
        if value > 900_000_000_000_000_000:
            return False, np.int64(0)
        value *= 10
    return True, (-value if negative else value)


@kernel
def _real(buffer: Bytes, at: Int, end: Int, point: Int) -> Any:
    """The number, where one division of two exact ones gives the nearest float64; NaN if empty."""
    if at == end:
        return True, np.nan
    negative, value, fraction = _digits(buffer, at, end, point)
    if fraction < 0 or fraction > 22 or value > 9_007_199_254_740_992:
        return False, np.nan
    number = value / _TENS[fraction]
    return True, (-number if negative else number)
