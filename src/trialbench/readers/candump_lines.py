"""The kernel that reads the lines of a candump log.

Most lines are of the one shape that can-utils and python-can write: `_quick` reads those eight
characters at a time, and leaves whatever it does not expect to `_line`, which is exact and slow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trialbench._jit import kernel
from trialbench.readers.raw import LATEST_NS
from trialbench.readers.text import HEX, TOO_WIDE, decimal_ns, hexadecimal, next_line, note
from trialbench.readers.words import (
    eight_digits,
    first,
    four_bytes,
    hexadecimal_digits,
    load64,
    number_of,
)
from trialbench.recording import BRS, ERROR, ESI, EXTENDED, FD, REMOTE, TX

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialbench.readers.raw import Bytes, Int, Longs

CAUSES: Final = (
    "",
    "not a frame: a line begins with (seconds.fraction)",
    "the time does not fit 64 bits of nanoseconds",
    "too many interfaces, or an interface's name is too long",
    "no identifier followed by #",
    "the identifier is out of range",
    "the data are no pairs of hexadecimal digits, or too many",
    "something follows the frame",
)
_TIME, _LATE, _NAME, _ID, _RANGE, _DATA, _REST = range(1, 8)
SHORTEST: Final = len("(0) c 1#\n")
NAME_ROOM: Final = 32
"""A name's length and its bytes, of which Linux allows 15."""
_LONGEST_QUICK: Final = 96
"""No quick line is longer, with the eight characters that are read beyond it."""

_MICROSECONDS: Final = ~np.uint64(0xFFFF)
_TWO_ZEROS: Final = np.uint64(0x3030)
_RANGES: Final = np.array([0x7FF, 0x1FFFFFFF], np.int64)


@kernel
def parse(
    buffer: Bytes, times: Longs, bus: Bytes, ids: NDArray[np.uint32], flags: Bytes, lengths: Bytes,
    data: Bytes, offsets: Longs, names: Bytes, bad: Longs,
) -> Any:  # fmt: skip
    """All lines of the buffer; returns the number of frames and of rows used of `bad`.

    A row of `names` takes an interface's name, its length first, in the order of appearance.
    """
    count = 0
    used = 0
    at: Int = 0
    name = 0
    limit = data.shape[1]
    words = data.reshape(-1).view(np.uint64)
    known = names.reshape(-1)
    while at < buffer.size:
        begin = at
        end: Int = -1
        if at + _LONGEST_QUICK < buffer.size:
            end, time, ident, flag, length, word = _quick(buffer, at, known, name)
            words[count * (limit >> 3)] = word
        if end < 0:
            code, end, time, name, ident, flag, length = _line(buffer, at, names, name, data[count])
            if length > limit:
                return TOO_WIDE, 0
            if code != 0:
                data[count, :] = 0
                used = note(bad, used, begin, code, count) if code > 0 else used
                at = next_line(buffer, end)
                continue
        at = end + 1
        times[count] = time
        bus[count] = name
        ids[count] = ident
        flags[count] = flag
        lengths[count] = length
        offsets[count] = begin
        count += 1
    return count, used


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
def _line(buffer: Bytes, at: Int, names: Bytes, guess: Int, row: Bytes) -> Any:
    """Any line: error code (-1: no frame, no error), line feed, time, name, id, flags, length."""
    row[:] = 0
    while buffer[at] == 32 or buffer[at] == 9 or buffer[at] == 13:
        at += 1
    ident = np.int64(0)
    if buffer[at] == 10 or buffer[at] == 35 or buffer[at] == 59:  # nothing, or a comment: # or ;
        return -1, at, np.int64(0), guess, ident, 0, np.int64(0)
    code, time, at = _stamp(buffer, at)
    if code != 0:
        return code, at, time, guess, ident, 0, np.int64(0)
    name, at = _interface(buffer, at, names)
    if name < 0:
        return _NAME, at, time, guess, ident, 0, np.int64(0)
    code, at, ident, flag = _identifier(buffer, at)
    if code != 0:
        return code, at, time, name, ident, flag, np.int64(0)
    code, at, flag, length = _data(buffer, at, flag, row)
    if code == 0:
        code, at, sent = _ending(buffer, at)
        flag |= sent
    return code, at, time, name, ident, flag, length


@kernel
def _stamp(buffer: Bytes, at: Int) -> Any:
    """`(1700000820.298000) `: an error code, the time in ns, and where the interface begins."""
    if buffer[at] != 40:
        return _TIME, np.int64(0), at
    time, at = decimal_ns(buffer, at + 1, 9)
    if buffer[at] != 41 or buffer[at + 1] != 32:
        return _TIME, np.int64(0), at
    if time < 0 or time > LATEST_NS:
        return _LATE, np.int64(0), at
    at += 2
    while buffer[at] == 32:
        at += 1
    return 0, time, at


@kernel
def _interface(buffer: Bytes, at: Int, names: Bytes) -> Any:
    """The number of the name at `at` in order of appearance (-1: no room), and what follows it."""
    end = at
    while buffer[end] != 32 and buffer[end] != 10:
        end += 1
    length = end - at
    if length == 0 or length >= names.shape[1] or buffer[end] != 32:
        return np.int64(-1), end
    for number in range(names.shape[0]):
        if names[number, 0] == 0:
            names[number, 0] = length
            names[number, 1 : 1 + length] = buffer[at:end]
        if names[number, 0] == length and np.all(names[number, 1 : 1 + length] == buffer[at:end]):
            return np.int64(number), end + 1
    return np.int64(-1), end


@kernel
def _identifier(buffer: Bytes, at: Int) -> Any:
    """`id#`: error code, where the data begin, the identifier and its flags."""
    while buffer[at] == 32:
        at += 1
    begin = at
    number, at = hexadecimal(buffer, at)
    digits = at - begin
    ident = np.int64(number)
    if digits == 0 or digits > 8 or buffer[at] != 35:
        return _ID, at, ident, 0
    flag = EXTENDED if digits > 3 else 0
    if flag and ident & 0x20000000:
        flag |= ERROR
        ident &= 0x1FFFFFFF
    return (_RANGE if ident > _RANGES[1 if flag else 0] else 0), at + 1, ident, flag


@kernel
def _data(buffer: Bytes, at: Int, flag: Int, row: Bytes) -> Any:
    """What follows the first #: error code, its end, flags, length (which may be above the row's)."""
    most = 8
    if buffer[at] == 35:
        kind = HEX[buffer[at + 1]]
        if kind == 255:
            return _DATA, at, flag, np.int64(0)
        flag |= FD | (BRS if kind & 1 else 0) | (ESI if kind & 2 else 0)
        at += 2
        most = 64
    if buffer[at] | 32 == 114:  # R: remote, and maybe a length
        _, at = hexadecimal(buffer, at + 1)
        return 0, at, flag | REMOTE, np.int64(0)
    begin = at
    while HEX[buffer[at]] != 255:
        at += 1
    length = np.int64(at - begin) >> 1
    if (at - begin) & 1 or length > most:
        return _DATA, at, flag, np.int64(0)
    if flag & ERROR:  # the data describe the error and are no sender's
        return 0, at, flag, np.int64(0)
    for k in range(row.size if length > row.size else length):
        row[k] = HEX[buffer[begin + 2 * k]] << 4 | HEX[buffer[begin + 2 * k + 1]]
    return 0, at, flag, length


@kernel
def _ending(buffer: Bytes, at: Int) -> Any:
    """What may follow the data: `_<dlc>`, then ` R` or ` T`; error code, line feed, the TX flag."""
    sent = 0
    if buffer[at] == 95 and HEX[buffer[at + 1]] != 255:
        at += 2
    while buffer[at] == 32:
        at += 1
    if buffer[at] | 32 == 116:
        sent = TX
        at += 1
    elif buffer[at] | 32 == 114:
        at += 1
    while buffer[at] == 32 or buffer[at] == 13:
        at += 1
    return (0 if buffer[at] == 10 else _REST), at, sent
