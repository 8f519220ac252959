"""How a line of an ASC file is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from trialbench._jit import kernel
from trialbench.frames import ERROR, REMOTE
from trialbench.readers.asc_fd import fd_event, xl_event
from trialbench.readers.asc_words import (
    BAD_CHANNEL,
    BAD_DATA,
    BAD_ID,
    BAD_KIND,
    BAD_OTHER_ID,
    BAD_REST,
    BAD_TIME,
    ERRORFRAME,
    direction,
    identifier,
    is_line_end,
)
from trialbench.readers.lines import EVENT, has_decimals, line_reader
from trialbench.readers.raw import LATEST_NS
from trialbench.readers.text import (
    byte_words,
    decimal_ns,
    is_word,
    number,
    token,
    word,
)

if TYPE_CHECKING:
    from trialbench.readers.raw import Bytes, Int


class AscWays(NamedTuple):
    """How an ASC file writes its lines.

    Times count from `start_ns`, or `relative` to the line before; `numerals` is the base of numbers.
    The rest is what nearly all lines have in common (-1: nothing): how many `decimals` the stamps
    have, how many fields follow a classic frame and a frame on an FD channel; and whether the number
    behind `ID =` is the identifier.
    """

    start_ns: int
    numerals: int
    relative: bool
    decimals: int
    fields: int
    is_numbered: bool
    fd_fields: int


SHORTEST: Final = len("0 1 1 Rx r\n")

_CANFD: Final = word("canfd")
_CANXL: Final = word("canxl")
_ECC: Final = word("ecc:")
_EQUALS: Final = word("=")
_LENGTH: Final = word("length")
_BIT_COUNT: Final = word("bitcount")
_ID_WORD: Final = word("id")
_STATES: Final = tuple(word(each).copy() for each in ("te", "wu", "xx"))
_ABSENT, _NONSENSE = -1, -2


@line_reader(AscWays)
def _read_line(buffer: Bytes, at: Int, before: Int, ways: AscWays, row: Bytes) -> Any:
    """As `lines.read_line`; what is remembered is the time, where it counts from line to line."""
    channel = ident = length = np.int64(0)
    flag = 0
    begin, at = token(buffer, at)
    code, time = _stamp(buffer, begin, at, ways.start_ns, ways.decimals)
    if code == 0:
        if ways.relative:
            time += before
            before = time
        code, channel, ident, flag, length = _event(buffer, at, ways, row)
    return at, code, False, before, ways.start_ns + time, channel, ident, flag, length


@kernel
def _stamp(buffer: Bytes, begin: Int, end: Int, start: Int, usual: Int) -> Any:
    """Error code (EVENT for a line without a time) and the time in ns."""
    if buffer[begin] < 48 or buffer[begin] > 57:
        return EVENT, np.int64(0)
    time, at = decimal_ns(buffer, begin, 9)
    if at != end:
        return EVENT, np.int64(0)
    if time < 0 or time > LATEST_NS - start or not has_decimals(buffer, begin, end, usual):
        return BAD_TIME, np.int64(0)
    return 0, time


@kernel
def _event(buffer: Bytes, at: Int, ways: AscWays, row: Bytes) -> Any:
    """What follows the time: error code, channel, id, flags, length."""
    begin, at = token(buffer, at)
    fd = xl = False
    if buffer[begin] | 32 == 99:  # c
        fd = is_word(buffer, begin, at, _CANFD)
        xl = is_word(buffer, begin, at, _CANXL)
        if fd or xl:
            begin, at = token(buffer, at)
    channel = number(buffer, begin, at, 10)
    first, end = token(buffer, at)
    if channel < 0 or first == end:
        return EVENT, np.int64(0), np.int64(0), 0, np.int64(0)
    if fd or xl:
        sent = direction(buffer, first, end)
        if sent < 0:
            return EVENT, channel, np.int64(0), 0, np.int64(0)
        if xl:
            code, ident, flag, length = xl_event(buffer, end, row)
        else:
            code, ident, flag, length = fd_event(buffer, end, ways.numerals, ways.fd_fields, row)
        flag |= sent
    elif end - first == ERRORFRAME.size and is_word(buffer, first, end, ERRORFRAME):
        code, ident, flag, length = _error(buffer, end), np.int64(0), ERROR, np.int64(0)
    else:
        code, ident, flag, length = _classic(buffer, first, end, ways, row)
    if code == 0 and channel > 255:
        code = BAD_CHANNEL
    return code, channel, ident, flag, length


@kernel
def _classic(buffer: Bytes, first: Int, end: Int, ways: AscWays, row: Bytes) -> Any:
    """A frame on a classic channel, its identifier at `first`: error code, id, flags, length."""
    way, after = token(buffer, end)
    kind, at = token(buffer, after)
    sent = direction(buffer, way, after)
    letter = buffer[kind] | 32
    if sent < 0 or at - kind != 1 or (letter != 100 and letter != 114):
        return EVENT, np.int64(0), 0, np.int64(0)
    ident, flag = identifier(buffer, first, end, ways.numerals)
    flag |= sent
    if ident < 0:
        return BAD_ID, ident, flag, np.int64(0)
    begin, after = token(buffer, at)
    dlc = number(buffer, begin, after, ways.numerals)
    if letter == 114:
        at = after if 0 <= dlc <= 15 else at
        return _tail(buffer, at, np.int64(-1), ways.fields), ident, flag | REMOTE, np.int64(0)
    if dlc < 0 or dlc > 15:
        return BAD_KIND, ident, flag, np.int64(0)
    length = min(dlc, 8)
    at = byte_words(buffer, after, length, ways.numerals, row)
    if at < 0:
        return BAD_DATA, ident, flag, length
    told = ident if ways.is_numbered else np.int64(-1)
    return _tail(buffer, at, told, ways.fields), ident, flag, length


@kernel
def _tail(buffer: Bytes, at: Int, ident: Int, usual: Int) -> Any:
    """What may follow a classic frame: `Length = 1 BitCount = 1 TE ID = 1x`; an error code.

    Each part may be missing; there are `usual` ones, if that is not negative. The last one is `ident`,
    likewise.
    """
    begin, end = token(buffer, at)
    if begin == end:
        return 0 if usual <= 0 else BAD_REST
    length, begin, end = _field(buffer, begin, end, _LENGTH)
    bits, begin, end = _field(buffer, begin, end, _BIT_COUNT)
    for state in _STATES:
        if is_word(buffer, begin, end, state):
            begin, end = token(buffer, end)
            break
    told, begin, end = _field(buffer, begin, end, _ID_WORD)
    if min(length, bits, told) < _ABSENT or not is_line_end(buffer, begin, end):
        return BAD_REST
    fields = (length >= 0) + (bits >= 0) + (told >= 0)
    if usual >= 0 and fields != usual:
        return BAD_REST
    return BAD_OTHER_ID if told >= 0 and ident >= 0 and told != ident else 0


@kernel
def _field(buffer: Bytes, begin: Int, end: Int, name: Bytes) -> Any:
    """The number of `name = 123` or `name = 123x` (_ABSENT, or _NONSENSE), and the next word."""
    if not is_word(buffer, begin, end, name):
        return np.int64(_ABSENT), begin, end
    sign, at = token(buffer, end)
    first, end = token(buffer, at)
    value = number(buffer, first, end - (buffer[end - 1] | 32 == 120), 10)
    begin, after = token(buffer, end)
    if value < 0 or not is_word(buffer, sign, at, _EQUALS):
        return np.int64(_NONSENSE), begin, after
    return value, begin, after


@kernel
def _error(buffer: Bytes, at: Int) -> Any:
    """What may follow `ErrorFrame`: `ECC: 10100010`, or `Flags = 0xe Code = 0x82 …`; an error code."""
    begin, end = token(buffer, at)
    if is_word(buffer, begin, end, _ECC):
        _, end = token(buffer, end)
        begin, end = token(buffer, end)
    while not is_line_end(buffer, begin, end):
        sign, at = token(buffer, end)
        value, end = token(buffer, at)
        if not is_word(buffer, sign, at, _EQUALS) or value == end:
            return BAD_REST
        begin, end = token(buffer, end)
    return 0
