"""The kernel that reads the lines of a TRC file."""

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

LETTERS: Final = "NOTBIdRLlDS"
"""Every column there is, in PEAK's letters: number, offset, type, bus, id, direction, reserved, dlc,
length, data; S (number of sequence) is skipped."""
_N, _O, _T, _B, _I, _D, _R, _DLC, _LENGTH, _DATA_COLUMN, _S = range(len(LETTERS))

CAUSES: Final = (
    "",
    "the time is no number of milliseconds, or does not fit 64 bits of nanoseconds",
    "the type of the message is unknown",
    "the bus is out of range",
    "the identifier is no hexadecimal number, or out of range",
    "the direction is neither Rx nor Tx",
    "the length is no number up to 64",
    "fewer bytes than the message says, or something else in their place",
)
_TIME, _TYPE, _BUS, _ID, _WAY, _SIZE, _DATA = range(1, 8)
_SKIP: Final = -1
SHORTEST: Final = len("1 0 0 0\n")

_RTR: Final = word("rtr")
_RX: Final = word("rx")
_TX: Final = word("tx")
_WARNING: Final = word("warng")
_ERROR_WORD: Final = word("error")
_LENGTHS: Final = np.array([*range(9), 12, 16, 20, 24, 32, 48, 64], np.int64)


def _type(text: str) -> int:
    return ord(text[0]) << 8 | ord(text[1])


_DT, _FD, _FB, _FE, _BI, _RR = (_type(each) for each in ("DT", "FD", "FB", "FE", "BI", "RR"))
_ER, _ST, _EC, _EV = (_type(each) for each in ("ER", "ST", "EC", "EV"))


@kernel
def parse(
    buffer: Bytes, start: Int, columns: Longs, times: Longs, bus: Bytes, ids: NDArray[np.uint32],
    flags: Bytes, lengths: Bytes, data: Bytes, offsets: Longs, bad: Longs,
) -> Any:  # fmt: skip
    """All lines of the buffer; returns the number of frames and of rows used of `bad`."""
    count = 0
    used = 0
    at = 0
    while at < buffer.size:
        begin, end = token(buffer, at)
        if begin == end or buffer[begin] == 59:
            at = next_line(buffer, at)
            continue
        code, time, channel, ident, flag, length = _message(buffer, at, columns, start, data[count])
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
def _message(buffer: Bytes, at: Int, columns: Longs, start: Int, row: Bytes) -> Any:
    """A line's error code (_SKIP: no frame), time, bus, id, flags, length."""
    time = np.int64(0)
    channel = np.int64(1)
    ident = np.int64(0)
    length = np.int64(0)
    flag = 0
    for column in columns:
        code = 0
        begin, end = token(buffer, at)
        if column == _O:
            code, time = _offset(buffer, begin, end, start)
        elif column == _T:
            code, flag = _kind(buffer, begin, end)
        elif column == _B:
            channel = number(buffer, begin, end, 10)
            code = _BUS if channel < 0 or channel > 255 else 0
        elif column == _I:
            code, ident, flag = _identified(buffer, begin, end, flag, columns)
        elif column == _D:
            code, more = _way(buffer, begin, end)
            flag |= more
        elif column in (_DLC, _LENGTH):
            code, length = _size(number(buffer, begin, end, 10), column, flag)
        elif column == _DATA_COLUMN:
            return _bytes(buffer, at, row, time, channel, ident, flag, length)
        if code != 0:
            return code, time, channel, ident, flag, np.int64(0)
        at = end
    return _bytes(buffer, at, row, time, channel, ident, flag, length)


@kernel
def _offset(buffer: Bytes, begin: Int, end: Int, start: Int) -> Any:
    """The column of milliseconds: error code and ns."""
    time, stop = decimal_ns(buffer, begin, 6)
    return (_TIME if stop != end or time < 0 or time > LATEST_NS - start else 0), time


@kernel
def _kind(buffer: Bytes, begin: Int, end: Int) -> Any:
    """The type column of version 2: error code and flags."""
    if end - begin != 2:
        return _TYPE, 0
    kind = np.int64(buffer[begin]) << 8 | np.int64(buffer[begin + 1])
    if kind == _DT:
        return 0, 0
    if kind == _FD:
        return 0, FD
    if kind == _FB:
        return 0, FD | BRS
    if kind == _FE:
        return 0, FD | BRS | ESI
    if kind == _BI:
        return 0, FD | ESI
    if kind == _RR:
        return 0, REMOTE
    if kind == _ER:
        return 0, ERROR
    return (_SKIP if kind in (_ST, _EC, _EV) else _TYPE), 0


@kernel
def _way(buffer: Bytes, begin: Int, end: Int) -> Any:
    """The direction column, which in version 1 also tells errors: error code and flags."""
    if is_word(buffer, begin, end, _RX):
        return 0, 0
    if is_word(buffer, begin, end, _TX):
        return 0, TX
    if is_word(buffer, begin, end, _ERROR_WORD):
        return 0, ERROR
    return (_SKIP if is_word(buffer, begin, end, _WARNING) else _WAY), 0


@kernel
def _identified(buffer: Bytes, begin: Int, end: Int, flag: Int, columns: Longs) -> Any:
    """The identifier: error code, number, flags. Version 1.0 tells the bus's state under FFFFFFFF."""
    ident = number(buffer, begin, end, 16)
    flag |= EXTENDED if end - begin > 4 else 0
    if flag & ERROR:
        return 0, max(ident, np.int64(0)) & 0x1FFFFFFF, flag
    if ident == 0xFFFFFFFF and columns.size == 5:
        return _SKIP, ident, flag
    sound = 0 <= ident <= (0x1FFFFFFF if flag & EXTENDED else 0x7FF)
    return (0 if sound else _ID), ident, flag


@kernel
def _size(told: Int, column: Int, flag: Int) -> Any:
    """The column of the length in bytes, or of the dlc: error code and bytes."""
    most = 15 if column == _DLC and flag & (FD | ERROR) else 64 if column == _LENGTH else 8
    if told < 0 or told > most:
        return _SIZE, np.int64(0)
    return 0, (_LENGTHS[told] if column == _DLC else told)


@kernel
def _bytes(
    buffer: Bytes, at: Int, row: Bytes, time: Int, channel: Int, ident: Int, flag: Int,
    length: Int,
) -> Any:  # fmt: skip
    """The data column, with what was read before it."""
    begin, end = token(buffer, at)
    if is_word(buffer, begin, end, _RTR):
        flag |= REMOTE
    if flag & (REMOTE | ERROR):
        return 0, time, channel, ident, flag, np.int64(0)
    if length > row.size:
        return 0, time, channel, ident, flag, length
    code = 0 if byte_words(buffer, at, length, 16, row) else _DATA
    return code, time, channel, ident, flag, length
