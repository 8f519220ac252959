"""The embedded database: real servers, really killed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL

import psycopg
import pytest

from jointlab.config import binaries, postgres
from jointlab.config.database_user import UNUSED, Account, database_user
from jointlab.config.home import Home, Unusable
from jointlab.config.postgres import EmbeddedServer
from tests.config.running import as_root, copy, descendants, environment, fill, kill, lives, until

HOLDER = """
import sys
from pathlib import Path
from jointlab.config.postgres import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
print(server.start().pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose database has one table with one row, at rest."""
    home = tmp_path_factory.mktemp("made") / "home"
    with EmbeddedServer(home) as server, psycopg.connect(server.url("owner")) as owner:
        owner.execute("CREATE TABLE act (id bigserial PRIMARY KEY, text text)")
        owner.execute("INSERT INTO act (text) VALUES ('signed')")
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return copy(made, tmp_path / "home")


def acts(server: EmbeddedServer) -> list[str]:
    with psycopg.connect(server.url("application")) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM act ORDER BY id")]


def add(server: EmbeddedServer, text: str) -> None:
    with psycopg.connect(server.url("application")) as connection:
        connection.execute("INSERT INTO act (text) VALUES (%s)", [text])


def head(server: EmbeddedServer) -> int:
    assert server.process
    return server.process.pid


def test_a_server_that_was_stopped_comes_back_with_its_data(home: Path) -> None:
    with EmbeddedServer(home) as server:
        add(server, "unveiled")
        server.stop()
        assert not server.running()
        server.start()
        assert acts(server) == ["signed", "unveiled"]
    assert not server.running()


def test_what_was_committed_survives_a_killed_server(home: Path) -> None:
    with EmbeddedServer(home) as server:
        add(server, "unveiled")
        kill(head(server))
        assert not server.running()
        server.start()
        assert acts(server) == ["signed", "unveiled"]


def test_a_lock_that_a_killed_server_left_is_stale_even_if_its_number_lives_again(
    home: Path,
) -> None:
    with EmbeddedServer(home) as server:
        kill(head(server))
    left = home / "database" / "postmaster.pid"
    lines = left.read_text().splitlines()
    left.write_text("\n".join([str(os.getpid()), *lines[1:], ""]))
    with EmbeddedServer(home) as server:
        assert acts(server) == ["signed"]


def test_the_server_ends_with_the_process_that_started_it(home: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home)],
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout
        pid = int(holder.stdout.readline())
        everything = [pid, *descendants(pid)]
        assert len(everything) > 3
        kill(holder.pid)
        with EmbeddedServer(home) as server:  # waits for the one that is on its way out
            assert not any(map(lives, everything))
            assert acts(server) == ["signed"]


def test_another_process_sees_the_server_and_cannot_start_a_second(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "PATIENCE", 0.1)
    with EmbeddedServer(home) as server:
        other = EmbeddedServer(home)
        assert other.running()
        with pytest.raises(Unusable, match=f"in use by process {head(server)}$"):
            other.start()
        assert acts(server) == ["signed"]


def test_two_homes_have_two_servers(home: Path, made: Path, tmp_path: Path) -> None:
    twin = copy(made, tmp_path / "twin")
    with EmbeddedServer(home) as one, EmbeddedServer(twin) as two:
        add(two, "only in the twin")
        assert acts(one) == ["signed"]
        assert acts(two) == ["signed", "only in the twin"]


def test_no_network_address_is_opened(home: Path) -> None:
    with EmbeddedServer(home) as server, psycopg.connect(server.url("application")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_text_is_kept_and_folded_as_unicode(home: Path) -> None:
    with EmbeddedServer(home) as server, psycopg.connect(server.url("application")) as connection:
        asked = "SELECT lower('ÄÖ'), length('联合实验室'), '한글' < '가' COLLATE \"default\""
        assert connection.execute(asked).fetchone() == ("äö", 5, False)


@pytest.fixture(scope="module")
def server(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    home = copy(made, tmp_path_factory.mktemp("shared") / "home")
    with EmbeddedServer(home, durable=False) as server:
        yield server


@pytest.mark.parametrize(
    "attempt",
    [
        "TRUNCATE act",
        "DROP TABLE act",
        "ALTER TABLE act ADD COLUMN more text",
        "CREATE TABLE mine (id int)",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "SET ROLE jointlab_owner",
        "COPY act TO PROGRAM 'cat'",
        "SET session_replication_role = replica",
    ],
)
def test_the_application_may_not(server: EmbeddedServer, attempt: str) -> None:
    with (
        psycopg.connect(server.url("application"), autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(attempt)


def test_the_owner_makes_databases_for_tests_with_the_same_rights(server: EmbeddedServer) -> None:
    with psycopg.connect(server.url("owner"), autocommit=True) as owner:
        owner.execute("CREATE DATABASE test_jointlab")
    owners, ours = (
        server.url(role).replace("/jointlab?", "/test_jointlab?")
        for role in ("owner", "application")
    )
    with psycopg.connect(owners) as owner:
        owner.execute("CREATE TABLE t (id bigserial PRIMARY KEY)")
    with psycopg.connect(ours) as connection:
        connection.execute("INSERT INTO t DEFAULT VALUES")


@pytest.mark.parametrize("user", ["postgres", "jointlab", "jointlab_owner"])
def test_nobody_comes_in_without_the_word(server: EmbeddedServer, user: str) -> None:
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host=str(server.socket_folder()), user=user, password="", dbname="jointlab")


def test_a_long_path_gets_a_short_socket(made: Path, tmp_path: Path) -> None:
    home = copy(made, tmp_path / ("long" * 25))
    with EmbeddedServer(home) as server:
        folder = server.socket_folder()
        assert len(os.fsencode(folder)) <= 93
        assert folder.stat().st_mode & 0o077 == 0
        assert acts(server) == ["signed"]
    assert not folder.exists()


def test_a_short_socket_folder_of_somebody_else_is_refused(made: Path, tmp_path: Path) -> None:
    server = EmbeddedServer(copy(made, tmp_path / ("long" * 25)))
    folder = server.socket_folder()
    folder.symlink_to(tmp_path)
    try:
        with pytest.raises(Unusable, match="is somebody else's"):
            server.start()
    finally:
        folder.unlink()


def test_a_throwaway_server_leaves_nothing() -> None:
    with EmbeddedServer.throwaway() as server:
        folder, pid = server.home.folder, head(server)
        assert server.running()
    assert not folder.exists()
    assert not lives(pid)


def test_a_database_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = EmbeddedServer(tmp_path, durable=False)
    with monkeypatch.context() as broken:
        broken.setattr(postgres, "ROLES", "CREATE NONSENSE;\n")
        with pytest.raises(Unusable, match='syntax error at or near "NONSENSE"'):
            server.start()
    assert not server.home.database.exists()
    with server:
        assert server.running()


def test_a_home_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unusable, match=r"^.*/file/home: Not a directory\. Mend it, or set JOIN"):
        EmbeddedServer(tmp_path / "file" / "home").start()


def test_a_disk_too_full_for_a_database_is_said_in_one_line(disk: Path) -> None:
    ballast = fill(disk)
    os.truncate(ballast, ballast.stat().st_size - (20 << 20))
    with pytest.raises(Unusable, match="No space left on device"):
        EmbeddedServer(disk / "home").start()
    ballast.unlink()
    with EmbeddedServer(disk / "home") as server:
        assert server.running()


def test_a_disk_that_fills_up_loses_nothing_that_was_committed(disk: Path, made: Path) -> None:
    home = copy(made, disk / "home")
    flood = "INSERT INTO act (text) SELECT repeat('x', 4000) FROM generate_series(1, 20000)"
    with EmbeddedServer(home) as server:
        with psycopg.connect(server.url("owner"), autocommit=True) as owner:
            ballast = fill(disk)
            owner.execute("INSERT INTO act (text) VALUES ('on a full disk')")
            with pytest.raises(psycopg.Error):
                owner.execute(flood)
        kill(head(server))
        ballast.unlink()
        server.start()
        assert acts(server) == ["signed", "on a full disk"]


@as_root
def test_root_steps_down_also_from_folders_that_nobody_may_enter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed, copies = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp())
    package = binaries.binaries().parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        subprocess.run(["cp", "-a", part, closed], check=True)
    inside = closed / package.name / "pginstall18" / "bin"
    monkeypatch.setattr(binaries, "binaries", lambda: inside)
    monkeypatch.setattr(binaries, "COPIES", copies / "jointlab")
    copies.chmod(0o755)
    try:
        with EmbeddedServer(closed / "home", durable=False) as server:
            status = Path(f"/proc/{head(server)}/status").read_text()
            assert f"Uid:\t{UNUSED}\t{UNUSED}" in status
            assert Path(f"/proc/{head(server)}/exe").readlink().is_relative_to(copies)
    finally:
        subprocess.run(["rm", "-rf", closed, copies], check=True)


@as_root
def test_who_may_connect_is_not_for_the_servers_user_to_write(server: EmbeddedServer) -> None:
    said = Path(f"/proc/{head(server)}/cmdline").read_text().split("\0")
    named = next(word for word in said if word.startswith("hba_file=")).partition("=")[2]
    opened = Path(named.replace("self", str(head(server))))
    found = opened.stat()
    assert (found.st_uid, found.st_mode & 0o222) == (0, 0)
    assert opened.readlink() == server.home.folder / "database.access"
    assert (server.home.database / "base").stat().st_uid == UNUSED


@as_root
def test_a_database_that_was_nobodys_is_given_to_its_user(home: Path) -> None:
    Account(65534, 65534).take(home / "database")
    with EmbeddedServer(home) as server:
        assert acts(server) == ["signed"]
    assert {path.stat().st_uid for path in (home / "database").rglob("*")} == {UNUSED}


@as_root
def test_the_database_runs_as_the_user_that_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOINTLAB_DATABASE_USER", "60790")
    with EmbeddedServer(home) as server:
        assert "Uid:\t60790\t60790" in Path(f"/proc/{head(server)}/status").read_text()


@pytest.mark.parametrize(
    ("named", "refusal"),
    [("no-such-user", "there is no such user"), ("root", "not run as root"), ("0", "not run as")],
)
def test_a_user_as_whom_no_database_can_run_is_refused(
    named: str, refusal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOINTLAB_DATABASE_USER", named)
    with pytest.raises(Unusable, match=f"^JOINTLAB_DATABASE_USER={named}: .*{refusal}"):
        database_user()


@as_root
def test_the_short_socket_is_the_servers_users_alone(made: Path, tmp_path: Path) -> None:
    with EmbeddedServer(copy(made, tmp_path / ("long" * 25))) as server:
        assert server.socket_folder().stat().st_uid == UNUSED


STEP_DOWN = """
import os, sys
from pathlib import Path
from jointlab.config import home as module
from jointlab.config.home import Home, Unusable
home, sys.executable = Home(Path(sys.argv[1])), sys.argv[2]
module.__file__ = sys.argv[2]  # these tests may lie where nobody else reads
try:
    home.step_down()
    home.secret("one")
    print(os.getuid(), os.getgid(), os.getgroups(), os.environ["HOME"])
except Unusable as refused:
    print(refused)
"""


@as_root
@pytest.mark.parametrize(
    ("interpreter", "said"),
    [
        ("/bin/true", r"60790 60790 \[\] "),
        ("/nowhere", ".* belongs to user 60790, who may not read"),
    ],
)
def test_a_home_of_another_user_is_served_as_that_user(interpreter: str, said: str) -> None:
    folder = Path(tempfile.mkdtemp())
    os.chown(folder, 60790, 60790)
    try:
        line = [sys.executable, "-c", STEP_DOWN, folder, interpreter]
        done = subprocess.run(line, capture_output=True, text=True, check=True)
        assert re.match(said, done.stdout)
        assert all(path.stat().st_uid == 60790 for path in folder.rglob("*"))
    finally:
        subprocess.run(["rm", "-rf", folder], check=True)


@as_root
def test_a_home_of_another_user_is_refused_to_whoever_is_not_root(tmp_path: Path) -> None:
    os.chown(tmp_path, 60790, 60790)
    with pytest.raises(Unusable, match="belongs to user 60790: run this as that user"):
        Home(tmp_path).make()


def test_a_folder_that_holds_something_else_becomes_no_home(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").touch()
    tmp_path.chmod(0o755)
    with pytest.raises(Unusable, match="holds other things: set JOINTLAB_HOME to a new folder"):
        Home(tmp_path).make()
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_the_programs_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "PACKAGE", "no_such_package")
    with pytest.raises(Unusable, match="not installed"):
        binaries.binaries()


def test_stopping_by_force_is_the_last_resort(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "PATIENCE", 0.2)
    server = EmbeddedServer(home)
    process = server.start()
    os.kill(process.pid, 19)  # it hears nothing any more, but for the last signal
    server.stop()
    assert process.returncode == -SIGKILL
    until(lambda: not lives(process.pid), "the end of a stopped server")
