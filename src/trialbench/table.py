"""Decoded signals as one table."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.errors import TrialbenchError

if TYPE_CHECKING:
    from pathlib import Path

    from trialbench.recording import Recording
    from trialbench.signal import Signal

ROWS: Final = 8192
"""Rows written at a time: a wide table of a long recording does not fit in memory."""


def write_parquet(recording: Recording, path: Path) -> None:
    """Write every signal of a recording as a column, a row an instant, null where it has no sample.

    The first column is `timestamp_ns`, so that the bench reads the table back; the unit is in the
    column's metadata, and in its name as `name [unit]`. Raises `TrialbenchError`; nothing half-written stays.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        f"{name} [{item.unit}]" if item.unit else name: item
        for name, item in recording.signals.items()
    }
    every = np.unique(
        np.concatenate([np.empty(0, np.int64), *(item.times_ns for item in columns.values())])
    )
    schema = pa.schema([("timestamp_ns", pa.int64()), *((name, pa.float64()) for name in columns)])
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with pq.ParquetWriter(part, schema, compression="zstd") as writer:
            for at in range(0, every.size, ROWS):
                times = every[at : at + ROWS]
                cells = [pa.array(*_column(item, times)) for item in columns.values()]
                writer.write_table(pa.table([pa.array(times), *cells], schema=schema))
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise TrialbenchError(f"{path}: {error.strerror or error}; nothing was written") from None


def _column(signal: Signal, times: np.ndarray) -> tuple[np.ndarray, None, np.ndarray]:
    """Values at these instants, and where there is none; of samples at one instant the last counts."""
    first = int(np.searchsorted(signal.times_ns, times[0], "left"))
    last = int(np.searchsorted(signal.times_ns, times[-1], "right"))
    at = np.searchsorted(times, signal.times_ns[first:last])
    values, absent = np.zeros(times.size), np.ones(times.size, bool)
    values[at], absent[at] = signal.values[first:last], False
    return values, None, absent
