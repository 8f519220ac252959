"""Comma-separated values: plain signals, or python-can's frames.

Plain signals: the first column is the time, each further one a signal whose header may carry a unit,
`speed [m/s]`. An empty cell is no sample, `nan` an unknown one. A column most of whose cells are no
numbers is left out, with a note. How such files differ is for `csv_shape` to see: separators,
decimal commas, lines before the header, a row of units, dates.

Frames (`csv_frames`) are told by python-can's header.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from trialbench.errors import RecordingError
from trialbench.readers.columns import named
from trialbench.readers.csv_cells import settle_times, settle_values
from trialbench.readers.csv_frames import is_csv_frames, read_csv_frames
from trialbench.readers.csv_shape import Shape, shape_of
from trialbench.readers.csv_table import CAUSES, CELLS, MISSING, Table, table_of
from trialbench.readers.instants import CLOCK, DAY_NS, clock_of, rolled
from trialbench.readers.raw import Raw, rows_in_order
from trialbench.readers.text import Lines, bad_lines, note, room_for_bad
from trialbench.signal import Signal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialbench.damage import Damage

T = TypeVar("T", bound=np.generic)

_COMMAS: Final = ": where numbers have a decimal comma, separate them by semicolons, or quote them"
_A_SIGNAL_A_ROW: Final = re.compile(
    r"(?:pid|name|signal|signal ?name|parameter|variable|channel),values?(?:,units?)?"
)


def read_csv(data: bytes) -> Raw:
    """The signals, or the frames, of a CSV file. Bad lines are damage; the lines after are kept."""
    if is_csv_frames(data):
        return read_csv_frames(data)
    if b"\n" not in data[: 1 << 16]:  # as old Macs wrote them
        data = data.replace(b"\r", b"\n")
    data = _tabbed(data)
    shape = shape_of(data)
    columns = _columns(shape)
    clock, of_time = clock_of(
        shape.header[shape.clock],
        shape.units[shape.clock],
        [row[shape.clock] for row in shape.rows],
    )
    table = table_of(data, shape, clock.places)
    settle_times(data, table, shape, clock)
    over_midnight = clock.kind == CLOCK and shape.day < 0 and _roll(table)
    if shape.day >= 0:
        of_time = ()
    elif over_midnight:
        of_time = (*of_time, "they go on over midnight")
    kept, of_values = settle_values(data, table, shape)
    if not kept:
        raise RecordingError(f"no column holds signals: {'; '.join(of_values)}")
    good = table.codes[table.lines] == 0
    times, starts = table.times_ns[good], table.starts[table.lines[good]]
    lines = Lines(data)
    times, keep, more = rows_in_order(times, lambda at: lines.at(int(starts[at])))
    table.times_ns[good] = times
    errors = _damages(lines, table, _numbers_jump(table, shape, good), times)
    if errors and not times.size:
        commas = _COMMAS if shape.delimiter == "," and CAUSES[CELLS] in errors[0].cause else ""
        raise RecordingError(f"no row could be read: {errors[0]}{commas}")
    good[good] = keep
    chosen = slice(None) if good.all() else good
    times, values, there = (
        _read_only(part[chosen]) for part in (table.times_ns, table.values, table.filled)
    )
    signals = {}
    for column in kept:
        filled = there[:, column] != 0
        name, unit = columns[column]
        if filled.all():
            signals[name] = Signal(times, _read_only(values[:, column].copy()), unit)
        else:
            signals[name] = Signal(times[filled], values[filled, column], unit)
    return Raw(
        None,
        signals,
        (*errors, *more),
        notes=(*shape.notes, *of_time, *of_values),
    )


def _roll(table: Table) -> bool:
    """Let times of day go on over midnight; whether any does."""
    good = table.codes[table.lines] == 0
    on = rolled(table.times_ns[good], DAY_NS)
    changed = not np.array_equal(on, table.times_ns[good])
    table.times_ns[good] = on
    return changed


def _read_only(array: NDArray[T]) -> NDArray[T]:
    """The array, which a signal need not copy then."""
    array.flags.writeable = False
    return array


def _tabbed(data: bytes) -> bytes:
    """A table that only spaces separate, with tabs: as numpy's savetxt writes it, or in columns."""
    head = data[: 1 << 16]
    if re.search(rb"[,;\t|]", head):
        return data
    lines = [line for line in head.splitlines()[:20] if line.strip()]
    wide = all(re.search(rb"\S  +\S", line) for line in lines)  # then names may hold a space
    return re.sub(rb"(?<=[^\s#%/])  +(?=\S)" if wide else rb"(?<=[^\s#%/]) +(?=\S)", b"\t", data)


def _columns(shape: Shape) -> list[tuple[str, str]]:
    """Each column's name and unit. Raises `RecordingError`."""
    if len(shape.header) == 1:
        raise RecordingError("the time is the only column: there is no signal in the file")
    if _A_SIGNAL_A_ROW.fullmatch(",".join(shape.header[1:]).casefold()):
        raise RecordingError(
            f"each row holds one signal by its name ({', '.join(shape.header)}): make a column of each, "
            f"as pandas' pivot(columns={shape.header[1]!r}, values={shape.header[2]!r}) does"
        )
    columns = named(shape.header)
    return [(name, unit or row) for (name, unit), row in zip(columns, shape.units, strict=True)]


def _numbers_jump(table: Table, shape: Shape, good: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The lines before which rows are missing, where a column numbers the rows."""
    lines = table.lines[good]
    if shape.counts < 0 or lines.size < 2:
        return lines[:0]
    missing = np.diff(table.values[good, shape.counts]) - np.diff(lines)
    usual = np.count_nonzero(missing == 0) > 0.9 * missing.size
    return lines[1:][missing > 0] if usual else lines[:0]


def _damages(
    lines: Lines, table: Table, jumps: NDArray[np.int64], times: NDArray[np.int64]
) -> list[Damage]:
    good = table.codes == 0
    before = np.cumsum(good) - good
    codes = table.codes.copy()
    codes[jumps] = MISSING
    bad = room_for_bad()
    used = 0
    for line in np.flatnonzero(codes).tolist():
        used = note(bad, used, table.starts[line], codes[line], before[line])
    return bad_lines(lines, bad[:used], times, CAUSES)
