"""Where everything that lasts lies: one folder, JOINTLAB_HOME."""

from __future__ import annotations

import os
import pwd
import secrets
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

OTHERS = stat.S_IRWXG | stat.S_IRWXO
CONTENTS = (
    *("purpose", "keys", "trust", "files", "media", "mail", "static"),
    *("database", "database.new", "database.lock", "database.users", "database.access"),
    "instance.lock",
)


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
        """Make the folder, for its user alone, or say in one line why it cannot be used."""
        with self.explained():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._check()
            _close_to_others(self.folder)
            with tempfile.TemporaryFile(dir=self.folder) as trial:
                trial.write(b"JointLab")

    def close_to_others(self) -> None:
        """Take from everybody else what they may do with what lies here, however old it is.

        Letters hold links that let their bearer in, so they count as secrets.
        """
        with self.explained():
            for folder in (self.keys, self.mail, self.media, self.files):
                if folder.is_dir():
                    _close_to_others(folder)
                    for path in folder.rglob("*"):
                        if not path.is_symlink():
                            _close_to_others(path)

    def step_down(self) -> None:
        """Become the user to whom the home belongs, where root was asked to work in it.

        What root would write there, its own user could not open.
        """
        if os.geteuid() != 0 or not self.folder.is_dir():
            return
        found = self.folder.stat()
        if found.st_uid == 0:
            return
        try:
            account = pwd.getpwuid(found.st_uid)
            os.environ["HOME"] = account.pw_dir
            os.initgroups(account.pw_name, found.st_gid)
        except KeyError:  # a number without a name
            os.setgroups([])
        os.setgid(found.st_gid)
        os.setuid(found.st_uid)
        if not os.access(sys.executable, os.X_OK) or not os.access(__file__, os.R_OK):
            raise Unusable(
                f"{self.folder} belongs to {name_of(found.st_uid)}, who may not read "
                f"{sys.prefix}: install JointLab where that user reaches it"
            )

    def _check(self) -> None:
        """Refuse a folder that is not this user's, or holds something else."""
        owner = self.folder.stat().st_uid
        if owner != os.geteuid():
            raise Unusable(
                f"{self.folder} belongs to {name_of(owner)}: run this as that user, "
                "or set JOINTLAB_HOME"
            )
        inside = {path.name for path in self.folder.iterdir()} - {"lost+found"}
        if self.folder == Path.home() or (inside and not inside.intersection(CONTENTS)):
            raise Unusable(f"{self.folder} holds other things: set JOINTLAB_HOME to a new folder")

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


def _close_to_others(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & OTHERS:
        path.chmod(mode & ~OTHERS)


def name_of(uid: int) -> str:
    """Return the name of a user, or its number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
