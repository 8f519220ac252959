"""candump's log (`candump -L` of can-utils, and python-can's `CanutilsLogWriter`).

A line is `(seconds.fraction) interface id#data`, maybe followed by ` R` or ` T`. An id of three
digits is a standard one, of eight an extended one. `id#R` is a remote frame, `id##<flags><data>` a
CAN FD frame, and bit 29 of the id marks an error frame (linux/can.h).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench._jit import kernel
from trialbench.readers.raw import LATEST_NS, Columns, Raw, in_order, times_around
from trialbench.readers.text import (
    HEX,
    TOO_WIDE,
    Lines,
    as_buffer,
    bad_lines,
    decimal_ns,
    hexadecimal,
    next_line,
    note,
    parsed,
    room_for_bad,
)
from trialbench.recording import BRS, ERROR, ESI, EXTENDED, FD, REMOTE, TX, Damage

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CAUSES: Final = (
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

_SHORTEST: Final = len("(0) c 1#\n")
_NAME_ROOM: Final = 31  # linux allows 15


def read_candump(data: bytes) -> Raw:
    """The frames of a candump log. Bad lines are damage; the lines after them are kept."""
    buffer = as_buffer(data)
    names = np.zeros((256, _NAME_ROOM + 1), np.uint8)
    bad = room_for_bad()
    lines = Lines(data)
    count = min(data.count(b"\n") + 1, buffer.size // _SHORTEST + 1)
    offsets = np.empty(count, np.int64)
    columns, used = parsed(lambda room: _parse(buffer, *room, offsets, names, bad), count)
    errors = bad_lines(lines, bad[:used], columns.times_ns, _CAUSES)
    if len(columns.ids) and offsets[len(columns.ids) - 1] > data.rfind(b"\n") and _cut_off(data):
        columns, cut = _without_last(columns, lines, len(data))
        errors.append(cut)
    _number(columns.bus, names)
    frames, backwards = in_order(columns, lambda at: lines.at(int(offsets[at])))
    return Raw(frames, errors=(*errors, *backwards))


def _cut_off(data: bytes) -> bool:
    """Whether the last line lacks its end, and is not told complete by an earlier one of its id."""
    if data.endswith(b"\n"):
        return False
    last = data[data.rfind(b"\n") + 1 :]
    if last[-2:].upper() in (b" R", b" T"):
        return False
    head, _, payload = last.partition(b"#")
    subject = head[head.find(b")") + 1 :] + b"#"
    before = data.rfind(subject, 0, len(data) - len(last))
    end = data.find(b"\n", before)
    return (
        before < 0
        or data[before + len(subject) : end].rstrip(b"\r") != payload
        and (end - before - len(subject) != len(payload))
    )


def _without_last(columns: Columns, lines: Lines, size: int) -> tuple[Columns, Damage]:
    kept = columns.taken(slice(-1))
    before, _ = times_around(kept.times_ns, len(kept.ids), len(kept.ids))
    cause = "the file ends in the middle of this line, or without its line feed"
    return kept, Damage(lines.at(size), cause, before, None)


def _number(bus: NDArray[np.uint8], names: NDArray[np.uint8]) -> None:
    """Replace each interface's order of appearance by its bus number."""
    texts = [bytes(row[1 : 1 + row[0]]).decode("latin-1") for row in names if row[0]]
    numbers = np.array(bus_numbers(texts), np.uint8)
    if bool(np.any(numbers != np.arange(numbers.size))):
        bus[:] = numbers[bus]


def bus_numbers(names: list[str]) -> list[int]:
    """The bus number of each interface: `can3` is 3; so is `vcan3`, where no `can3` is there.

    A name without a number, or whose number is taken, gets the first that is free.
    """
    taken: dict[int, str] = {}
    for pattern in (r"can(\d{1,3})", r".*?(\d{1,3})"):
        for name in names:
            match = re.fullmatch(pattern, name)
            if match and int(match[1]) < 256 and name not in taken.values():
                taken.setdefault(int(match[1]), name)
    for name in names:
        if name not in taken.values():
            taken[next(number for number in range(256) if number not in taken)] = name
    number_of = {name: number for number, name in taken.items()}
    return [number_of[name] for name in names]


@kernel
def _parse(buffer, times, bus, ids, flags, lengths, data, offsets, names, bad):  # type: ignore[no-untyped-def]
    """All lines of the buffer; returns the number of frames and of rows used of `bad`."""
    count = 0
    used = 0
    at = 0
    name = 0
    limit = data.shape[1]
    while at < buffer.size:
        byte = buffer[at]
        if byte == 10 or byte == 13 or byte == 32 or byte == 9:
            at += 1
            continue
        if byte == 35 or byte == 59:  # a comment: # or ;
            at = next_line(buffer, at)
            continue
        begin = at
        code, time, at = _stamp(buffer, at)
        if code == 0:
            name, at = _interface(buffer, at, names, name)
            code = _NAME if name < 0 else 0
            name = max(name, 0)
        if code == 0:
            code, at, ident, flag, length = _frame(buffer, at, data[count], limit)
            if length > limit:
                if limit == 8:
                    return TOO_WIDE, 0
                code = _DATA
        if code != 0:
            data[count, :] = 0
            used = note(bad, used, begin, code, count)
            at = next_line(buffer, at)
            continue
        times[count] = time
        bus[count] = name
        ids[count] = ident
        flags[count] = flag
        lengths[count] = length
        offsets[count] = begin
        count += 1
        at += 1
    return count, used


@kernel
def _stamp(buffer, at):  # type: ignore[no-untyped-def]
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
def _interface(buffer, at, names, guess):  # type: ignore[no-untyped-def]
    """The number of the name at `at` in order of appearance (`guess` tried first), and its end.

    A row of `names` holds a name's length, then its bytes. The number is -1 where there is no room.
    """
    length = np.int64(names[guess, 0])
    same = length > 0
    for k in range(length):
        if buffer[at + k] != names[guess, 1 + k]:
            same = False
            break
    if same and buffer[at + length] == 32:
        return guess, at + length + 1
    end = at
    while buffer[end] != 32 and buffer[end] != 10:
        end += 1
    length = end - at
    if length == 0 or length >= names.shape[1] or buffer[end] != 32:
        return -1, end
    for number in range(names.shape[0]):
        if names[number, 0] == 0:
            names[number, 0] = length
            for k in range(length):
                names[number, 1 + k] = buffer[at + k]
            return number, end + 1
        same = names[number, 0] == length
        for k in range(length):
            same = same and buffer[at + k] == names[number, 1 + k]
        if same:
            return number, end + 1
    return -1, end


@kernel
def _frame(buffer, at, row, limit):  # type: ignore[no-untyped-def]
    """`id#data` and what follows: error code, the place of the line feed, id, flags, length.

    A length above `limit` says that the row is too short for the data.
    """
    while buffer[at] == 32:
        at += 1
    begin = at
    ident, at = hexadecimal(buffer, at)
    digits = at - begin
    flag = 0
    length = 0
    if digits == 0 or digits > 8 or buffer[at] != 35:
        return _ID, at, ident, flag, length
    if digits > 3:
        flag = EXTENDED
    if digits > 3 and ident & np.uint32(0x20000000):
        flag |= ERROR
        ident &= np.uint32(0x1FFFFFFF)
    if ident > np.uint32(0x1FFFFFFF) or (digits <= 3 and ident > np.uint32(0x7FF)):
        return _RANGE, at, ident, flag, length
    at += 1
    most = 8
    if buffer[at] == 35:
        fd = HEX[buffer[at + 1]]
        if fd == 255:
            return _DATA, at, ident, flag, length
        flag |= FD | (BRS if fd & 1 else 0) | (ESI if fd & 2 else 0)
        at += 2
        most = 64
    if buffer[at] | 32 == 114:  # R: remote
        flag |= REMOTE
        at += 1
        while HEX[buffer[at]] < 16:
            at += 1
    else:
        while length < most:
            high = HEX[buffer[at]]
            if high == 255:
                break
            low = HEX[buffer[at + 1]]
            if low == 255:
                return _DATA, at, ident, flag, 0
            if length < limit:
                row[length] = (high << 4) | low
            length += 1
            at += 2
        if HEX[buffer[at]] != 255:
            return _DATA, at, ident, flag, 0
    if flag & ERROR:  # what follows the id describes the error and is no sender's data
        row[:] = 0
        length = 0
    code, at, sent = _ending(buffer, at)
    return code, at, ident, flag | sent, length


@kernel
def _ending(buffer, at):  # type: ignore[no-untyped-def]
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
