"""Which PostgreSQL: the one that DATABASE_URL names, else the home's embedded one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from jointlab.config.binaries import binaries
from jointlab.config.home import Home, Unusable
from jointlab.config.locks import hold, is_held
from jointlab.config.postgres import PATIENCE, EmbeddedServer, Role

LIBPQ = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}
VARIABLES: dict[Role, str] = {"owner": "DATABASE_OWNER_URL", "application": "DATABASE_URL"}


def is_external() -> bool:
    """Say whether somebody else runs the database."""
    return bool(os.environ.get("DATABASE_URL"))


def address(role: Role) -> str:
    """Return where the database listens for that role."""
    if not is_external():
        return EmbeddedServer(Home.from_environment().folder).url(role)
    if named := os.environ.get(VARIABLES[role]):
        if (
            role == "owner"
            and urlsplit(named).username == urlsplit(address("application")).username
        ):
            raise Unusable(
                "DATABASE_URL and DATABASE_OWNER_URL name one role: whoever serves pages must own "
                "no table, not even that of the migrations (docs/howto/deploy.md)"
            )
        return named
    raise Unusable(
        "DATABASE_URL is set, DATABASE_OWNER_URL is not: tables belong to a role of their own, "
        "so that the one that serves pages cannot rewrite history (docs/howto/deploy.md)"
    )


@contextmanager
def lend(home: Home) -> Iterator[None]:
    """Have a database for as long as this lasts: the one that runs, else one that is started.

    Commands share a lock while they use the embedded server; whoever started it waits, before
    stopping it, until it is the last.
    """
    if is_external():
        yield
        return
    home.make()
    server, users = EmbeddedServer(home.folder), home.folder / "database.users"
    with hold(users, shared=True, patience=PATIENCE):
        if _is_up(home, server):
            yield
            return
    with hold(users, patience=PATIENCE):
        if not _is_up(home, server):  # another command may have been faster
            server.start()
    try:
        with hold(users, shared=True, patience=PATIENCE):
            yield
    finally:
        with hold(users, patience=float("inf")):
            server.stop()


def run(line: Sequence[str], url: str) -> int:
    """Run a program that finds the database by itself: libpq's variables, and PostgreSQL's tools."""
    from psycopg.conninfo import conninfo_to_dict

    environment = dict(os.environ, DATABASE_URL=url)
    environment |= {
        LIBPQ[name]: str(value) for name, value in conninfo_to_dict(url).items() if name in LIBPQ
    }
    if not is_external():
        environment["PATH"] = os.pathsep.join((str(binaries()), os.environ.get("PATH", os.defpath)))
    program = shutil.which(line[0], path=environment.get("PATH"))
    if program is None:
        raise Unusable(f"there is no program {line[0]}")
    before = signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is the program's
    try:
        return subprocess.run([program, *line[1:]], env=environment, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def _is_up(home: Home, server: EmbeddedServer) -> bool:
    """Say whether the server answers; where an instance runs, give it time to bring it back."""
    deadline = time.monotonic() + PATIENCE
    while not server.running():
        if not is_held(home.instance):
            return False
        if time.monotonic() > deadline:
            raise Unusable(f"the instance that runs on {home.folder} has no database now")
        time.sleep(0.05)
    return True
