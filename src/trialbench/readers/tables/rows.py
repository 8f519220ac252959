"""The rows of a log: lines matched by a dialect, and their fields as columns of frames."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from trialbench.errors import RecordingError
from trialbench.frames import BRS, ERROR, ESI, EXTENDED, FD, REMOTE, TX
from trialbench.readers.candump import bus_numbers
from trialbench.readers.raw import Columns
from trialbench.readers.tables.dialect import FIELDS
from trialbench.readers.tables.payloads import Writing, payload, writing_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from trialbench.readers.tables.dialect import Dialect

_LARGEST_ID: Final = 0x1FFFFFFF
_ERROR_BIT: Final = 0x20000000
"""linux/can.h marks an error frame by this bit of the identifier."""
_LONGEST_LINE: Final = 2000
_MANY_IDS: Final = 12
"""So many hexadecimal identifiers without any letter are no accident."""
_STANDARD: Final = 1 << 8
"""Beside the frames' flags: the words say that the identifier has 11 bits."""

_WORDS: Final = {
    EXTENDED: "x ext extd extended xtd extendedframe 扩展 扩展帧 29bit",
    _STANDARD: "s std standard standardframe 标准 标准帧 11bit",
    REMOTE: "rtr remote remoteframe remoterequest 远程 远程帧",
    ERROR: "error errorframe err 错误 错误帧",
    FD: "f fd canfd fdf fdframe",
    BRS: "b bs brs",
    ESI: "ei esi",
    TX: "tx t transmit transmitted send sent out 发送 txrq",
    _STANDARD | REMOTE: "sr",
    EXTENDED | REMOTE: "xr",
}  # fmt: skip
_EXTENDED_FIELD: Final = FIELDS.index("extended")
_BYTES_FIELD: Final = FIELDS.index("bytes")
_FLAGS: Final = {word: flags for flags, words in _WORDS.items() for word in words.split()}
_YES: Final = {"true", "t", "1", "yes", "y", "x", "29", "是", "wahr", "vrai"}
_NO: Final = {"false", "f", "0", "no", "n", "否", "falsch", "faux"}

_MISFIT, _IDENT, _BYTES = (
    "the line is no frame as the lines around it are",
    "no identifier of as many bits as it may have",
    "not as many bytes as its length says",
)


class Frame(NamedTuple):
    """One row: its line (from 0), its stamp as it stands, and the frame."""

    line: int
    stamp: str
    bus: str
    ident: int
    flags: int
    payload: bytes
    number: str = ""
    beside: int = 0
    """How many letters its line has beside its bytes."""


class Misfit(NamedTuple):
    """A line (from 0) that is no frame, and why, after so many frames."""

    line: int
    cause: str
    after: int


@dataclass(slots=True)
class Rows:
    """All frames of a log in the order of its lines, and the lines that are none, with the reason."""

    frames: list[Frame] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)
    ids_untold: bool = False
    """Nothing shows whether the identifiers are decimal or hexadecimal."""
    comments: int = 0
    """Lines that the tool writes and that are no frames."""


class _Reading(NamedTuple):
    """How digits are to be read throughout the log."""

    base_of_ids: int
    ids_untold: bool
    writing: Writing
    wide_is_extended: bool
    """Identifiers are written in fewer digits, too, so eight of them tell 29 bits."""
    column_is_extended: bool
    """The column of that name says yes at times, so its no is one."""
    two_digits_are_fd: bool


def rows_of(lines: Sequence[str], dialect: Dialect) -> Rows:
    """Every line as a frame, or as what it is instead. Raises `RecordingError` where digits mislead."""
    groups = dialect.line.groupindex
    fields = itemgetter(*(groups.get(name, 0) - 1 for name in FIELDS))  # -1: the "" at the end
    matches = [
        dialect.line.fullmatch(line) if len(line) < _LONGEST_LINE and "\0" not in line else None
        for line in lines
    ]
    parts = [match and fields((*match.groups(""), "")) for match in matches]
    reading = _reading([part for part in parts if part is not None], dialect)
    rows = Rows(ids_untold=reading.ids_untold)
    for number, (line, part) in enumerate(zip(lines, parts, strict=True)):
        if part is None:
            if dialect.legal.fullmatch(line):
                rows.comments += 1
            elif line.strip():
                rows.misfits.append(Misfit(number, _MISFIT, len(rows.frames)))
            continue
        frame = _frame(number, part, reading, len(line) - line.count(" "))
        if isinstance(frame, str):
            rows.misfits.append(Misfit(number, frame, len(rows.frames)))
        else:
            rows.frames.append(frame)
    return rows


def _frame(number: int, part: tuple[str, ...], reading: _Reading, letters: int) -> Frame | str:
    """The frame of a row's fields, or what is wrong with it; its line has so many letters."""
    stamp, bus, text, length, data, *others, count = part
    beside = letters - len(data) + data.count(" ")
    ident, flags = _identified(text, *others, reading=reading)
    if ident < 0:
        return _IDENT
    if flags & (REMOTE | ERROR):
        return Frame(number, stamp, bus, ident, flags, b"", count, beside)
    found = payload(data, length, reading.writing)
    if found is None:
        return _BYTES
    if len(found) > 8 or (reading.two_digits_are_fd and len(length) == 2):
        flags |= FD
    return Frame(number, stamp, bus, ident, flags, found, count, beside)


@lru_cache(maxsize=1 << 16)  # a log has few identifiers
def _identified(
    text: str, kind: str, kind2: str, kind3: str, extended: str, remote: str, error: str, sent: str,
    *, reading: _Reading,
) -> tuple[int, int]:  # fmt: skip
    """The identifier (-1: none of 29 bits) and the flags that the other fields tell."""
    flags = _flags_of(kind, kind2, kind3)
    flags |= (TX * _says(sent)) | (REMOTE * _says(remote)) | (ERROR * _says(error))
    digits = text.replace(" ", "").lower().removeprefix("$").rstrip("h")
    base = 16 if digits.startswith("0x") else reading.base_of_ids
    digits = digits.removeprefix("0x")
    marked = digits.endswith("x") or extended.lower() in _YES
    try:
        ident = int(digits.rstrip("x") or "0", base)
    except ValueError:
        return -1, 0
    if ident & _ERROR_BIT:
        flags, ident = flags | ERROR, ident & ~_ERROR_BIT
    told = bool(extended) or flags & (EXTENDED | _STANDARD)
    if ident > 0x7FF and extended and not marked and reading.column_is_extended:
        return -1, 0
    if ident > 0x7FF or marked or (len(digits) == 8 and reading.wide_is_extended and not told):
        flags |= EXTENDED
    return (ident if ident <= _LARGEST_ID else -1), flags & ~_STANDARD


def _says(text: str) -> bool:
    """Whether a field that is there says yes; one of words is there or not."""
    return bool(text) and text.lower() not in _NO


@cache
def _flags_of(*words: str) -> int:
    """The flags that words such as "Extended frame", "S Rx", "xr" tell."""
    flags = 0
    for text in words:
        lower = text.lower()
        whole = _FLAGS.get("".join(lower.split()))
        if whole is not None:
            flags |= whole
            continue
        for word in re.split(r"[\s,;/_-]+", lower):
            flags |= _FLAGS.get(word, 0)
    return flags


def _reading(parts: Sequence[tuple[str, ...]], dialect: Dialect) -> _Reading:
    """How the digits are to be read, by all of them where the dialect does not say."""
    texts = {part[2] for part in parts}
    ids = _ids_are_hex(texts) if dialect.hex_ids is None else dialect.hex_ids
    data = [part[_BYTES_FIELD] for part in parts]
    lengths = [part[_BYTES_FIELD - 1] for part in parts]
    return _Reading(
        base_of_ids=10 if ids is False else 16,
        ids_untold=ids is None,
        writing=writing_of(data, lengths, is_hex=dialect.hex_bytes),
        wide_is_extended=len({len(text) for text in texts}) > 1,
        column_is_extended=any(part[_EXTENDED_FIELD].lower() in _YES for part in parts),
        two_digits_are_fd=dialect.two_digits_are_fd,
    )


def _ids_are_hex(texts: set[str]) -> bool | None:
    """Whether identifiers are hexadecimal: a letter, 0x, or leading zeros show it.

    Not so where one would have more than 29 bits. None where nothing shows it of a few.
    """
    if any(re.search(r"[a-fx$h]", text, re.IGNORECASE) or text.startswith("0") for text in texts):
        return True
    if any(int(text or "0", 16) > _LARGEST_ID for text in texts):
        return False
    if len(texts) <= _MANY_IDS:
        return None
    raise RecordingError(
        "its identifiers may be decimal or hexadecimal (none has a letter): name their column "
        "'id(hex)' or 'id(dec)' in a header line"
    )


def columns_of(
    frames: Sequence[Frame], times_ns: NDArray[np.int64], bus: NDArray[np.uint8]
) -> Columns:
    """The frames in columns."""
    count = len(frames)
    longest = max((len(frame.payload) for frame in frames), default=0)
    width = 8 if longest <= 8 else 64
    data = b"".join(frame.payload.ljust(width, b"\0") for frame in frames)
    return Columns(
        times_ns,
        bus,
        np.fromiter((frame.ident for frame in frames), np.uint32, count),
        np.fromiter((frame.flags for frame in frames), np.uint8, count),
        np.fromiter((len(frame.payload) for frame in frames), np.uint8, count),
        np.frombuffer(data, np.uint8).reshape(count, width).copy(),
    )


def buses_of(frames: Sequence[Frame]) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """The bus of each frame: a number as written, a name as candump's are numbered."""
    texts = list(dict.fromkeys(frame.bus for frame in frames))
    plain = all(text.isdecimal() and int(text) < 256 for text in texts if text)
    names = [text for text in texts if text]
    numbers = (
        {text: int(text) for text in names}
        if plain
        else dict(zip(names, bus_numbers([name.lower() for name in names]), strict=True))
    )
    notes = (
        () if plain else (f"buses: {', '.join(f'{name} is {numbers[name]}' for name in names)}",)
    )
    found = (numbers.get(frame.bus, 0) for frame in frames)
    return np.fromiter(found, np.uint8, len(frames)), notes
