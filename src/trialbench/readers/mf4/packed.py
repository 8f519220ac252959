"""The content of a DZ block: deflated, or (MDF 4.3) packed by Zstandard or LZ4."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from trialbench.readers.mf4.blocks import BrokenBlock

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DEFLATE, _ZSTD, _LZ4 = range(3)
"""Half of dz_zip_type; the odd ones are transposed."""
_MOST_INFLATED: Final = 1 << 27
_MOST_RATIO: Final = 1040
"""Deflate makes at most 1032 bytes of one."""
_STEP: Final = 1024
"""Damaged content is inflated in steps of so many bytes."""


class Unpacked(NamedTuple):
    """What could be unpacked, and why it is not all.

    It is `sound` as far as it goes where its checksum fits, or where only its end is missing.
    """

    content: NDArray[np.uint8]
    cause: str = ""
    sound: bool = True


def unpacked(at: int, packed: bytes, method: int, size: int, *, cut: bool) -> Unpacked:
    """Unpack the `size` bytes of the block at byte `at`, `cut` off by the file's end or not.

    Raises `BrokenBlock` where its sizes make no sense.
    """
    if method > 2 * _LZ4 + 1:
        raise BrokenBlock(at, f"a block DZ with compression {method}")
    if size > _MOST_INFLATED or (method // 2 == _DEFLATE and size > _MOST_RATIO * len(packed) + 64):
        raise BrokenBlock(at, f"a block DZ with {size} bytes out of {len(packed)}")
    if method // 2 == _DEFLATE:
        return _inflated(packed, size, cut=cut)
    try:
        content = (_by_zstd if method // 2 == _ZSTD else _by_lz4)(packed, size)
    except (OSError, RuntimeError, ValueError) as error:
        return Unpacked(np.empty(0, np.uint8), f"this block's content is damaged ({error})")
    short = "this block's content is not as long as it says" if len(content) != size else ""
    return Unpacked(np.frombuffer(content, np.uint8)[:size], short)


def _by_zstd(packed: bytes, size: int) -> bytes:
    import pyarrow as pa

    return bytes(pa.Codec("zstd").decompress(packed, size, asbytes=True))


def _by_lz4(packed: bytes, size: int) -> bytes:
    import lz4.frame  # type: ignore[import-untyped]

    return bytes(lz4.frame.LZ4FrameDecompressor().decompress(packed, size + 1))


def _inflated(packed: bytes, size: int, *, cut: bool) -> Unpacked:
    from isal import isal_zlib

    unpacker = isal_zlib.decompressobj()
    try:
        content = unpacker.decompress(packed, size + 1)
        whole = unpacker.eof and len(content) == size
    except isal_zlib.error:  # type: ignore[misc]
        whole = False
    if not whole:
        return _as_far_as_it_goes(packed, size, cut=cut)
    return Unpacked(np.frombuffer(content, np.uint8))


def _as_far_as_it_goes(packed: bytes, size: int, *, cut: bool) -> Unpacked:
    """Byte by byte around the damage, for zlib keeps back what the step that fails has given."""
    unpacker = zlib.decompressobj()
    pieces: list[bytes] = []
    cause = "this block's content is not as long as it says"
    at, step, left = 0, _STEP, size
    while at < len(packed) and left >= 0 and not unpacker.eof:
        before = unpacker.copy()
        try:
            pieces.append(unpacker.decompress(packed[at : at + step], left + 1))
        except zlib.error as error:
            if step == 1:
                cause = f"this block's content is damaged ({error})"
                break
            unpacker, step = before, 1
            continue
        left -= len(pieces[-1])
        at += step
    content = np.frombuffer(b"".join(pieces), np.uint8)[:size]
    return Unpacked(content, cause, unpacker.eof or (cut and at >= len(packed)))
