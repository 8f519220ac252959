"""Decoded signals as one table: a column each, a row an instant."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.errors import TrialbenchError
from trialbench.signal import NS

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from trialbench.signal import Signal

ROWS: Final = 8192
"""Rows written at a time: a wide table of a long recording does not fit in memory."""


def write_parquet(signals: Mapping[str, Signal], path: Path) -> None:
    """Write every signal as a column, a row an instant, null where it has no sample.

    The first column is `timestamp_ns`, so that the bench reads the table back; the others are called
    as in `columns`. Raises `TrialbenchError`; nothing half-written stays.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    shown = columns(signals)
    every = instants(shown)
    schema = pa.schema([("timestamp_ns", pa.int64()), *((name, pa.float64()) for name in shown)])
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with pq.ParquetWriter(part, schema, compression="zstd") as writer:
            for at in range(0, every.size, ROWS):
                times = every[at : at + ROWS]
                cells = [pa.array(*_column(item, times)) for item in shown.values()]
                writer.write_table(pa.table([pa.array(times), *cells], schema=schema))
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise TrialbenchError(f"{path}: {error.strerror or error}; nothing was written") from None


def to_pandas(signals: Mapping[str, Signal], begin_ns: int) -> pd.DataFrame:
    """As `Recording.to_pandas`, of these signals; the index counts seconds from `begin_ns`."""
    try:
        import pandas as pd
    except ImportError:
        raise TrialbenchError("a table for pandas needs pandas: pip install pandas") from None
    shown = columns(signals)
    every = instants(shown)
    cells = {}
    for name, signal in shown.items():
        values, _, absent = _column(signal, every)
        values[absent] = np.nan
        cells[name] = values
    index = pd.Index((every - begin_ns) / NS, dtype=float, name="time [s]")
    return pd.DataFrame(cells, index)


def columns(signals: Mapping[str, Signal]) -> dict[str, Signal]:
    """The signals by their columns' names: `name [unit]`, or `name` where no unit is known.

    Just `name`, too, where another signal is called `name [unit]` itself.
    """
    titled = {name: f"{name} [{signal.unit}]" for name, signal in signals.items() if signal.unit}
    return {
        name if titled.get(name, name) in signals else titled[name]: signal
        for name, signal in signals.items()
    }


def instants(shown: Mapping[str, Signal]) -> np.ndarray:
    """Every instant at which one of them has a sample, once, in order."""
    times = [signal.times_ns for signal in shown.values()]
    return np.unique(np.concatenate([np.empty(0, np.int64), *times]))


def _column(signal: Signal, times: np.ndarray) -> tuple[np.ndarray, None, np.ndarray]:
    """Values at these instants, and where there is none; of samples at one instant the last counts."""
    if not times.size:
        return np.zeros(0), None, np.zeros(0, bool)
    first = int(np.searchsorted(signal.times_ns, times[0], "left"))
    last = int(np.searchsorted(signal.times_ns, times[-1], "right"))
    at = np.searchsorted(times, signal.times_ns[first:last])
    values, absent = np.zeros(times.size), np.ones(times.size, bool)
    values[at], absent[at] = signal.values[first:last], False
    return values, None, absent
