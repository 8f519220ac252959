"""The kernel that reads the lines of an ASC file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trialbench._jit import kernel
from trialbench.readers.raw import LATEST_NS
from trialbench.readers.text import (
    TOO_WIDE,
    byte_words,
    decimal_ns,
    is_word,
    next_line,
    note,
    number,
    token,
    word,
)
from trialbench.recording import BRS, ERROR, ESI, EXTENDED, FD, REMOTE, TX

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialbench.readers.raw import Bytes, Int, Longs

CAUSES: Final = (
    "",
    "not a line of an ASC file",
    "the time is no number of seconds, or does not fit 64 bits of nanoseconds",
    "the channel is out of range",
    "the identifier is no number, or out of range",
    "neither data nor remote frame, or no length",
    "fewer bytes than the frame says, or something else in their place",
)
_LINE, _TIME, _CHANNEL, _ID, _KIND, _DATA = range(1, 7)
_SKIP: Final = -1
SHORTEST: Final = len("0 1 1 Rx r\n")

_CANFD: Final = word("canfd")
_ERRORFRAME: Final = word("errorframe")
_RX: Final = word("rx")
_TX: Final = word("tx")
_TXRQ: Final = word("txrq")
_NO_EVENTS: Final = tuple(
    word(each).copy() for each in ("date", "base", "begin", "end", "internal", "no", "previous")
)
_LENGTHS: Final = np.array([*range(9), 12, 16, 20, 24, 32, 48, 64], np.int64)


@kernel
def parse(
    buffer: Bytes, start: Int, base: Int, relative: bool, times: Longs, bus: Bytes,
    ids: NDArray[np.uint32], flags: Bytes, lengths: Bytes, data: Bytes, offsets: Longs,
    bad: Longs,
) -> Any:  # fmt: skip
    """All lines of the buffer; returns the number of frames and of rows used of `bad`."""
    count = 0
    used = 0
    at = 0
    before = np.int64(0)
    while at < buffer.size:
        begin, after = token(buffer, at)
        if begin == after:
            at = next_line(buffer, at)
            continue
        code, time = _stamp(buffer, begin, after, start)
        if code == 0:
            if relative:
                time += before
                before = time
            code, channel, ident, flag, length = _event(buffer, after, base, data[count])
            if length > data.shape[1]:
                return TOO_WIDE, 0
        at = next_line(buffer, at)
        if code != 0:
            data[count, :] = 0
            if code != _SKIP:
                used = note(bad, used, begin, code, count)
            continue
        times[count] = start + time
        bus[count] = channel
        ids[count] = ident
        flags[count] = flag
        lengths[count] = length
        offsets[count] = begin
        count += 1
    return count, used


@kernel
def _stamp(buffer: Bytes, begin: Int, end: Int, start: Int) -> Any:
    """Error code (_SKIP for a line that is no event) and the time in ns."""
    if buffer[begin] < 48 or buffer[begin] > 57:
        if buffer[begin] == 47 and buffer[begin + 1] == 47:
            return _SKIP, np.int64(0)
        for known in _NO_EVENTS:
            if is_word(buffer, begin, end, known):
                return _SKIP, np.int64(0)
        return _LINE, np.int64(0)
    time, at = decimal_ns(buffer, begin, 9)
    if at != end or time < 0 or time > LATEST_NS - start:
        return _TIME, np.int64(0)
    return 0, time


@kernel
def _direction(buffer: Bytes, begin: Int, end: Int) -> Any:
    return (
        is_word(buffer, begin, end, _RX)
        or is_word(buffer, begin, end, _TX)
        or is_word(buffer, begin, end, _TXRQ)
    )


@kernel
def _event(buffer: Bytes, at: Int, base: Int, row: Bytes) -> Any:
    """What follows the time: error code, channel, id, flags, length."""
    begin, at = token(buffer, at)
    if is_word(buffer, begin, at, _CANFD):
        begin, at = token(buffer, at)
        first, end = token(buffer, at)
        channel = number(buffer, begin, at, 10)
        if channel < 0 or channel > 255:
            return _CHANNEL, np.int64(0), np.int64(0), 0, np.int64(0)
        sent = TX if buffer[first] | 32 == 116 else 0
        code, ident, flag, length = _fd(buffer, end, base, row)
        return code, channel, ident, flag | sent, length
    channel = number(buffer, begin, at, 10)
    first, end = token(buffer, at)
    if channel >= 0 and is_word(buffer, first, end, _ERRORFRAME):
        return (0 if channel < 256 else _CHANNEL), channel, np.int64(0), ERROR, np.int64(0)
    way, after = token(buffer, end)
    kind, rest = token(buffer, after)
    letter = buffer[kind] | 32
    framed = rest - kind == 1 and (letter == 100 or letter == 114)
    if not _direction(buffer, way, after) and not (channel >= 0 and framed):
        return _SKIP, channel, np.int64(0), 0, np.int64(0)
    if channel < 0 or channel > 255:
        return _CHANNEL, channel, np.int64(0), 0, np.int64(0)
    if not framed or not _direction(buffer, way, after):
        return _KIND, channel, np.int64(0), 0, np.int64(0)
    ident, flag = _identifier(buffer, first, end, base)
    flag |= TX if buffer[way] | 32 == 116 else 0
    if ident < 0:
        return _ID, channel, ident, flag, np.int64(0)
    if letter == 114:
        return 0, channel, ident, flag | REMOTE, np.int64(0)
    begin, at = token(buffer, rest)
    dlc = number(buffer, begin, at, base)
    if dlc < 0 or dlc > 15:
        return _KIND, channel, ident, flag, np.int64(0)
    length = min(dlc, 8)
    code = 0 if byte_words(buffer, at, length, base, row) else _DATA
    return code, channel, ident, flag, length


@kernel
def _identifier(buffer: Bytes, begin: Int, end: Int, base: Int) -> Any:
    """The identifier (-1: none) and its flag; an x at its end says that it has 29 bits."""
    extended = end > begin and buffer[end - 1] | 32 == 120
    ident = number(buffer, begin, end - extended, base)
    if ident > (0x1FFFFFFF if extended else 0x7FF):
        ident = np.int64(-1)
    return ident, (EXTENDED if extended else 0)


@kernel
def _fd(buffer: Bytes, at: Int, base: Int, row: Bytes) -> Any:
    """What follows the direction of a CANFD event: error code, id, flags, length."""
    first, at = token(buffer, at)
    if is_word(buffer, first, at, _ERRORFRAME):
        return 0, np.int64(0), ERROR | FD, np.int64(0)
    ident, flag = _identifier(buffer, first, at, base)
    flag |= FD
    if ident < 0:
        return _ID, ident, flag, np.int64(0)
    begin, end = token(buffer, at)
    brs = number(buffer, begin, end, 10)
    if end - begin != 1 or brs < 0 or brs > 1:  # a symbolic name comes first
        begin, end = token(buffer, end)
        brs = number(buffer, begin, end, 10)
    begin, at = token(buffer, end)
    esi = number(buffer, begin, at, 10)
    begin, at = token(buffer, at)
    dlc = number(buffer, begin, at, 16)
    begin, at = token(buffer, at)
    length = number(buffer, begin, at, 10)
    if brs < 0 or brs > 1 or esi < 0 or esi > 1 or dlc < 0 or dlc > 15 or length > 64 or length < 0:
        return _KIND, ident, flag, np.int64(0)
    flag |= (BRS if brs else 0) | (ESI if esi else 0)
    if length == 0 and dlc > 0:
        return 0, ident, flag | REMOTE, length
    if length > row.size:
        return 0, ident, flag, length
    code = 0 if length <= _LENGTHS[dlc] and byte_words(buffer, at, length, base, row) else _DATA
    return code, ident, flag, length
