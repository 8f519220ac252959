"""Loading an artefact: a folder or a zip with `artefact.toml`. Nothing of it is run here."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass, field
from lzma import LZMAError
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trialbench.artefacts import paths
from trialbench.artefacts.harness import OFFERED, is_library
from trialbench.artefacts.window import Window
from trialbench.errors import ArtefactError
from trialbench.toml import read_toml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_BYTES: Final = 64 << 20
MAX_FILES: Final = 1000
MAX_MODEL_BYTES: Final = 32 << 20
_MANIFEST: Final = "artefact.toml"
_KEYS: Final = {
    "python": ("name", "version", "kind", "entry", "requires"),
    "onnx": ("name", "version", "kind", "model"),
    "fmu": ("name", "version", "kind", "entry"),  # read, not run by this version
}
KINDS: Final = tuple(_KEYS)
_ENTRY: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")
_SUFFIXES: Final = (".py", ".so")


@dataclass(frozen=True, slots=True)
class Artefact:
    """An artefact as it was read: `files` maps relative posix paths to their content.

    `entry` is what is run of it: a function, as "module:function", or the file of an ONNX model, which
    is shown `window`s. Paths are composed (NFC). `sha256` is the hash over the sorted paths and their
    contents' hashes: the same for a folder and a zip of it, whatever packed it.
    """

    name: str
    version: str
    kind: str
    entry: str
    requires: tuple[str, ...]
    files: Mapping[str, bytes] = field(repr=False)
    sha256: str
    window: Window | None = None


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
    paths.check_tree(files)
    return files


def _from_folder(root: Path) -> Iterator[tuple[str, bytes]]:
    found: list[Path] = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not paths.is_left_out(name))
        for name in [*folders, *sorted(names)]:
            file = Path(folder, name)
            mode = file.lstat().st_mode
            relative = file.relative_to(root).as_posix()
            if stat.S_ISLNK(mode):
                raise ArtefactError(f"{relative!r} is a symbolic link: put the file itself there")
            if stat.S_ISREG(mode) and not paths.is_left_out(name):
                found.append(file)
            elif not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
                raise ArtefactError(f"{relative!r} is neither a file nor a folder")
        if len(found) > MAX_FILES:  # enough to be refused
            break
    raw = [os.fsencode(file.relative_to(root).as_posix()) for file in found]
    for file, name in zip(found, paths.decoded(raw), strict=True):
        if file.stat().st_size > MAX_BYTES:
            raise ArtefactError(f"{name!r} is larger than {MAX_BYTES >> 20} MiB")
        yield paths.tidied(name), file.read_bytes()


def _from_zip(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            for info, given in zip(entries, paths.in_zip(entries), strict=True):
                name = paths.tidied(given)
                if given.endswith(("/", "\\")) or not name or paths.is_left_out(name):
                    continue
                if stat.S_ISLNK(info.external_attr >> 16):
                    raise ArtefactError(f"{name!r} is a symbolic link: put the file itself there")
                with archive.open(info) as content:
                    # A zip's own figures may lie: no more than the limit is ever unpacked.
                    yield name, content.read(MAX_BYTES + 1)
    except zipfile.BadZipFile:
        raise ArtefactError("is neither a folder nor a zip, or the zip is damaged") from None
    except UnicodeDecodeError:
        raise ArtefactError(
            "a name in the zip is said to be UTF-8 and is not: pack it anew"
        ) from None
    except (zlib.error, LZMAError, EOFError, NotImplementedError, RuntimeError) as error:
        raise ArtefactError(f"the zip cannot be unpacked: {error}") from None


def _without_top(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files below the one top folder that a zip may have; documents may lie beside it."""
    if _MANIFEST in files:
        return files
    holders = [name.rpartition("/")[0] for name in files if name.endswith(f"/{_MANIFEST}")]
    tops = sorted(name for name in holders if "/" not in name)
    if len(tops) > 1:
        raise ArtefactError(
            f"holds several artefacts, in {' and '.join(map(repr, tops))}: give one"
        )
    if not tops:
        inside = f": give the folder {min(holders)!r} of it" if holders else ""
        raise ArtefactError(f"has no {_MANIFEST} at its top{inside}")
    top = f"{tops[0]}/"
    for name in files:
        if not name.startswith(top) and not paths.is_document(name):
            raise ArtefactError(
                f"{name!r} lies beside the folder {tops[0]!r}: put it inside, or leave it out"
            )
    return {
        name.removeprefix(top): content for name, content in files.items() if name.startswith(top)
    }


def _artefact(files: dict[str, bytes]) -> Artefact:
    root, manifest = _manifest(files)
    kind = _text(manifest, "kind")
    if kind not in KINDS:
        raise ArtefactError(f"{_MANIFEST}: kind must be one of {', '.join(KINDS)}, not {kind!r}")
    _check_keys(root, manifest, kind)
    name, version, window = _text(manifest, "name"), _text(manifest, "version"), None
    if kind == "onnx":
        entry, window = _model(manifest, files), _window(root)
    else:
        entry = _text(manifest, "entry")
    if kind == "python":
        _check_python(entry, files)
    ordered, requires = dict(sorted(files.items())), _requires(manifest)
    return Artefact(name, version, kind, entry, requires, ordered, _sha256(ordered), window)


def _check_keys(root: dict[str, object], manifest: dict[str, object], kind: str) -> None:
    keys, tables = _KEYS[kind], ("artefact", "window") if kind == "onnx" else ("artefact",)
    unknown = [key for key in root if key not in tables]
    unknown += [f"artefact.{key}" for key in manifest if key not in keys]
    if unknown:
        raise ArtefactError(
            f"{_MANIFEST}: unknown key {unknown[0]!r}; [artefact] takes {', '.join(keys)}"
        )


def _model(manifest: dict[str, object], files: Mapping[str, bytes]) -> str:
    """The file of an ONNX model. What is in it is looked at inside the sandbox alone."""
    name = _text(manifest, "model")
    if name not in files:
        raise ArtefactError(f"{_MANIFEST}: model is {name!r}, but there is no such file")
    if len(files[name]) > MAX_MODEL_BYTES:
        raise ArtefactError(
            f"{name} has {len(files[name]):,} bytes, but a model may have {MAX_MODEL_BYTES:,}: "
            "make it smaller, for instance by quantising it"
        )
    return name


def _window(root: dict[str, object]) -> Window:
    if "window" not in root:
        raise ArtefactError(
            f"{_MANIFEST}: has no table [window], which says what the model is shown"
        )
    try:
        return Window.read(root["window"])
    except ArtefactError as error:
        raise ArtefactError(f"{_MANIFEST}: {error}") from None


def _check_python(entry: str, files: Mapping[str, bytes]) -> None:
    """Raise `ArtefactError` where the entry, or a module, would not be found by its name.

    A module named like one of Python itself is found by its place if it is the entry; any other
    would be passed over for Python's own.
    """
    if not _ENTRY.fullmatch(entry):
        raise ArtefactError(
            f'{_MANIFEST}: entry must be "module:function", as in "detector:run", not {entry!r}'
        )
    module = entry.partition(":")[0]
    place = module.replace(".", "/")
    modules = {_place(name): name for name in files if name.endswith(_SUFFIXES)}
    if not {place, f"{place}/__init__"} & modules.keys():
        raise ArtefactError(f"{_MANIFEST}: entry {entry!r}, but there is no {place}.py")
    for found, name in modules.items():
        if name.endswith(".py") and b"\0" in files[name]:
            raise ArtefactError(f"{name!r} is not UTF-8 (perhaps UTF-16): save the file as UTF-8")
        top, _, below = found.partition("/")
        # `test.py` is a script that nobody imports, unless it is the entry.
        hidden = top != "test" and below in ("", "__init__")
        hidden = hidden or module.startswith(f"{top}.")
        if is_library(top) and hidden and name != f"{module}.py":
            raise ArtefactError(f"{name!r} is named like a module of Python itself: rename it")


def _place(name: str) -> str:
    """A module's path without its suffix, which for compiled ones has more than one dot."""
    folder, slash, file = name.rpartition("/")
    return f"{folder}{slash}{file.partition('.')[0]}"


def _manifest(files: dict[str, bytes]) -> tuple[dict[str, object], dict[str, object]]:
    """The manifest's tables, and its [artefact]."""
    try:
        root = read_toml(files[_MANIFEST])
    except ValueError as error:
        raise ArtefactError(f"{_MANIFEST}: {error}") from None
    manifest = root.get("artefact")
    if not isinstance(manifest, dict):
        raise ArtefactError(f"{_MANIFEST}: has no table [artefact]")
    return root, manifest


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
