"""Plain channels as signals."""

from __future__ import annotations

import io
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from trialbench.readers.mf4.structure import MASTER, VIRTUAL_MASTER
from trialbench.readers.mf4.values import Records, Unread, is_fixed, values
from trialbench.readers.raw import NO_TIME, running_backwards
from trialbench.recording import Damage
from trialbench.signal import Signal

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Plain:
    """The plain channels of a file: a signal each, `group.channel` where two have one name."""

    def __init__(self) -> None:
        self._found: list[tuple[str, str, Signal]] = []
        self._groups = 0
        self._rare = False

    def take(self, records: Records, times: NDArray[np.int64]) -> list[Damage]:
        """Add the channels of one group. Raises `BrokenBlock`."""
        self._groups += 1
        name = records.group.name or f"group {self._groups}"
        fits = times != NO_TIME
        backwards, errors = running_backwards(
            times[fits], np.flatnonzero(fits), lambda at: f"{name}, record {at + 1}", "records"
        )
        if not fits.all():
            errors.append(Damage(name, "a record without a time that fits"))
        keep = np.flatnonzero(fits)[~backwards]
        for channel in records.group.channels:
            if channel.kind in (MASTER, VIRTUAL_MASTER) or not is_fixed(channel):
                continue
            try:
                signal = Signal(times[keep], values(records, channel)[keep], channel.unit)
            except Unread:
                self._rare = True
            else:
                self._found.append((name, channel.name, signal))
        return errors

    def signals(self, data: bytes) -> dict[str, Signal]:
        """All signals by name."""
        found = self._found
        if self._rare:
            known = {name for _, name, _ in found}
            found = found + [each for each in _through_asammdf(data) if each[1] not in known]
        count = Counter(name for _, name, _ in found)
        return {
            (name if count[name] == 1 else f"{group}.{name}"): signal
            for group, name, signal in found
        }


def _through_asammdf(data: bytes) -> list[tuple[str, str, Signal]]:
    """Every numeric channel as asammdf gives it."""
    from asammdf import MDF

    found = []
    with MDF(io.BytesIO(data)) as file:
        start_ns = round(file.header.start_time.timestamp() * 1e6) * 1000
        for number, group in enumerate(file.groups):
            for index, channel in enumerate(group.channels):
                if channel.channel_type in (MASTER, VIRTUAL_MASTER):
                    continue
                signal = file.get(group=number, index=index)
                if signal.samples.ndim == 1 and signal.samples.dtype.kind in "iufb":
                    times = np.rint(signal.timestamps * 1e9).astype(np.int64) + start_ns
                    numbers = signal.samples.astype(np.float64)
                    made = Signal(times, numbers, signal.unit or "")
                    found.append((f"group {number + 1}", channel.name, made))
    return found
