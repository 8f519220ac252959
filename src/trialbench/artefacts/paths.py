"""The names of an artefact's files: what systems and packers make of one name is one name again.

Zip files name no encoding (APPNOTE 4.4.4, bit 11, says UTF-8; else it is whatever the packer's system
had), macOS decomposes letters, old packers on Windows write backslashes.
"""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from trialbench.encoding import REPLACEMENT, reading
from trialbench.errors import ArtefactError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zipfile import ZipInfo

_UTF8_FLAG: Final = 1 << 11
_UNICODE_PATH: Final = 0x7075
_LEFT_OUT: Final = frozenset({"__pycache__", "__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})
_DOCUMENTS: Final = frozenset({
    "readme", "license", "licence", "copying", "notice", "changelog", "changes", "authors",
})  # fmt: skip
_DRIVE: Final = re.compile(r"[A-Za-z]:")


def is_left_out(path: str) -> bool:
    """Whether systems put it there, and no author."""
    parts = path.split("/")
    return not _LEFT_OUT.isdisjoint(parts) or parts[-1].startswith("._")


def is_document(path: str) -> bool:
    """Whether it may lie beside an artefact's folder without being part of it."""
    return "/" not in path and path.partition(".")[0].casefold() in _DOCUMENTS


def decoded(names: Sequence[bytes], western: str = "cp1252") -> list[str]:
    """Names that tell no encoding, as text, all in the same one.

    Raises `ArtefactError` where their bytes do not tell it.
    """
    found = reading(b"\n".join(names), western=western)
    told = [name.decode(found.codec, "replace") for name in names]
    if any(REPLACEMENT in name for name in told):
        may_be = f" (they may be {' or '.join(found.rivals)})" if found.rivals else ""
        raise ArtefactError(
            f"the bytes of its files' names do not tell what they are{may_be}: "
            "pack it with names in UTF-8, or name the files in ASCII"
        )
    return told


def in_zip(entries: Sequence[ZipInfo]) -> list[str]:
    """The names of a zip's entries, as `decoded`."""
    names = [_unicode_name(entry) for entry in entries]
    plain = [_raw(entry) for entry, name in zip(entries, names, strict=True) if name is None]
    others = iter(decoded(plain, western="cp437"))
    return [next(others) if name is None else name for name in names]


def _raw(entry: ZipInfo) -> bytes:
    """The name's bytes: zipfile takes what is not flagged as UTF-8 for CP437, which has all 256."""
    return entry.orig_filename.encode("cp437")


def _unicode_name(entry: ZipInfo) -> str | None:
    """The name in UTF-8, where the entry has it: by its flag, or beside it (APPNOTE 4.6.9)."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.orig_filename
    extra = entry.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and field[1:5] == struct.pack("<L", zlib.crc32(_raw(entry))):
            return field[5:].decode("utf-8", "replace")
    return None


def tidied(name: str) -> str:
    """A relative path in composed letters with plain slashes; "" for the top itself.

    Raises `ArtefactError` for what is no path inside the artefact on every file system.
    """
    path = unicodedata.normalize("NFC", name).replace("\\", "/").removesuffix("/")
    while path.startswith("./"):
        path = path.removeprefix("./")
    if path in ("", "."):
        return ""
    parts = path.split("/")
    unfit = not {"", ".", ".."}.isdisjoint(parts) or _DRIVE.match(path) or REPLACEMENT in path
    if unfit or not path.isprintable():
        raise ArtefactError(f"{name!r} is no relative path inside the artefact")
    if len(path.encode()) > 1000 or any(len(part.encode()) > 200 for part in parts):
        raise ArtefactError(f"{path[:40] + '…'!r} is too long a path")
    return path


def check_tree(paths: Iterable[str]) -> None:
    """Raise `ArtefactError` where two paths cannot lie in one tree on every file system."""
    files = set(paths)
    seen: dict[str, str] = {}
    for path in sorted(files):
        above = [str(folder) for folder in PurePosixPath(path).parents][:-1]
        for folder in above:
            if folder in files:
                raise ArtefactError(f"{folder!r} is a file and a folder")
        for each in (path, *above):
            other = seen.setdefault(each.casefold(), each)
            if other != each:
                both = " and ".join(map(repr, sorted((other, each))))
                raise ArtefactError(f"{both} differ by case alone: rename one")
