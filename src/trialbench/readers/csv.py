"""Comma-separated values: plain signals, or python-can's frames.

Plain signals: the first column is `time` in seconds or `timestamp_ns`, each further one a signal
whose header may carry a unit, `speed [m/s]`. An empty cell is no sample, `nan` an unknown one. A
column most of whose cells are no numbers is text and left out. Semicolons and tabs separate too.

Frames (`csv_frames`) are told by python-can's header.
"""

from __future__ import annotations

import csv
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from trialbench._jit import kernel
from trialbench.errors import RecordingError
from trialbench.readers.csv_frames import HEADER, read_csv_frames
from trialbench.readers.raw import LATEST_NS, Raw, running_backwards
from trialbench.readers.text import Lines, as_buffer, bad_lines, note, room_for_bad
from trialbench.signal import Signal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialbench.readers.raw import Bytes, Int, Longs

_CAUSES: Final = (
    "",
    "not as many cells as the header has",
    "the time is no number, or does not fit 64 bits of nanoseconds",
    "a cell is no number",
)
_CELLS, _TIME, _NUMBER = range(1, 4)
_TENS: Final = 10.0 ** np.arange(23)


class _Table(NamedTuple):
    """The body: `values` and `filled` (0 where the cell is empty) by row and column.

    `codes` says what is wrong with a row (0: nothing), `starts` where its line begins. `hard` lists
    the cells that the kernel leaves to Python: flat index, begin, end.
    """

    times_ns: NDArray[np.int64]
    values: NDArray[np.float64]
    filled: NDArray[np.uint8]
    codes: NDArray[np.uint8]
    starts: NDArray[np.int64]
    hard: NDArray[np.int64]


def read_csv(data: bytes) -> Raw:
    """The signals, or the frames, of a CSV file. Bad lines are damage; the lines after are kept."""
    end = data.find(b"\n")
    line = (data if end < 0 else data[:end]).decode("utf-8-sig", "replace").strip()
    delimiter = next((mark for mark in line if mark in ",;\t"), ",")
    try:
        header = [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error as error:
        raise RecordingError(f"line 1: no header of a CSV file: {error}") from None
    if header == HEADER:
        return read_csv_frames(data)
    twice = next((name for name in header if header.count(name) > 1), None)
    if twice is not None:
        raise RecordingError(f"line 1: two columns are named {twice[:40]!r}")
    if not header or header[0] not in ("time", "timestamp_ns"):
        told = repr(header[0][:40]) if header else "nothing"
        raise RecordingError(
            f"line 1: the first column of a CSV recording is time or timestamp_ns, not {told}"
        )
    return _signals(data, header, delimiter, len(data) if end < 0 else end + 1)


def _signals(data: bytes, header: list[str], delimiter: str, begin: int) -> Raw:
    width = len(header)
    room = min(data.count(b"\n", begin) + 1, (len(data) - begin) // width + 1)
    table = _Table(
        np.empty(room, np.int64),
        np.empty((room, width)),
        np.empty((room, width), np.uint8),
        np.empty(room, np.uint8),
        np.empty(room, np.int64),
        np.empty((room * width, 3), np.int64),
    )
    in_ns = header[0] == "timestamp_ns"
    rows, hard = _parse(as_buffer(data), begin, ord(delimiter), 0 if in_ns else 9, *table)
    table = _Table._make([*(column[:rows] for column in table[:5]), table.hard[:hard]])
    texts = _settle(data, table, 1 if in_ns else 10**9)
    good = table.codes == 0
    bad = room_for_bad()
    lines = Lines(data)
    used = 0
    before = np.cumsum(good)
    for row in np.flatnonzero(~good).tolist():
        used = note(bad, used, table.starts[row], table.codes[row], before[row])
    times, starts = table.times_ns[good], table.starts[good]
    backwards, errors = running_backwards(times, starts, lines.at, "rows")
    signals = {}
    forward = np.flatnonzero(good)[~backwards]
    for column in set(range(1, width)) - texts:
        chosen = forward[table.filled[forward, column] != 0]
        name, unit = named(header[column])
        signals[name] = Signal(table.times_ns[chosen], table.values[chosen, column], unit)
    return Raw(None, signals, (*bad_lines(lines, bad[:used], times, _CAUSES), *errors))


def named(header: str) -> tuple[str, str]:
    """A column's name and unit: `speed [m/s]` is `speed` in `m/s`."""
    match = re.fullmatch(r"(.*\S)\s*\[([^\[\]]*)\]", header)
    return (match[1], match[2].strip()) if match else (header, "")


def _settle(data: bytes, table: _Table, per_unit: int) -> set[int]:
    """Convert the hard cells, mark the rows of those that are no numbers; returns the text columns."""
    width = table.values.shape[1]
    wrong: list[tuple[int, int]] = []
    for flat, begin, end in table.hard.tolist():
        row, column = divmod(flat, width)
        text = data[begin:end].decode("utf-8", "replace")
        try:
            if column == 0:
                table.times_ns[row] = _instant(text, per_unit)
            else:
                table.values[row, column] = _number(text)
        except ValueError:
            wrong.append((row, column))
    count = np.bincount([column for _, column in wrong], minlength=width)
    texts = set(np.flatnonzero(2 * count > np.count_nonzero(table.filled, axis=0)).tolist()) - {0}
    for row, column in wrong:
        if column not in texts and table.codes[row] == 0:
            table.codes[row] = _NUMBER if column else _TIME
    return texts


def _number(text: str) -> float:
    if "_" in text:  # Python's own spelling of numbers
        raise ValueError(text)
    return float(text)


def _instant(text: str, per_unit: int) -> int:
    """A time as whole nanoseconds, exactly; raises `ValueError`."""
    try:
        exact = Decimal(text)
        if "_" in text or not exact.is_finite() or abs(exact) * per_unit > LATEST_NS:
            raise ValueError(text)
        return int(exact * per_unit)
    except InvalidOperation:
        raise ValueError(text) from None


@kernel
def _parse(
    buffer: Bytes, at: Int, delimiter: Int, decimals: Int, times: Longs,
    values: NDArray[np.float64], filled: Bytes, codes: Bytes, starts: Longs, hard: Longs,
) -> Any:  # fmt: skip
    """All rows from `at`; returns the number of rows and of hard cells."""
    row = 0
    left = 0
    width = values.shape[1]
    while at < buffer.size:
        if buffer[at] == 10 or buffer[at] == 13:
            at += 1
            continue
        starts[row] = at
        codes[row] = 0
        column = 0
        while True:
            begin = at
            while buffer[at] != delimiter and buffer[at] != 10:
                at += 1
            if column < width:
                first, end = _stripped(buffer, begin, at)
                filled[row, column] = end > first
                if column == 0:
                    easy, times[row] = _whole(buffer, first, end, decimals)
                else:
                    easy, values[row, column] = _real(buffer, first, end)
                if not easy:
                    hard[left, 0] = row * width + column
                    hard[left, 1] = first
                    hard[left, 2] = end
                    left += 1
            column += 1
            if buffer[at] == 10:
                break
            at += 1
        if column != width:
            codes[row] = _CELLS
        row += 1
        at += 1
    return row, left


@kernel
def _stripped(buffer: Bytes, begin: Int, end: Int) -> Any:
    """The bounds of a cell without the spaces, quotes and carriage return around it."""
    while begin < end and (buffer[begin] == 32 or buffer[begin] == 34 or buffer[begin] == 9):
        begin += 1
    while end > begin and (buffer[end - 1] <= 32 or buffer[end - 1] == 34):
        end -= 1
    return begin, end


@kernel
def _digits(buffer: Bytes, at: Int, end: Int) -> Any:
    """`[-]digits[.digits]`: sign, all digits as one integer, how many follow the point; -1 if not so."""
    negative = at < end and buffer[at] == 45
    at += negative
    value = np.int64(0)
    count = 0
    point = -1
    while at < end:
        digit = np.int64(buffer[at]) - 48
        if digit >= 0 and digit <= 9:
            value = value * 10 + digit
            count += 1
        elif buffer[at] == 46 and point < 0:
            point = count
        else:
            return negative, value, -1
        at += 1
    if count == 0 or count > 18:
        return negative, value, -1
    return negative, value, (0 if point < 0 else count - point)


@kernel
def _whole(buffer: Bytes, at: Int, end: Int, decimals: Int) -> Any:
    """The number scaled by 10**decimals, where it is a plain one that stays an integer."""
    negative, value, fraction = _digits(buffer, at, end)
    if fraction < 0 or fraction > decimals:
        return False, np.int64(0)
    for _ in range(decimals - fraction):
        if value > 900_000_000_000_000_000:
            return False, np.int64(0)
        value *= 10
    return True, (-value if negative else value)


@kernel
def _real(buffer: Bytes, at: Int, end: Int) -> Any:
    """The number, where one division of two exact ones gives the nearest float64; NaN if empty."""
    if at == end:
        return True, np.nan
    negative, value, fraction = _digits(buffer, at, end)
    if fraction < 0 or fraction > 22 or value > 9_007_199_254_740_992:
        return False, np.nan
    number = value / _TENS[fraction]
    return True, (-number if negative else number)
