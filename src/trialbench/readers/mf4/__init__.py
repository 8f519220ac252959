"""ASAM MDF 4: bus logging, finalised or not, and plain channels.

Where a file's times begin is its header's start time, read as UTC. `BusChannel` is the bus.
A channel in a rare shape (algebraic conversions, for one) is read through asammdf.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.errors import RecordingError
from trialbench.readers.mf4 import bus
from trialbench.readers.mf4.blocks import Blocks, BrokenBlock
from trialbench.readers.mf4.plain import Plain
from trialbench.readers.mf4.records import Unsorted, records_of
from trialbench.readers.mf4.stream import Lost, stream
from trialbench.readers.mf4.structure import BUS_EVENT, VARIABLE, DataGroup, data_group
from trialbench.readers.mf4.values import Records, Unread, times_ns
from trialbench.readers.raw import (
    LATEST_NS,
    NO_TIME,
    Columns,
    Gap,
    Raw,
    as_damages,
    in_order,
    joined,
)
from trialbench.recording import Damage, Frames

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialbench.readers.mf4.blocks import Block

_ID_SIZE: Final = 64
_VERSION_AT: Final = 28
_FLAGS_AT: Final = 60
_HD: Final = struct.Struct("<Q")
_OFFSETS_OPEN: Final = 64
"""Bit of what an unfinished file leaves to do: the offsets of values of variable length."""


def read_mf4(data: bytes) -> Raw:
    """The frames and the plain signals of an MDF 4 file. What is broken is damage."""
    if len(data) < _ID_SIZE + 24 or data[:8] not in (b"MDF     ", b"UnFinMF "):
        raise RecordingError("byte 0: not the header of an MDF file")
    (version,) = struct.unpack_from("<H", data, _VERSION_AT)
    if version < 400:
        raise RecordingError(f"byte {_VERSION_AT}: MDF version {version}: only MDF 4 is read")
    return _Reader(data).read()


class _Reader:
    """One file, on its way to a `Raw`."""

    def __init__(self, data: bytes) -> None:
        self._blocks = Blocks(data)
        self._unfinished = data.startswith(b"UnFin")
        (self._to_finish,) = struct.unpack_from("<H", data, _FLAGS_AT)
        self._frames: list[Frames] = []
        self._errors: list[Damage] = []
        self._start_ns = 0
        self._plain = Plain()

    def read(self) -> Raw:
        """All data groups, each as far as it can be read."""
        head = self._blocks.at(_ID_SIZE, "HD")
        (self._start_ns,) = self._blocks.fields(head, _HD)
        if self._start_ns > LATEST_NS:
            raise BrokenBlock(_ID_SIZE, f"a start time of {self._start_ns} ns since 1970")
        try:
            for block in self._blocks.chain(head.link(0), "DG"):
                self._attempt(block)
        except BrokenBlock as broken:
            self._errors.append(Damage(broken.where, broken.cause))
        frames = _merged(self._frames) if self._frames else None
        signals = self._plain.signals(self._blocks.data)
        if frames is None and not signals and not self._errors:
            frames = Frames(*Columns.room(0, 8))
        return Raw(frames, signals, tuple(self._errors))

    def _attempt(self, block: Block) -> None:
        try:
            group = data_group(self._blocks, block)
            self._data_group(group, records_of(self._blocks, group, unfinished=self._unfinished))
        except BrokenBlock as broken:
            self._errors.append(Damage(broken.where, broken.cause))
        except Unread as unread:
            where = f"byte {block.at}"
            self._errors.append(Damage(where, f"frames in a shape that is not read: {unread}"))

    def _data_group(self, group: DataGroup, found: Unsorted) -> None:
        """Read the groups that have records, and place what is lost between their times."""
        placed: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        for records in found.records:
            times = times_ns(records, self._start_ns)
            if times is None:
                continue
            kind = bus.kind_of(records.group)
            if kind:
                self._bus(records, kind, times, found)
            elif not records.group.flags & BUS_EVENT:
                self._errors += self._plain.take(records, times)
            placed.append((records.starts, times))
        self._errors += [_placed(lost, placed) for lost in found.lost]

    def _bus(self, records: Records, kind: str, times: NDArray[np.int64], found: Unsorted) -> None:
        variable = self._values_of_variable_length(records, found)
        columns, whole = bus.frames(records, kind, times, variable)
        whole &= times != NO_TIME
        if not whole.all():
            self._errors += _left_out(columns, whole)
            columns = columns.taken(whole)
        name = records.group.name or kind
        frames, errors = in_order(columns, lambda at: f"{name}, frame {at + 1}")
        self._frames.append(frames)
        self._errors += errors

    def _values_of_variable_length(
        self, records: Records, found: Unsorted
    ) -> NDArray[np.uint8] | None:
        for channel in records.group.channels:
            if channel.kind == VARIABLE and channel.values:
                if channel.values in found.variable:
                    if self._unfinished and self._to_finish & _OFFSETS_OPEN:
                        raise Unread("unfinished offsets of values of variable length")
                    return found.variable[channel.values]
                return stream(self._blocks, channel.values, unfinished=self._unfinished).data
        return None


def _left_out(columns: Columns, whole: NDArray[np.bool_]) -> list[Damage]:
    """Damages for the frames that are not whole, in the order of the file."""
    kept = np.cumsum(whole)
    cause = "a frame without its bytes, or without a time that fits"
    gaps = (
        Gap(f"frame {at + 1}", cause, int(kept[at]), int(kept[at]))
        for at in np.flatnonzero(~whole).tolist()
    )
    return as_damages(gaps, columns.times_ns[whole])


def _placed(lost: Lost, placed: list[tuple[NDArray[np.int64], NDArray[np.int64]]]) -> Damage:
    """What a stream lost, between the last record before it and the first after it."""
    before: list[int] = []
    after: list[int] = []
    for starts, times in placed:
        at = int(np.searchsorted(starts, lost.begin))
        before += [int(times[at - 1])] if at else []
        if lost.end is not None:
            at = int(np.searchsorted(starts, lost.end))
            after += [int(times[at])] if at < times.size else []
    begin, end = max(before, default=None), min(after, default=None)
    if begin is not None and end is not None and end < begin:
        begin, end = end, begin
    return Damage(lost.where, lost.cause, begin, end)


def _merged(parts: list[Frames]) -> Frames:
    """The groups' frames in one order of time."""
    if len(parts) == 1:
        return parts[0]
    columns = joined(
        [Columns(*(getattr(part, name) for name in Columns._fields)) for part in parts]
    )
    return Frames(*columns.taken(np.argsort(columns.times_ns, kind="stable")))
