"""ASC's frames on CAN FD and CAN XL channels, from the word after the direction on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trialbench._jit import kernel
from trialbench.frames import BRS, ERROR, ESI, EXTENDED, FD, REMOTE
from trialbench.readers.asc_words import (
    BAD_DATA,
    BAD_ID,
    BAD_KIND,
    BAD_REST,
    ERRORFRAME,
    direction,
    identifier,
    is_line_end,
)
from trialbench.readers.lines import EVENT
from trialbench.readers.text import HEX, byte_words, is_word, number, token, word

if TYPE_CHECKING:
    from trialbench.readers.raw import Bytes, Int

_FORMATS: Final = tuple(word(each).copy() for each in ("cbff", "ceff", "fbff", "feff"))
"""Classic and FD frames in a CAN XL controller's events, base and extended."""
_FD_NUMBERS: Final = 8
"""So many follow the data at most: duration, bits, flags, checksum, bit timing. Old files have fewer."""
_XL_NUMBERS: Final = 10
_REMOTE_FLAG, _BRS_FLAG, _ESI_FLAG = 0x10, 0x2000, 0x4000
_LENGTHS: Final = np.array([*range(9), 12, 16, 20, 24, 32, 48, 64], np.int64)


@kernel
def fd_event(buffer: Bytes, at: Int, base: Int, tail: Int, row: Bytes) -> Any:
    """What follows the direction of a CANFD event: error code, id, flags, length."""
    first, at = token(buffer, at)
    if is_word(buffer, first, at, ERRORFRAME):
        return _fd_error(buffer, at), np.int64(0), ERROR | FD, np.int64(0)
    ident, flag = identifier(buffer, first, at, base)
    flag |= FD
    if ident < 0:
        return BAD_ID, ident, flag, np.int64(0)
    begin, end = token(buffer, at)
    if _is_name(buffer, begin, end):
        begin, end = token(buffer, end)
    brs = number(buffer, begin, end, 10)
    begin, at = token(buffer, end)
    esi = number(buffer, begin, at, 10)
    if brs < 0 or brs > 1 or esi < 0 or esi > 1:
        return BAD_KIND, ident, flag, np.int64(0)
    flag |= (BRS if brs else 0) | (ESI if esi else 0)
    code, at, dlc, length = _sized(buffer, at, base, row)
    if code == 0 and length == 0 and dlc > 0:
        flag |= REMOTE
    if code == 0 and length <= row.size:
        known = 0 <= tail <= _FD_NUMBERS
        code, _, _ = _numbers(buffer, at, tail if known else 0, tail if known else _FD_NUMBERS)
    return code, ident, flag, length


@kernel
def _fd_error(buffer: Bytes, at: Int) -> Any:
    """What follows `ErrorFrame` on an FD channel may be any words but a frame's; an error code."""
    begin, end = token(buffer, at)
    while begin != end:
        if direction(buffer, begin, end) >= 0:
            return BAD_REST
        begin, end = token(buffer, end)
    return 0


@kernel
def xl_event(buffer: Bytes, at: Int, row: Bytes) -> Any:
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
        if is_word(buffer, begin, end, ERRORFRAME):
            return _fd_error(buffer, end), np.int64(0), ERROR, np.int64(0)
        return EVENT, np.int64(0), 0, np.int64(0)
    _, end = token(buffer, end)
    _, end = token(buffer, end)
    begin, at = token(buffer, end)
    extended = kind & 1
    ident = number(buffer, begin, at - (extended and buffer[at - 1] | 32 == 120), 16)
    flag = (EXTENDED if extended else 0) | (FD if kind > 1 else 0)
    if ident < 0 or ident > (0x1FFFFFFF if extended else 0x7FF):
        return BAD_ID, ident, flag, np.int64(0)
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
        return BAD_KIND, at, dlc, np.int64(0)
    if length > row.size:
        return 0, at, dlc, length
    at = byte_words(buffer, at, length, base, row)
    return (BAD_DATA if at < 0 else 0), at, dlc, length


@kernel
def _numbers(buffer: Bytes, at: Int, least: Int, most: Int) -> Any:
    """The hexadecimal numbers behind the data: error code, the second and the third of them."""
    second = third = np.int64(0)
    count = 0
    begin, end = token(buffer, at)
    while not is_line_end(buffer, begin, end):
        count += 1
        if count > most or not _is_hexadecimal(buffer, begin, end):
            return BAD_REST, second, third
        if count == 2:
            second = number(buffer, begin, end, 16)
        elif count == 3:
            third = number(buffer, begin, end, 16)
        begin, end = token(buffer, end)
    return (0 if count >= least else BAD_REST), second, third


@kernel
def _is_hexadecimal(buffer: Bytes, begin: Int, end: Int) -> Any:
    """Whether the word is one, of 64 bits at most."""
    odd = 0
    for k in range(begin, end):
        odd += HEX[buffer[k]] == 255
    return odd == 0 and end - begin <= 16
