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
_EXTENDED: Final = 1
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
    begins: Any,
    which: Any,
    out_times: Any,
    out_words: Any,
    out_lengths: Any,
    out_sources: Any,
) -> None:
    """Sort frames by message in two linear passes, keeping their order within each.

    `words` is the payload as uint64, (n, 1) or (n, 8); a bus's table number is `table_of[bus]`
    (-1: none), its first group's number `first_of[bus]`; `keys` and `found` are a `key_table` of
    2**(64 - shift) places. Of g groups, `begins` (g + 4, zeros) gets where each begins, and after
    them the frames without message, the remote and the error frames; the out columns, of length n,
    get the frames of groups, and `out_sources`, of length n or 0, the lowest bytes of their
    identifiers. `which` (n, int32) gets each frame's group. (NumPy allocates all of it, in pages so
    large that touching them costs nothing.)
    """
    groups = begins.size - 4
    for i in range(times.size):
        kind = flags[i] & (_REMOTE | _ERROR)
        which[i] = groups + (0 if kind == 0 else 1 if kind == _REMOTE else 2)
    _assign(bus, ids, flags, table_of, first_of, keys, found, shift, False, groups, which)
    _assign(bus, ids, flags, table_of, first_of, keys, found, shift, True, groups, which)
    for i in range(times.size):
        begins[which[i] + 1] += 1
    for group in range(groups + 3):
        begins[group + 1] += begins[group]
    place = begins[:groups].copy()
    for i in range(times.size):
        if which[i] < groups:
            at = place[which[i]]
            place[which[i]] = at + 1
            out_times[at] = times[i]
            out_lengths[at] = lengths[i]
            if out_sources.size:
                out_sources[at] = ids[i] & 0xFF
            for k in range(words.shape[1]):
                out_words[at, k] = words[i, k]


@kernel
def _assign(
    bus: Any,
    ids: Any,
    flags: Any,
    table_of: Any,
    first_of: Any,
    keys: Any,
    found: Any,
    shift: Any,
    by_group: Any,
    groups: Any,
    which: Any,
) -> None:
    """Give each frame that has no message yet the one of its identifier, or parameter group."""
    for i in range(ids.size):
        if which[i] != groups or table_of[bus[i]] < 0 or (by_group and not flags[i] & _EXTENDED):
            continue
        key = _key(table_of[bus[i]], flags[i] & _EXTENDED, ids[i], by_group)
        at = np.int64((key * _SPREAD) >> np.uint64(shift))
        while keys[at] != EMPTY:
            if keys[at] == key:
                which[i] = first_of[bus[i]] + found[at]
                break
            at = (at + 1) & (keys.size - 1)


@kernel
def _key(table: Any, extended: Any, identifier: Any, by_group: Any) -> Any:
    """Work out `key_of`, or `key_of_group`: numbers only, passing arrays would cost more."""
    top, number = np.uint64(table) << np.uint64(32), np.uint64(identifier)
    if not by_group:
        return top | (np.uint64(extended) << np.uint64(31)) | number
    number = (number >> np.uint64(8)) & np.uint64(0x3FFFF)
    if (number >> np.uint64(8)) & np.uint64(0xFF) < np.uint64(240):
        number &= np.uint64(0x3FF00)
    return top | np.uint64(0xC000_0000) | number


@kernel
def transport_frames(ids: Any, out: Any) -> Any:
    """Write the numbers of the identifiers of J1939's transport protocols into `out`; how many."""
    count = 0
    for i in range(ids.size):
        page = (ids[i] >> np.uint32(16)) & np.uint32(0x3FF)
        if page in (np.uint32(0xEB), np.uint32(0xEC), np.uint32(0xC7), np.uint32(0xC8)):
            out[count] = i
            count += 1
    return count


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
    limit: Any,
    out: Any,
) -> None:
    """Take one signal out of payload `words` (m, w) into `out` (m, float64).

    Its bits are those of word `low` from bit `shift` up, continued in word `high` (-1: not), each
    word byte-swapped first where `swap`. Unless `scaled`, `out` gets the raw 64 bits. Unsigned raw
    values from `limit` on (0: none) scale to NaN.
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
            word >>= up
            out[i] = np.float64(word) * factor + offset
            if limit > 0 and word >= limit:
                out[i] = np.nan
        else:
            raws[i] = word >> up


@kernel
def _swapped(word: Any) -> Any:
    """A word's bytes in the other order."""
    low, pair = np.uint64(0x00FF_00FF_00FF_00FF), np.uint64(0x0000_FFFF_0000_FFFF)
    word = ((word >> np.uint64(8)) & low) | ((word & low) << np.uint64(8))
    word = ((word >> np.uint64(16)) & pair) | ((word & pair) << np.uint64(16))
    return (word >> np.uint64(32)) | (word << np.uint64(32))
