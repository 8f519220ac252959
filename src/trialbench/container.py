"""The file that holds a bundle: a zip whose every byte follows from its members.

Members are stored without compression, in order, with one date and no metadata. So whoever knows
the members' names, sizes and hashes knows where each byte lies and what it must be, and can name
the first that does not fit without trusting the zip's own directory.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from trialbench.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BLOCK: Final = 4096
"""Bytes of a member that share one hash."""

_LONGEST_NAME: Final = 1000  # bytes
_HEADER: Final = struct.Struct("<4s5H3I2H")  # local file header: PKWARE APPNOTE 6.3.10, 4.3.7
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of a member beforehand: its size and the hashes of it and of its blocks."""

    name: str
    size: int
    sha256: str
    blocks: tuple[str, ...]

    @classmethod
    def of(cls, name: str, data: bytes) -> Listed:
        """What there is to know of this member."""
        blocks = tuple(_sha256(data[at : at + BLOCK]) for at in range(0, len(data), BLOCK))
        return cls(name, len(data), _sha256(data), blocks)

    def misfit(self, data: bytes) -> tuple[int, int] | None:
        """The first range of bytes [from, to) of this member that does not fit."""
        for index, block in enumerate(self.blocks):
            piece = data[index * BLOCK : min((index + 1) * BLOCK, self.size)]
            if _sha256(piece) != block:
                return index * BLOCK, min((index + 1) * BLOCK, self.size)
        return None


def pack(members: Mapping[str, bytes]) -> bytes:
    """The zip of these members, in their order."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system, info.external_attr = 3, 0o100644 << 16
            packed.writestr(info, data)
    return file.getvalue()


def member_at(content: bytes, at: int, name: str) -> bytes:
    """The data of the member of that name whose header is at `at`. Raises `EvidenceError`."""
    start = _data_start(at, name)
    if content[at + _HEADER.size : start] != name.encode():
        whole = "not an evidence bundle: it does not begin with " if at == 0 else "not "
        raise EvidenceError(f"bytes {at} to {start}: {whole}{name}")
    size = _HEADER.unpack_from(content, at)[8]
    return content[start : start + size]


def length(members: Mapping[str, bytes]) -> int:
    """How many bytes these members take at the beginning of a container."""
    return sum(_data_start(0, name) + len(data) for name, data in members.items())


def unpack(content: bytes, before: Mapping[str, bytes], rest: Iterable[Listed]) -> dict[str, bytes]:
    """The members `before`, and those that lie behind them. Raises `EvidenceError` naming what is not so."""
    members, at = dict(before), length(before)
    for listed in rest:
        start = _data_start(at, listed.name)
        data = content[start : start + listed.size]
        misfit = listed.misfit(data)
        if misfit is not None:
            low, high = misfit
            raise EvidenceError(
                f"{listed.name}: bytes {low} to {high} do not fit what was signed "
                f"(bytes {start + low} to {start + high} of the bundle)"
            )
        members[listed.name] = data
        at = start + listed.size
    return members


def check(content: bytes, members: Mapping[str, bytes]) -> None:
    """Raises `EvidenceError` where the container is not made of these members and nothing else."""
    misfit = _container_misfit(content, pack(members))
    if misfit is not None:
        raise EvidenceError(misfit)


def _container_misfit(content: bytes, expected: bytes) -> str | None:
    """The first range of the file that no member explains."""
    if content == expected:
        return None
    shorter = min(len(content), len(expected))
    low = next((at for at in range(shorter) if content[at] != expected[at]), shorter)
    high = low + 1
    while high < shorter and content[high] != expected[high]:
        high += 1
    if low == shorter:  # the one is the beginning of the other
        high = max(len(content), len(expected))
    return f"bytes {low} to {high} of the bundle's container do not fit"


def _data_start(at: int, name: str) -> int:
    return at + _HEADER.size + len(name.encode())


def described(listed: Listed) -> dict[str, Any]:
    """A member as an in-toto ResourceDescriptor v1."""
    return {
        "name": listed.name,
        "digest": {"sha256": listed.sha256},
        "annotations": {"size": listed.size, "blocks": list(listed.blocks)},
    }


def listed(descriptor: Mapping[str, Any]) -> Listed:
    """The member that a ResourceDescriptor describes. Raises `EvidenceError` where it is none."""
    try:
        notes = descriptor["annotations"]
        found = Listed(
            descriptor["name"],
            notes["size"],
            descriptor["digest"]["sha256"],
            tuple(notes["blocks"]),
        )
        whole = len(found.blocks) * BLOCK
        sized = type(found.size) is int and whole - BLOCK < found.size <= whole
        if described(found) == descriptor and sized and len(found.name.encode()) <= _LONGEST_NAME:
            return found
    except (KeyError, TypeError, AttributeError, ValueError):  # the last: half a surrogate pair
        pass
    raise EvidenceError("a member is not described as it must be")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
