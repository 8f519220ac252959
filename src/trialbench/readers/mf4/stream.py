"""The bytes of a data group, or of the values of variable length, out of however many blocks.

DT, SD and DV hold them plain, DZ deflated (transposed too), DL and HL list any of these
(ASAM MDF 4.1, 4.20 to 4.26).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from trialbench.readers.mf4.blocks import Block, Blocks, BrokenBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_DZ: Final = struct.Struct("<2sBxIQQ")
_PLAIN: Final = ("DT", "SD", "DV", "RD")
_MOST_INFLATED: Final = 1 << 27
_MOST_RATIO: Final = 1040
"""Deflate makes at most 1032 bytes of one."""


class Lost(NamedTuple):
    """The bytes from `begin` on (to `end`, or all the rest: None) of a stream are not there."""

    begin: int
    end: int | None
    where: str
    cause: str


class Stream(NamedTuple):
    """The bytes, and what of them is missing (there are zeros in its place)."""

    data: NDArray[np.uint8]
    lost: tuple[Lost, ...]


def stream(blocks: Blocks, at: int, *, unfinished: bool = False) -> Stream:
    """The stream that begins with the block at `at`; nothing where there is no link.

    In an `unfinished` file the last DT block's length is not told and reaches to the file's end.
    """
    pieces: list[NDArray[np.uint8]] = []
    lost: list[Lost] = []
    size = 0
    try:
        for block in _leaves(blocks, at):
            content, missing = _content(blocks, block, unfinished)
            pieces.append(content)
            for each in missing:
                end = None if each.end is None else size + each.end
                lost.append(each._replace(begin=size + each.begin, end=end))
            size += content.size
            if lost and lost[-1].end is None:
                break
    except BrokenBlock as broken:
        lost.append(Lost(size, None, broken.where, broken.cause))
    data = pieces[0] if len(pieces) == 1 else np.concatenate([np.empty(0, np.uint8), *pieces])
    data = data.view()
    data.flags.writeable = False  # one specialisation of each kernel
    return Stream(data, tuple(lost))


def _leaves(blocks: Blocks, at: int) -> Iterator[Block]:
    """The blocks that hold data, in order."""
    if not at:
        return
    block = blocks.at(at, *_PLAIN, "DZ", "DL", "HL", cut=True)
    if block.kind == "HL":
        block = blocks.at(block.link(0), "DL")
    if block.kind != "DL":
        yield block
        return
    for part in blocks.chain(block.at, "DL"):
        for link in part.links[1:]:
            if link:
                yield blocks.at(link, *_PLAIN, "DZ", cut=True)


def _content(
    blocks: Blocks, block: Block, unfinished: bool
) -> tuple[NDArray[np.uint8], tuple[Lost, ...]]:
    size = len(blocks.data)
    if block.kind == "DZ":
        return _unpacked(blocks, block)
    end = block.end
    if unfinished and (end <= block.begin or end > size):
        end = size
    content = np.frombuffer(
        blocks.data, np.uint8, max(min(end, size) - block.begin, 0), block.begin
    )
    if end <= size:
        return content, ()
    cause = f"the file ends {end - size} bytes before the end of the block at byte {block.at}"
    return content, (Lost(content.size, None, f"byte {size}", cause),)


def _unpacked(blocks: Blocks, block: Block) -> tuple[NDArray[np.uint8], tuple[Lost, ...]]:
    _, method, width, size, packed = blocks.fields(block, _DZ)
    begin = block.begin + _DZ.size
    available = len(blocks.data) - begin
    if method > 1 or size > min(_MOST_INFLATED, _MOST_RATIO * packed + 64):
        told = f"compression {method}" if method > 1 else f"{size} bytes out of {packed}"
        raise BrokenBlock(block.at, f"a block DZ with {told}")
    content, cause = _inflated(blocks.data[begin : begin + packed], size)
    if cause and packed > available:
        cause = "the file ends within this block DZ"
    if method == 1 and 0 < width <= content.size:
        if cause:  # transposed: what is missing is missing of every record
            content = content[:0]
        rows = content.size // width
        body = content[: rows * width].reshape(width, rows).T.reshape(-1)
        content = np.concatenate([body, content[rows * width :]])
    if not cause:
        return content, ()
    whole = np.zeros(size, np.uint8)
    whole[: content.size] = content
    return whole, (Lost(content.size, size, f"byte {block.at}", cause),)


def _inflated(packed: bytes, size: int) -> tuple[NDArray[np.uint8], str]:
    """The bytes that stand, and why there are fewer than `size`."""
    from isal import isal_zlib

    unpacker = isal_zlib.decompressobj()
    try:
        content = unpacker.decompress(packed, size + 1)
    except isal_zlib.error as error:  # type: ignore[misc]
        return np.empty(0, np.uint8), f"this block's content is damaged ({error})"
    whole = unpacker.eof and len(content) == size
    cause = "" if whole else "this block's content is not as long as it says"
    return np.frombuffer(content, np.uint8)[:size], cause
