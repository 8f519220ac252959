"""The blocks of an MDF 4 file: found by links, checked against the file before they are believed.

ASAM MDF 4.1, chapter 4: every block is `##ID`, its length, its number of links, the links, data.
"""

from __future__ import annotations

import struct
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from trialbench.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD: Final = struct.Struct("<4s4xQQ")
_MOST_LINKS: Final = 1 << 20
_LEAST_LINKS: Final = {"##HD": 6, "##DG": 4, "##CG": 6, "##CN": 8, "##CC": 4, "##DL": 1, "##LD": 1}


class BrokenBlock(RecordingError):  # noqa: N818 - it names what was found
    """A block that cannot be what its link promises."""

    def __init__(self, at: int, cause: str) -> None:
        super().__init__(f"byte {at}: {cause}")
        self.where = f"byte {at}"
        self.cause = cause


class Block(NamedTuple):
    """One block: its identification, links, and the bounds of its data in the file."""

    at: int
    kind: str
    links: tuple[int, ...]
    begin: int
    end: int

    def link(self, number: int) -> int:
        """The link of that number; 0 (none) where the block has fewer."""
        return self.links[number] if number < len(self.links) else 0


class Blocks:
    """The file as blocks."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def at(self, at: int, *kinds: str, cut: bool = False) -> Block:
        """The block at byte `at`, which must be one of `kinds`. Raises `BrokenBlock`.

        With `cut` its data may go beyond the file's end (they are then bounded by it).
        """
        if at % 8 or at < 64 or at + _HEAD.size > len(self.data):
            raise BrokenBlock(at, f"no block {' or '.join(kinds)} can lie here")
        mark, length, count = _HEAD.unpack_from(self.data, at)
        kind = mark.decode("latin-1")
        if kind not in {f"##{each}" for each in kinds}:
            raise BrokenBlock(at, f"a block {' or '.join(kinds)} was expected, not {kind!r}")
        begin = at + _HEAD.size + 8 * count
        if (
            not _LEAST_LINKS.get(kind, 0) <= count <= _MOST_LINKS
            or begin > at + max(length, _HEAD.size)
            or begin > len(self.data)
        ):
            raise BrokenBlock(at, f"the block {kind} says it has {count} links")
        if at + length > len(self.data) and not cut:
            raise BrokenBlock(at, f"the block {kind} says it has {length} bytes")
        links = struct.unpack_from(f"<{count}Q", self.data, at + _HEAD.size)
        return Block(at, kind[2:], links, begin, max(begin, at + length))

    def followed(self, end: int) -> bool:
        """Whether another block begins, or the file ends, where one ends (blocks stand on 8 bytes)."""
        end += -end % 8
        return end >= len(self.data) or self.data.startswith(b"##", end)

    def fields(self, block: Block, layout: struct.Struct) -> tuple[int, ...]:
        """The data of `block` read as `layout`. Raises `BrokenBlock` where they are too short."""
        if block.begin + layout.size > min(block.end, len(self.data)):
            raise BrokenBlock(block.at, f"the block {block.kind} is too short")
        return layout.unpack_from(self.data, block.begin)

    def chain(self, at: int, kind: str, following: int = 0) -> Iterator[Block]:
        """The blocks of a linked list. Raises `BrokenBlock`, also where the list goes round."""
        seen = set()
        while at:
            if at in seen:
                raise BrokenBlock(at, f"the list of blocks {kind} goes round")
            seen.add(at)
            block = self.at(at, kind)
            yield block
            at = block.link(following)

    def text(self, at: int) -> str:
        """The text of a TX block, or of an MD block's TX element, composed; empty without a link."""
        if not at:
            return ""
        block = self.at(at, "TX", "MD")
        text = self.data[block.begin : block.end].split(b"\0", 1)[0].decode("utf-8", "replace")
        if block.kind == "MD":
            _, _, text = text.partition("<TX>")
            text, _, _ = text.partition("</TX>")
        return unicodedata.normalize("NFC", text.strip())
