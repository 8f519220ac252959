"""The records of each channel group of a data group, and what of them is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from trialbench.readers.mf4.blocks import Blocks, BrokenBlock
from trialbench.readers.mf4.kernels import CAUSES, CUT, split, variable_stream
from trialbench.readers.mf4.stream import Lost, Stream, is_columns, stream
from trialbench.readers.mf4.values import Records
from trialbench.readers.text import room_for_bad

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialbench.readers.mf4.structure import DataGroup, Group

_MOST_IDS: Final = 1 << 16


class Unsorted(NamedTuple):
    """A data group's records by group; `variable` holds those of variable length, by their block."""

    records: tuple[Records, ...]
    variable: dict[int, NDArray[np.uint8]]
    lost: tuple[Lost, ...]


def records_of(blocks: Blocks, group: DataGroup, *, unfinished: bool) -> Unsorted:
    """Find the records of a data group. Raises `BrokenBlock`."""
    content = stream(blocks, group.data, unfinished=unfinished)
    if group.id_size:
        return _told_apart(group, content, unfinished=unfinished)
    if not group.groups:
        if content.data.size or content.lost:
            raise BrokenBlock(group.block.at, "data that no channel group describes")
        return Unsorted((), {}, ())
    only = group.groups[0]
    if is_columns(blocks, group.data):
        content = _with_invalidation(only, content, stream(blocks, group.data, invalidation=True))
    return _in_a_row(only, content, unfinished=unfinished)


def _with_invalidation(group: Group, values: Stream, invalid: Stream) -> Stream:
    """Records as they are elsewhere, out of their values and, behind each, its invalidation bits."""
    width, more = group.data_size, group.size - group.data_size
    if width <= 0 or more <= 0:
        return values
    count = values.data.size // width
    there = invalid.data[: count * more].reshape(-1, more)
    records = np.zeros((count, group.size), np.uint8)
    records[:, :width] = values.data[: count * width].reshape(-1, width)
    records[: len(there), width:] = there
    lost = [each.scaled(group.size, width) for each in values.lost]
    lost += [each.scaled(group.size, more) for each in invalid.lost]
    if invalid.data.size and len(there) < count and not invalid.lost:
        cause = f"{count} records, but invalidation bits of {len(there)}"
        lost.append(Lost(len(there) * group.size, None, f"byte {group.block.at}", cause))
    data = records.reshape(-1)
    data.flags.writeable = False
    return Stream(data, tuple(lost))


def _in_a_row(group: Group, content: Stream, *, unfinished: bool) -> Unsorted:
    """Records of one size, one after the other."""
    if group.size <= 0:
        if group.cycles and not group.variable:
            raise BrokenBlock(group.block.at, "records of no size")
        return Unsorted((), {}, content.lost)
    there = content.data.size // group.size
    lost = list(content.lost)
    count = there if unfinished else min(there, group.cycles)
    if unfinished and content.data.size % group.size:
        lost.append(Lost(count * group.size, None, "the last record", CAUSES[CUT]))
    elif not unfinished and there != group.cycles and not lost:
        cause = f"the group says it has {group.cycles} records, its data hold {there}"
        odd = content.data.size % group.size > 0  # then it may be the size that is wrong
        lost.append(Lost(count * group.size, None, f"byte {group.block.at}", cause, 0, odd))
    starts = np.arange(count, dtype=np.int64) * group.size
    for each in lost:  # records that reach into what is missing
        if each.is_hole:
            end = content.data.size if each.end is None else each.end
            starts = starts[(starts + group.size <= each.begin) | (starts >= end)]
    return Unsorted((Records(group, content.data, starts),), {}, tuple(lost))


def _told_apart(group: DataGroup, content: Stream, *, unfinished: bool) -> Unsorted:
    """Records of several groups, each behind its group's record id."""
    data = content.data
    lost = [each for each in content.lost if not each.is_hole]
    hole = next((each for each in content.lost if each.is_hole), None)
    if hole:  # nothing tells where records go on after it
        data = data[: hole.begin]
        lost = [*(each for each in lost if each.begin <= hole.begin), hole._replace(end=None)]
    most = max((each.record_id for each in group.groups), default=0)
    slots = np.full(min(most, _MOST_IDS) + 1, -1, np.int32)
    for number, each in enumerate(group.groups):
        if each.record_id > _MOST_IDS or slots[each.record_id] >= 0:
            raise BrokenBlock(each.block.at, f"the record id {each.record_id}")
        slots[each.record_id] = number
    sizes = np.array([each.size for each in group.groups], np.int64)
    numbers, starts, more = _split(data, group.id_size, slots, sizes, resume=True)
    if more and bool(np.any(sizes[numbers] < 0)):
        # after a bad place, values of variable length are no longer at their offsets
        numbers, starts, more = _split(data, group.id_size, slots, sizes, resume=False)
    lost += more
    by_number = [starts[numbers == number] for number in range(len(group.groups))]
    if not unfinished and not lost:
        for each, begins in zip(group.groups, by_number, strict=True):
            if begins.size != each.cycles:
                cause = f"the group says it has {each.cycles} records, its data hold {begins.size}"
                lost.append(Lost(data.size, None, f"byte {each.block.at}", cause))
    records = tuple(
        Records(each, data, begins)
        for each, begins in zip(group.groups, by_number, strict=True)
        if begins.size and not each.variable
    )
    variable = {
        each.block.at: _variable(data, begins)
        for each, begins in zip(group.groups, by_number, strict=True)
        if begins.size and each.variable
    }
    return Unsorted(records, variable, tuple(lost))


def _split(
    data: NDArray[np.uint8],
    id_size: int,
    slots: NDArray[np.int32],
    sizes: NDArray[np.int64],
    *,
    resume: bool,
) -> tuple[NDArray[np.uint16], NDArray[np.int64], list[Lost]]:
    bad = room_for_bad()
    smallest = id_size + max(int(np.where(sizes < 0, 4, sizes).min(initial=4)), 0)
    room = data.size // smallest + 1
    numbers, starts = np.empty(room, np.uint16), np.empty(room, np.int64)
    count, used = split(data, id_size, slots, sizes, resume, numbers, starts, bad)
    numbers, starts = numbers[:count], starts[:count]
    lost = []
    for offset, code, _, last, _ in bad[:used].tolist():
        end = int(starts[last]) if resume and last < count else None
        lost.append(Lost(offset, end, f"{offset} bytes into the records", CAUSES[code]))
    return numbers, starts, lost


def _variable(data: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.uint8]:
    out = np.empty(data.size, np.uint8)
    joined = out[: variable_stream(data, starts, out)]
    joined.flags.writeable = False
    return joined
