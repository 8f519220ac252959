"""ASAM MDF 2 and 3 through asammdf: plain channels as signals, bus-logging channels among them.

Times count from the header's start, read as UTC. What asammdf cannot read of a channel is damage.
"""

from __future__ import annotations

import io
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.damage import Damage
from trialbench.errors import RecordingError
from trialbench.readers.raw import LATEST_NS, Raw, dateless, instant_ns, rows_in_order
from trialbench.signal import Signal

if TYPE_CHECKING:
    from asammdf import MDF
    from numpy.typing import NDArray

_MASTER: Final = 1


def read_mdf3(data: bytes) -> Raw:
    """The plain signals of an MDF 3 file; `group.channel` where two have one name."""
    from asammdf import MDF  # half a second, for these files alone

    try:
        with MDF(io.BytesIO(data)) as file:
            return _read(file)
    except Exception as error:  # noqa: BLE001 - asammdf raises whatever a broken file leads it to
        raise RecordingError(f"asammdf cannot read this MDF 3 file: {error}") from None


def _read(file: MDF) -> Raw:
    start_ns = _start_ns(file)
    found: list[tuple[str, str, Signal]] = []
    errors: list[Damage] = [] if start_ns else [dateless("the header", 0)]
    texts: list[str] = []
    for number, group in enumerate(file.groups):
        name = f"group {number + 1}"
        for index, channel in enumerate(group.channels):
            if channel.channel_type == _MASTER:
                continue
            try:
                times, values, unit = _samples(file, number, index, start_ns)
            except Exception as error:  # noqa: BLE001 - as above
                errors.append(Damage(f"{name}, channel {channel.name}", f"asammdf: {error}"))
                continue
            if values is None:
                texts.append(channel.name)
                continue
            times, stay, damages = rows_in_order(times, partial(_record, name), "record")
            errors += (each for each in damages if each not in errors)
            found.append((name, channel.name, Signal(times[stay], values[stay], unit)))
    count = Counter(name for _, name, _ in found)
    signals = {
        (name if count[name] == 1 else f"{group}.{name}"): each for group, name, each in found
    }
    left_out = (f"no numbers, left out: {', '.join(texts)}",) if texts else ()
    return Raw(None, signals, tuple(errors), ("MDF 3, read through asammdf", *left_out))


def _record(group: str, at: int) -> str:
    return f"{group}, record {at + 1}"


def _start_ns(file: MDF) -> int:
    """The header's start; 0 where there is none that makes sense."""
    header = file.header
    exact = int(getattr(header, "abs_time", 0) or 0)
    if 0 < exact < LATEST_NS:
        return exact
    text = (header.date + b":" + header.time).rstrip(b"\0 ").decode("ascii", "replace")
    fields = text.split(":")
    if len(fields) != 6 or not all(field.isdecimal() for field in fields):
        return 0
    day, month, year, hour, minute, second = (int(field) for field in fields)
    return instant_ns(year, month, day, hour, minute, second, 0) or 0


def _samples(
    file: MDF, group: int, index: int, start_ns: int
) -> tuple[NDArray[np.int64], NDArray[np.float64] | None, str]:
    """A channel's times, values (None: no numbers; of text, the numbers behind it), and unit."""
    signal = file.get(group=group, index=index)
    if signal.samples.dtype.kind not in "iufb":
        signal = file.get(group=group, index=index, raw=True)
    times = np.rint(signal.timestamps * 1e9).astype(np.int64) + start_ns
    if signal.samples.ndim != 1 or signal.samples.dtype.kind not in "iufb":
        return times, None, ""
    return times, signal.samples.astype(np.float64), signal.unit or ""
