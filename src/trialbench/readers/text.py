"""What the kernels for text formats share: digits, lines, and a bounded list of bad lines.

Every kernel relies on a line feed at the end of its buffer: each of its loops stops at a byte that
it does not expect, hence at the line's end at the latest, and so none asks for the buffer's end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trialbench._jit import kernel
from trialbench.readers.raw import MOST_DAMAGES, Columns, Gap, as_damages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from trialbench.damage import Damage
    from trialbench.readers.raw import Bytes, Int, Longs

HEX: Final = np.full(256, 255, np.uint8)
"""The value of each hexadecimal digit; 255 for every other byte."""
HEX[48:58] = np.arange(10)
HEX[65:71] = HEX[97:103] = np.arange(10, 16)

OFFSET, CODE, FIRST, LAST, COUNT = range(5)
"""Columns of the list of bad lines; FIRST and LAST are numbers of the frames that follow."""

TOO_WIDE: Final = -1
"""What a kernel returns as its count where a frame is longer than the room for its bytes."""


def room_for_bad() -> NDArray[np.int64]:
    """An empty list of bad lines; its last row takes all that do not fit."""
    return np.zeros((MOST_DAMAGES + 1, 5), np.int64)


@kernel
def note(bad: Longs, used: Int, offset: Int, code: Int, frames: Int) -> Any:
    """Note a bad line after `frames` good ones; returns how many rows of `bad` are in use.

    Lines with no frame between them make one row.
    """
    if used > 0 and (bad[used - 1, LAST] == frames or used == bad.shape[0]):
        bad[used - 1, LAST] = frames
        bad[used - 1, COUNT] += 1
        return used
    bad[used, OFFSET] = offset
    bad[used, CODE] = code
    bad[used, FIRST] = frames
    bad[used, LAST] = frames
    bad[used, COUNT] = 1
    return used + 1


@kernel
def next_line(buffer: Bytes, at: Int) -> Any:
    """Where the line after that of `at` begins."""
    while buffer[at] != 10:
        at += 1
    return at + 1


@kernel
def decimal_ns(buffer: Bytes, at: Int, scale: Int) -> Any:
    """The decimal number at `at`, times 10**scale, as the nearest integer, and its end.

    `scale` is 9 for seconds and 6 for milliseconds. Half-way between two it is the even one, as
    `round` has it. Without a digit, or beyond int64, it is -1.
    """
    value = np.int64(0)
    begin = at
    while True:
        digit = np.int64(buffer[at]) - 48
        if digit < 0 or digit > 9:
            break
        value = value * 10 + digit
        at += 1
    digits = at - begin
    left = scale
    kept = at + 1 + scale  # where the digits end that are kept
    if buffer[at] == 46:
        at += 1
        while True:
            digit = np.int64(buffer[at]) - 48
            if digit < 0 or digit > 9:
                break
            if left > 0:
                value = value * 10 + digit
                left -= 1
            at += 1
    if at > kept:
        value += _rounds_up(buffer, kept, at, value)
    while left > 0:
        value *= 10
        left -= 1
    if digits == 0 or digits + scale > 19 or value < 0:
        return np.int64(-1), at
    return value, at


@kernel
def _rounds_up(buffer: Bytes, begin: Int, end: Int, value: Int) -> Any:
    """1 where the further digits are nearer to the number after `value`, or as near and it is even."""
    if buffer[begin] != 53:  # 5
        return np.int64(buffer[begin] > 53)
    for k in range(begin + 1, end):
        if buffer[k] != 48:
            return np.int64(1)
    return np.int64(value & 1)


@kernel
def float_ns(buffer: Bytes, at: Int, scale: Int) -> Any:
    """As `decimal_ns`, of a number that may have an exponent: Python writes 0.00001 as 1e-05."""
    value, end = decimal_ns(buffer, at, scale)
    if buffer[end] | 32 != 101:
        return value, end
    sign = -1 if buffer[end + 1] == 45 else 1
    digits = end + 1 + (buffer[end + 1] == 45 or buffer[end + 1] == 43)
    exponent, stop = decimal_ns(buffer, digits, 0)
    if exponent < 0 or exponent > 400 or buffer[stop - 1] == 46:
        return np.int64(-1), stop
    places = scale + sign * exponent
    if places > 18:
        return np.int64(-1), stop
    if places >= 0:
        value, _ = decimal_ns(buffer, at, places)
        return value, stop
    small, _ = decimal_ns(buffer, at, 17)  # all digits of a float below one billionth
    if small < 0:
        return np.int64(-1), stop
    return np.int64(places == -1 and small > 500_000_000_000_000_000), stop


@kernel
def hexadecimal(buffer: Bytes, at: Int) -> Any:
    """The hexadecimal number at `at` (the lower 32 bits of it) and its end."""
    value = np.uint32(0)
    digit = HEX[buffer[at]]
    while digit != 255:
        value = (value << np.uint32(4)) | np.uint32(digit)
        at += 1
        digit = HEX[buffer[at]]
    return value, at


@kernel
def token(buffer: Bytes, at: Int) -> Any:
    """Where the next word of the line begins and ends; the same place where there is none."""
    while buffer[at] == 32 or buffer[at] == 9 or buffer[at] == 13:
        at += 1
    begin = at
    while buffer[at] != 32 and buffer[at] != 9 and buffer[at] != 13 and buffer[at] != 10:
        at += 1
    return begin, at


@kernel
def number(buffer: Bytes, begin: Int, end: Int, base: Int) -> Any:
    """The word as a whole number in base 10 or 16; -1 where it is none, or above 32 bits."""
    value = np.int64(0)
    if begin == end or end - begin > 10:
        return np.int64(-1)
    for k in range(begin, end):
        digit = np.int64(HEX[buffer[k]])
        if digit >= base:
            return np.int64(-1)
        value = value * base + digit
    return value if value <= 0xFFFFFFFF else np.int64(-1)


@kernel
def is_word(buffer: Bytes, begin: Int, end: Int, word: Bytes) -> Any:
    """Whether the word at `begin` is `word` (bytes in lower case), in any case."""
    if end - begin != word.size:
        return False
    for k in range(word.size):
        letter = buffer[begin + k]
        if 65 <= letter <= 90:
            letter += 32
        if letter != word[k]:
            return False
    return True


@kernel
def byte_words(buffer: Bytes, at: Int, count: Int, base: Int, row: Bytes) -> Any:
    """Read `count` words as bytes into `row` (two digits each, if base 16); what follows, or -1."""
    for k in range(count):
        begin, at = token(buffer, at)
        value = number(buffer, begin, at, base)
        if value < 0 or value > 255 or (base == 16 and at - begin != 2):
            return np.int64(-1)
        row[k] = value
    return np.int64(at)


def word(text: str) -> NDArray[np.uint8]:
    """A word for `is_word`."""
    return np.frombuffer(text.encode(), np.uint8)


def as_buffer(data: bytes) -> NDArray[np.uint8]:
    """The bytes as an array that ends with a line feed."""
    return np.frombuffer(data if data.endswith(b"\n") else data + b"\n", np.uint8)


class Lines:
    """The number, from 1, of the line that holds a byte; quick where the bytes are asked in order."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._offset = 0
        self._line = 1

    def at(self, offset: int) -> str:
        """The line's name."""
        if offset < self._offset:
            self._offset, self._line = 0, 1
        self._line += self._data.count(b"\n", self._offset, offset)
        self._offset = offset
        return f"line {self._line}"


def bad_lines(
    lines: Lines, bad: NDArray[np.int64], times: NDArray[np.int64], causes: Sequence[str]
) -> list[Damage]:
    """The list of bad lines as damages. `causes` gives each code's words."""
    gaps = (
        Gap(lines.at(offset), causes[code], first, last, count)
        for offset, code, first, last, count in bad.tolist()
    )
    return as_damages(gaps, times)


def parsed(parse: Callable[[Columns], tuple[int, int]], count: int) -> tuple[Columns, int]:
    """Run a kernel over room for `count` frames: 8 bytes wide, and again 64 wide where it must.

    Returns the frames and how many rows of the list of bad lines are in use.
    """
    columns = Columns.room(count, 8)
    found, used = parse(columns)
    if found == TOO_WIDE:
        columns = Columns.room(count, 64)
        found, used = parse(columns)
    return columns.taken(slice(found)), used
