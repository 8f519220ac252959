"""The kernel that walks BLF objects. Field offsets are those of Vector's `binlog_objects.h`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trialbench._jit import kernel
from trialbench.frames import BRS, ERROR, ESI, EXTENDED, FD, REMOTE, TX
from trialbench.readers.blf_events import CONTAINER, DATA_LOST
from trialbench.readers.raw import LATEST_NS
from trialbench.readers.text import TOO_WIDE, note
from trialbench.readers.words import first, load16, load32, load64

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialbench.readers.raw import Bytes, Int, Longs

CAUSES: Final = (
    "",
    "no object begins here",
    "an object's header makes no sense",
    "the content ends within an object",
    "a time that does not fit 64 bits of nanoseconds",
    "an object that no other follows where it ends",
    "the recorder says that it lost data here",
)
_NOTHING, _HEADER, CUT, _LATE, _ALONE, _LOST = range(1, 7)

CAN_MESSAGE: Final = 1
CAN_ERROR: Final = 2
CAN_ERROR_EXT: Final = 73
CAN_MESSAGE2: Final = 86
CAN_FD_MESSAGE: Final = 100
CAN_FD_MESSAGE_64: Final = 101
CAN_FD_ERROR_64: Final = 104

_LEAST: Final = np.zeros(256, np.int64)
"""The least size of each object type that is a frame, after the object's header; 0: no frame."""
for _kind, _size in (
    (CAN_MESSAGE, 16), (CAN_ERROR, 4), (CAN_ERROR_EXT, 32), (CAN_MESSAGE2, 16), (CAN_FD_MESSAGE, 20),
    (CAN_FD_MESSAGE_64, 40), (CAN_FD_ERROR_64, 44),
):  # fmt: skip
    _LEAST[_kind] = _size
_IS_LOSS: Final = np.zeros(256, np.bool_)
_IS_LOSS[list(DATA_LOST)] = True
_SIGNATURE: Final = int.from_bytes(b"LOBJ", "little")
_ROOM: Final = 24
"""No object is smaller than its header and a time, or nearly."""
_NEXT: Final = 7
"""So many bytes hold the padding behind an object and the signature of the next one."""
_UNKNOWN: Final = -1
_NONE: Final = -2
_MOST_FRAME: Final = 1024
_MOST_OTHER: Final = 1 << 24


@kernel
def _u16(buffer: Bytes, at: Int) -> Any:
    return np.int64(load16(buffer, at))


@kernel
def _u32(buffer: Bytes, at: Int) -> Any:
    return np.int64(load32(buffer, at))


@kernel
def _has_signature(buffer: Bytes, at: Int) -> Any:
    """Whether `LOBJ` stands at `at`."""
    return _u32(buffer, at) == _SIGNATURE


@kernel
def _sound(buffer: Bytes, at: Int) -> Any:
    """Whether the object header at `at` (16 bytes at least) makes sense."""
    version = _u16(buffer, at + 6)
    size = _u32(buffer, at + 8)
    kind = _u32(buffer, at + 12)
    if kind > 255 or kind == 0 or kind == CONTAINER or size < 16 or _u16(buffer, at + 4) < 16:
        return False
    if _LEAST[kind] == 0:
        return size <= _MOST_OTHER
    header = 40 if version == 2 else 32
    if version < 1 or version > 2 or _u16(buffer, at + 4) != header:
        return False
    return size >= header + _LEAST[kind] and size <= _MOST_FRAME


@kernel
def walk(
    buffer: Bytes, last: bool, start_ns: Int, times: Longs, bus: Bytes, ids: NDArray[np.uint32],
    flags: Bytes, lengths: Bytes, data: Bytes, bad: Longs, others: Longs,
) -> Any:  # fmt: skip
    """All objects of a piece of the stream; `others` counts, by type, those that are no frames.

    An object is believed where the next one begins right behind it. Returns the number of frames
    (TOO_WIDE: one does not fit `data`), of rows used of `bad`, and where the object begins that goes
    over into the next piece; none does in the `last`.
    """
    count = 0
    used = 0
    at = 0
    size = buffer.size
    words = data.reshape(-1).view(np.uint64)
    stride = data.shape[1] >> 3
    while size - at >= _ROOM:
        if not _has_signature(buffer, at) or not _sound(buffer, at):
            used = note(bad, used, at, _HEADER if _has_signature(buffer, at) else _NOTHING, count)
            at = _resumed(buffer, at + 1)
            continue
        length = _u32(buffer, at + 8)
        following = _following(buffer, at + length, length, last)
        if following == _UNKNOWN:
            break
        if following == _NONE:
            used = note(bad, used, at, _ALONE, count)
            at = _resumed(buffer, at + 1)
            continue
        kind = _u32(buffer, at + 12)
        if _LEAST[kind] == 0:
            others[kind] += 1
            if _IS_LOSS[kind]:
                used = note(bad, used, at, _LOST, count)
        else:
            times[count] = _time(buffer, at, start_ns)
            header = _u16(buffer, at + 4)
            bus[count], ids[count], flags[count], width, payload, end = _fields(
                buffer, at + header, kind
            )
            if width > data.shape[1]:
                return TOO_WIDE, 0, 0
            lengths[count] = width
            there = (end if end > 0 else length) - header - payload
            if times[count] < 0 or there < 0 or end > length:
                used = note(bad, used, at, _LATE if times[count] < 0 else _HEADER, count)
            else:
                _copy(buffer, at + header + payload, min(width, there), words, count, stride)
                count += 1
        at = following
    if last and np.any(buffer[at:] != 0):
        used = note(bad, used, at, CUT, count)
    return count, used, size if last else at


@kernel
def _following(buffer: Bytes, end: Int, length: Int, last: bool) -> Any:
    """Where the object after that of `length` bytes up to `end` begins.

    _NONE where none does; _UNKNOWN where that lies in the next piece. Most objects are padded by
    `length % 4` bytes, as binlog.dll does, some to a multiple of four, and some not at all.
    """
    if end > buffer.size or (end + _NEXT > buffer.size and not last):
        return np.int64(_UNKNOWN)
    if end + _NEXT > buffer.size:
        return np.int64(end)
    for padding in (np.int64(0), length & 3, -length & 3):
        if _has_signature(buffer, end + padding):
            return end + padding
    return np.int64(_NONE)


@kernel
def _resumed(buffer: Bytes, at: Int) -> Any:
    """The next place where an object whose header makes sense begins, or the end is near."""
    while buffer.size - at >= _ROOM and not (_has_signature(buffer, at) and _sound(buffer, at)):
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
    """Bus, id, flags and length of a frame object's body at `at`, and where its payload lies.

    The payload's begin is counted from `at`, its end from the object's (0: it is the object's own).
    """
    if kind in (CAN_ERROR, CAN_ERROR_EXT):
        ident = _u32(buffer, at + 16) if kind == CAN_ERROR_EXT else 0
        return _u16(buffer, at) & 255, ident & 0x1FFFFFFF, ERROR | _extended(ident), 0, 0, 0
    if kind == CAN_FD_ERROR_64:
        ident = _u32(buffer, at + 12)
        return np.int64(buffer[at]), ident & 0x1FFFFFFF, ERROR | _extended(ident), 0, 0, 0
    ident = _u32(buffer, at + 4)
    if kind == CAN_FD_MESSAGE_64:
        bits = _u32(buffer, at + 12)
        flag = _extended(ident) | (REMOTE if bits & 0x10 else 0) | (FD if bits & 0x1000 else 0)
        flag |= (BRS if bits & 0x2000 else 0) | (ESI if bits & 0x4000 else 0)
        flag |= TX if buffer[at + 34] else 0
        width = 0 if flag & REMOTE else min(np.int64(buffer[at + 2]), 64)
        end = np.int64(
            buffer[at + 35]
        )  # extDataOffset: bit timing and the like come after the data
        return np.int64(buffer[at]), ident & 0x1FFFFFFF, flag, width, 40, end
    sent = buffer[at + 2]
    flag = _extended(ident) | (TX if sent & 1 else 0) | (REMOTE if sent & 0x80 else 0)
    if kind == CAN_FD_MESSAGE:
        bits = buffer[at + 13]
        flag |= (FD if bits & 1 else 0) | (BRS if bits & 2 else 0) | (ESI if bits & 4 else 0)
        width = min(np.int64(buffer[at + 14]), 64)
        payload = 20
    else:
        width = min(np.int64(buffer[at + 3]), 8)
        payload = 8
    width = 0 if flag & REMOTE else width
    return _u16(buffer, at) & 255, ident & 0x1FFFFFFF, flag, width, payload, 0


@kernel
def _extended(ident: Int) -> Any:
    return EXTENDED if ident & 0x80000000 else 0
