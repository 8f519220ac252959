"""The kernel that walks BLF objects. Field offsets are those of Vector's `binlog_objects.h`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trialbench._jit import kernel
from trialbench.readers.raw import LATEST_NS
from trialbench.readers.text import TOO_WIDE, note
from trialbench.readers.words import first, load16, load32, load64
from trialbench.recording import BRS, ERROR, ESI, EXTENDED, FD, REMOTE, TX

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialbench.readers.raw import Bytes, Int, Longs

CAUSES: Final = (
    "",
    "no object begins here",
    "an object's header makes no sense",
    "the content ends within an object",
    "a time that does not fit 64 bits of nanoseconds",
)
_NOTHING, _HEADER, CUT, _LATE = range(1, 5)

CAN_MESSAGE: Final = 1
CAN_ERROR: Final = 2
CAN_ERROR_EXT: Final = 73
CAN_MESSAGE2: Final = 86
CAN_FD_MESSAGE: Final = 100
CAN_FD_MESSAGE_64: Final = 101

_LEAST: Final = np.zeros(256, np.int64)
"""The least size of each object type that is a frame, after the object's header; 0: no frame."""
for _kind, _size in (
    (CAN_MESSAGE, 16), (CAN_ERROR, 4), (CAN_ERROR_EXT, 32), (CAN_MESSAGE2, 16), (CAN_FD_MESSAGE, 20),
    (CAN_FD_MESSAGE_64, 40),
):  # fmt: skip
    _LEAST[_kind] = _size
_SIGNATURE: Final = int.from_bytes(b"LOBJ", "little")
_ROOM: Final = 24
"""So many bytes hold the padding before an object, and what of its header is always there."""
_MOST_FRAME: Final = 1024
_MOST_OTHER: Final = 1 << 24


@kernel
def _u16(buffer: Bytes, at: Int) -> Any:
    return np.int64(load16(buffer, at))


@kernel
def _u32(buffer: Bytes, at: Int) -> Any:
    return np.int64(load32(buffer, at))


@kernel
def _signed(buffer: Bytes, at: Int) -> Any:
    """Whether `LOBJ` stands at `at`."""
    return _u32(buffer, at) == _SIGNATURE


@kernel
def _sound(buffer: Bytes, at: Int) -> Any:
    """Whether the object header at `at` (16 bytes at least) makes sense."""
    version = _u16(buffer, at + 6)
    size = _u32(buffer, at + 8)
    kind = _u32(buffer, at + 12)
    if kind > 255 or size < 16 or _u16(buffer, at + 4) < 16:
        return False
    if _LEAST[kind] == 0:
        return size <= _MOST_OTHER
    header = 40 if version == 2 else 32
    return version >= 1 and version <= 2 and size >= header + _LEAST[kind] and size <= _MOST_FRAME


@kernel
def walk(
    buffer: Bytes, last: bool, start_ns: Int, times: Longs, bus: Bytes, ids: NDArray[np.uint32],
    flags: Bytes, lengths: Bytes, data: Bytes, bad: Longs,
) -> Any:  # fmt: skip
    """All objects of a piece of the stream.

    Returns the number of frames (TOO_WIDE: one does not fit `data`), of rows used of `bad`, and
    where the object begins that goes over into the next piece; none does in the `last`.
    """
    count = 0
    used = 0
    at = 0
    size = buffer.size
    words = data.reshape(-1).view(np.uint64)
    stride = data.shape[1] >> 3
    while size - at >= _ROOM:
        begin = at
        at = _aligned(buffer, at)
        if at < 0 or not _sound(buffer, at):
            used = note(bad, used, begin, _NOTHING if at < 0 else _HEADER, count)
            at = _resumed(buffer, begin + 1)
            continue
        length = _u32(buffer, at + 8)
        if length > size - at:
            break
        kind = _u32(buffer, at + 12)
        if _LEAST[kind] > 0:
            times[count] = _time(buffer, at, start_ns)
            body = at + (40 if _u16(buffer, at + 6) == 2 else 32)
            bus[count], ids[count], flags[count], width, payload = _fields(buffer, body, kind)
            if width > data.shape[1]:
                return TOO_WIDE, 0, 0
            lengths[count] = width
            if times[count] < 0:
                used = note(bad, used, at, _LATE, count)
            else:
                there = min(width, at + length - payload)
                _copy(buffer, payload, there, words, count, stride)
                count += 1
        at += length
    if last and np.any(buffer[at:] != 0):
        used = note(bad, used, at, CUT, count)
    return count, used, size if last else at


@kernel
def _aligned(buffer: Bytes, at: Int) -> Any:
    """Where the next object begins, up to four bytes of padding on; -1 where none does."""
    for padding in range(5):
        if _signed(buffer, at + padding):
            return at + padding
    return np.int64(-1)


@kernel
def _resumed(buffer: Bytes, at: Int) -> Any:
    """The next place where an object whose header makes sense begins, or the end is near."""
    while buffer.size - at >= _ROOM and not (_signed(buffer, at) and _sound(buffer, at)):
        at += 1
    return at


@kernel
def _copy(
    buffer: Bytes, at: Int, length: Int, words: NDArray[np.uint64], row: Int, stride: Int
) -> Any:
    """Copy a payload to the row of `stride` words, eight bytes at once; its object is longer."""
    last = buffer.size - 8
    for k in range(stride):
        left = min(max(length - 8 * k, 0), 8)
        begin = at + 8 * k
        if left > 0 and begin <= last:
            words[row * stride + k] = first(load64(buffer, begin), left)
        elif left > 0:  # so near to the end that eight bytes do not lie there
            word = load64(buffer, last) >> np.uint64(8 * (begin - last))
            words[row * stride + k] = first(word, left)


@kernel
def _time(buffer: Bytes, at: Int, start_ns: Int) -> Any:
    """An object's time in ns since 1970; -1 where that does not fit."""
    stamp = np.int64(load64(buffer, at + 24))
    unit = 10_000 if _u32(buffer, at + 16) == 1 else 1
    if stamp < 0 or stamp > (LATEST_NS - start_ns) // unit:
        return np.int64(-1)
    return start_ns + stamp * unit


@kernel
def _fields(buffer: Bytes, at: Int, kind: Int) -> Any:
    """Bus, id, flags, length, and where the payload begins, of a frame object's body at `at`."""
    if kind in (CAN_ERROR, CAN_ERROR_EXT):
        ident = _u32(buffer, at + 16) if kind == CAN_ERROR_EXT else 0
        return _u16(buffer, at) & 255, ident & 0x1FFFFFFF, ERROR | _extended(ident), 0, at
    if kind == CAN_FD_MESSAGE_64:
        ident = _u32(buffer, at + 4)
        bits = _u32(buffer, at + 12)
        flag = _extended(ident) | (REMOTE if bits & 0x10 else 0) | (FD if bits & 0x1000 else 0)
        flag |= (BRS if bits & 0x2000 else 0) | (ESI if bits & 0x4000 else 0)
        flag |= TX if buffer[at + 34] else 0
        width = 0 if flag & REMOTE else min(np.int64(buffer[at + 2]), 64)
        return np.int64(buffer[at]), ident & 0x1FFFFFFF, flag, width, at + 40
    ident = _u32(buffer, at + 4)
    sent = buffer[at + 2]
    flag = _extended(ident) | (TX if sent & 1 else 0) | (REMOTE if sent & 0x80 else 0)
    if kind == CAN_FD_MESSAGE:
        bits = buffer[at + 13]
        flag |= (FD if bits & 1 else 0) | (BRS if bits & 2 else 0) | (ESI if bits & 4 else 0)
        width = min(np.int64(buffer[at + 14]), 64)
        payload = at + 20
    else:
        width = min(np.int64(buffer[at + 3]), 8)
        payload = at + 8
    return (
        _u16(buffer, at) & 255,
        ident & 0x1FFFFFFF,
        flag,
        (0 if flag & REMOTE else width),
        payload,
    )


@kernel
def _extended(ident: Int) -> Any:
    return EXTENDED if ident & 0x80000000 else 0
