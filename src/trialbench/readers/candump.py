"""candump's log (`candump -L` of can-utils, and python-can's `CanutilsLogWriter`).

A line is `(seconds.fraction) interface id#data`, maybe followed by ` R` or ` T`. An id of three
digits is a standard one, of eight an extended one (a log that writes others without their leading
zeros is taken, with a note). `id#R` is a remote frame, `id##<flags><data>` a
CAN FD frame, and bit 29 of the id marks an error frame (linux/can.h). `<vcid><prio>#<flags>:<sdt>:
<af>#<data>` is a CAN XL frame, which is skipped. Whatever else stands in a line is damage.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.damage import Damage
from trialbench.readers.candump_lines import CAUSES, NO_INTERFACE, SHORTEST, CandumpWays
from trialbench.readers.lines import LINE_END, PLAIN_TEXT, read_lines, usual_decimals
from trialbench.readers.raw import Columns, Raw, in_order, times_around
from trialbench.readers.text import Lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HEAD: Final = 1 << 16
_FRACTION: Final = re.compile(rb"^[ \t]*\(\d+\.(\d+)\) ", re.MULTILINE)
_HH: Final = rb"[0-9A-Fa-f]{2}"
_EVENTS: Final = re.compile(
    rb"[ \t\r]*(?:[#;]" + PLAIN_TEXT  # a comment
    + rb"|\([\d.]+\) +\S+ +(?P<CAN_XL>%s[0-7]%s#%s:%s:(?:%s){4}#(?:%s){1,2048})(?: [RTrt])?"
    % ((_HH,) * 6)
    + rb")" + LINE_END
)  # fmt: skip
"""Lines that are no frames of ours: comments before the frames, and CAN XL (lib.c of can-utils)."""


_IDENTIFIER: Final = re.compile(
    rb"^([ \t]*\(\d+\.\d+\) +\S+ +)([0-9A-Fa-f]{1,8})(?=#)(?!#%s:%s:)" % (_HH, _HH), re.MULTILINE
)
"""A frame's identifier behind what stands before it; not CAN XL's."""
_UNPADDED: Final = 0.02
"""So many identifiers without their zeros are a writer's habit, fewer are harm."""


def read_candump(data: bytes) -> Raw:
    """The frames of a candump log. Bad lines are damage; the lines after them are kept."""
    widths = [len(each[2]) for each in _IDENTIFIER.finditer(data, 0, _HEAD)]
    odd = sum(width not in (3, 8) for width in widths)
    if odd < 2 or odd < _UNPADDED * len(widths):
        return _read(data)
    padded = _IDENTIFIER.sub(lambda m: m[1] + m[2].zfill(3 if len(m[2]) <= 3 else 8), data)
    note = (
        "identifiers have no leading zeros: those of more than three digits are taken for extended"
    )
    return replace(_read(padded), notes=(note,))


def _read(data: bytes) -> Raw:
    ways = CandumpWays.of(data, usual_decimals(_FRACTION.findall(data, 0, _HEAD)))
    log = read_lines(data, ways, SHORTEST, before=NO_INTERFACE)
    columns, lines = log.columns, Lines(data)
    cut = len(columns.ids) and log.places[-1] > data.rfind(b"\n") and _cut_off(data)
    if cut:
        columns = columns.taken(slice(-1))
    _number_buses(columns.bus, ways.names)
    frames, backwards = in_order(columns, lambda at: lines.at(int(log.places[at])))
    skipped, errors = log.events_and_damage(_EVENTS, CAUSES, lambda n: _is_short(log.columns, n))
    if cut:
        cause = "the file ends in the middle of this line, or without its line feed"
        last, _ = times_around(columns.times_ns, len(columns.ids), len(columns.ids))
        errors.append(Damage(lines.at(len(data)), cause, last))
    return Raw(frames, errors=(*errors, *backwards), skipped_events=skipped)


def _is_short(columns: Columns, number: int) -> bool:
    """Whether another frame with the identifier of this one is longer."""
    same = columns.ids == columns.ids[number]
    return bool(np.any(columns.lengths[same] > columns.lengths[number]))


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
    return before < 0 or len(data[before + len(subject) : end].rstrip(b"\r")) != len(payload)


def _number_buses(bus: NDArray[np.uint8], names: NDArray[np.uint8]) -> None:
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
