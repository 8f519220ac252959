"""Streams of packed bytes, unpacked piece by piece as far as they are sound, and never without bound."""

from __future__ import annotations

import bz2
import lzma
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trialbench.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

_LARGEST: Final = 2 << 30
_SMALL: Final = 256 << 20
_DENSEST: Final = 100
"""How many times its size a large file may unpack to; deflate packs zeros 1,032 times."""
_PIECE: Final = 1 << 16
_FINE: Final = 1 << 10


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was in the packing: its `name` (for its suffix), its `data`, and the `layers` taken off.

    `damage` says what is wrong with the packing ("": nothing): the end is missing, or, where it is
    `anywhere`, any part of the data may be wrong.
    """

    name: str
    data: bytes
    layers: tuple[str, ...] = ()
    damage: str = ""
    anywhere: bool = False


def gathered(name: str, pieces: Iterator[bytes], packed: int) -> Unpacked:
    """All pieces of what `packed` bytes hold, up to what is broken.

    Raises `RecordingError` where there is nothing, or more than a recording has.
    """
    most = min(_LARGEST, max(_SMALL, _DENSEST * packed))
    out = bytearray()
    damage, anywhere = "", False
    try:
        for piece in pieces:
            out += piece
            if len(out) > most:
                raise RecordingError(
                    f"it unpacks to more than {most >> 20} MiB, over {most // packed} times its "
                    "size: unpack it yourself if that is a recording"
                )
    except EOFError:
        damage = "the packed data end early"
    except (zlib.error, OSError, lzma.LZMAError, ValueError) as broken:
        damage, anywhere = (
            f"the packed data are damaged, and any part may be wrong ({broken})",
            True,
        )
    if damage and not out:
        raise RecordingError(f"nothing could be read: {damage}")
    return Unpacked(name, bytes(out), (), damage, anywhere)


def gzip_pieces(data: bytes) -> Iterator[bytes]:
    """A gzip file's members, one after the other (RFC 1952); zeros may follow."""
    while data[:2] == b"\x1f\x8b":
        data = yield from inflated_pieces(data, 31)


def inflated_pieces(data: bytes, window: int = -15) -> Generator[bytes, None, bytes]:
    """One deflated stream, to the last byte before what does not inflate; returns what follows it."""
    inflater = zlib.decompressobj(window)
    for at in range(0, len(data), _PIECE):
        before = inflater.copy()
        piece = data[at : at + _PIECE]
        try:
            yield inflater.decompress(piece)
        except zlib.error:
            yield from _byte_by_byte(before, piece)
            raise
        if inflater.eof:
            return inflater.unused_data + data[at + _PIECE :]
    raise EOFError


def _byte_by_byte(inflater: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    try:
        for at in range(len(data)):
            yield inflater.decompress(data[at : at + 1])
    except zlib.error:
        return


def bzip2_pieces(data: bytes) -> Iterator[bytes]:
    """A bzip2 file's streams."""
    return _steps(data, bz2.BZ2Decompressor)


def xz_pieces(data: bytes) -> Iterator[bytes]:
    """An xz file's streams."""
    return _steps(data, lzma.LZMADecompressor)


def _steps(
    data: bytes, maker: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor]
) -> Iterator[bytes]:
    """Stream after stream, in small steps: a step that fails loses what it alone held."""
    while data:
        decompressor = maker()
        at = 0
        while not decompressor.eof:
            if decompressor.needs_input and at >= len(data):
                raise EOFError
            step = data[at : at + _FINE] if decompressor.needs_input else b""
            at += len(step)
            yield decompressor.decompress(step, _PIECE)
        data = (decompressor.unused_data + data[at:]).lstrip(b"\0")


def zstd_pieces(data: bytes) -> Iterator[bytes]:
    """A Zstandard file, through Arrow."""
    return _arrow(data, "zstd")


def lz4_pieces(data: bytes) -> Iterator[bytes]:
    """An LZ4 frame, through Arrow."""
    return _arrow(data, "lz4")


def _arrow(data: bytes, codec: str) -> Iterator[bytes]:
    import pyarrow as pa  # a tenth of a second, for the packed alone

    with pa.CompressedInputStream(pa.BufferReader(data), codec) as stream:
        while piece := stream.read(_PIECE):
            yield piece
