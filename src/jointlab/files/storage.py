"""Where the bytes lie: the storage that settings name "files", and how a file gets into it whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, Protocol

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.timezone import make_aware

CHUNK = 1024 * 1024
PART = ".part"


class Readable(Protocol):
    """What bytes can be read from, piece by piece."""

    def read(self, size: int, /) -> bytes: ...  # noqa: D102


class OnDisk(FileSystemStorage):
    """A folder in which each file is there whole or not at all, whatever stops the machine.

    A file arrives in `incoming`, a folder of the same disk, and is renamed when all of it, and then
    its name, has reached the disk.
    """

    @property
    def incoming(self) -> Path:
        """Where files are written before they have their name."""
        return Path(self.location) / "incoming"

    def _save(self, name: str, content: Any) -> str:
        """Rename what `spool` wrote; the same content under that name is replaced by itself."""
        final = Path(self.path(name))
        final.parent.mkdir(mode=0o700, exist_ok=True)
        Path(content.temporary_file_path()).replace(final)
        for folder in (final.parent, final.parent.parent):  # the second: if the first is new
            _sync(folder)
        return name


class Spooled(File):  # type: ignore[type-arg]
    """A file on its way into the storage: all of it is on this machine's disk, and hashed."""

    sha256: str

    def temporary_file_path(self) -> str:
        """Where it lies; a storage on a disk moves it instead of copying it."""
        return str(self.name)


def storage() -> Storage:
    """Return the storage of files, as settings have it now."""
    return storages["files"]


def failures() -> tuple[type[Exception], ...]:
    """Return what a storage raises when it cannot do its work."""
    try:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        return (OSError,)
    return OSError, Boto3Error, BotoCoreError, ClientError


def name_of(sha256: str) -> str:
    """Return the name under which the storage keeps that content: at most 256 folders."""
    return f"{sha256[:2]}/{sha256}"


@contextmanager
def spool(content: bytes | Readable) -> Iterator[Spooled]:
    """Write the content to a temporary file, hashed on its way, in constant memory.

    It lies beside the stored files where those are on a disk, else in the machine's own temporary
    folder, and is gone after the block unless it was moved. A killed process leaves it to `temporary_files`.
    """
    folder: Path | None = getattr(storage(), "incoming", None)
    if folder is not None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    hashed = hashlib.sha256()
    with NamedTemporaryFile(dir=folder, suffix=PART, delete=False) as written:
        try:
            for chunk in _chunks(content):
                hashed.update(chunk)
                written.write(chunk)
            written.flush()
            os.fsync(written.fileno())
            written.seek(0)
            file = Spooled(written, written.name)
            file.sha256 = hashed.hexdigest()
            yield file
        finally:
            Path(written.name).unlink(missing_ok=True)


def save(file: Spooled) -> None:
    """Put the file under the name of its hash, unless it is there already in its full length."""
    place, name = storage(), name_of(file.sha256)
    if place.exists(name):
        if place.size(name) == file.size:
            return
        place.delete(name)  # half of it: no storage of ours leaves that, another's may
    saved = place.save(name, file)
    if saved != name:  # somebody stored the same meanwhile, and this storage never replaces
        place.delete(saved)


def store(content: bytes | Readable) -> tuple[str, int]:
    """Store the content; return its hash and its size in bytes. Its row is the caller's."""
    with spool(content) as file:
        save(file)
        return file.sha256, file.size


def open_bytes(sha256: str) -> IO[bytes]:
    """Return the content, to be read from any position; FileNotFoundError where it has gone."""
    opened: Any = storage().open(name_of(sha256))
    return opened  # type: ignore[no-any-return]


def remove(sha256: str) -> None:
    """Delete the content; nothing happens where it is not there."""
    storage().delete(name_of(sha256))


def stored_hashes() -> Iterator[list[str]]:
    """Yield the hashes that the storage has: a list a folder."""
    place = storage()
    with suppress(FileNotFoundError):  # nothing has been stored yet
        for folder in sorted(place.listdir("")[0]):
            if len(folder) == 2:
                yield [name for name in sorted(place.listdir(folder)[1]) if len(name) == 64]


def written_at(sha256: str) -> datetime:
    """Return when the content was written; FileNotFoundError where it has gone."""
    moment = storage().get_modified_time(name_of(sha256))
    return moment if moment.tzinfo else make_aware(moment)


def temporary_files() -> Iterator[Path]:
    """Yield the temporary files: those that arrive now, and what killed processes have left."""
    folder: Path | None = getattr(storage(), "incoming", None)
    if folder is not None:
        yield from sorted(folder.glob(f"*{PART}"))


def _chunks(content: bytes | Readable) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    while chunk := content.read(CHUNK):
        yield chunk


def _sync(folder: Path) -> None:
    """Have the folder's entries reach the disk: a rename alone may be forgotten with the power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
