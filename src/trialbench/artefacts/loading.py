"""Loading an artefact: a folder or a zip with `artefact.toml`. Nothing of it is run here."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tomllib
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from trialbench.errors import ArtefactError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KINDS: Final = ("python", "onnx", "fmu")
OFFERED: Final = ("numpy", "scipy")
"""What the sandbox's environment offers to a python artefact's `requires`."""

MAX_BYTES: Final = 64 << 20
MAX_FILES: Final = 1000
_MANIFEST: Final = "artefact.toml"
_KEYS: Final = ("name", "version", "kind", "entry", "requires")
_ENTRY: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")
_LEFT_OUT: Final = frozenset({"__pycache__", "__MACOSX", ".DS_Store"})


@dataclass(frozen=True, slots=True)
class Artefact:
    """An artefact as it was read: `files` maps relative posix paths to their content.

    `sha256` is the hash over its sorted paths and their contents' hashes: the same for a folder
    and a zip of it.
    """

    name: str
    version: str
    kind: str
    entry: str
    requires: tuple[str, ...]
    files: Mapping[str, bytes] = field(repr=False)
    sha256: str


def load(path: str | Path) -> Artefact:
    """Read an artefact from a folder or a zip (which may hold it in one top folder).

    Raises `ArtefactError`: where, what, what to do.
    """
    path = Path(path)
    try:
        files = _collected(_from_folder(path) if path.is_dir() else _from_zip(path))
        return _artefact(_without_top(files))
    except ArtefactError as error:
        raise ArtefactError(f"{path.name}: {error}") from None
    except OSError as error:
        raise ArtefactError(f"{path}: {error.strerror or error}") from None


def _collected(entries: Iterator[tuple[str, bytes]]) -> dict[str, bytes]:
    """All entries as a mapping, while they are few and small enough, and fit one tree."""
    files: dict[str, bytes] = {}
    total = 0
    for name, content in entries:
        if name in files:
            raise ArtefactError(f"holds {name!r} twice")
        files[name] = content
        total += len(content)
        if total > MAX_BYTES:
            raise ArtefactError(
                f"is larger than {MAX_BYTES >> 20} MiB: leave out what it can do without"
            )
        if len(files) > MAX_FILES:
            raise ArtefactError(
                f"has more than {MAX_FILES} files: leave out what it can do without"
            )
    for name in files:
        for above in PurePosixPath(name).parents:
            if str(above) in files:
                raise ArtefactError(f"{str(above)!r} is a file and a folder")
    return files


def _from_folder(root: Path) -> Iterator[tuple[str, bytes]]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
        here = Path(folder)
        for name in [*folders, *sorted(names)]:
            file = here / name
            relative = file.relative_to(root).as_posix()
            mode = file.lstat().st_mode
            if stat.S_ISLNK(mode):
                raise ArtefactError(f"{relative!r} is a symbolic link: put the file itself there")
            if stat.S_ISREG(mode) and name not in _LEFT_OUT:
                if file.stat().st_size > MAX_BYTES:
                    raise ArtefactError(f"{relative!r} is larger than {MAX_BYTES >> 20} MiB")
                yield _checked(relative), file.read_bytes()
            elif not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
                raise ArtefactError(f"{relative!r} is neither a file nor a folder")


def _from_zip(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                name = _checked(info.filename.removesuffix("/"))
                if info.is_dir() or not _LEFT_OUT.isdisjoint(name.split("/")):
                    continue
                if stat.S_ISLNK(info.external_attr >> 16):
                    raise ArtefactError(f"{name!r} is a symbolic link: put the file itself there")
                with archive.open(info) as content:
                    # A zip's own figures may lie: no more than the limit is ever unpacked.
                    yield name, content.read(MAX_BYTES + 1)
    except zipfile.BadZipFile:
        raise ArtefactError("is neither a folder nor a zip, or the zip is damaged") from None
    except (zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ArtefactError(f"the zip cannot be unpacked: {error}") from None


def _checked(name: str) -> str:
    """`name` if it is a plain relative path that every file system takes."""
    parts = name.split("/")
    unfit = name.startswith("/") or ".." in parts or "." in parts or "" in parts or "\\" in name
    if unfit or not name.isprintable():
        raise ArtefactError(f"{name!r} is no relative path inside the artefact")
    if len(name.encode()) > 1000 or any(len(part.encode()) > 200 for part in parts):
        raise ArtefactError(f"{name[:40] + '…'!r} is too long a path")
    return name


def _without_top(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files below the one top folder that a zip may have."""
    if _MANIFEST in files or not files:
        return files
    tops = {name.partition("/")[0] for name in files}
    top = f"{tops.pop()}/"
    if tops or f"{top}{_MANIFEST}" not in files:
        return files
    return {name.removeprefix(top): content for name, content in files.items()}


def _artefact(files: dict[str, bytes]) -> Artefact:
    manifest = _manifest(files)
    texts = {key: _text(manifest, key) for key in ("name", "version", "kind", "entry")}
    if texts["kind"] not in KINDS:
        raise ArtefactError(
            f"{_MANIFEST}: kind must be one of {', '.join(KINDS)}, not {texts['kind']!r}"
        )
    if texts["kind"] == "python" and not _ENTRY.fullmatch(texts["entry"]):
        raise ArtefactError(
            f'{_MANIFEST}: entry must be "module:function", as in "detector:run", '
            f"not {texts['entry']!r}"
        )
    ordered = dict(sorted(files.items()))
    return Artefact(
        **texts,
        requires=_requires(manifest),
        files=ordered,
        sha256=_sha256(ordered),
    )


def _manifest(files: dict[str, bytes]) -> dict[str, object]:
    if _MANIFEST not in files:
        raise ArtefactError(f"has no {_MANIFEST} at its top")
    try:
        root = tomllib.loads(files[_MANIFEST].decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ArtefactError(f"{_MANIFEST}: byte {error.start} is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ArtefactError(f"{_MANIFEST}: not TOML: {error}") from None
    manifest = root.pop("artefact", None)
    if not isinstance(manifest, dict):
        raise ArtefactError(f"{_MANIFEST}: has no table [artefact]")
    for where, key in [*(("", key) for key in root), *(("artefact.", key) for key in manifest)]:
        if where == "" or key not in _KEYS:
            raise ArtefactError(
                f"{_MANIFEST}: unknown key {where + key!r}; [artefact] takes {', '.join(_KEYS)}"
            )
    return manifest


def _text(manifest: dict[str, object], key: str) -> str:
    value = manifest.get(key)
    if value is None:
        raise ArtefactError(f"{_MANIFEST}: [artefact] has no {key!r}")
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ArtefactError(f"{_MANIFEST}: {key} must be a line of text, not {value!r}")
    return value


def _requires(manifest: dict[str, object]) -> tuple[str, ...]:
    value = manifest.get("requires", [])
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ArtefactError(f"{_MANIFEST}: requires must be a list of names, not {value!r}")
    for name in value:
        if name not in OFFERED:
            raise ArtefactError(
                f"{_MANIFEST}: requires {name!r}, but what is offered is {' and '.join(OFFERED)}"
            )
    return tuple(value)


def _sha256(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()
