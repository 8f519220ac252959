"""Other people's logs: any table of CAN frames in text, a frame a line.

One reader for all: a `Dialect` describes how a line is split. It is declared (`DIALECTS`), told by
a header (`headers`), or guessed from the columns of a table without one (`shapes`). A file is a
table where one way fits nearly all of its first lines. Times are as stamped; a log without stamps is
read only with a period that the caller gives.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.errors import RecordingError
from trialbench.readers.raw import LATEST_NS, NO_TIME, Gap, Raw, as_damages, in_order
from trialbench.readers.tables.losses import tell_losses
from trialbench.readers.tables.recognition import header_of_frames, recognised
from trialbench.readers.tables.rows import Misfit, Rows, buses_of, columns_of, rows_of
from trialbench.readers.tables.stamps import Times, never_change, times_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialbench.readers.tables.dialect import Dialect
    from trialbench.readers.tables.rows import Frame

_HEAD_BYTES: Final = 1 << 16
_NO_TIMES: Final = (
    "its lines have no time stamps, or all the same one, so nothing can be judged over time: record "
    "it with stamps (candump -L), or say yourself how far apart its lines are: --period 10ms, in "
    "Python read(…, period_ns=10_000_000)"
)
_COLOUR: Final = re.compile(rb"\x1b\[[\d;]*m")
"""As `candump -c` writes them for a terminal."""
_NO_TABLE: Final = (
    "no table of CAN frames: no one way to split its lines fits them. Name its columns in a first line "
    "(time[s],id(hex),dlc,data; of signals time[s],speed[km/h]), or export it as Vector ASC or BLF"
)
_ENDS_IN_BYTE: Final = re.compile(r"[0-9A-Fa-f]{2}\W*$")
_CUT: Final = "the file ends in the middle of this line, or without its line feed"
_STAMP: Final = "its time stamp is none, or does not fit 64 bits of nanoseconds"


def is_table(data: bytes) -> bool:
    """Whether one way to split a line fits nearly all of the first lines, or a header names frames."""
    head = _lines(data[:_HEAD_BYTES])
    if recognised(head[:-1] if len(data) > _HEAD_BYTES else head) is not None:
        return True
    return header_of_frames(head) is not None  # whose rows are not understood: no table of signals


def read_table(data: bytes, period_ns: int | None = None) -> Raw:
    """The frames of a table; its lines are `period_ns` apart where they have no stamps.

    A line that does not fit is damage. Raises `RecordingError` where no way to split a line fits,
    where there are neither stamps nor a period, and where digits can be read in two ways.
    """
    lines = _lines(data)
    found = recognised(lines)
    if found is None:
        raise _not_understood(lines)
    rows = rows_of(lines[found.begin :], found.dialect)
    _without_cut_line(rows, lines[found.begin :], tells_length=found.dialect.tells_length)
    tell_losses(rows, tells_length=found.dialect.tells_length)
    told = _notes(found.dialect, rows)
    bus, notes = buses_of(rows.frames)
    times = _times(rows.frames, bus, found.dialect, period_ns)
    timed = times.ns != NO_TIME
    kept = np.cumsum(timed)
    gaps = [
        Gap(_line(found.begin, miss.line), miss.cause, at, at)
        for miss in _misfits(rows, timed)
        for at in (int(kept[miss.after - 1]) if miss.after else 0,)
    ]
    frames = [frame for frame, good in zip(rows.frames, timed.tolist(), strict=True) if good]
    columns = columns_of(frames, times.ns[timed], bus[timed])
    ordered, backwards = in_order(columns, lambda at: _line(found.begin, frames[at].line))
    errors = as_damages(gaps, columns.times_ns)
    if times.are_added_up:  # a line that is lost takes its time with it
        errors = [replace(error, to_ns=None) for error in errors]
    skipped = {"comment": rows.comments} if rows.comments else {}
    return Raw(ordered, {}, (*errors, *backwards), (*told, *times.notes, *notes), skipped)


def _not_understood(lines: list[str]) -> RecordingError:
    header = header_of_frames(lines)
    if header is None:
        return RecordingError(_NO_TABLE)
    return RecordingError(
        f"line {header + 1} names the columns of CAN frames, and the lines below it do not fit: write "
        "their identifiers as 0x1F0, their data as hexadecimal bytes"
    )


def _lines(data: bytes) -> list[str]:
    """The lines without their ends and colours; some tools end them by a carriage return alone."""
    if data.count(b"\r") > 2 * data.count(b"\n"):
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"\x1b" in data:
        data = _COLOUR.sub(b"", data)
    return data.decode("utf-8", "replace").replace("\r", "").split("\n")


def _line(begin: int, number: int) -> str:
    return f"line {begin + number + 1}"


def _misfits(rows: Rows, timed: NDArray[np.bool_]) -> list[Misfit]:
    """All lines that are no frames, those without a time among them, in the order of the file."""
    untimed = [Misfit(rows.frames[at].line, _STAMP, at) for at in np.flatnonzero(~timed).tolist()]
    return sorted([*rows.misfits, *untimed])


def _without_cut_line(rows: Rows, lines: list[str], *, tells_length: bool) -> None:
    """Leave out a last line without its line feed, unless it is told whole.

    By its length, where a line ends in its bytes, or by an earlier line of its identifier.
    """
    if not rows.frames or not lines[-1] or rows.frames[-1].line != len(lines) - 1:
        return
    last = rows.frames[-1]
    ended = tells_length and all(
        _ENDS_IN_BYTE.search(lines[frame.line]) for frame in rows.frames[-2:]
    )
    earlier = (frame for frame in reversed(rows.frames[:-1]) if frame.ident == last.ident)
    known = next(earlier, None)
    as_long = known is not None and len(lines[known.line].rstrip()) <= len(lines[-1].rstrip())
    if not ended and not as_long:
        rows.frames.pop()
        rows.misfits.append(Misfit(last.line, _CUT, len(rows.frames)))


def _times(
    frames: list[Frame], bus: NDArray[np.uint8], dialect: Dialect, period_ns: int | None
) -> Times:
    """The frames' instants as stamped, or by the caller's period where they have no stamps."""
    stamps = [frame.stamp for frame in frames]
    if any(stamps):
        times = times_of(stamps, bus, dialect)
        if not never_change(times.ns):
            unused = ("its lines have time stamps: the period is not used",) if period_ns else ()
            return times._replace(notes=(*times.notes, *unused))
    if not frames:
        return Times(np.empty(0, np.int64))
    if period_ns is None:
        raise RecordingError(_NO_TIMES)
    lines = np.fromiter((frame.line for frame in frames), np.int64, len(frames))
    if period_ns <= 0 or int(lines[-1]) * period_ns > LATEST_NS:
        raise RecordingError(
            f"a period of {period_ns} ns does not fit: give one above 0, below 1 h"
        )
    note = f"no time stamps: lines are taken to be {period_ns / 1e6:g} ms apart, as the caller says"
    return Times(lines * period_ns, (note,))


def _notes(dialect: Dialect, rows: Rows) -> tuple[str, ...]:
    """Which dialect was taken, and how many lines are no frames."""
    read, lines = len(rows.frames), len(rows.frames) + len(rows.misfits)
    fewer = f"read {read:,} of {lines:,} lines as frames" if read < lines else ""
    ids = "identifiers are taken for hexadecimal: none has a letter" if rows.ids_untold else ""
    return tuple(note for note in (f"read as {dialect.name}", fewer, ids) if note)
