"""The bytes of a data group, or of the values of variable length, out of however many blocks.

DT, SD, RD and DV hold them plain, DZ packed (transposed too), DL and HL list any of these
(ASAM MDF 4.1, 4.20 to 4.26). An LD lists DV and, for their invalidation bits, DI (4.2, 4.27).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from trialbench.readers.mf4.blocks import Block, Blocks, BrokenBlock
from trialbench.readers.mf4.packed import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_DZ: Final = struct.Struct("<2sBxIQQ")
_LD: Final = struct.Struct("<II")
_PLAIN: Final = ("DT", "SD", "DV", "DI", "RD")
_INVALIDATION: Final = 1 << 31
"""Bit of an LD's flags: it lists invalidation bits, too."""


class Lost(NamedTuple):
    """The bytes from `begin` on (to `end`, or all the rest: None) of a stream are not there.

    From byte `doubt` on (-1: from none) those before `begin` may be wrong already: from where records
    make no sense, and where it is `unsure` all of them.
    """

    begin: int
    end: int | None
    where: str
    cause: str
    doubt: int = -1
    unsure: bool = False

    @property
    def is_hole(self) -> bool:
        """Whether bytes are missing; else some are in doubt alone."""
        return self.end is None or self.end > self.begin

    def moved(self, by: int) -> Lost:
        """The same, `by` bytes further on in a longer stream."""
        end = None if self.end is None else self.end + by
        doubt = self.doubt + by if self.doubt >= 0 else -1
        return self._replace(begin=self.begin + by, end=end, doubt=doubt)

    def scaled(self, to: int, of: int) -> Lost:
        """The same where records are `to` bytes long instead of `of`; whole records are lost."""
        end = None if self.end is None else -(-self.end // of) * to
        doubt = self.doubt // of * to if self.doubt >= 0 else -1
        return self._replace(begin=self.begin // of * to, end=end, doubt=doubt)


class Stream(NamedTuple):
    """The bytes, and what of them is missing (there are zeros in its place)."""

    data: NDArray[np.uint8]
    lost: tuple[Lost, ...]


def stream(
    blocks: Blocks, at: int, *, unfinished: bool = False, invalidation: bool = False
) -> Stream:
    """The stream that begins with the block at `at`; nothing where there is no link.

    In an `unfinished` file the last DT block's length is not told and reaches to the file's end.
    With `invalidation` it is the bits that an LD lists beside its values.
    """
    pieces: list[NDArray[np.uint8]] = []
    lost: list[Lost] = []
    size = 0
    try:
        for block in _leaves(blocks, at, invalidation=invalidation):
            content, missing = _content(blocks, block, unfinished)
            pieces.append(content)
            lost += (each.moved(size) for each in missing)
            size += content.size
            if lost and lost[-1].end is None:
                break
    except BrokenBlock as broken:
        lost.append(Lost(size, None, broken.where, broken.cause))
    data = pieces[0] if len(pieces) == 1 else np.concatenate([np.empty(0, np.uint8), *pieces])
    data = data.view()
    data.flags.writeable = False  # one specialisation of each kernel
    return Stream(data, tuple(lost))


def sure(found: Stream) -> NDArray[np.uint8]:
    """The bytes of a stream with zeros for those that a damaged block gave."""
    doubtful = [each for each in found.lost if each.doubt >= 0 and (each.is_hole or each.unsure)]
    if not doubtful:
        return found.data
    data = found.data.copy()
    for each in doubtful:
        data[each.doubt : each.begin] = 0
    data.flags.writeable = False
    return data


def is_columns(blocks: Blocks, at: int) -> bool:
    """Whether an LD begins at `at`: values and invalidation bits then lie apart."""
    return bool(at) and blocks.at(at, *_PLAIN, "DZ", "DL", "HL", "LD", cut=True).kind == "LD"


def _leaves(blocks: Blocks, at: int, *, invalidation: bool) -> Iterator[Block]:
    """The blocks that hold data, in order."""
    if not at:
        return
    block = blocks.at(at, *_PLAIN, "DZ", "DL", "HL", "LD", cut=True)
    if block.kind == "HL":
        block = blocks.at(block.link(0), "DL")
    if block.kind not in ("DL", "LD"):
        yield block
        return
    for part in blocks.chain(block.at, block.kind):
        for link in _listed(blocks, part, invalidation=invalidation):
            if link:
                yield blocks.at(link, *_PLAIN, "DZ", cut=True)


def _listed(blocks: Blocks, block: Block, *, invalidation: bool) -> tuple[int, ...]:
    """The links to data of one block of a list."""
    if block.kind == "DL":
        return block.links[1:]
    flags, count = blocks.fields(block, _LD)
    if len(block.links) < 1 + count * (2 if flags & _INVALIDATION else 1):
        raise BrokenBlock(block.at, f"the block LD says it lists {count} blocks")
    if invalidation:
        return block.links[1 + count : 1 + 2 * count] if flags & _INVALIDATION else ()
    return block.links[1 : 1 + count]


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
    if end > size:
        cause = f"the file ends {end - size} bytes before the end of the block at byte {block.at}"
        return content, (Lost(content.size, None, f"byte {size}", cause, 0),)
    if blocks.followed(end):
        return content, ()
    cause = f"no block follows that at byte {block.at} where it ends"
    return content, (Lost(content.size, content.size, f"byte {end}", cause, 0),)


def _unpacked(blocks: Blocks, block: Block) -> tuple[NDArray[np.uint8], tuple[Lost, ...]]:
    _, method, width, size, packed = blocks.fields(block, _DZ)
    begin = block.begin + _DZ.size
    cut = begin + packed > len(blocks.data)
    content, cause, sound = unpacked(
        block.at, blocks.data[begin : begin + packed], method, size, cut=cut
    )
    if cause and cut:
        cause = "the file ends within this block DZ"
    if method % 2 == 1 and 0 < width <= content.size:
        if content.size < size:  # transposed: what is missing is missing of every record
            content = content[:0]
        rows = content.size // width
        body = content[: rows * width].reshape(width, rows).T.reshape(-1)
        content = np.concatenate([body, content[rows * width :]])
    if not cause:
        return content, ()
    whole = np.zeros(size, np.uint8)
    whole[: content.size] = content
    return whole, (Lost(content.size, size, f"byte {block.at}", cause, 0, not sound),)
