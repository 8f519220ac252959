"""The kernel that reads the lines of an ASC file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trialbench._jit import kernel
from trialbench.readers.lines import EVENT, decimals, put_aside
from trialbench.readers.raw import LATEST_NS
from trialbench.readers.text import (
    HEX,
    TOO_WIDE,
    byte_words,
    decimal_ns,
    is_word,
    next_line,
    number,
    token,
    word,
)
from trialbench.recording import BRS, ERROR, ESI, EXTENDED, FD, REMOTE, TX

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialbench.readers.raw import Bytes, Int, Longs

CAUSES: Final = (
    "neither a CAN frame nor an event that the format knows",
    "the time has not as many decimals as others have, or does not fit 64 bits of nanoseconds",
    "the channel is out of range",
    "the identifier is no number, or out of range",
    "neither data nor remote frame, or no length that fits the dlc",
    "fewer bytes than the frame says, or something else in their place",
    "something follows the frame that its format does not have there",
    "the number behind ID = is not the identifier",
)
_TIME, _CHANNEL, _ID, _KIND, _DATA, _REST, _OTHER_ID = range(1, 8)
DECIMALS, TAIL, NUMBERED = range(3)
"""How many decimals the stamps have and how many numbers follow an FD frame's bytes (-1: any);
whether the number behind `ID =` is the identifier."""
SHORTEST: Final = len("0 1 1 Rx r\n")

_CANFD: Final = word("canfd")
_CANXL: Final = word("canxl")
_ERRORFRAME: Final = word("errorframe")
_RX: Final = word("rx")
_TX: Final = word("tx")
_TXRQ: Final = word("txrq")
_FORMATS: Final = tuple(word(each).copy() for each in ("cbff", "ceff", "fbff", "feff"))
"""Classic and FD frames in a CAN XL controller's events, base and extended."""
_ECC: Final = word("ecc:")
_EQUALS: Final = word("=")
_LENGTH: Final = word("length")
_BIT_COUNT: Final = word("bitcount")
_ID_WORD: Final = word("id")
_STATES: Final = tuple(word(each).copy() for each in ("te", "wu", "xx"))
_ABSENT, _NONSENSE = -1, -2
_FD_NUMBERS: Final = 8
"""So many follow the data at most: duration, bits, flags, checksum, bit timing. Old files have fewer."""
_XL_NUMBERS: Final = 10
_REMOTE_FLAG, _FD_FLAG, _BRS_FLAG, _ESI_FLAG = 0x10, 0x1000, 0x2000, 0x4000
_LENGTHS: Final = np.array([*range(9), 12, 16, 20, 24, 32, 48, 64], np.int64)


@kernel
def parse(
    buffer: Bytes, at: Int, start: Int, base: Int, relative: bool, ways: Longs, times: Longs,
    bus: Bytes, ids: NDArray[np.uint32], flags: Bytes, lengths: Bytes, data: Bytes, places: Longs,
) -> Any:  # fmt: skip
    """All lines from `at`; returns the number of frames and of lines put aside.

    `ways` are what the file's lines have in common (DECIMALS, TAIL, NUMBERED).
    """
    count = 0
    aside = 0
    before = np.int64(0)
    while at < buffer.size:
        begin, after = token(buffer, at)
        if begin == after:
            at = next_line(buffer, at)
            continue
        code, time = _stamp(buffer, begin, after, start, ways[DECIMALS])
        channel = ident = length = np.int64(0)
        flag = 0
        if code == 0:
            if relative:
                time += before
                before = time
            code, channel, ident, flag, length = _event(buffer, after, base, ways, data[count])
            if length > data.shape[1]:
                return TOO_WIDE, 0
        at = next_line(buffer, after)
        if code != 0:
            data[count, :] = 0
            aside = put_aside(places, aside, begin, code)
            continue
        times[count] = start + time
        bus[count] = channel
        ids[count] = ident
        flags[count] = flag
        lengths[count] = length
        places[count] = begin
        count += 1
    return count, aside


@kernel
def _stamp(buffer: Bytes, begin: Int, end: Int, start: Int, usual: Int) -> Any:
    """Error code (EVENT for a line without a time) and the time in ns."""
    if buffer[begin] < 48 or buffer[begin] > 57:
        return EVENT, np.int64(0)
    time, at = decimal_ns(buffer, begin, 9)
    if at != end:
        return EVENT, np.int64(0)
    if (
        time < 0
        or time > LATEST_NS - start
        or (usual >= 0 and decimals(buffer, begin, end) != usual)
    ):
        return _TIME, np.int64(0)
    return 0, time


@kernel
def _direction(buffer: Bytes, begin: Int, end: Int) -> Any:
    """TX or 0 for a direction, -1 for another word."""
    if is_word(buffer, begin, end, _RX):
        return 0
    sent = is_word(buffer, begin, end, _TX) or is_word(buffer, begin, end, _TXRQ)
    return TX if sent else -1


@kernel
def _event(buffer: Bytes, at: Int, base: Int, ways: Longs, row: Bytes) -> Any:
    """What follows the time: error code, channel, id, flags, length."""
    begin, at = token(buffer, at)
    fd = is_word(buffer, begin, at, _CANFD)
    xl = is_word(buffer, begin, at, _CANXL)
    if fd or xl:
        begin, at = token(buffer, at)
    channel = number(buffer, begin, at, 10)
    first, end = token(buffer, at)
    if channel < 0 or first == end:
        return EVENT, np.int64(0), np.int64(0), 0, np.int64(0)
    if fd or xl:
        sent = _direction(buffer, first, end)
        if sent < 0:
            return EVENT, channel, np.int64(0), 0, np.int64(0)
        if xl:
            code, ident, flag, length = _xl(buffer, end, row)
        else:
            code, ident, flag, length = _fd(buffer, end, base, ways[TAIL], row)
        flag |= sent
    elif is_word(buffer, first, end, _ERRORFRAME):
        code, ident, flag, length = _error(buffer, end), np.int64(0), ERROR, np.int64(0)
    else:
        code, ident, flag, length = _classic(buffer, first, end, base, ways[NUMBERED], row)
    if code == 0 and channel > 255:
        code = _CHANNEL
    return code, channel, ident, flag, length


@kernel
def _classic(buffer: Bytes, first: Int, end: Int, base: Int, numbered: Int, row: Bytes) -> Any:
    """A frame on a classic channel, its identifier at `first`: error code, id, flags, length."""
    way, after = token(buffer, end)
    kind, at = token(buffer, after)
    sent = _direction(buffer, way, after)
    letter = buffer[kind] | 32
    if sent < 0 or at - kind != 1 or (letter != 100 and letter != 114):
        return EVENT, np.int64(0), 0, np.int64(0)
    ident, flag = _identifier(buffer, first, end, base)
    flag |= sent
    if ident < 0:
        return _ID, ident, flag, np.int64(0)
    begin, after = token(buffer, at)
    dlc = number(buffer, begin, after, base)
    if letter == 114:
        at = after if 0 <= dlc <= 15 else at
        return _tail(buffer, at, np.int64(-1)), ident, flag | REMOTE, np.int64(0)
    if dlc < 0 or dlc > 15:
        return _KIND, ident, flag, np.int64(0)
    length = min(dlc, 8)
    at = byte_words(buffer, after, length, base, row)
    if at < 0:
        return _DATA, ident, flag, length
    return _tail(buffer, at, ident if numbered else np.int64(-1)), ident, flag, length


@kernel
def _identifier(buffer: Bytes, begin: Int, end: Int, base: Int) -> Any:
    """The identifier (-1: none) and its flag; an x at its end says that it has 29 bits."""
    extended = end > begin and buffer[end - 1] | 32 == 120
    ident = number(buffer, begin, end - extended, base)
    if ident > (0x1FFFFFFF if extended else 0x7FF):
        ident = np.int64(-1)
    return ident, (EXTENDED if extended else 0)


@kernel
def _tail(buffer: Bytes, at: Int, ident: Int) -> Any:
    """What may follow a classic frame: `Length = 1 BitCount = 1 TE ID = 1x`; an error code.

    Each part may be missing. The last one is `ident`, if that is not negative.
    """
    begin, end = token(buffer, at)
    length, begin, end = _field(buffer, begin, end, _LENGTH)
    bits, begin, end = _field(buffer, begin, end, _BIT_COUNT)
    for state in _STATES:
        if is_word(buffer, begin, end, state):
            begin, end = token(buffer, end)
            break
    told, begin, end = _field(buffer, begin, end, _ID_WORD)
    if min(length, bits, told) < _ABSENT or not _is_end(buffer, begin, end):
        return _REST
    return _OTHER_ID if told >= 0 and ident >= 0 and told != ident else 0


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
def _is_end(buffer: Bytes, begin: Int, end: Int) -> Any:
    """Whether the line ends where this word would begin, or a comment does."""
    return begin == end or (buffer[begin] == 47 and buffer[begin + 1] == 47)


@kernel
def _error(buffer: Bytes, at: Int) -> Any:
    """What may follow `ErrorFrame`: `ECC: 10100010`, or `Flags = 0xe Code = 0x82 …`; an error code."""
    begin, end = token(buffer, at)
    if is_word(buffer, begin, end, _ECC):
        _, end = token(buffer, end)
        begin, end = token(buffer, end)
    while not _is_end(buffer, begin, end):
        sign, at = token(buffer, end)
        value, end = token(buffer, at)
        if not is_word(buffer, sign, at, _EQUALS) or value == end:
            return _REST
        begin, end = token(buffer, end)
    return 0


@kernel
def _fd_error(buffer: Bytes, at: Int) -> Any:
    """What follows `ErrorFrame` on an FD channel may be any words but a frame's; an error code."""
    begin, end = token(buffer, at)
    while begin != end:
        if _direction(buffer, begin, end) >= 0:
            return _REST
        begin, end = token(buffer, end)
    return 0


@kernel
def _fd(buffer: Bytes, at: Int, base: Int, tail: Int, row: Bytes) -> Any:
    """What follows the direction of a CANFD event: error code, id, flags, length."""
    first, at = token(buffer, at)
    if is_word(buffer, first, at, _ERRORFRAME):
        return _fd_error(buffer, at), np.int64(0), ERROR | FD, np.int64(0)
    ident, flag = _identifier(buffer, first, at, base)
    flag |= FD
    if ident < 0:
        return _ID, ident, flag, np.int64(0)
    begin, end = token(buffer, at)
    if _is_name(buffer, begin, end):
        begin, end = token(buffer, end)
    brs = number(buffer, begin, end, 10)
    begin, at = token(buffer, end)
    esi = number(buffer, begin, at, 10)
    if brs < 0 or brs > 1 or esi < 0 or esi > 1:
        return _KIND, ident, flag, np.int64(0)
    flag |= (BRS if brs else 0) | (ESI if esi else 0)
    code, at, dlc, length = _sized(buffer, at, base, row)
    if code == 0 and length == 0 and dlc > 0:
        flag |= REMOTE
    if code == 0 and length <= row.size:
        code, _, _ = _numbers(
            buffer, at, tail if tail >= 0 else 0, tail if tail >= 0 else _FD_NUMBERS
        )
    return code, ident, flag, length


@kernel
def _xl(buffer: Bytes, at: Int, row: Bytes) -> Any:
    """What follows the direction of a CANXL event: error code (EVENT: no CAN frame), id, flags, length.

    `format duration bits id [name] dlc length bytes`, then (in an FD frame) the count of stuff bits,
    the checksum and the flags. All numbers but the lengths are hexadecimal.
    """
    begin, end = token(buffer, at)
    kind = -1
    for place, name in enumerate(_FORMATS):
        if is_word(buffer, begin, end, name):
            kind = place
    if kind < 0:
        if is_word(buffer, begin, end, _ERRORFRAME):
            return _fd_error(buffer, end), np.int64(0), ERROR, np.int64(0)
        return EVENT, np.int64(0), 0, np.int64(0)
    _, end = token(buffer, end)
    _, end = token(buffer, end)
    begin, at = token(buffer, end)
    extended = kind & 1
    ident = number(buffer, begin, at - (extended and buffer[at - 1] | 32 == 120), 16)
    flag = (EXTENDED if extended else 0) | (FD if kind > 1 else 0)
    if ident < 0 or ident > (0x1FFFFFFF if extended else 0x7FF):
        return _ID, ident, flag, np.int64(0)
    begin, end = token(buffer, at)
    code, at, dlc, length = _sized(buffer, end if _is_name(buffer, begin, end) else at, 16, row)
    if code != 0 or length > row.size:
        return code, ident, flag, length
    code, second, third = _numbers(buffer, at, 0, _XL_NUMBERS)
    told = third if kind > 1 else second
    if kind > 1:
        flag |= (BRS if told & _BRS_FLAG else 0) | (ESI if told & _ESI_FLAG else 0)
    elif told & _REMOTE_FLAG or (length == 0 and dlc > 0):
        flag |= REMOTE
    return code, ident, flag, length


@kernel
def _is_name(buffer: Bytes, begin: Int, end: Int) -> Any:
    """Whether the word is a symbolic name: not one digit, and beginning with a letter or _."""
    letter = buffer[begin] | 32
    return end - begin > 1 and (97 <= letter <= 122 or buffer[begin] == 95)


@kernel
def _sized(buffer: Bytes, at: Int, base: Int, row: Bytes) -> Any:
    """`dlc length bytes`: error code, what follows, the dlc and the length (maybe beyond the row)."""
    begin, at = token(buffer, at)
    dlc = number(buffer, begin, at, 16)
    begin, at = token(buffer, at)
    length = number(buffer, begin, at, 10)
    if dlc < 0 or dlc > 15 or not (length in (0, _LENGTHS[dlc]) or (length == 8 and dlc > 8)):
        return _KIND, at, dlc, np.int64(0)
    if length > row.size:
        return 0, at, dlc, length
    at = byte_words(buffer, at, length, base, row)
    return (_DATA if at < 0 else 0), at, dlc, length


@kernel
def _numbers(buffer: Bytes, at: Int, least: Int, most: Int) -> Any:
    """The hexadecimal numbers behind the data: error code, the second and the third of them."""
    second = third = np.int64(0)
    count = 0
    begin, end = token(buffer, at)
    while not _is_end(buffer, begin, end):
        count += 1
        if count > most or not _is_hexadecimal(buffer, begin, end):
            return _REST, second, third
        if count == 2:
            second = number(buffer, begin, end, 16)
        elif count == 3:
            third = number(buffer, begin, end, 16)
        begin, end = token(buffer, end)
    return (0 if count >= least else _REST), second, third


@kernel
def _is_hexadecimal(buffer: Bytes, begin: Int, end: Int) -> Any:
    """Whether the word is one, of 64 bits at most."""
    for k in range(begin, end):
        if HEX[buffer[k]] == 255:
            return False
    return end - begin <= 16
