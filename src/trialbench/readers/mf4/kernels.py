"""The kernels of MDF records: telling them apart, and taking bits and bytes out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trialbench._jit import kernel
from trialbench.readers.text import LAST, note

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialbench.readers.raw import Bytes, Int, Longs

UNKNOWN_ID: Final = 0
CUT: Final = 1
CAUSES: Final = ("a record of no known group begins here", "the data end within a record")

_MOST_VALUE: Final = 1 << 24
"""No value of variable length is longer: its record is none."""
_DOUBTED: Final = 4
"""So many records before a place where none begins are left out."""
_SURE: Final = 16
"""So many records in a row that make sense are taken for the right place to go on."""


@kernel
def _step(buffer: Bytes, at: Int, id_size: Int, slots: NDArray[np.int32], sizes: Longs) -> Any:
    """The group of the record at `at` and the record's end; the group is -1 where it is unknown."""
    if at + id_size > buffer.size:
        return np.int64(-2), at
    ident = np.int64(buffer[at])
    for k in range(1, id_size):
        ident |= np.int64(buffer[at + k]) << (8 * k)
    if ident < 0 or ident >= slots.size or slots[ident] < 0:
        return np.int64(-1), at
    group = np.int64(slots[ident])
    at += id_size
    size = sizes[group]
    if size < 0:
        if at + 4 > buffer.size:
            return np.int64(-2), at
        size = np.int64(4)
        for k in range(4):
            size += np.int64(buffer[at + k]) << (8 * k)
        if size > _MOST_VALUE:
            return np.int64(-1), at
    if at + size > buffer.size:
        return np.int64(-2), at
    return group, at + size


@kernel
def split(
    buffer: Bytes, id_size: Int, slots: NDArray[np.int32], sizes: Longs, resume: bool,
    groups: NDArray[np.uint16], starts: Longs, bad: Longs,
) -> Any:  # fmt: skip
    """Tell the records of a stream apart.

    `slots` gives the group's number of a record id (-1: none), `sizes` the group's record size
    without its id (-1: each tells its own). Fills the group of each record and where it starts
    (after its id). Records just before a bad place are not believed; with `resume` reading goes on
    after it. Returns the number of records and of rows used of `bad`.
    """
    count = 0
    used = 0
    at = 0
    while at < buffer.size:
        group, end = _step(buffer, at, id_size, slots, sizes)
        if group < 0:
            if group == -2 and not resume:
                return count, note(bad, used, at, CUT, count)
            last = at
            if group == -1:  # those just before it may have been read from the wrong bytes
                count = max(count - _DOUBTED, bad[used - 1, LAST] if used > 0 else 0)
            used = note(bad, used, at, UNKNOWN_ID if group == -1 else CUT, count)
            if not resume:
                return count, used
            at = _resumed(buffer, last + 1, id_size, slots, sizes)
            continue
        groups[count] = group
        starts[count] = at + id_size
        count += 1
        at = end
    return count, used


@kernel
def _resumed(buffer: Bytes, at: Int, id_size: Int, slots: NDArray[np.int32], sizes: Longs) -> Any:
    """The first place from `at` on where records follow one another; the end where there is none."""
    while at < buffer.size:
        end = at
        sure = 0
        while sure < _SURE and end < buffer.size:
            group, end = _step(buffer, end, id_size, slots, sizes)
            if group < 0:
                break
            sure += 1
        if sure == _SURE or (sure > 0 and end == buffer.size):
            return at
        at += 1
    return at


@kernel
def bits(buffer: Bytes, starts: Longs, byte: Int, bit: Int, count: Int, big: bool) -> Any:
    """`count` bits (at most 64 with `bit`) of each record as uint64: from `byte` and its `bit` on."""
    values = np.empty(starts.size, np.uint64)
    size = (bit + count + 7) // 8
    mask = np.uint64(0xFFFFFFFFFFFFFFFF) >> np.uint64(64 - count)
    for n in range(starts.size):
        at = starts[n] + byte
        value = np.uint64(0)
        for k in range(size):
            byte_at = at + (size - 1 - k if big else k)
            value |= np.uint64(buffer[byte_at]) << np.uint64(8 * k)
        values[n] = (value >> np.uint64(bit)) & mask
    return values


@kernel
def payloads(buffer: Bytes, starts: Longs, lengths: Longs, data: Bytes) -> Any:
    """Copy `lengths[n]` bytes from `starts[n]` into row n of `data`; what lies outside is zero."""
    for n in range(starts.size):
        at = starts[n]
        for k in range(min(lengths[n], data.shape[1], buffer.size - at)):
            data[n, k] = buffer[at + k]


@kernel
def variable_stream(buffer: Bytes, starts: Longs, out: Bytes) -> Any:
    """Join records of variable length (4 bytes of length, then the bytes) into `out`; its size."""
    size: Int = 0
    for n in range(starts.size):
        at = starts[n]
        length = np.int64(4)
        for k in range(4):
            length += np.int64(buffer[at + k]) << (8 * k)
        for k in range(length):
            out[size + k] = buffer[at + k]
        size += length
    return size


@kernel
def value_begins(buffer: Bytes, begins: Longs) -> Any:
    """Where each value of variable length begins; returns their number, -1 where they do not fill all."""
    count = 0
    at = np.int64(0)
    while at + 4 <= buffer.size:
        begins[count] = at
        count += 1
        length = np.int64(4)
        for k in range(4):
            length += np.int64(buffer[at + k]) << (8 * k)
        at += length
    return count if at == buffer.size else -1
