"""Data groups, channel groups and channels of an MDF 4 file (ASAM MDF 4.1, 4.12 to 4.18)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from trialbench.readers.mf4.blocks import Block, Blocks, BrokenBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

_CG: Final = struct.Struct("<QQHH4xII")
_CN: Final = struct.Struct("<BBBBIIIIBBH")
_CC: Final = struct.Struct("<BBHHHdd")
_DG: Final = struct.Struct("<B")

VLSD_GROUP: Final = 1
"""Bit of a channel group's flags: its records are the variable-length values of a channel."""
BUS_EVENT: Final = 2
"""Bit of a channel group's flags: its records are a bus's events."""

REMOTE_MASTER: Final = 8
"""Bit of a channel group's flags: the times of its records are those of another group (4.2)."""

FIXED, VARIABLE, MASTER, VIRTUAL_MASTER, SYNC, MAX_LENGTH, VIRTUAL = range(7)
"""Kinds of channels (cn_type)."""

_MOST_RECORD: Final = 1 << 24
_DEEPEST: Final = 8


class Conversion(NamedTuple):
    """A conversion block: its kind (cc_type) and parameters."""

    kind: int
    parameters: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: where its bits lie in a record, and what they mean.

    `data_type` is cn_data_type (0 to 5: integers and floats), `values` the link to the values of a
    channel of variable length, `array` whether there are several values in a record.
    """

    name: str
    kind: int
    sync: int
    data_type: int
    bit: int
    byte: int
    bits: int
    flags: int
    invalid_bit: int
    values: int
    unit: str
    conversion: Conversion | None
    array: bool


@dataclass(frozen=True)
class Group:
    """A channel group: `size` bytes a record without the record id, of them `data_size` are data."""

    blocks: Blocks
    block: Block
    record_id: int
    cycles: int
    flags: int
    data_size: int
    size: int
    _channels: list[Channel] = field(default_factory=list)

    @property
    def variable(self) -> bool:
        """Whether its records are of variable length."""
        return bool(self.flags & VLSD_GROUP)

    @property
    def master(self) -> int:
        """The link to the group that holds its times; 0 where it has its own."""
        return self.block.link(6) if self.flags & REMOTE_MASTER else 0

    @cached_property
    def channels(self) -> tuple[Channel, ...]:
        """All channels, those of structures too. Raises `BrokenBlock`."""
        return tuple(_channels(self.blocks, self.block.link(1), 0))

    @cached_property
    def name(self) -> str:
        """The acquisition's name."""
        return self.blocks.text(self.block.link(2))


@dataclass(frozen=True, slots=True)
class DataGroup:
    """A data group: channel groups whose records lie in one stream, `id_size` bytes of id before each."""

    block: Block
    id_size: int
    groups: tuple[Group, ...]

    @property
    def data(self) -> int:
        """The link to the stream."""
        return self.block.link(2)


def data_group(blocks: Blocks, block: Block) -> DataGroup:
    """The data group of a DG block. Raises `BrokenBlock`."""
    (id_size,) = blocks.fields(block, _DG)
    if id_size not in (0, 1, 2, 4, 8):
        raise BrokenBlock(block.at, f"record ids of {id_size} bytes")
    groups = tuple(_group(blocks, each) for each in blocks.chain(block.link(1), "CG"))
    if id_size == 0 and len(groups) > 1:
        raise BrokenBlock(block.at, "several channel groups without record ids")
    return DataGroup(block, id_size, groups)


def _group(blocks: Blocks, block: Block) -> Group:
    record_id, cycles, flags, _, data_size, invalid_size = blocks.fields(block, _CG)
    if flags & VLSD_GROUP:  # the two sizes are then one count of bytes
        return Group(blocks, block, record_id, cycles, flags, 0, -1)
    size = data_size + invalid_size
    if size > _MOST_RECORD:
        raise BrokenBlock(block.at, f"records of {size} bytes")
    return Group(blocks, block, record_id, cycles, flags, data_size, size)


def _channels(blocks: Blocks, at: int, depth: int) -> Iterator[Channel]:
    for block in blocks.chain(at, "CN"):
        kind, sync, data_type, bit, byte, bits, flags, invalid, _, _, _ = blocks.fields(block, _CN)
        part = blocks.at(block.link(1), "CN", "CA").kind if block.link(1) else ""
        unit = blocks.text(block.link(6))
        conversion, its_unit = _conversion(blocks, block.link(4))
        name = blocks.text(block.link(2))
        yield Channel(
            name, kind, sync, data_type, bit, byte, bits, flags, invalid, block.link(5),
            unit or its_unit, conversion, part == "CA",
        )  # fmt: skip
        if part == "CN" and depth < _DEEPEST:
            yield from _channels(blocks, block.link(1), depth + 1)


def _conversion(blocks: Blocks, at: int) -> tuple[Conversion | None, str]:
    if not at:
        return None, ""
    block = blocks.at(at, "CC")
    kind, _, _, _, count, _, _ = blocks.fields(block, _CC)
    begin = block.begin + _CC.size
    if begin + 8 * count > block.end:
        raise BrokenBlock(at, f"a conversion says it has {count} parameters")
    parameters = struct.unpack_from(f"<{count}d", blocks.data, begin)
    return Conversion(kind, parameters), blocks.text(block.link(1))
