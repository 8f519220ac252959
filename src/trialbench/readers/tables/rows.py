"""The rows of a log: lines matched by a dialect, and their fields as columns of frames."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from trialbench.errors import RecordingError
from trialbench.readers.candump import bus_numbers
from trialbench.readers.raw import Columns
from trialbench.readers.tables.dialect import FIELDS
from trialbench.recording import BRS, ERROR, ESI, EXTENDED, FD, REMOTE, TX

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from trialbench.readers.tables.dialect import Dialect

_FD_LENGTHS: Final = dict(enumerate((12, 16, 20, 24, 32, 48, 64), start=9))
_LONGEST: Final = 0x1FFFFFFF
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
_FLAGS: Final = {word: flags for flags, words in _WORDS.items() for word in words.split()}
_YES: Final = {"true", "t", "1", "yes", "y", "x", "29", "是"}

_PAIRS: Final = re.compile(r"(?:\b[0-9A-Fa-f]{2}\b\W{1,3}){3}")
"""What tells a broken frame before the first sound one from the words over a log."""

_MISFIT, _IDENT, _BYTES = (
    "the line is no frame as the lines around it are",
    "no identifier of 29 bits",
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
    comments: int = 0
    """Lines that the tool writes and that are no frames."""


class _Bases(NamedTuple):
    ident: int
    payload: int
    wide_is_extended: bool
    two_digits_are_fd: bool


def rows_of(lines: Sequence[str], dialect: Dialect) -> Rows:
    """Every line as a frame, or as what it is instead. Raises `RecordingError` where digits mislead."""
    groups = dialect.line.groupindex
    wanted = [groups.get(name, 0) for name in FIELDS]
    matches = [
        dialect.line.fullmatch(line) if len(line) < _LONGEST_LINE else None for line in lines
    ]
    parts = [
        None if match is None else tuple((match[at] or "") if at else "" for at in wanted)
        for match in matches
    ]
    bases = _bases([part for part in parts if part is not None], dialect)
    rows = Rows()
    for number, (line, part) in enumerate(zip(lines, parts, strict=True)):
        if part is None:
            if dialect.legal.fullmatch(line):
                rows.comments += 1
            elif line.strip() and (rows.frames or _PAIRS.search(line)):
                rows.misfits.append(Misfit(number, _MISFIT, len(rows.frames)))
            continue
        frame = _frame(number, part, bases)
        if isinstance(frame, str):
            rows.misfits.append(Misfit(number, frame, len(rows.frames)))
        else:
            rows.frames.append(frame)
    return rows


def _frame(number: int, part: tuple[str, ...], bases: _Bases) -> Frame | str:
    """The frame of a row's fields, or what is wrong with it."""
    stamp, bus, text, length, data, *words, extended, remote, error, sent = part
    flags = _flags_of(*words) | (TX if sent.lower() in ("t", "true", "1", "yes") else 0)
    if remote and remote.lower() not in ("f", "false", "0", "no", "n"):
        flags |= REMOTE
    if error and error.lower() not in ("f", "false", "0", "no", "n"):
        flags |= ERROR
    digits = text.lower().removeprefix("0x").removeprefix("$").rstrip("h")
    is_x = digits.endswith("x")
    try:
        ident = int(digits.rstrip("x") or "0", 16 if "x" in text[:2].lower() else bases.ident)
    except ValueError:
        return _IDENT
    if ident & _ERROR_BIT and ident <= _LONGEST | _ERROR_BIT:
        flags, ident = flags | ERROR, ident & _LONGEST
    if ident > _LONGEST:
        return _IDENT
    flags = _with_width(
        flags, ident, extended.lower(), is_x, len(digits) == 8 and bases.wide_is_extended
    )
    if flags & (REMOTE | ERROR):
        return Frame(number, stamp, bus, ident, flags, b"")
    payload = _payload(data, length, bases.payload)
    if payload is None:
        return _BYTES
    if len(payload) > 8 or (bases.two_digits_are_fd and len(length) == 2):
        flags |= FD
    return Frame(number, stamp, bus, ident, flags, payload)


def _with_width(flags: int, ident: int, extended: str, is_x: bool, wide: bool) -> int:
    """The flags with EXTENDED where a column, a word, the digits or the identifier's size say so."""
    told = bool(extended) or flags & (EXTENDED | _STANDARD)
    if ident > 0x7FF or is_x or extended in _YES or (wide and not told):
        flags |= EXTENDED
    return flags & ~_STANDARD


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


def _payload(text: str, length: str, base: int) -> bytes | None:
    """The bytes that a field holds, as many as its length says; None where they do not fit."""
    count = int(length, 16 if length[:2] in ("0x", "0X") else 10) if length else -1
    try:
        if base == 16 and (text[:2] in ("0x", "0X") or len(text) != 2):
            found = _hexadecimal(text)
        else:
            found = bytes(int(cell, base) for cell in _cells(text))
    except ValueError:
        return None
    if count < 0:
        return found if len(found) <= 64 else None
    if len(found) < count and _FD_LENGTHS.get(count) == len(found):
        return found
    if count > 8 and _FD_LENGTHS.get(count, 0) and len(found) == _FD_LENGTHS[count]:
        return found
    return found[:count] if len(found) >= count and count <= 64 else None


def _hexadecimal(text: str) -> bytes:
    """Bytes written in pairs of digits, one or two digits each, or in one go."""
    try:
        return bytes.fromhex(text.removeprefix("0x").removeprefix("0X"))
    except ValueError:
        return bytes(int(cell, 16) for cell in _cells(text))


@cache
def _separators() -> dict[int, str]:
    return str.maketrans(dict.fromkeys(',;\t|"._-', " "))


def _cells(text: str) -> list[str]:
    return text.translate(_separators()).split()


def _bases(parts: Sequence[tuple[str, ...]], dialect: Dialect) -> _Bases:
    """In which base identifiers and bytes are written, where the dialect leaves that to the digits."""
    texts = {part[2] for part in parts}
    widths = {len(text) for text in texts}
    ident = dialect.hex_ids
    if ident is None:
        ident = _ids_are_hex(texts)
    payload = dialect.hex_bytes
    if payload is None:
        payload = _bytes_are_hex(part[4] for part in parts)
    return _Bases(
        16 if ident else 10, 16 if payload else 10, len(widths) > 1, dialect.two_digits_are_fd
    )


def _ids_are_hex(texts: set[str]) -> bool:
    """Whether identifiers are hexadecimal: a letter, 0x, or leading zeros show it."""
    if any(re.search(r"[a-fx$h]", text, re.IGNORECASE) or text.startswith("0") for text in texts):
        return True
    if len(texts) <= _MANY_IDS:
        return True
    raise RecordingError(
        "its identifiers may be decimal or hexadecimal (none has a letter): name their column "
        "'id(hex)' or 'id(dec)' in a header line"
    )


def _bytes_are_hex(texts: Iterable[str]) -> bool:
    """Whether bytes are hexadecimal: letters show it, three digits the contrary."""
    wide = False
    for text in texts:
        if re.search(r"[a-fx]", text, re.IGNORECASE):
            return True
        wide = wide or any(len(cell) == 3 for cell in _cells(text))
    return not wide


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
