"""Vector's binary log, BLF.

A header, then objects, each `LOBJ` with its size and type; most lie in containers, deflated, and
may may go over from one container into the next. Layouts: Vector's published `binlog_objects.h`, as
python-can and Toby Lorenz' Vector_BLF read them. Objects of other types are no frames: they are
skipped and counted. A deflated container carries a checksum; of a plain one only its place, its size
and the objects in it tell whether it is whole.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from trialbench.errors import RecordingError
from trialbench.readers.blf_events import CONTAINER, RESTORE_POINTS, by_kind
from trialbench.readers.blf_objects import CAUSES, CUT, walk
from trialbench.readers.raw import (
    Columns,
    Gap,
    Raw,
    add_gap,
    as_damages,
    dateless,
    in_order,
    instant_ns,
    joined,
)
from trialbench.readers.text import CODE, TOO_WIDE, room_for_bad

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_HEADER: Final = struct.Struct("<4sL8xQ8xL4x8H16x")
_OBJECT: Final = struct.Struct("<4sHHLL")
_CONTAINER: Final = struct.Struct("<H6xL4x")
_SIGNATURE: Final = b"LOBJ"

_MOST_INFLATED: Final = 1 << 26
"""A container says that it holds more: it lies (writers stop at 128 KiB)."""
_AT_ONCE: Final = 1 << 20
"""Content is walked in pieces of about this size, so that memory follows the frames alone."""
_SIZED_AT: Final = 16
_COUNTED_AT: Final = 32
"""Where the header tells the file's size, and how many objects there are (0: it does not)."""
_STARTED_AT: Final = 40
"""Where the header tells the start time."""
_SMALLEST: Final = 32
"""No frame object is smaller, so that this bounds their number."""
_OUTER: Final = (0, CONTAINER, *RESTORE_POINTS)
"""What may follow a container: the file's end, another one, and what a writer keeps for itself."""
_SETTLED: Final = 144
"""A writer that was not closed leaves this size, that of the header alone."""


class _Piece(NamedTuple):
    """What one object of the file gives: its `content` and what is wrong with it.

    `end` is where the object really ends, where that is not where its size says (0: it is); `cut`
    says that the file ends before. A `plain` one is a container without a checksum: where it does
    not lie as it should, any of its content may be wrong or missing, and of the `bare` objects
    behind it.
    """

    at: int
    content: bytes
    cause: str = ""
    end: int = 0
    cut: bool = False
    plain: bool = False
    bare: bool = False


def read_blf(data: bytes) -> Raw:
    """The frames of a BLF file. Lost containers and objects are damage, the rest is kept."""
    if len(data) < _HEADER.size or not data.startswith(b"LOGG"):
        raise RecordingError("byte 0: not the header of a BLF file")
    _, header_size, size, objects, *moment = _HEADER.unpack_from(data)
    start_ns = _start_ns(tuple(moment))
    collector = _Collector(start_ns or 0)
    for piece in _pieces(data, header_size if header_size >= _HEADER.size else _SETTLED):
        collector.take(piece)
    collector.finish()
    columns = joined(collector.parts)
    frames, backwards = in_order(columns, lambda at: f"frame {at + 1}")
    if size != _SETTLED:
        _compare(collector, len(data), size, objects)
    errors = as_damages(collector.gaps, columns.times_ns)
    if start_ns is None:
        errors.append(dateless(f"byte {_STARTED_AT}", 0))
    return Raw(frames, errors=(*errors, *backwards), skipped_events=by_kind(collector.others))


def _compare(collector: _Collector, there: int, size: int, objects: int) -> None:
    """Tell where the file is not what its header, which is written last, says of it."""
    count = len(collector)
    if there < size:
        cause = f"the file ends here, but its header says {size} bytes"
        add_gap(collector.gaps, Gap(f"byte {there}", cause, count, count))
    elif collector.gaps:
        return  # what is missing or too much is told
    elif there > size > 0:
        cause = f"the header says {size} bytes, the file has {there}"
        collector.gaps.append(Gap(f"byte {_SIZED_AT}", cause, 0, count))
    elif collector.objects < objects:
        cause = f"the header counts {objects} objects, the file holds {collector.objects}"
        collector.gaps.append(Gap(f"byte {_COUNTED_AT}", cause, 0, count))


def _start_ns(moment: tuple[int, ...]) -> int | None:
    """The header's SYSTEMTIME, read as UTC, in ns since 1970; 0 where none was set, None for nonsense."""
    year, month, _, day, hour, minute, second, millisecond = moment
    if not any(moment):
        return 0
    return instant_ns(year, month, day, hour, minute, second, millisecond * 10**6)


def _pieces(data: bytes, at: int) -> Iterator[_Piece]:
    """The contents of the file's containers, and the objects that lie in none."""
    while at < len(data):
        found = data.find(_SIGNATURE, at, at + 8)
        if found < 0 or found + _OBJECT.size > len(data):
            found = data.find(_SIGNATURE, at)
            if len(data) - at > 3 or data[at:].strip(b"\0"):  # else padding
                yield _Piece(at, b"", "no object begins here")
            if found < 0 or found + _OBJECT.size > len(data):
                return
        _, _, _, size, kind = _OBJECT.unpack_from(data, found)
        piece = (_inflated if kind == CONTAINER else _bare)(data, found, size)
        yield piece
        at = piece.end or found + size + size % 4
        if piece.cause and (size < _OBJECT.size or data.find(_SIGNATURE, at, at + 8) < 0):
            at = data.find(_SIGNATURE, found + 4)  # its size may be wrong as well
            at = len(data) if at < 0 else at


def _following(data: bytes, end: int, size: int) -> int:
    """The type of the object behind one of `size` bytes up to `end`: -1 for none, 0 for the file's end."""
    places = (end, end + size % 4, end + -size % 4)
    if len(data) in places and not data[end:].strip(b"\0"):
        return 0
    for place in places:
        if data.startswith(_SIGNATURE, place) and place + _OBJECT.size <= len(data):
            return int(_OBJECT.unpack_from(data, place)[4])
    return -1


def _bare(data: bytes, at: int, size: int) -> _Piece:
    """An object outside of any container, with its padding."""
    if size < _OBJECT.size or size > _MOST_INFLATED:
        return _Piece(at, b"", f"an object of {size} bytes", bare=True)
    if at + size > len(data):
        return _Piece(at, data[at:], "the file ends within this object", bare=True)
    if _following(data, at + size, size) < 0:
        return _Piece(at, b"", "an object that no other follows where it ends", bare=True)
    return _Piece(at, data[at : at + size] + bytes(size % 4), bare=True)


def _inflated(data: bytes, at: int, size: int) -> _Piece:
    """A container's content; the part that stands where the file ends within it."""
    begin = at + _OBJECT.size + _CONTAINER.size
    if at + size < begin or begin > len(data):
        return _Piece(at, b"", f"a container of {size} bytes")
    method, declared = _CONTAINER.unpack_from(data, at + _OBJECT.size)
    cut = "the file ends within this container" if at + size > len(data) else ""
    packed = memoryview(data)[begin : at + size]
    if method == 0:
        sound = declared == size - (begin - at) and _following(data, at + size, size) in _OUTER
        cause = "" if cut or sound else "no container follows where this one ends"
        return _Piece(at, bytes(packed), cut or cause, cut=bool(cut), plain=True)
    if method != 2:
        return _Piece(at, b"", f"a container with the unknown compression {method}")
    if declared > _MOST_INFLATED:
        return _Piece(at, b"", f"a container that says it holds {declared} bytes")
    return _inflate(at, packed, declared, cut)


def _inflate(at: int, packed: memoryview, declared: int, cut: str) -> _Piece:
    from isal import isal_zlib

    stream = isal_zlib.decompressobj()
    try:
        content = stream.decompress(packed, declared + 1)
        if not stream.eof and len(content) > declared:  # the size is wrong, not the content
            content += stream.decompress(stream.unconsumed_tail, _MOST_INFLATED)
    except isal_zlib.error as error:  # type: ignore[misc]
        return _Piece(at, b"", f"this container's content is damaged ({error})")
    if stream.eof:
        surplus = len(stream.unused_data)  # its size is wrong and reaches into the next one
        start = at + _OBJECT.size + _CONTAINER.size
        return _Piece(
            at, content, "" if surplus else cut, start + len(packed) - surplus if surplus else 0
        )
    if cut:
        return _Piece(at, content, cut)
    return _Piece(at, b"", "this container's content is damaged (incomplete)")


class _Collector:
    """Joins contents into one stream of objects and walks it piece by piece."""

    def __init__(self, start_ns: int) -> None:
        self.parts: list[Columns] = []
        self.gaps: list[Gap] = []
        self.others = np.zeros(256, np.int64)
        self._start_ns = start_ns
        self._count = 0
        self._pending: list[_Piece] = []
        self._size = 0
        self._doubt: Gap | None = None

    def __len__(self) -> int:
        """How many frames were found."""
        return self._count

    @property
    def objects(self) -> int:
        """How many objects were found, those of which the file's header keeps count."""
        return self._count + int(self.others.sum() - self.others[list(RESTORE_POINTS)].sum())

    def take(self, piece: _Piece) -> None:
        """Add what the next object of the file gives; nothing continues over a loss."""
        if not piece.bare:
            self._settle()
        if piece.plain and piece.cause:
            self.walk(last=False)
            before = self._count
        if piece.content:
            self._pending.append(piece)
            self._size += len(piece.content)
        whole = True
        if self._size >= _AT_ONCE or piece.cause:
            whole = self.walk(last=bool(piece.cause), told=bool(piece.cause))
        gap = Gap(f"byte {piece.at}", piece.cause, self._count, self._count)
        if (
            piece.plain and piece.cause and (whole or not piece.cut)
        ):  # else it ends as a cut file does
            self._doubt = replace(gap, first=before)
        elif piece.cause:
            add_gap(self.gaps, gap)

    def finish(self) -> None:
        """Nothing comes any more."""
        self.walk(last=True)
        self._settle()

    def _settle(self) -> None:
        """What is in doubt ends here; gaps that lie in it are told with it."""
        if self._doubt is None:
            return
        self.walk(last=True)
        doubt, self._doubt = replace(self._doubt, last=self._count), None
        self.gaps = [gap for gap in self.gaps if gap.last < doubt.first]
        self.gaps.append(doubt)

    def walk(self, *, last: bool, told: bool = False) -> bool:
        """Take the frames out of what is pending; an unfinished object waits unless it is the last.

        `told`: why the last one is unfinished is told elsewhere. Returns whether none is unfinished.
        """
        if not self._pending:
            return True
        buffer = np.frombuffer(b"".join(piece.content for piece in self._pending), np.uint8)
        for width in (8, 64):
            bad, others = room_for_bad(), np.zeros(256, np.int64)
            room = Columns.room(buffer.size // _SMALLEST + 1, width)
            count, used, rest = walk(buffer, last, self._start_ns, *room, bad, others)
            if count != TOO_WIDE:
                break
        self._tell(bad[:used], told=told)
        if count:
            self.parts.append(Columns._make(column[:count].copy() for column in room))
        self._count += count
        self.others += others
        at = self._pending[-1].at
        self._pending = [_Piece(at, buffer[rest:].tobytes())] if rest < buffer.size else []
        self._size = buffer.size - rest
        return not np.any(bad[:used, CODE] == CUT)

    def _tell(self, bad: NDArray[np.int64], *, told: bool) -> None:
        begins = np.cumsum([0, *(len(piece.content) for piece in self._pending)]).tolist()
        for offset, code, first, last, count in bad.tolist():
            if told and code == CUT and first == last:
                continue
            number = min(bisect_right(begins, offset), len(self._pending)) - 1
            where = (
                f"byte {self._pending[number].at}, {offset - begins[number]} bytes into its content"
            )
            add_gap(
                self.gaps,
                Gap(where, CAUSES[code], self._count + first, self._count + last, count),
            )
