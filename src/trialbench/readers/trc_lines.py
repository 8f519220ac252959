"""How a line of a TRC file is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from trialbench._jit import kernel
from trialbench.frames import BRS, ERROR, ESI, EXTENDED, FD, REMOTE, TX
from trialbench.readers.lines import EVENT, has_decimals, line_reader
from trialbench.readers.raw import LATEST_NS
from trialbench.readers.text import (
    HEX,
    byte_words,
    decimal_ns,
    is_word,
    number,
    token,
    word,
)

if TYPE_CHECKING:
    from trialbench.readers.raw import Bytes, Int, Longs

LETTERS: Final = "NOTBIdRLlDS"
"""Every column there is, in PEAK's letters: number, offset, type, bus, id, direction, reserved, dlc,
length, data, number of sequence. R and S are skipped."""
_N, _O, _T, _B, _I, _D, _R, _DLC, _LENGTH, _DATA_COLUMN, _S = range(len(LETTERS))

CAUSES: Final = (
    "neither a message nor an event that the format knows",
    "the time has not as many decimals as others have, or does not fit 64 bits of nanoseconds",
    "the type of the message is unknown",
    "the bus is out of range",
    "the identifier has neither 4 nor 8 hexadecimal digits, or is out of range",
    "the direction is neither Rx nor Tx",
    "the length is no number up to 64",
    "fewer bytes than the message says, or something else in their place",
    "something follows the message",
    "no number of a message",
    "neither - nor a number in a reserved column",
    "another header: a second file begins here, which is left out",
    "",
    "",
    "the message's number does not follow the one before",
)
_TIME, _TYPE, _BUS, _ID, _WAY, _SIZE, _DATA, _REST, _NUMBER, _RESERVED, _HEADER = range(1, 12)
SHORTEST: Final = len("1 0 0 0\n")
_UNNUMBERED = -1
"""The number of a message where there is no column of numbers."""
_ANY_NUMBER = -1
"""The number that must follow a line of which it could not be read."""
FIRST_NUMBER = -2
"""The number that must come first: PEAK counts from 1, python-can from 0."""

_RTR: Final = word("rtr")
_RX: Final = word("rx")
_TX: Final = word("tx")
_WARNING: Final = word("warng")
_ERROR_WORD: Final = word("error")
UNDATED: Final = 5
"""Version 1.0, so many columns, has no start time."""
_LENGTHS: Final = np.array([*range(9), 12, 16, 20, 24, 32, 48, 64], np.int64)


def _type(text: str) -> int:
    return ord(text[0]) << 8 | ord(text[1])


_DT, _FD, _FB, _FE, _BI, _RR = (_type(each) for each in ("DT", "FD", "FB", "FE", "BI", "RR"))
_ER, _ST, _EC, _EV = (_type(each) for each in ("ER", "ST", "EC", "EV"))


class TrcWays(NamedTuple):
    """How a TRC file writes its lines.

    Times count from `start_ns` and have so many `decimals` (-1: any number of them); `columns` are
    places in LETTERS, in the order of a line.
    """

    start_ns: int
    columns: Longs
    decimals: int


@line_reader(TrcWays)
def _read_line(buffer: Bytes, at: Int, before: Int, ways: TrcWays, row: Bytes) -> Any:
    """As `lines.read_line`; what is remembered is the number that is due.

    A second header ends the file: reading goes on behind the buffer's last byte.
    """
    time = ident = length = np.int64(0)
    if buffer[at] == 59:  # ; begins a comment, and ;$ a line of the header
        is_second = buffer[at + 1] == 36 and before != FIRST_NUMBER
        code, end = (_HEADER, buffer.size - 1) if is_second else (EVENT, at)
        return end, code, False, before, time, np.int64(1), ident, 0, length
    told, code, time, channel, ident, flag, length = _message(
        buffer, at, ways.columns, ways.start_ns, ways.decimals, row
    )
    gap = told != _UNNUMBERED and not _follows(told, before)
    due = told + 1 if told != _UNNUMBERED and code in (0, EVENT) else np.int64(_ANY_NUMBER)
    return at, code, gap, due, ways.start_ns + time, channel, ident, flag, length


@kernel
def _follows(told: Int, due: Int) -> Any:
    """Whether a message may have the number `told` where `due` comes next."""
    if due == FIRST_NUMBER:
        return told <= 1
    return due == _ANY_NUMBER or told == due


@kernel
def _message(buffer: Bytes, at: Int, columns: Longs, start: Int, usual: Int, row: Bytes) -> Any:
    """A line's number, error code, time, bus, id, flags, length."""
    told = np.int64(_UNNUMBERED)
    time = np.int64(0)
    channel = np.int64(1)
    ident = np.int64(0)
    length = np.int64(0)
    flag = 0
    for column in columns:
        begin, end = token(buffer, at)
        if column == _DATA_COLUMN:
            break
        if column == _I and flag & ERROR:
            return told, _error(buffer, at), time, channel, ident, flag, np.int64(0)
        code = 0
        if column == _N:
            told = number(buffer, begin, end - (buffer[end - 1] == 41), 10)
            code = _NUMBER if told < 0 else 0
        elif column == _O:
            code, time = _offset(buffer, begin, end, start, usual)
        elif column == _B:
            channel = number(buffer, begin, end, 10)
            code = _BUS if channel < 0 or channel > 255 else 0
        elif column == _I:
            code, ident, more = _identified(buffer, begin, end, columns.size == UNDATED)
            flag |= more
        elif column in (_DLC, _LENGTH):
            code, length = _size(number(buffer, begin, end, 10), column, flag)
        else:
            code, more = _mark(buffer, begin, end, column)
            flag |= more
        if code != 0:
            return told, code, time, channel, ident, flag, np.int64(0)
        at = end
    code, flag, length = _bytes(buffer, at, row, flag, length)
    return told, code, time, channel, ident, flag, length


@kernel
def _mark(buffer: Bytes, begin: Int, end: Int, column: Int) -> Any:
    """A column of one word, the type, the direction or a reserved one: error code and flags."""
    if column == _T:
        return _kind(buffer, begin, end)
    return _way(buffer, begin, end) if column == _D else (_reserved(buffer, begin, end), 0)


@kernel
def _offset(buffer: Bytes, begin: Int, end: Int, start: Int, usual: Int) -> Any:
    """The column of milliseconds: error code and ns."""
    time, stop = decimal_ns(buffer, begin, 6)
    bad = stop != end or time < 0 or time > LATEST_NS - start
    return (_TIME if bad or not has_decimals(buffer, begin, end, usual) else 0), time


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
    return (EVENT if kind in (_ST, _EC, _EV) else _TYPE), 0


@kernel
def _way(buffer: Bytes, begin: Int, end: Int) -> Any:
    """The direction column, which in version 1 also tells errors: error code and flags."""
    if is_word(buffer, begin, end, _RX):
        return 0, 0
    if is_word(buffer, begin, end, _TX):
        return 0, TX
    if is_word(buffer, begin, end, _ERROR_WORD):
        return 0, ERROR
    return (EVENT if is_word(buffer, begin, end, _WARNING) else _WAY), 0


@kernel
def _identified(buffer: Bytes, begin: Int, end: Int, undated: bool) -> Any:
    """The identifier: error code, number, flags. Version 1.0 tells the bus's state under FFFFFFFF.

    It has 4 digits, or 8 if it has 29 bits, of which python-can leaves out a leading zero.
    """
    ident = number(buffer, begin, end, 16)
    if ident == 0xFFFFFFFF and undated:
        return EVENT, ident, 0
    flag = EXTENDED if end - begin in (7, 8) else 0
    sound = (flag or end - begin == 4) and 0 <= ident <= (0x1FFFFFFF if flag else 0x7FF)
    return (0 if sound else _ID), ident, flag


@kernel
def _reserved(buffer: Bytes, begin: Int, end: Int) -> Any:
    """A column that is -, or a number (J1939's destination, a sequence): an error code."""
    dash = end - begin == 1 and buffer[begin] == 45
    return 0 if dash or number(buffer, begin, end, 10) >= 0 else _RESERVED


@kernel
def _size(told: Int, column: Int, flag: Int) -> Any:
    """The column of the length in bytes, or of the dlc: error code and bytes."""
    most = 15 if column == _DLC and flag & (FD | ERROR) else 64 if column == _LENGTH else 8
    if told < 0 or told > most:
        return _SIZE, np.int64(0)
    return 0, (_LENGTHS[told] if column == _DLC else told)


@kernel
def _bytes(buffer: Bytes, at: Int, row: Bytes, flag: Int, length: Int) -> Any:
    """The data column, the line's last: error code, flags, length."""
    begin, end = token(buffer, at)
    if is_word(buffer, begin, end, _ERROR_WORD):  # version 1.0
        return _error(buffer, end), flag | ERROR, np.int64(0)
    if is_word(buffer, begin, end, _RTR):
        flag |= REMOTE
        at = end
    if flag & REMOTE:
        length = np.int64(0)
    if length > row.size:
        return 0, flag, length
    at = byte_words(buffer, at, length, 16, row)
    if at < 0:
        return _DATA, flag, length
    begin, end = token(buffer, at)
    return (0 if begin == end else _REST), flag, length


@kernel
def _error(buffer: Bytes, at: Int) -> Any:
    """What follows in an error's line: numbers, dashes, and one direction; an error code."""
    ways = 0
    begin, end = token(buffer, at)
    while begin != end:
        way, _ = _way(buffer, begin, end)
        ways += way == 0
        if way != 0 and not _is_number(buffer, begin, end):
            return _DATA
        begin, end = token(buffer, end)
    return 0 if ways <= 1 else _DATA


@kernel
def _is_number(buffer: Bytes, begin: Int, end: Int) -> Any:
    """Whether the word is a hexadecimal number, or a dash in its place."""
    odd = 0
    for k in range(begin, end):
        odd += HEX[buffer[k]] == 255 and buffer[k] != 45
    return odd == 0
