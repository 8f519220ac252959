"""What a recording may be packed in: gzip, zip, bzip2, xz, Zstandard, LZ4, and rich text."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from trialbench.errors import RecordingError
from trialbench.readers.inflating import (
    Unpacked,
    bzip2_pieces,
    gathered,
    gzip_pieces,
    lz4_pieces,
    xz_pieces,
    zstd_pieces,
)
from trialbench.readers.zipped import from_zip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DEEPEST: Final = 3
_TAR_MARK: Final = slice(257, 262)

_RTF_TABLES: Final = re.compile(
    r"\{\\(?:fonttbl|colortbl|stylesheet|info|\*)(?:[^{}]|\{[^{}]*\})*\}"
)
_RTF_WORD: Final = re.compile(
    r"\\'([0-9a-fA-F]{2})|\\u(-?\d+) ?\??|(\\(?:par|line)\b ?|\\\r?\n)|(\\tab\b ?)"
    r"|\\[a-z]+(?:-?\d+)? ?|\\([{}\\])|\\.|[\r\n{}]"
)


class _Layer(NamedTuple):
    """A kind of packing: its name, how it begins, and what takes it off `(name, data)`."""

    name: str
    magic: re.Pattern[bytes]
    off: Callable[[str, bytes], Unpacked]


def unpacked(name: str, data: bytes) -> Unpacked:
    """What `data` hold when all packing is taken off; the data themselves where there is none.

    Raises `RecordingError` for what holds no recording, or several, is locked, or is too large.
    """
    found = Unpacked(name, data)
    for _ in range(_DEEPEST):
        layer = next((layer for layer in _LAYERS if layer.magic.match(found.data)), None)
        if layer is None:
            break
        inner = layer.off(found.name, found.data)
        found = replace(
            inner,
            layers=(*found.layers, layer.name),
            damage=found.damage or inner.damage,
            anywhere=found.anywhere or inner.anywhere,
        )
    if found.data[_TAR_MARK] == b"ustar":
        raise RecordingError("a tar archive: unpack it, and give its recordings one by one")
    return found


def _stream(pieces: Callable[[bytes], Iterator[bytes]]) -> Callable[[str, bytes], Unpacked]:
    """How a stream of one file is unpacked; the file's name is the packed one's without its suffix."""

    def off(name: str, data: bytes) -> Unpacked:
        return gathered(name.rpartition(".")[0] or name, pieces(data), len(data))

    return off


def _from_rich_text(name: str, data: bytes) -> Unpacked:
    """The plain text of rich text (RTF 1.9), as an editor saves a log."""

    def plain(match: re.Match[str]) -> str:
        byte, letter, line, tab, symbol = match.groups()
        if byte:
            return bytes.fromhex(byte).decode("cp1252", "replace")
        if letter:
            return chr(int(letter) % 65536)
        return "\n" if line else "\t" if tab else symbol or ""

    text = _RTF_TABLES.sub("", data.decode("cp1252", "replace"))
    return Unpacked(name, _RTF_WORD.sub(plain, text).encode("utf-8", "replace"))


_LAYERS: Final = (
    _Layer("gzip", re.compile(rb"\x1f\x8b\x08"), _stream(gzip_pieces)),
    _Layer("zip", re.compile(rb"PK\x03\x04"), from_zip),
    _Layer("Zstandard", re.compile(rb"\x28\xb5\x2f\xfd"), _stream(zstd_pieces)),
    _Layer("LZ4", re.compile(rb"\x04\x22\x4d\x18"), _stream(lz4_pieces)),
    _Layer("xz", re.compile(rb"\xfd7zXZ\0"), _stream(xz_pieces)),
    _Layer("bzip2", re.compile(rb"BZh[1-9]1AY&SY"), _stream(bzip2_pieces)),
    _Layer("rich text", re.compile(rb"\{\\rtf"), _from_rich_text),
)
