"""The two compiled passes: frames to their messages, payload bits to values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trialbench._jit import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

EMPTY: Final = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
"""A free place of a key table."""
_SPREAD: Final = np.uint64(0x9E37_79B9_7F4A_7C15)  # 2**64 over the golden ratio: Fibonacci hashing
_REMOTE: Final = 4
_ERROR: Final = 8


def key_of(table: int, extended: bool, identifier: int) -> int:
    """The key of one identifier among the messages of one table."""
    return table << 32 | extended << 31 | identifier


def key_of_group(table: int, number: int) -> int:
    """The key of a J1939 parameter group among the messages of one table."""
    return table << 32 | 0xC000_0000 | number


def key_table(slots: dict[int, int]) -> tuple[NDArray[np.uint64], NDArray[np.int32], int]:
    """An open-addressing table of key → slot, at most a quarter full, and the shift of its hash."""
    bits = max(4, (4 * len(slots)).bit_length())
    keys = np.full(1 << bits, EMPTY, np.uint64)
    found = np.zeros(1 << bits, np.int32)
    for key, slot in slots.items():
        at = (key * int(_SPREAD) & 0xFFFF_FFFF_FFFF_FFFF) >> (64 - bits)
        while keys[at] != EMPTY:
            at = (at + 1) & (len(keys) - 1)
        keys[at], found[at] = key, slot
    return keys, found, 64 - bits


@kernel
def arrange(
    times: Any,
    bus: Any,
    ids: Any,
    flags: Any,
    lengths: Any,
    words: Any,
    table_of: Any,
    first_of: Any,
    keys: Any,
    found: Any,
    shift: Any,
    groups: Any,
) -> Any:
    """Sort frames by message in two linear passes, keeping their order within each.

    `words` is the payload as uint64, (n, 1) or (n, 8); a bus's table number is `table_of[bus]`
    (-1: none), its first group's number `first_of[bus]`; `keys` and `found` are a `key_table` of
    2**(64 - shift) places. Returns where each of the `groups` begins, and after them the frames
    without message, the remote and the error frames; and of the frames of groups their times,
    payload words and lengths.
    """
    n = times.size
    which = np.empty(n, np.int32)
    begins = np.zeros(groups + 4, np.int64)
    for i in range(n):
        group = groups
        if flags[i] & (_REMOTE | _ERROR):
            group += 2 if flags[i] & _ERROR else 1
        elif table_of[bus[i]] >= 0:
            slot = _slot(keys, found, shift, table_of[bus[i]], flags[i] & 1, ids[i])
            if slot >= 0:
                group = first_of[bus[i]] + slot
        which[i] = group
        begins[group + 1] += 1
    for group in range(groups + 3):
        begins[group + 1] += begins[group]
    total = begins[groups]
    out_times = np.empty(total, np.int64)
    out_words = np.empty((total, words.shape[1]), np.uint64)
    out_lengths = np.empty(total, np.uint8)
    place = begins[:groups].copy()
    for i in range(n):
        if which[i] < groups:
            at = place[which[i]]
            place[which[i]] = at + 1
            out_times[at] = times[i]
            out_lengths[at] = lengths[i]
            for k in range(words.shape[1]):
                out_words[at, k] = words[i, k]
    return begins, out_times, out_words, out_lengths


@kernel
def _slot(keys: Any, found: Any, shift: Any, table: Any, extended: Any, identifier: Any) -> Any:
    """The slot of the message with an identifier, or with its parameter group; else -1."""
    top = np.uint64(table) << np.uint64(32)
    wide = np.uint64(identifier)
    slot = _found(keys, found, shift, top | (np.uint64(extended) << np.uint64(31)) | wide)
    if slot < 0 and extended:
        number = (wide >> np.uint64(8)) & np.uint64(0x3FFFF)
        if (number >> np.uint64(8)) & np.uint64(0xFF) < np.uint64(240):
            number &= np.uint64(0x3FF00)
        slot = _found(keys, found, shift, top | np.uint64(0xC000_0000) | number)
    return slot


@kernel
def _found(keys: Any, found: Any, shift: Any, key: Any) -> Any:
    at = np.int64((key * _SPREAD) >> np.uint64(shift))
    while keys[at] != EMPTY:
        if keys[at] == key:
            return np.int64(found[at])
        at = (at + 1) & (keys.size - 1)
    return np.int64(-1)


@kernel
def extract(
    words: Any,
    low: Any,
    high: Any,
    shift: Any,
    swap: Any,
    length: Any,
    signed: Any,
    scaled: Any,
    factor: Any,
    offset: Any,
    out: Any,
) -> None:
    """Take one signal out of payload `words` (m, w) into `out` (m, float64).

    Its bits are those of word `low` from bit `shift` up, continued in word `high` (-1: not), each
    word byte-swapped first where `swap`. Unless `scaled`, `out` gets the raw 64 bits.
    """
    raws = out.view(np.uint64)
    up = np.uint64(64 - length)
    for i in range(words.shape[0]):
        word = (_swapped(words[i, low]) if swap else words[i, low]) >> np.uint64(shift)
        if high >= 0:
            more = _swapped(words[i, high]) if swap else words[i, high]
            word |= more << np.uint64(64 - shift)
        word <<= up
        if signed:
            number = np.int64(word) >> np.int64(up)
            if scaled:
                out[i] = np.float64(number) * factor + offset
            else:
                raws[i] = np.uint64(number)
        elif scaled:
            out[i] = np.float64(word >> up) * factor + offset
        else:
            raws[i] = word >> up


@kernel
def _swapped(word: Any) -> Any:
    """A word's bytes in the other order."""
    low, pair = np.uint64(0x00FF_00FF_00FF_00FF), np.uint64(0x0000_FFFF_0000_FFFF)
    word = ((word >> np.uint64(8)) & low) | ((word & low) << np.uint64(8))
    word = ((word >> np.uint64(16)) & pair) | ((word & pair) << np.uint64(16))
    return (word >> np.uint64(32)) | (word << np.uint64(32))
