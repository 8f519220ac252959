"""The kernel that walks BLF objects. Field offsets are those of Vector's `binlog_objects.h`."""

from __future__ import annotations

from typing import Final

import numpy as np

from trialbench._jit import kernel
from trialbench.readers.raw import LATEST_NS
from trialbench.readers.text import TOO_WIDE, note
from trialbench.recording import BRS, ERROR, ESI, EXTENDED, FD, REMOTE, TX

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
_MOST_FRAME: Final = 1024
_MOST_OTHER: Final = 1 << 24


@kernel
def _u16(buffer, at):  # type: ignore[no-untyped-def]
    return np.int64(buffer[at]) | np.int64(buffer[at + 1]) << 8


@kernel
def _u32(buffer, at):  # type: ignore[no-untyped-def]
    return _u16(buffer, at) | _u16(buffer, at + 2) << 16


@kernel
def _signed(buffer, at):  # type: ignore[no-untyped-def]
    """Whether `LOBJ` stands at `at`."""
    return (
        buffer[at] == 76 and buffer[at + 1] == 79 and buffer[at + 2] == 66 and buffer[at + 3] == 74
    )


@kernel
def _sound(buffer, at):  # type: ignore[no-untyped-def]
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
def walk(buffer, last, start_ns, times, bus, ids, flags, lengths, data, bad):  # type: ignore[no-untyped-def]
    """All objects of a piece of the stream.

    Returns the number of frames (TOO_WIDE: one does not fit `data`), of rows used of `bad`, and
    where the object begins that goes over into the next piece; none does in the `last`.
    """
    count = 0
    used = 0
    at = 0
    size = buffer.size
    limit = data.shape[1]
    while size - at >= 20:
        begin = at
        while at < begin + 4 and not _signed(buffer, at):
            at += 1
        lost = not _signed(buffer, at)
        if lost or not _sound(buffer, at):
            used = note(bad, used, begin, _NOTHING if lost else _HEADER, count)
            at = begin + 1
            while size - at >= 20 and not (_signed(buffer, at) and _sound(buffer, at)):
                at += 1
            continue
        length = _u32(buffer, at + 8)
        if length > size - at:
            if last:
                used = note(bad, used, at, CUT, count)
                at = size
            break
        kind = _u32(buffer, at + 12)
        if _LEAST[kind] > 0:
            time = _time(buffer, at, start_ns)
            if time < 0:
                used = note(bad, used, at, _LATE, count)
            else:
                times[count] = time
                body = at + (40 if _u16(buffer, at + 6) == 2 else 32)
                bus[count], ids[count], flags[count], width, payload = _fields(
                    buffer, body, kind, at + length
                )
                if width > limit:
                    return TOO_WIDE, 0, 0
                lengths[count] = width
                for k in range(min(width, at + length - payload)):
                    data[count, k] = buffer[payload + k]
                count += 1
        at += length
    if last:
        for k in range(at, size):
            if buffer[k] != 0:
                used = note(bad, used, at, CUT, count)
                break
        at = size
    return count, used, at


@kernel
def _time(buffer, at, start_ns):  # type: ignore[no-untyped-def]
    """An object's time in ns since 1970; -1 where that does not fit."""
    stamp = np.int64(_u32(buffer, at + 24) | _u32(buffer, at + 28) << 32)
    unit = 10_000 if _u32(buffer, at + 16) == 1 else 1
    if stamp < 0 or stamp > (LATEST_NS - start_ns) // unit:
        return np.int64(-1)
    return start_ns + stamp * unit


@kernel
def _fields(buffer, at, kind, end):  # type: ignore[no-untyped-def]
    """Bus, id, flags, length, and where the payload begins, of a frame object's body at `at`."""
    if kind == CAN_ERROR or kind == CAN_ERROR_EXT:
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
def _extended(ident):  # type: ignore[no-untyped-def]
    return EXTENDED if ident & 0x80000000 else 0
