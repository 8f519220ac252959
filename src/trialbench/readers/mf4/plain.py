"""Plain channels as signals."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from trialbench.damage import Damage
from trialbench.readers.clock import mend
from trialbench.readers.mf4.blocks import BrokenBlock
from trialbench.readers.mf4.structure import MASTER, VIRTUAL_MASTER
from trialbench.readers.mf4.values import Unread, is_fixed, values
from trialbench.readers.raw import NO_TIME, told
from trialbench.signal import Signal

if TYPE_CHECKING:
    from trialbench.readers.mf4.places import Part


class Plain:
    """The plain channels of a file, a signal each."""

    def __init__(self) -> None:
        self._parts: list[Part] = []

    def take(self, part: Part) -> None:
        """Add the channels of one group."""
        if not part.name:
            part.name = f"group {len(self._parts) + 1}"
        self._parts.append(part)

    def signals(self, data: bytes) -> tuple[dict[str, Signal], list[Damage]]:
        """All signals by name, and what is wrong with their times.

        Where two have one name it is `group.channel`; where that is one name still, those after
        the first are `name[1]`, `name[2]`. The clock is one for all groups.
        """
        errors = self._mend()
        found: list[tuple[str, str, Signal]] = []
        rare = False
        for part in self._parts:
            try:
                read, all_read = _channels(part)
            except BrokenBlock as broken:
                errors.append(Damage(broken.where, broken.cause))
                continue
            found += read
            rare = rare or not all_read
        if rare:
            known = {name for _, name, _ in found}
            theirs, problem = _through_asammdf(data)
            found += [each for each in theirs if each[1] not in known]
            errors += [problem] if problem else []
        return _named(found), errors

    def _mend(self) -> list[Damage]:
        """Leave out records without a time that fits, or with one that lies."""
        errors = []
        for part in self._parts:
            fits = part.times_ns != NO_TIME
            if not fits.all():
                errors.append(Damage(part.name, "a record without a time that fits"))
                part.keep(fits)
        if not self._parts:
            return errors
        sizes = [part.times_ns.size for part in self._parts]
        bounds = np.cumsum([0, *sizes])
        times = np.concatenate([part.times_ns for part in self._parts])
        clock = mend(times, np.repeat(np.arange(len(sizes)), sizes))
        if clock is None:
            return errors

        def where(at: int) -> str:
            number = int(np.searchsorted(bounds, at, side="right")) - 1
            return f"{self._parts[number].name}, record {at - bounds[number] + 1}"

        for part, begin, end in zip(self._parts, bounds[:-1], bounds[1:], strict=True):
            part.times_ns = clock.times_ns[begin:end]
            part.keep(clock.keep[begin:end])
        return errors + told(clock, where, "record")


def _channels(part: Part) -> tuple[list[tuple[str, str, Signal]], bool]:
    """Group, name and signal of each channel of a group, and whether none was too rare to read."""
    found, all_read = [], True
    for channel in part.records.group.channels:
        if channel.kind in (MASTER, VIRTUAL_MASTER) or not is_fixed(channel):
            continue
        try:
            signal = Signal(part.times_ns, values(part.records, channel), channel.unit)
        except Unread:
            all_read = False
        else:
            found.append((part.name, channel.name, signal))
    return found, all_read


def _named(found: list[tuple[str, str, Signal]]) -> dict[str, Signal]:
    """Signals by names that are all different."""
    groups: dict[str, set[str]] = {}
    for group, name, _ in found:
        groups.setdefault(name, set()).add(group)
    named: dict[str, Signal] = {}
    for group, name, signal in found:
        base = name if len(groups[name]) == 1 else f"{group}.{name}"
        free = (f"{base}[{k}]" for k in range(1, len(found) + 1))
        named[base if base not in named else next(k for k in free if k not in named)] = signal
    return named


def _through_asammdf(data: bytes) -> tuple[list[tuple[str, str, Signal]], Damage | None]:
    """Every numeric channel as asammdf gives it, and what kept it from the rest."""
    from asammdf import MDF

    found: list[tuple[str, str, Signal]] = []
    try:
        with MDF(io.BytesIO(data)) as file:
            start_ns = round(file.header.start_time.timestamp() * 1e6) * 1000
            for number, group in enumerate(file.groups):
                for index, channel in enumerate(group.channels):
                    if channel.channel_type not in (MASTER, VIRTUAL_MASTER):
                        signal = file.get(group=number, index=index)
                        found += _as_signal(f"group {number + 1}", channel.name, signal, start_ns)
    except Exception as error:  # noqa: BLE001 - on damaged files it fails in any way
        cause = f"channels that are left to asammdf, which fails ({type(error).__name__})"
        return found, Damage("the file", cause)
    return found, None


def _as_signal(group: str, name: str, theirs: Any, start_ns: int) -> list[tuple[str, str, Signal]]:
    if theirs.samples.ndim != 1 or theirs.samples.dtype.kind not in "iufb":
        return []
    times = np.rint(theirs.timestamps * 1e9).astype(np.int64) + start_ns
    return [(group, name, Signal(times, theirs.samples.astype(np.float64), theirs.unit or ""))]
