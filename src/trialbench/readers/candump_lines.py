"""How a line of a candump log is read.

Most lines are of the one shape that can-utils and python-can write: `_quick` reads those eight
characters at a time, and leaves whatever it does not expect to `_line`, which is exact and slow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from trialbench._jit import kernel
from trialbench.frames import BRS, ERROR, ESI, EXTENDED, FD, REMOTE, TX
from trialbench.readers.lines import EVENT, has_decimals, line_reader
from trialbench.readers.raw import LATEST_NS
from trialbench.readers.text import HEX, decimal_ns, hexadecimal
from trialbench.readers.words import (
    eight_digits,
    first,
    four_bytes,
    hexadecimal_digits,
    load64,
    number_of,
)

if TYPE_CHECKING:
    from trialbench.readers.raw import Bytes, Int

CAUSES: Final = (
    "neither a frame nor an event of candump's",
    "not a frame: a line begins with (seconds.fraction)",
    "the time has not as many decimals as others have, or does not fit 64 bits of nanoseconds",
    "too many interfaces, or no name of an interface",
    "no identifier of 3 or 8 digits, followed by #",
    "the identifier is out of range",
    "the data are no pairs of hexadecimal digits, or as many as no frame has",
    "something follows the frame",
)
_TIME, _LATE, _NAME, _ID, _RANGE, _DATA, _REST = range(1, 8)
SHORTEST: Final = len("(0) c 1#\n")
NAME_ROOM: Final = 32
"""A name's length and its bytes, of which Linux allows 15."""
NO_INTERFACE: Final = -1
"""Stands for the interface of the last frame where there was none yet."""
_QUICK_DECIMALS: Final = 6
_LONGEST_QUICK: Final = 96
"""No quick line is longer, with the eight characters that are read beyond it."""

_MICROSECONDS: Final = ~np.uint64(0xFFFF)
_TWO_ZEROS: Final = np.uint64(0x3030)
_RANGES: Final = np.array([0x7FF, 0x1FFFFFFF], np.int64)
_FD_LENGTH: Final = np.isin(np.arange(65), [*range(9), 12, 16, 20, 24, 32, 48, 64])
"""Which lengths a CAN FD frame can have (ISO 11898-1)."""


class CandumpWays(NamedTuple):
    """How a candump log writes its lines.

    Stamps have so many `decimals` (-1: any number of them). A row of `names` takes an interface's
    name, its length first, in the order of appearance. Before `quick_end` a line may be of the usual
    shape, and may be read beyond its end.
    """

    decimals: int
    names: Bytes
    quick_end: int

    @classmethod
    def of(cls, data: bytes, decimals: int) -> CandumpWays:
        """Those of a log whose interfaces are not known yet."""
        quick = decimals < 0 or decimals == _QUICK_DECIMALS
        names = np.zeros((256, NAME_ROOM), np.uint8)
        return cls(decimals, names, len(data) - _LONGEST_QUICK if quick else 0)


@line_reader(CandumpWays)
def _read_line(buffer: Bytes, at: Int, before: Int, ways: CandumpWays, row: Bytes) -> Any:
    """As `lines.read_line`; what is remembered is the interface of the last frame."""
    if at < ways.quick_end and before >= 0:
        end, time, ident, flag, length, word = _quick(buffer, at, ways.names.reshape(-1), before)
        if end >= 0:
            row[:8].view(np.uint64)[0] = word
            return end, 0, False, before, time, before, ident, flag, length
    code, end, time, name, ident, flag, length = _line(
        buffer, at, ways.decimals, ways.names, before, row
    )
    if code == EVENT and before >= 0 and buffer[at] != 40:
        code = _TIME  # comments stand before the frames: data begin with # as well
    return end, code, False, name, time, name, ident, flag, length


@kernel
def _quick(buffer: Bytes, at: Int, names: Bytes, name: Int) -> Any:
    """A line of the usual shape: its line feed (-1: not so), time, id, flags, length, data.

    `(1700000820.298000) can0 123#0011223344556677`, the name the one before; 3 or 8 digits of id.
    Branches, which are foretold, and not lengths as numbers carry the place on: so the processor
    begins the next line before this one is done.
    """
    nothing = np.int64(-1), np.int64(0), np.int64(0), 0, np.int64(0), np.uint64(0)
    time = _quick_time(buffer, at)
    size = np.int64(names[name * NAME_ROOM])
    if time < 0 or size == 0 or size > 8 or buffer[at + 20 + size] != 32:
        return nothing
    if first(load64(buffer, at + 20), size) != load64(names, name * NAME_ROOM + 1):
        return nothing
    at += 21 + size
    ident = np.int64(number_of(four_bytes(load64(buffer, at))))
    if buffer[at + 3] == 35 and hexadecimal_digits(load64(buffer, at)) == 3:
        ident >>= 20
        at += 4
        flag = 0
    elif buffer[at + 8] == 35 and hexadecimal_digits(load64(buffer, at)) == 8:
        at += 9
        flag = EXTENDED
    else:
        return nothing
    if ident > (0x1FFFFFFF if flag else 0x7FF) or buffer[at] == 35 or buffer[at] | 32 == 114:
        return nothing  # out of range, an error frame, CAN FD, or remote
    at, length, word = _quick_data(buffer, at)
    if buffer[at] == 32 and buffer[at + 1] == 82:  # R
        at += 2
    elif buffer[at] == 32 and buffer[at + 1] == 84:  # T
        at += 2
        flag |= TX
    if buffer[at] != 10 or length & 1:
        return nothing
    return at, time, ident, flag, length >> 1, word


@kernel
def _quick_data(buffer: Bytes, at: Int) -> Any:
    """Up to sixteen hexadecimal digits: their end, their number, and the bytes as one word."""
    low = load64(buffer, at)
    high = load64(buffer, at + 8)
    if hexadecimal_digits(low) == 8 and hexadecimal_digits(high) == 8:
        return at + 16, np.int64(16), four_bytes(low) | four_bytes(high) << np.uint64(32)
    length = hexadecimal_digits(low)
    word = four_bytes(first(low, length))
    if length == 8:
        more = hexadecimal_digits(high)
        word |= four_bytes(first(high, more)) << np.uint64(32)
        length += more
    return at + length, length, word


@kernel
def _quick_time(buffer: Bytes, at: Int) -> Any:
    """The ns of `(1700000820.298000) `, ten digits and six; -1 where it is not so."""
    if buffer[at] != 40 or buffer[at + 11] != 46 or buffer[at + 18] != 41 or buffer[at + 19] != 32:
        return np.int64(-1)
    billions = np.int64(buffer[at + 1]) - 48
    hundreds = np.int64(buffer[at + 2]) - 48
    seconds = eight_digits(load64(buffer, at + 3))
    micros = eight_digits(load64(buffer, at + 10) & _MICROSECONDS | _TWO_ZEROS)
    if seconds < 0 or micros < 0 or billions < 0 or billions > 8 or hundreds < 0 or hundreds > 9:
        return np.int64(-1)
    seconds += billions * 1_000_000_000 + hundreds * 100_000_000
    return seconds * 1_000_000_000 + micros * 1_000


@kernel
def _line(buffer: Bytes, at: Int, usual: Int, names: Bytes, guess: Int, row: Bytes) -> Any:
    """Any line: error code, its end, time, name (of no frame: the guess), id, flags, length."""
    ident = np.int64(0)
    if buffer[at] == 35 or buffer[at] == 59:  # a comment: # or ;
        return EVENT, at, np.int64(0), guess, ident, 0, np.int64(0)
    code, time, at = _stamp(buffer, at, usual)
    if code != 0:
        return code, at, time, guess, ident, 0, np.int64(0)
    begin, at = at, _name_end(buffer, at)
    if at < 0:
        return _NAME, begin, time, guess, ident, 0, np.int64(0)
    code, after, ident, flag = _identifier(buffer, at + 1)
    if code != 0:
        return code, after, time, guess, ident, flag, np.int64(0)
    code, after, flag, length = _data(buffer, after, flag, row)
    if code == 0:
        code, after, sent = _ending(buffer, after)
        flag |= sent
    if code != 0:
        return code, after, time, guess, ident, flag, length
    name = _interface(buffer, begin, at, names)  # of a sound frame alone
    code = 0 if name >= 0 else _NAME
    return code, after, time, (name if name >= 0 else guess), ident, flag, length


@kernel
def _stamp(buffer: Bytes, at: Int, usual: Int) -> Any:
    """`(1700000820.298000) `: an error code, the time in ns, and where the interface begins."""
    if buffer[at] != 40:
        return _TIME, np.int64(0), at
    begin = at + 1
    time, at = decimal_ns(buffer, begin, 9)
    if buffer[at] != 41 or buffer[at + 1] != 32:
        return _TIME, np.int64(0), at
    if time < 0 or time > LATEST_NS or not has_decimals(buffer, begin, at, usual):
        return _LATE, np.int64(0), at
    at += 2
    while buffer[at] == 32:
        at += 1
    return 0, time, at


@kernel
def _name_end(buffer: Bytes, at: Int) -> Any:
    """Where the interface's name ends with a blank; -1: it is none that Linux would take."""
    end = at
    while 32 < buffer[end] < 127 and buffer[end] != 47:
        end += 1
    return end if 0 < end - at < NAME_ROOM and buffer[end] == 32 else np.int64(-1)


@kernel
def _interface(buffer: Bytes, at: Int, end: Int, names: Bytes) -> Any:
    """The number of the name in order of appearance (-1: no room)."""
    length = end - at
    for number in range(names.shape[0]):
        if names[number, 0] == 0:
            names[number, 0] = length
            names[number, 1 : 1 + length] = buffer[at:end]
        if names[number, 0] == length and np.all(names[number, 1 : 1 + length] == buffer[at:end]):
            return np.int64(number)
    return np.int64(-1)


@kernel
def _identifier(buffer: Bytes, at: Int) -> Any:
    """`id#`: error code, where the data begin, the identifier and its flags."""
    while buffer[at] == 32:
        at += 1
    begin = at
    number, at = hexadecimal(buffer, at)
    digits = at - begin
    ident = np.int64(number)
    if digits == 5 and buffer[at] == 35:  # CAN XL: VCID and priority
        return EVENT, at, ident, 0
    if (digits != 3 and digits != 8) or buffer[at] != 35:
        return _ID, at, ident, 0
    flag = EXTENDED if digits == 8 else 0
    if flag and ident >> 29 == 1:
        flag |= ERROR
        ident &= 0x1FFFFFFF
    return (_RANGE if ident > _RANGES[1 if flag else 0] else 0), at + 1, ident, flag


@kernel
def _data(buffer: Bytes, at: Int, flag: Int, row: Bytes) -> Any:
    """What follows the first #: error code, its end, flags, length (which may be above the row's)."""
    if buffer[at] | 32 == 114 and not flag & ERROR:  # R: remote
        return 0, _after_dlc(buffer, _after_length(buffer, at + 1)), flag | REMOTE, np.int64(0)
    if buffer[at] == 35:
        kind = HEX[buffer[at + 1]]
        if kind > 7 or flag & ERROR:
            return _DATA, at, flag, np.int64(0)
        flag |= FD | (BRS if kind & 1 else 0) | (ESI if kind & 2 else 0)
        at += 2
    begin = at
    while HEX[buffer[at]] != 255:
        at += 1
    length = np.int64(at - begin) >> 1
    if (at - begin) & 1 or length > 64 or not (_FD_LENGTH[length] if flag & FD else length <= 8):
        return _DATA, at, flag, np.int64(0)
    if flag & ERROR:  # the data describe the error and are no sender's
        return 0, at, flag, np.int64(0)
    for k in range(row.size if length > row.size else length):
        row[k] = HEX[buffer[begin + 2 * k]] << 4 | HEX[buffer[begin + 2 * k + 1]]
    return 0, (_after_dlc(buffer, at) if length == 8 and not flag & FD else at), flag, length


@kernel
def _after_length(buffer: Bytes, at: Int) -> Any:
    """What follows the length that a remote frame may ask for, one digit up to 8."""
    return at + 1 if 48 <= buffer[at] <= 56 else at


@kernel
def _after_dlc(buffer: Bytes, at: Int) -> Any:
    """What follows `_<dlc>`, which may stand where eight bytes are sent with a dlc of 9 to F."""
    return at + 2 if buffer[at] == 95 and 9 <= HEX[buffer[at + 1]] <= 15 else at


@kernel
def _ending(buffer: Bytes, at: Int) -> Any:
    """What may follow the data, ` R` or ` T`: error code, line feed, the TX flag."""
    sent = 0
    begin = at
    while buffer[at] == 32:
        at += 1
    if at > begin and (buffer[at] | 32 == 116 or buffer[at] | 32 == 114):
        sent = TX if buffer[at] | 32 == 116 else 0
        at += 1
    while buffer[at] == 32 or buffer[at] == 13:
        at += 1
    return (0 if buffer[at] == 10 else _REST), at, sent
