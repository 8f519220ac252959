"""python-can's frames in CSV: `timestamp,arbitration_id,extended,remote,error,dlc,data`.

The timestamp is epoch seconds, the identifier `0x…`, the data base64. There is no bus: all are 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trialbench._jit import kernel
from trialbench.frames import ERROR, EXTENDED, FD, REMOTE
from trialbench.readers.raw import LATEST_NS, Raw, in_order
from trialbench.readers.text import (
    HEX,
    TOO_WIDE,
    Lines,
    as_buffer,
    bad_lines,
    float_ns,
    hexadecimal,
    next_line,
    note,
    number,
    parsed,
    room_for_bad,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialbench.readers.raw import Bytes, Int, Longs

_HEADER: Final = b"timestamp,arbitration_id,extended,remote,error,dlc,data"

_CAUSES: Final = (
    "",
    "the time is no number of seconds, or does not fit 64 bits of nanoseconds",
    "no identifier 0x… in range",
    "extended, remote and error are 0 or 1",
    "the data are no base64, or not as long as the dlc says",
)
_TIME, _ID, _FLAG, _DATA = range(1, 5)
_SHORTEST: Final = len("0,0x0,0,0,0,0,\n")

_BASE64: Final = np.full(256, 255, np.uint8)
for _value, _letter in enumerate(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
):
    _BASE64[_letter] = _value


def is_csv_frames(data: bytes) -> bool:
    """Whether the first line is python-can's header."""
    return data.startswith(_HEADER) and data[len(_HEADER) : len(_HEADER) + 1].strip() == b""


def read_csv_frames(data: bytes) -> Raw:
    """The frames of python-can's CSV. Bad lines are damage; the lines after them are kept."""
    begin = data.find(b"\n") + 1 or len(data)
    buffer = as_buffer(data)
    bad = room_for_bad()
    lines = Lines(data)
    count = min(data.count(b"\n") + 1, buffer.size // _SHORTEST + 1)
    offsets = np.empty(count, np.int64)
    columns, used = parsed(lambda room: _parse(buffer, begin, *room, offsets, bad), count)
    columns.bus[:] = 0
    frames, backwards = in_order(columns, lambda at: lines.at(int(offsets[at])))
    errors = bad_lines(lines, bad[:used], columns.times_ns, _CAUSES)
    return Raw(frames, errors=(*errors, *backwards))


@kernel
def _parse(
    buffer: Bytes, at: Int, times: Longs, bus: Bytes, ids: NDArray[np.uint32], flags: Bytes,
    lengths: Bytes, data: Bytes, offsets: Longs, bad: Longs,
) -> Any:  # fmt: skip
    """All lines from `at`; returns the number of frames and of rows used of `bad`."""
    count = 0
    used = 0
    limit = data.shape[1]
    while at < buffer.size:
        if buffer[at] == 10 or buffer[at] == 13:
            at += 1
            continue
        begin = at
        code, time, ident, flag, at = _head(buffer, at)
        length = 0
        if code == 0:
            length, at = _payload(buffer, at, data[count], flag)
            if length > limit and length <= 64:
                return TOO_WIDE, 0
            code = _DATA if length < 0 or length > 64 else 0
        if code != 0:
            data[count, :] = 0
            used = note(bad, used, begin, code, count)
            at = next_line(buffer, at)
            continue
        times[count] = time
        ids[count] = ident
        flags[count] = flag | (FD if length > 8 else 0)
        lengths[count] = length
        offsets[count] = begin
        count += 1
        at = next_line(buffer, at)
    return count, used


@kernel
def _head(buffer: Bytes, at: Int) -> Any:
    """`timestamp,0xid,extended,remote,error,`: error code, time, id, flags, and what follows it."""
    flag = 0
    ident = np.uint32(0)
    time, at = float_ns(buffer, at, 9)
    if time < 0 or time > LATEST_NS or buffer[at] != 44:
        return _TIME, time, ident, flag, at
    if buffer[at + 1] != 48 or buffer[at + 2] | 32 != 120:
        return _ID, time, ident, flag, at
    begin = at + 3
    ident, at = hexadecimal(buffer, begin)
    if at == begin or at - begin > 8 or ident > np.uint32(0x1FFFFFFF) or buffer[at] != 44:
        return _ID, time, ident, flag, at
    for bit in (EXTENDED, REMOTE, ERROR):
        if buffer[at + 1] != 48 and buffer[at + 1] != 49:
            return _FLAG, time, ident, flag, at
        if buffer[at + 1] == 49:
            flag |= bit
        at += 2
        if buffer[at] != 44:
            return _FLAG, time, ident, flag, at
    if ident > np.uint32(0x7FF) and not flag & (EXTENDED | ERROR):
        return _ID, time, ident, flag, at
    return 0, time, ident, flag, at + 1


@kernel
def _payload(buffer: Bytes, at: Int, row: Bytes, flag: Int) -> Any:
    """`dlc,base64`: the number of bytes (-1: wrong) and what follows; remote and error have none."""
    declared = number(buffer, at, at + 1, 10)
    at += 1
    if buffer[at] != 44 and declared >= 0:
        declared = declared * 10 + number(buffer, at, at + 1, 10) if HEX[buffer[at]] < 10 else -1
        at += 1
    if declared < 0 or buffer[at] != 44:
        return np.int64(-1), at
    length, at = _base64(buffer, at + 1, row)
    if buffer[at] == 13:
        at += 1
    if buffer[at] != 10:
        return np.int64(-1), at
    if flag & (REMOTE | ERROR):
        row[:] = 0
        return np.int64(0), at
    return (length if length == declared else np.int64(-1)), at


@kernel
def _base64(buffer: Bytes, at: Int, row: Bytes) -> Any:
    """The number of bytes in base64 at `at` (-1: not well padded, or with bits left over); their end."""
    length = np.int64(0)
    bits = 0
    group = np.int64(0)
    begin = at
    while _BASE64[buffer[at]] != 255:
        group = (group << 6 | np.int64(_BASE64[buffer[at]])) & 0xFFFFFF
        bits += 6
        if bits >= 8:
            bits -= 8
            if length < row.size:
                row[length] = (group >> bits) & 255
            length += 1
        at += 1
    while buffer[at] == 61:
        at += 1
    sound = (at - begin) % 4 == 0 and group & ((1 << bits) - 1) == 0
    return (length if sound else np.int64(-1)), at
