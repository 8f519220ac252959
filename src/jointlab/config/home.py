"""Where everything that lasts lies: one folder, JOINTLAB_HOME."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self


class Unusable(Exception):  # noqa: N818
    """What whoever started the command must mend first: said in one line."""


@dataclass(frozen=True)
class Home:
    """The folder of one instance. Two instances with two homes share nothing."""

    folder: Path

    @classmethod
    def from_environment(cls) -> Self:
        """Return JOINTLAB_HOME, or a folder of the user's; root's is that of the machine."""
        if named := os.environ.get("JOINTLAB_HOME"):
            return cls(Path(named).absolute())
        if os.geteuid() == 0:
            return cls(Path("/var/lib/jointlab"))
        data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
        return cls(Path(data).absolute() / "jointlab")

    def make(self) -> None:
        """Make the folder, or say in one line why it cannot be used."""
        with self.explained():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryFile(dir=self.folder) as trial:
                trial.write(b"JointLab")

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what the file system refuses into one line."""
        try:
            yield
        except OSError as refused:
            place = refused.filename or self.folder
            raise Unusable(
                f"{place}: {refused.strerror}. Mend it, or set JOINTLAB_HOME"
            ) from refused

    @property
    def database(self) -> Path:
        """The embedded PostgreSQL's data folder."""
        return self.folder / "database"

    @property
    def purpose(self) -> str:
        """Return what the home is for: demonstration, service, or nothing yet."""
        try:
            return (self.folder / "purpose").read_text().strip()
        except FileNotFoundError:
            return ""

    def claim(self, purpose: str) -> None:
        """Say what the home is for, if nobody has."""
        if not self.purpose:
            (self.folder / "purpose").write_text(f"{purpose}\n")

    @property
    def instance(self) -> Path:
        """The lock that `jointlab serve` and `jointlab demo` hold, and who holds it."""
        return self.folder / "instance.lock"

    @property
    def files(self) -> Path:
        """Stored files, by their hashes."""
        return self.folder / "files"

    @property
    def media(self) -> Path:
        """Uploaded files as they were kept before there was `files`; a migration empties it."""
        return self.folder / "media"

    @property
    def mail(self) -> Path:
        """Mail that the demonstration would have sent, a file each."""
        return self.folder / "mail"

    @property
    def static(self) -> Path:
        """Collected static files."""
        return self.folder / "static"

    @property
    def keys(self) -> Path:
        """Secrets of this instance, readable by its user alone."""
        return self.folder / "keys"

    def secret_key(self) -> str:
        """Return Django's secret key, made at the first call."""
        return self.secret("django")

    def secret(self, name: str) -> str:
        """Return the secret of that name, made at the first call: 64 characters.

        Two processes that start together agree: the file appears whole, by a link that fails
        for the second.
        """
        with self.explained():
            path = self.keys / name
            if not path.exists():
                self._make_secret(path)
            return path.read_text()

    def _make_secret(self, path: Path) -> None:
        self.make()
        self.keys.mkdir(exist_ok=True, mode=0o700)
        fresh = self.keys / f".{path.name}.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
