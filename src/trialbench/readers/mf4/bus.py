"""CAN frames out of bus-logging groups (ASAM MDF bus logging: CAN_DataFrame and its kin)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.frames import BRS, ERROR, ESI, EXTENDED, FD, REMOTE, TX
from trialbench.readers.mf4.blocks import BrokenBlock
from trialbench.readers.mf4.kernels import payloads, value_begins
from trialbench.readers.mf4.structure import VARIABLE, Channel, Group
from trialbench.readers.mf4.values import Records, converted, raw_values
from trialbench.readers.raw import Columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

KINDS: Final = {"CAN_DataFrame": 0, "CAN_RemoteFrame": REMOTE, "CAN_ErrorFrame": ERROR}
_OTHERS: Final = {
    "CAN": "", "LIN": "LIN", "FLX": "FlexRay", "MOST": "MOST", "ETH": "Ethernet", "USB": "USB",
}  # fmt: skip
"""The beginnings of the names of bus events; those of CAN are told by their whole name."""
_BITS: Final = {"IDE": EXTENDED, "EDL": FD, "BRS": BRS, "ESI": ESI, "Dir": TX}
_BEYOND: Final = -2
_LENGTH_OF_DLC: Final = np.array([*range(9), 12, 16, 20, 24, 32, 48, 64], np.int64)


def kind_of(group: Group) -> str:
    """The kind of frames that a group holds; empty where it holds none of CAN."""
    names = {channel.name.partition(".")[0] for channel in group.channels}
    return next((kind for kind in KINDS if kind in names), "")


def other_kind(group: Group) -> str:
    """The kind of events of another bus, or of no frames, that a group holds; empty where it is none."""
    for channel in group.channels:
        event, _, _ = channel.name.partition(".")
        bus, found, _ = event.partition("_")
        if found and bus in _OTHERS:
            return _OTHERS[bus] or event
    return ""


def frames(
    records: Records, kind: str, times: NDArray[np.int64], variable: NDArray[np.uint8] | None
) -> tuple[Columns, NDArray[np.bool_]]:
    """The frames of a group's records, and which of them are whole.

    `variable` holds the values of variable length, if there are; a frame whose value it does not
    hold is not whole.

    Raises `BrokenBlock` or `Unread`.
    """
    fields = {
        channel.name.partition(".")[2]: channel
        for channel in records.group.channels
        if channel.name.startswith(f"{kind}.")
    }
    needed = {"CAN_DataFrame": ("ID", "DataBytes"), "CAN_RemoteFrame": ("ID",)}.get(kind, ())
    for name in needed:
        if name not in fields:
            raise BrokenBlock(records.group.block.at, f"frames {kind} without the channel {name}")
    count = records.starts.size
    flags = np.full(count, KINDS[kind], np.uint8)
    for name, bit in _BITS.items():
        if name in fields:
            flags |= (_field(records, fields[name]) != 0).astype(np.uint8) * np.uint8(bit)
    ids = _field(records, fields["ID"]) if "ID" in fields else np.zeros(count, np.int64)
    if "IDE" not in fields:  # some write the flag into the identifier's highest bit
        flags |= (ids >> 31 & 1).astype(np.uint8) * np.uint8(EXTENDED)
    bus = _field(records, fields["BusChannel"]) if "BusChannel" in fields else np.zeros(count)
    lengths, data, whole = _payloads(records, fields, variable, flags)
    columns = Columns(
        times, (bus.astype(np.int64) & 255).astype(np.uint8),
        (ids & 0x1FFFFFFF).astype(np.uint32), flags, lengths.astype(np.uint8), data,
    )  # fmt: skip
    return columns, whole


def _field(records: Records, channel: Channel) -> NDArray[np.int64]:
    return converted(raw_values(records, channel), channel.conversion).astype(np.int64)


def _payloads(
    records: Records,
    fields: dict[str, Channel],
    variable: NDArray[np.uint8] | None,
    flags: NDArray[np.uint8],
) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.bool_]]:
    """Length and bytes of each frame, and whether it is whole; remote and error frames have none."""
    count = records.starts.size
    content = fields.get("DataBytes")
    whole = np.ones(count, np.bool_)
    if content is None or not count or (flags[0] & (REMOTE | ERROR)):
        return np.zeros(count, np.int64), np.zeros((count, 8), np.uint8), whole
    if content.kind == VARIABLE:
        buffer = records.data[:0] if variable is None else variable
        begins, room = _variable(buffer, raw_values(records, replace(content, data_type=0)))
    else:
        if content.byte + content.bits // 8 > records.group.size:
            raise BrokenBlock(records.group.block.at, "the frames' bytes lie outside of the record")
        buffer, begins = records.data, records.starts + content.byte
        room = np.full(count, content.bits // 8)
    told = _lengths(records, fields, room)
    lengths = np.clip(np.minimum(told, room), 0, 64)
    data = np.zeros((count, 8 if int(lengths.max()) <= 8 else 64), np.uint8)
    payloads(buffer, begins, lengths, data)
    whole = lengths == told
    if content.kind == VARIABLE:
        whole &= told == room
        wrong = np.flatnonzero(~whole & (room != _BEYOND))
        if wrong.size and wrong[0] > 0:  # what is missing may be the end of the value before
            whole[wrong[0] - 1] = False
    return lengths, data, whole


def _lengths(
    records: Records, fields: dict[str, Channel], room: NDArray[np.int64]
) -> NDArray[np.int64]:
    if "DataLength" in fields:
        return _field(records, fields["DataLength"])
    if "DLC" in fields:
        lengths: NDArray[np.int64] = _LENGTH_OF_DLC[_field(records, fields["DLC"]) & 15]
        return lengths
    return room


def _variable(
    buffer: NDArray[np.uint8], offsets: NDArray[np.generic]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each value of variable length begins, and how long it is.

    It is -1 where there is none, and _BEYOND where it would lie behind the last.

    Values follow one another as the records do: with as many of them, each offset must be the one
    of its place, else a record and its value are missing, and those after it have each other's.
    """
    at = offsets.astype(np.int64)
    beyond = at > buffer.size - 4
    there = (at >= 0) & ~beyond
    begins = np.empty(buffer.size // 4 + 1, np.int64)
    count = value_begins(buffer, begins)
    if count == at.size:
        there &= at == begins[:count]
    elif count > 0:
        there &= begins[np.searchsorted(begins[: count - 1], at)] == at
    at = np.where(there, at, 0)
    lengths = np.zeros(at.size, np.int64)
    if buffer.size >= 4:
        for k in range(4):
            lengths |= buffer[at + k].astype(np.int64) << (8 * k)
    lengths = np.where(there, lengths, np.where(beyond, _BEYOND, -1))
    return at + 4, np.where(lengths <= buffer.size - at - 4, lengths, _BEYOND)
