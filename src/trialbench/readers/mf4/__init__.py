"""ASAM MDF 4: bus logging, finalised or not, and plain channels.

Where a file's times begin is its header's start time, read as UTC. `BusChannel` is the bus.
A channel in a rare shape (algebraic conversions, for one) is read through asammdf.
"""

from __future__ import annotations

import struct
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import numpy as np

from trialbench.damage import Damage
from trialbench.errors import RecordingError
from trialbench.frames import Frames
from trialbench.readers.mf4 import bus
from trialbench.readers.mf4.blocks import Blocks, BrokenBlock
from trialbench.readers.mf4.places import Part, blanks, placed, settle
from trialbench.readers.mf4.plain import Plain
from trialbench.readers.mf4.records import Unsorted, records_of
from trialbench.readers.mf4.stream import Lost, stream, sure
from trialbench.readers.mf4.structure import BUS_EVENT, VARIABLE, DataGroup, data_group
from trialbench.readers.mf4.values import Records, Unread, is_fixed, times_ns
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

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from trialbench.readers.mf4.blocks import Block

_ID_SIZE: Final = 64
_VERSION_AT: Final = 28
_FLAGS_AT: Final = 60
_HD: Final = struct.Struct("<Q")
_OFFSETS_OPEN: Final = 64
"""Bit of what an unfinished file leaves to do: the offsets of values of variable length."""


T = TypeVar("T")


class _Found(NamedTuple):
    """A data group and its records."""

    group: DataGroup
    records: Unsorted


class _Bus(NamedTuple):
    """The frames of one group, and where some are not whole."""

    part: Part
    columns: Columns
    gaps: list[Gap]


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
        self._errors: list[Damage] = []
        self._notes: list[str] = []
        self._skipped: Counter[str] = Counter()
        self._start_ns = 0
        self._masters: dict[int, NDArray[np.int64]] = {}
        self._bus: list[_Bus] = []
        self._plain = Plain()

    def read(self) -> Raw:
        """All data groups, each as far as it can be read."""
        head = self._blocks.at(_ID_SIZE, "HD")
        (self._start_ns,) = self._blocks.fields(head, _HD)
        if self._start_ns > LATEST_NS:
            raise BrokenBlock(_ID_SIZE, f"a start time of {self._start_ns} ns since 1970")
        groups = []
        try:
            for block in self._blocks.chain(head.link(0), "DG"):
                groups += self._attempt(block, partial(self._records, block))
        except BrokenBlock as broken:
            self._errors.append(Damage(broken.where, broken.cause))
        lost = [each for found in groups for each in self._parts(found)]
        frames = self._frames()
        signals, errors = self._plain.signals(self._blocks.data)
        self._errors += [placed(each, parts) for each, parts in lost] + errors
        if frames is None and not signals and not self._errors:
            frames = Frames(*Columns.room(0, 8))
        return Raw(frames, signals, tuple(self._errors), tuple(self._notes), self._skipped)

    def _attempt(self, block: Block, read: Callable[[], list[T]]) -> list[T]:
        """What `read` gives; what is wrong with a group is told, and the others are read."""
        try:
            return read()
        except BrokenBlock as broken:
            self._errors.append(Damage(broken.where, broken.cause))
        except Unread as unread:
            where = f"byte {block.at}"
            self._errors.append(Damage(where, f"frames in a shape that is not read: {unread}"))
        return []

    def _records(self, block: Block) -> list[_Found]:
        """The records of a data group; their times are kept for groups that have none of their own."""
        group = data_group(self._blocks, block)
        found = records_of(self._blocks, group, unfinished=self._unfinished)
        for records in found.records:
            times = times_ns(records, self._start_ns)
            if times is not None:
                self._masters[records.group.block.at] = times
        return [_Found(group, found)]

    def _parts(self, found: _Found) -> list[tuple[Lost, list[Part]]]:
        """Sort the records by what they hold; returns what is lost of them."""
        parts: list[Part] = []
        for records in found.records.records:
            parts += self._attempt(records.group.block, partial(self._timed, records))
        settled = [settle(each, parts) for each in found.records.lost]
        settled += [each for part in parts for each in blanks(part, self._start_ns)]
        for part in parts:
            self._attempt(part.records.group.block, partial(self._take, part, found.records))
        return [(each, parts) for each in settled if each]

    def _timed(self, records: Records) -> list[Part]:
        """The records with their times, where they have any."""
        group = records.group
        times = self._masters.get(group.master or group.block.at)
        if times is None:
            named = [channel.name for channel in group.channels if is_fixed(channel)]
            if bus.kind_of(group) or group.flags & BUS_EVENT or group.master:
                raise BrokenBlock(group.block.at, "records without their times")
            self._notes.append(f"left out, for they have no time: {', '.join(named)[:200]}")
            return []
        if group.master and times.size != records.starts.size:
            cause = f"{records.starts.size} records, but times of {times.size}"
            raise BrokenBlock(group.block.at, cause)
        return [Part(group.name, records, times)]

    def _take(self, part: Part, found: Unsorted) -> list[None]:
        """Add frames, or plain channels."""
        group = part.records.group
        kind = bus.kind_of(group)
        if not kind and not group.flags & BUS_EVENT:
            self._plain.take(part)
            return []
        if not kind:
            other = bus.other_kind(group)
            if not other:
                raise BrokenBlock(group.block.at, "events of a bus that no channel describes")
            self._skipped[other] += part.times_ns.size
            return []
        part.name = part.name or kind
        variable = self._values_of_variable_length(part.records, found)
        columns, whole = bus.frames(part.records, kind, part.times_ns, variable)
        whole &= part.times_ns != NO_TIME
        gaps = [] if whole.all() else _left_out(whole)
        if gaps:
            columns = columns.taken(whole)
            part.keep(whole)
        self._bus.append(_Bus(part, columns, gaps))
        return []

    def _frames(self) -> Frames | None:
        """The frames of all groups in one order of time; the clock is one for all."""
        if not self._bus:
            return None
        bounds = np.cumsum([0, *(len(each.columns.ids) for each in self._bus)])
        columns = joined([each.columns for each in self._bus])
        streams: NDArray[np.integer[Any]] = columns.bus
        if len(self._bus) > 1:
            groups = np.repeat(np.arange(len(self._bus)), np.diff(bounds))
            streams = 256 * groups + columns.bus

        def where(at: int) -> str:
            number = int(np.searchsorted(bounds, at, side="right")) - 1
            return f"{self._bus[number].part.name}, frame {at - bounds[number] + 1}"

        frames, errors = in_order(columns, where, streams)
        self._errors += errors
        for each, begin, end in zip(self._bus, bounds[:-1], bounds[1:], strict=True):
            each.part.times_ns = columns.times_ns[begin:end]
            self._errors += as_damages(each.gaps, each.part.times_ns)
        return frames

    def _values_of_variable_length(
        self, records: Records, found: Unsorted
    ) -> NDArray[np.uint8] | None:
        for channel in records.group.channels:
            if channel.kind == VARIABLE and channel.values:
                if channel.values in found.variable:
                    if self._unfinished and self._to_finish & _OFFSETS_OPEN:
                        raise Unread("unfinished offsets of values of variable length")
                    return found.variable[channel.values]
                return sure(stream(self._blocks, channel.values, unfinished=self._unfinished))
        return None


def _left_out(whole: NDArray[np.bool_]) -> list[Gap]:
    """The frames that are not whole, in the order of the file."""
    kept = np.cumsum(whole)
    cause = "a frame without its bytes, or without a time that fits"
    return [
        Gap(f"frame {at + 1}", cause, int(kept[at]), int(kept[at]))
        for at in np.flatnonzero(~whole).tolist()
    ]
