"""Parquet: plain signals. Columns as in CSV; a null is no sample, NaN an unknown one.

`time` is in seconds (or a timestamp of its own), `timestamp_ns` whole nanoseconds. Columns that
are no numbers are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from trialbench.errors import RecordingError
from trialbench.readers.csv import named
from trialbench.readers.raw import LATEST_NS, NO_TIME, Raw, running_backwards
from trialbench.recording import Damage
from trialbench.signal import Signal

if TYPE_CHECKING:
    from numpy.typing import NDArray


def read_parquet(data: bytes) -> Raw:
    """The signals of a Parquet file. A row group that cannot be read is damage."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(pa.BufferReader(data), page_checksum_verification=True)
        names = [file.schema_arrow.field(k).name for k in range(len(file.schema_arrow.names))]
    except (pa.ArrowException, OSError, MemoryError, ValueError) as error:
        raise RecordingError(f"byte {len(data)}: no Parquet footer: {_line(error)}") from None
    if not names or names[0] not in ("time", "timestamp_ns"):
        told = repr(names[0][:40]) if names else "nothing"
        raise RecordingError(f"the first column of a recording is time or timestamp_ns, not {told}")
    tables, gaps = _row_groups(file)
    return _signals(names, tables, gaps)


def _row_groups(file: Any) -> tuple[list[Any], list[tuple[int, str, str]]]:
    """The row groups that can be read; the others by how many could be read before each."""
    import pyarrow as pa

    tables: list[Any] = []
    gaps: list[tuple[int, str, str]] = []
    for number in range(file.num_row_groups):
        try:
            table = file.read_row_group(number, use_threads=False)
            table.validate(full=True)
            tables.append(table)
        except (pa.ArrowException, OSError, MemoryError, ValueError) as error:
            gaps.append((len(tables), f"row group {number + 1}", _line(error)))
    return tables, gaps


def _signals(names: list[str], tables: list[Any], gaps: list[tuple[int, str, str]]) -> Raw:
    parts = [_times(table.column(0), names[0]) for table in tables]
    times = np.concatenate([np.empty(0, np.int64), *parts])
    rows = np.cumsum([0, *(part.size for part in parts)]).tolist()
    errors = []
    for number, where, cause in gaps:
        before = int(times[rows[number] - 1]) if rows[number] else None
        after = int(times[rows[number]]) if rows[number] < times.size else None
        errors.append(Damage(where, cause, before, after))
    known = times != NO_TIME
    if not known.all():
        errors.append(Damage("the time column", f"{np.count_nonzero(~known)} rows without a time"))
    backwards, more = running_backwards(
        times[known], np.flatnonzero(known), lambda at: f"row {at + 1}", "rows"
    )
    keep = np.flatnonzero(known)[~backwards]
    signals = {}
    for index, column in enumerate(names[1:], 1):
        values, there = _numbers([table.column(index) for table in tables])
        if values is not None:
            chosen = keep[there[keep]]
            name, unit = named(column)
            signals[name] = Signal(times[chosen], values[chosen], unit)
    return Raw(None, signals, (*errors, *more))


def _times(column: Any, name: str) -> NDArray[np.int64]:
    """A part of the time column in ns; NO_TIME where it is null or does not fit."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_duration(kind):
        column = column.cast(
            pa.timestamp("ns") if pa.types.is_timestamp(kind) else pa.duration("ns")
        )
        return _whole(column.cast(pa.int64()), 1)
    if pa.types.is_integer(kind):
        return _whole(column.cast(pa.int64()), 1 if name == "timestamp_ns" else 10**9)
    if name == "timestamp_ns" or not (pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        raise RecordingError(f"the column {name} holds {kind}, not a time")
    seconds = column.cast(pa.float64()).to_numpy()  # NaN where null
    with np.errstate(invalid="ignore"):
        fits = np.abs(seconds) * 1e9 < LATEST_NS
    return np.where(fits, np.rint(np.where(fits, seconds, 0) * 1e9), NO_TIME).astype(np.int64)


def _whole(column: Any, scale: int) -> NDArray[np.int64]:
    whole = np.asarray(column.fill_null(NO_TIME).to_numpy(), np.int64)
    fits = (whole >= -LATEST_NS // scale) & (whole <= LATEST_NS // scale)
    return np.where(fits, np.where(fits, whole, 0) * scale, NO_TIME)


def _numbers(columns: list[Any]) -> tuple[NDArray[np.float64] | None, NDArray[np.bool_]]:
    """A column's values (0 where null) and where there are any; None where it holds no numbers."""
    import pyarrow as pa

    values, there = [np.empty(0)], [np.empty(0, np.bool_)]
    for column in columns:
        kind = column.type
        plain = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
        if not plain and not pa.types.is_decimal(kind):
            return None, there[0]
        numbers = column.cast(pa.uint8()) if pa.types.is_boolean(kind) else column
        there.append(np.asarray(column.is_valid().to_numpy(), np.bool_))
        values.append(np.asarray(numbers.fill_null(0).to_numpy(zero_copy_only=False), np.float64))
    return np.concatenate(values), np.concatenate(there)


def _line(error: BaseException) -> str:
    """An error's words on one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__
