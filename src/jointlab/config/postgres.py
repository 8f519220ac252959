"""The embedded PostgreSQL 18: its own process under ours, reached by a socket alone.

Only the binaries of the wheel are used. The server stands in its data folder and calls it
`/proc/self/cwd`: so neither it nor the user to which root steps down need pass through the folders
above, and the socket in it is reached by those alone who may reach the data.

That user is the database's own (config.database_user). Who may connect is said in a file that is
not its to write: it is handed over open.
"""

from __future__ import annotations

import os
import shutil
import socket
import stat
import struct
import subprocess
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT
from typing import Literal, Self
from urllib.parse import quote

from jointlab.config import child_processes
from jointlab.config.binaries import binaries, public_binaries
from jointlab.config.database_user import MAKER, Account, database_user
from jointlab.config.home import Home, Unusable, name_of
from jointlab.config.locks import LockTaken, hold

Role = Literal["owner", "application"]
USERS: dict[Role, str] = {"owner": "jointlab_owner", "application": "jointlab"}
DATABASE = "jointlab"
HERE = "/proc/self/cwd"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_FOLDER = 93  # bytes, with the socket's name and the end of the string 108
PATIENCE = 10.0  # seconds for a server that is going to have gone

ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}  # none of the caller's PG… variables
GRAVE = ("No space left", "PANIC:", "FATAL:", "error:")  # the gravest first

TUNING = {
    "port": "5432",
    "listen_addresses": "",
    "unix_socket_directories": HERE,
    "shared_buffers": "128MB",
    "max_connections": "100",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# Said once, in the template from which the database is made: databases of tests get it as well.
ROLES = """\
CREATE ROLE jointlab_owner LOGIN CREATEDB PASSWORD '{owner}';
CREATE ROLE jointlab LOGIN PASSWORD '{application}';
ALTER DEFAULT PRIVILEGES FOR ROLE jointlab_owner IN SCHEMA public \
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO jointlab;
ALTER DEFAULT PRIVILEGES FOR ROLE jointlab_owner IN SCHEMA public \
GRANT USAGE ON SEQUENCES TO jointlab;
CREATE DATABASE jointlab OWNER jointlab_owner;
"""
INITDB = (
    "--username=postgres",
    "--encoding=UTF8",
    "--no-locale",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth=reject",
)
ACCESS = "local all jointlab_owner,jointlab scram-sha-256\n"


class EmbeddedServer:
    """The PostgreSQL of one home."""

    def __init__(
        self, folder: Path, *, durable: bool = True, log: Callable[[str], None] = lambda _: None
    ) -> None:
        self.home = Home(folder.absolute())
        self.durable = durable
        self.log = log
        self.user = database_user() if os.geteuid() == 0 else None
        self.process: child_processes.Child | None = None
        self.said: deque[str] = deque(maxlen=50)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @classmethod
    @contextmanager
    def throwaway(cls) -> Iterator[Self]:
        """Lend a server that forgets: for tests."""
        with (
            tempfile.TemporaryDirectory(prefix="jointlab-") as folder,
            cls(Path(folder), durable=False) as server,
        ):
            yield server

    def url(self, role: Role) -> str:
        """Return the address for psql, psycopg and Django."""
        user, word = USERS[role], self.home.secret(f"database-{role}")
        return f"postgresql://{user}:{word}@/{DATABASE}?host={quote(str(self.socket_folder()))}"

    def running(self) -> bool:
        """Say whether this home's server answers, whoever started it."""
        said = self._said()
        return said[-1:] == ["ready"] and self._listener() == int(said[0])

    def start(self) -> child_processes.Child:
        """Start the server, made at the first time, and wait until it answers."""
        with self.home.explained(), self._alone() as lock:
            if self.process:
                self.process.wait()
            folder = self.socket_folder(make=True)
            if not self.home.database.exists():
                self._create()
            self._take_over()
            # Nobody else holds the data: what a killed server left behind is stale, even where
            # its number has since gone to another process.
            for stale in (self._pid_file, folder / f"{SOCKET}.lock", folder / SOCKET):
                stale.unlink(missing_ok=True)
            settings = TUNING if self.durable else TUNING | FORGETFUL
            if folder != self.home.database:
                settings = settings | {"unix_socket_directories": str(folder)}
            self.said.clear()
            with self._access() as access:
                settings = settings | {"hba_file": f"/proc/self/fd/{access}"}
                self.process = process = child_processes.Child(
                    [self._binary("postgres"), "-D", HERE, *_options(settings)],
                    tell=self._hear,
                    by=SIGINT,  # an orderly end also when we are killed
                    user=str(self.user or ""),
                    cwd=self.home.database,
                    env=ENVIRONMENT,
                    pass_fds=[lock, access],
                )
        try:
            self._await(process)
        except BaseException:
            self.stop()
            raise
        return process

    def stop(self) -> None:
        """Stop the server: orderly, then at once, then by force."""
        process = self.process
        if process is None:
            return
        for signal in (SIGINT, SIGQUIT, SIGKILL):
            process.send_signal(signal)
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
                break
        self.process = None
        if (folder := self.socket_folder()) != self.home.database:
            with suppress(OSError):
                folder.rmdir()

    def remove(self) -> None:
        """Remove the database, which no server may be using."""
        with self.home.explained(), self._alone():
            if self.home.database.exists():
                shutil.rmtree(self.home.database)

    def socket_folder(self, *, make: bool = False) -> Path:
        """Return where the socket lies: with the data, or behind a short name that is hard to guess."""
        data = self.home.database
        if len(os.fsencode(data)) <= LONGEST_SOCKET_FOLDER:
            return data
        short = Path(tempfile.gettempdir()) / f"jointlab-{self.home.secret('socket')[:24]}"
        if make:
            with suppress(FileExistsError):
                short.mkdir(mode=0o700)
            found = short.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), self._uid):
                raise Unusable(f"{short} is somebody else's: remove it, or {self.home.keys}/socket")
            if self.user:
                os.chown(short, *self.user, follow_symlinks=False)
        return short

    @property
    def _uid(self) -> int:
        return self.user.uid if self.user else os.geteuid()

    @contextmanager
    def _access(self) -> Iterator[int]:
        """Open the file that says who may connect; the server reads it, and cannot write it."""
        path = self.home.folder / "database.access"
        path.unlink(missing_ok=True)
        path.write_text(ACCESS)
        path.chmod(0o444)
        with path.open() as opened:
            yield opened.fileno()

    def _take_over(self) -> None:
        """Give the data to the server's user, if they were another's: only root can."""
        owner = self.home.database.stat().st_uid
        if owner == self._uid:
            return
        if self.user is None:
            raise Unusable(
                f"{self.home.database} belongs to {name_of(owner)}: give it to the user as whom "
                f"you run this, with chown --recursive"
            )
        self.user.take(self.home.database)

    @property
    def _pid_file(self) -> Path:
        return self.home.database / "postmaster.pid"

    def _said(self) -> list[str]:
        """Return what the server writes about itself: its number first, its state last."""
        try:
            return self._pid_file.read_text().split()
        except FileNotFoundError:
            return []

    def _listener(self) -> int | None:
        """Return the number of the process behind the socket."""
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(self.socket_folder() / SOCKET))
            except (FileNotFoundError, ConnectionRefusedError):
                return None
            found = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        number: int = struct.unpack("3i", found)[0]
        return number

    @contextmanager
    def _alone(self) -> Iterator[int]:
        """Hold the lock that every process of a server on this data shares until it is gone.

        The server inherits it; so a server whose head was killed still holds it while one of its
        workers lives, also from inside another container.
        """
        self.home.make()
        try:
            with hold(self.home.folder / "database.lock", patience=PATIENCE) as lock:
                yield lock.fileno()
        except LockTaken as held:
            raise Unusable(
                f"the database of {self.home.folder} is in use by process {self._said()[0]}"
                if self._said()
                else f"the database of {self.home.folder} is in use by another process"
            ) from held

    def _create(self) -> None:
        """Make the data folder, its roles and its database; it appears when it is whole."""
        fresh = self.home.folder / "database.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        maker = self.user and (self.user if self.user.has_name() else MAKER)
        if maker:
            maker.take(fresh)
        sync = [] if self.durable else ["--no-sync"]
        self._run(fresh, maker, "initdb", "--pgdata", HERE, *INITDB, *sync)
        roles = ROLES.format(**{role: self.home.secret(f"database-{role}") for role in USERS})
        single = ["--single", "-D", HERE, "-c", "exit_on_error=on", "template1"]
        self._run(fresh, maker, "postgres", *single, text=roles)
        fresh.rename(self.home.database)

    def _run(self, folder: Path, maker: Account | None, *line: str, text: str = "") -> None:
        """Run one of PostgreSQL's programs to its end, standing in the folder."""
        done = child_processes.run(
            [self._binary(line[0]), *line[1:]],
            user=str(maker or ""),
            input=text,
            cwd=folder,
            env=ENVIRONMENT,
        )
        if done.returncode:
            raise Unusable(_reason(done.stdout.splitlines()))

    def _await(self, process: child_processes.Child) -> None:
        """Return when our own child answers: after a crash it mends its data first."""
        while not (self._said()[:1] == [str(process.pid)] and self.running()):
            try:
                process.wait(0.01)
            except subprocess.TimeoutExpired:
                continue
            process.drain()
            raise Unusable(_reason(self.said))

    def _hear(self, line: str) -> None:
        self.said.append(line)
        self.log(line)

    def _binary(self, name: str) -> Path:
        return (public_binaries() if self.user else binaries()) / name


def _options(settings: dict[str, str]) -> list[str]:
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def _reason(said: Iterable[str]) -> str:
    """Return why PostgreSQL gave up, from what it said."""
    lines = list(said)
    for sign in GRAVE:
        for line in lines:
            if sign in line:
                return line.split(":  ")[-1]
    return lines[-1] if lines else "PostgreSQL ended without a word"
