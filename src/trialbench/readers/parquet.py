"""Parquet: plain signals. Columns as in CSV; a null is no sample, NaN an unknown one.

The first column is the time, or the index that pandas writes last. Columns that are no numbers are
left out, with a note.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from trialbench.damage import Damage
from trialbench.errors import RecordingError
from trialbench.readers import instants
from trialbench.readers.columns import check, is_count, left_out, named
from trialbench.readers.csv_cells import settle_times
from trialbench.readers.csv_shape import Shape
from trialbench.readers.csv_table import table_of
from trialbench.readers.raw import LATEST_NS, NO_TIME, Raw, rows_in_order
from trialbench.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_NS: Final = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
_SURE: Final = 2.0**50
"""Below it the product of a float64 and a power of ten tells the nearest integer, but near a tie."""
_COLUMN_OF_TIMES: Final = Shape(",", ".", ["time"], [""], (), 0, 0, -1, -1, ())


class _Layout(NamedTuple):
    """The columns' names, the number of the one with the times, and which number the rows."""

    names: list[str]
    clock: int
    counts: list[str]


def read_parquet(data: bytes) -> Raw:
    """The signals of a Parquet file. A row group that cannot be read is damage."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(pa.BufferReader(data), page_checksum_verification=True)
        layout = _layout(file.schema_arrow)
    except (pa.ArrowException, OSError, MemoryError, ValueError) as error:
        raise RecordingError(f"byte {len(data)}: no Parquet footer: {_line(error)}") from None
    tables, gaps = _row_groups(file)
    return _signals(layout, file.schema_arrow, tables, gaps)


def _layout(schema: Any) -> _Layout:
    import pyarrow as pa

    names = [schema.field(at).name for at in range(len(schema.names))]
    check(names)
    described = (schema.pandas_metadata or {}).get("index_columns") or []
    index = [each for each in described if isinstance(each, str) and each in names]
    if names and instants.unit_of_time(names[0]) is not None:
        return _Layout(names, 0, index)
    if len(names) > 1 and is_count(names[0]) and instants.unit_of_time(names[1]) is not None:
        return _Layout(names, 1, [names[0]])
    for name in index:
        kind = schema.field(name).type
        if instants.unit_of_time(name) is not None or pa.types.is_timestamp(kind):
            return _Layout(names, names.index(name), index)
    told = repr(names[0][:40]) if names else "nothing"
    raise RecordingError(
        "the first column of a recording is its time (time, t, timestamp, time [ms], timestamp_ns), "
        f"not {told}"
    )


def _row_groups(file: Any) -> tuple[list[Any], list[tuple[int, str, str]]]:
    """The row groups that can be read; the others by how many could be read before each."""
    import pyarrow as pa

    tables: list[Any] = []
    gaps: list[tuple[int, str, str]] = []
    for number in range(file.num_row_groups):
        try:
            table = file.read_row_group(number, use_threads=False)
            table.validate(full=True)
            _compare(table, file.metadata.row_group(number))
            tables.append(table)
        except (pa.ArrowException, OSError, MemoryError, ValueError) as error:
            gaps.append((len(tables), f"row group {number + 1}", _line(error)))
    return tables, gaps


def _compare(table: Any, group: Any) -> None:
    """Compare the row group's numbers with its statistics. Raises `ValueError` where they differ.

    Few writers add checksums to their pages, but nearly all write each column's least and greatest
    value, which tell zeroed blocks at least.
    """
    import pyarrow as pa
    from pyarrow import compute

    for at, name in enumerate(table.column_names):
        column = table.column(at)
        told = group.column(at).statistics if group.num_columns == table.num_columns else None
        simple = pa.types.is_signed_integer(column.type) or pa.types.is_floating(column.type)
        if told is None or not told.has_min_max or not simple or pa.types.is_float16(column.type):
            continue
        if pa.types.is_floating(column.type):
            column = column.filter(compute.invert(compute.is_nan(column)))
        found = compute.min_max(column).as_py()
        if (found["min"], found["max"]) != (told.min, told.max):
            raise ValueError(f"the values of {name} do not fit their statistics")


def _signals(
    layout: _Layout, schema: Any, tables: list[Any], gaps: list[tuple[int, str, str]]
) -> Raw:
    parts, notes = _times([table.column(layout.clock) for table in tables], schema, layout)
    times = np.concatenate([np.empty(0, np.int64), *parts])
    rows = np.cumsum([0, *(part.size for part in parts)]).tolist()
    known = np.flatnonzero(times != NO_TIME)
    mended, stay, more = rows_in_order(times[known], lambda at: f"row {known[at] + 1}")
    times[known] = mended
    errors = []
    for number, where, cause in gaps:
        before = int(times[rows[number] - 1]) if rows[number] else None
        after = int(times[rows[number]]) if rows[number] < times.size else None
        errors.append(Damage(where, cause, before, after))
    if known.size < times.size:
        errors.append(Damage("the time column", f"{times.size - known.size} rows without a time"))
    keep = known[stay]
    signals = {}
    for index, (name, unit) in enumerate(named(layout.names)):
        reason = _why_not(layout, index, schema.field(index).type)
        if reason:
            notes.append(left_out(layout.names[index], reason))
        elif index != layout.clock:
            values, there = _numbers([table.column(index) for table in tables])
            chosen = keep[there[keep]]
            signals[name] = Signal(times[chosen], values[chosen], unit)
    return Raw(None, signals, (*errors, *more), notes=tuple(notes))


def _why_not(layout: _Layout, index: int, kind: Any) -> str:
    """The reason for which a column is left out, "" where it is none of that."""
    import pyarrow as pa

    if index == layout.clock:
        return ""
    if layout.names[index] in layout.counts:
        return "it numbers the rows"
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    known = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_decimal)
    return "" if any(is_one(kind) for is_one in known) else f"its cells are no numbers ({kind})"


def _times(
    columns: list[Any], schema: Any, layout: _Layout
) -> tuple[list[NDArray[np.int64]], list[str]]:
    """The time column's parts in ns, NO_TIME where one is null or does not fit; and notes."""
    import pyarrow as pa

    name, kind = layout.names[layout.clock], schema.field(layout.clock).type
    if pa.types.is_timestamp(kind) or pa.types.is_duration(kind) or pa.types.is_time(kind):
        whole = pa.int32() if pa.types.is_time32(kind) else pa.int64()
        parts = [_whole(column.cast(whole), _NS[kind.unit]) for column in columns]
        naive = pa.types.is_timestamp(kind) and kind.tz is None
        taken = instants.NAIVE if naive else instants.CLOCK if pa.types.is_time(kind) else ""
        return parts, list(instants.TAKEN.get(taken, ()))
    whole_numbers = pa.types.is_integer(kind)
    if not (whole_numbers or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        raise RecordingError(f"the column {name} holds {kind}, not a time")
    places, notes = instants.places_of(name, "", _typical(columns))
    if whole_numbers:
        return [_whole(column, 10**places) for column in columns], list(notes)
    return [_rounded(column, places) for column in columns], list(notes)


def _typical(columns: Sequence[Any]) -> float:
    """The median of the first numbers that are there."""
    for column in columns:
        numbers = [float(each) for each in column.slice(0, 300).drop_null().to_pylist()]
        finite = sorted(each for each in numbers if np.isfinite(each))
        if finite:
            return finite[(len(finite) - 1) // 2]
    return 0.0


def _whole(column: Any, scale: int) -> NDArray[np.int64]:
    numbers = column.fill_null(0).to_numpy()
    fits = np.asarray(column.is_valid().to_numpy(), np.bool_)
    fits &= (numbers >= -(LATEST_NS // scale)) & (numbers <= LATEST_NS // scale)
    return np.where(fits, np.where(fits, numbers, 0).astype(np.int64) * scale, NO_TIME)


def _rounded(column: Any, places: int) -> NDArray[np.int64]:
    """Times 10**places, to the nearest integer of what stands in a CSV file: the shortest decimal.

    Its last digits matter beside a tie, and where a float64 is coarser than a nanosecond (those of
    seconds since 1970 are).
    """
    import pyarrow as pa

    if pa.types.is_float16(column.type):
        column = column.cast(pa.float32())
    known = np.asarray(column.is_valid().to_numpy(), np.bool_)
    scaled = np.full(known.size, np.inf)
    if pa.types.is_float64(column.type):
        with np.errstate(over="ignore"):
            scaled = column.fill_null(np.nan).to_numpy() * 10.0**places
    with np.errstate(invalid="ignore"):
        beside_tie = np.abs(np.abs(scaled - np.rint(scaled)) - 0.5) <= 2 * np.spacing(
            np.abs(scaled)
        )
        sure = known & (np.abs(scaled) < _SURE) & ~beside_tie
    times = np.full(known.size, NO_TIME)
    times[sure] = np.rint(scaled[sure]).astype(np.int64)
    rest = np.flatnonzero(known & ~sure)
    times[rest] = _as_in_csv(column.take(pa.array(rest)).cast(pa.string()).to_pylist(), places)
    return times


def _as_in_csv(texts: list[str], places: int) -> NDArray[np.int64]:
    data = "\n".join(texts).encode()
    table = table_of(data, _COLUMN_OF_TIMES, places)
    settle_times(data, table, _COLUMN_OF_TIMES, instants.Clock(instants.NUMBER, places))
    return np.where(table.codes == 0, table.times_ns, NO_TIME)


def _numbers(columns: list[Any]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """A column's values (0 where null) and where there are any."""
    import pyarrow as pa

    values, there = [np.empty(0)], [np.empty(0, np.bool_)]
    for column in columns:
        kind = column.type
        if pa.types.is_dictionary(kind):
            numbers = column.cast(kind.value_type)
        else:
            numbers = column.cast(pa.uint8()) if pa.types.is_boolean(kind) else column
        there.append(np.asarray(column.is_valid().to_numpy(), np.bool_))
        values.append(np.asarray(numbers.fill_null(0).to_numpy(zero_copy_only=False), np.float64))
    return np.concatenate(values), np.concatenate(there)


def _line(error: BaseException) -> str:
    """An error's words on one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__
