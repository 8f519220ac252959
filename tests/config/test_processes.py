"""`jointlab serve` and `jointlab demo`: real processes, really killed."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from signal import SIGINT

import psycopg
import pytest

from jointlab.config import child_processes, program
from jointlab.config.home import Unusable
from jointlab.config.postgres import EmbeddedServer
from jointlab.config.program import Program
from tests.config.running import (
    Instance,
    copy,
    descendants,
    fill,
    free_port,
    instance,
    jointlab,
    kill,
    lives,
    until,
)

WEB, WORKER, DATABASE = "jointlab.config.web_server", "jointlab.config.cli worker", "/bin/postgres"


OPEN = ("mail/letter.log", "media/picture.png", "files/incoming.part", "keys/old")
IMPORTED = ("whitenoise", "jointlab", "granian", "django", "psycopg", "sitecustomize", "json")
TRAP = "import os, pathlib; pathlib.Path(__file__).with_suffix('.sprung').touch(); os._exit(66)\n"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that somebody else has laid out: whatever imports from it springs a trap."""
    folder = tmp_path_factory.mktemp("hostile")
    for name in IMPORTED:
        (folder / f"{name}.py").write_text(TRAP)
    (folder / "__init__.py").write_text(TRAP)
    return folder


@pytest.fixture(scope="module")
def running(
    prepared: Path, hostile: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Instance]:
    """An instance that was started in the hostile folder, on a home that stood open to all."""
    home = copy(prepared, tmp_path_factory.mktemp("running") / "home")
    for name in OPEN:
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).touch()
        for path in (home, (home / name).parent):
            path.chmod(0o755)
        (home / name).chmod(0o644)
    with instance(home, folder=hostile) as running:
        yield running


def note(home: Path, text: str) -> None:
    with psycopg.connect(EmbeddedServer(home).url("application")) as connection:
        connection.execute(
            "INSERT INTO cache (cache_key, value, expires) VALUES (%s, '', now())", [text]
        )


def notes(home: Path) -> list[str]:
    with psycopg.connect(EmbeddedServer(home).url("application")) as connection:
        return [key for (key,) in connection.execute("SELECT cache_key FROM cache")]


def comes_back(running: Instance, word: str, after: int) -> None:
    until(lambda: running.find(word) not in (0, after), f"{word} again")
    until(lambda: running.status() == 200, "an answer")


@pytest.mark.parametrize("word", [WEB, WORKER, DATABASE])
def test_what_is_killed_comes_back(running: Instance, word: str) -> None:
    until(lambda: running.find(word) != 0, word)
    first = running.find(word)
    below = descendants(first)
    kill(first)
    comes_back(running, word, first)
    until(lambda: not any(map(lives, below)), "nothing left of the first")


def test_nothing_is_imported_from_the_folder_in_which_it_was_started(
    running: Instance, hostile: Path
) -> None:
    for word in (WEB, WORKER):
        until(lambda word=word: running.find(word) != 0, word)
        for pid in (found := running.find(word), *descendants(found)):
            assert Path(f"/proc/{pid}/cwd").readlink() == Path("/")
    assert running.status() == 200
    assert list(hostile.glob("*.sprung")) == []


def test_a_home_that_stood_open_is_closed_to_others(running: Instance) -> None:
    for name in OPEN:
        path = running.home / name
        modes = [stat.S_IMODE(each.stat().st_mode) for each in (running.home, path.parent, path)]
        assert modes == [0o700, 0o700, 0o600]


def test_a_web_worker_that_dies_is_replaced_alone(running: Instance) -> None:
    until(lambda: len(descendants(running.find(WEB))) == 2, "two workers")
    head = running.find(WEB)
    first, second = descendants(head)
    kill(first)
    until(lambda: len({*descendants(head)} - {first, second}) == 1, "another in its place")
    until(lambda: running.status() == 200, "an answer")
    assert running.find(WEB) == head
    assert second in descendants(head)


def test_a_second_instance_on_one_home_is_told_of_the_first(running: Instance) -> None:
    second = jointlab(running.home, "serve", f"--port={free_port()}")
    assert second.returncode == 2
    assert second.stderr == (
        f"jointlab: JointLab runs on {running.home} already: "
        f"process {running.process.pid}, http://localhost:{running.port}\n"
    )


def test_a_port_that_is_taken_is_said_before_anything_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = jointlab(tmp_path / "home", "serve", f"--port={port}")
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"jointlab: 127.0.0.1:{port} cannot be had")
    assert refused.stderr.count("\n") == 1
    assert not (tmp_path / "home" / "database").exists()


def test_commands_use_the_database_of_the_instance_that_runs(running: Instance) -> None:
    shown = jointlab(running.home, "database", "run", "psql", "--tuples-only", text="SELECT 6 * 7")
    assert (shown.returncode, shown.stdout.strip()) == (0, "42")
    assert running.status() == 200


def test_two_instances_run_side_by_side(running: Instance, ready: Path) -> None:
    with instance(ready) as other:
        note(other.home, "only here")
        assert (running.status(), other.status()) == (200, 200)
        assert "only here" not in notes(running.home)


def test_an_instance_killed_by_force_leaves_no_orphan_and_comes_up_with_its_data(
    ready: Path,
) -> None:
    home = ready
    with instance(home) as first:
        note(home, "kept")
        everything = descendants(first.process.pid)
        assert len(everything) > 6
        kill(first.process.pid)
        until(lambda: not any(map(lives, everything)), "no orphan")
    with instance(home) as second:
        assert second.status() == 200
        assert "kept" in notes(home)
        everything = descendants(second.process.pid)
        assert second.stop() == 0
        assert not any(map(lives, everything))
        assert second.said[-1] == "JointLab has stopped\n"
    assert not (home / "database" / "postmaster.pid").exists()


def test_ctrl_c_while_it_starts_ends_it_too(ready: Path) -> None:
    starting = Instance(ready, "serve")
    until(lambda: starting.find(DATABASE) != 0, "a database")
    everything = descendants(starting.process.pid)
    starting.process.send_signal(SIGINT)
    assert starting.process.wait(60) == 0
    until(lambda: not any(map(lives, everything)), "no orphan")
    assert starting.process.stdout
    starting.process.stdout.close()


def test_a_database_that_does_not_answer_is_said_in_one_line(tmp_path: Path) -> None:
    nowhere = "postgresql://{}@127.0.0.1:1/jointlab"
    refused = jointlab(
        tmp_path,
        "serve",
        f"--port={free_port()}",
        DATABASE_URL=nowhere.format("jointlab"),
        DATABASE_OWNER_URL=nowhere.format("jointlab_owner"),
    )
    assert refused.returncode == 2
    assert refused.stderr.startswith("jointlab: prepare: ")
    assert refused.stderr.count("\n") == 1


def test_a_home_that_cannot_be_used_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = jointlab(tmp_path / "file" / "home", "serve")
    assert refused.returncode == 2
    assert "Not a directory" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_full_disk_is_said_in_one_line(disk: Path) -> None:
    fill(disk)
    refused = jointlab(disk / "home", "serve", f"--port={free_port()}")
    assert refused.returncode == 2
    assert "No space left on device" in refused.stderr
    assert refused.stderr.count("\n") == 1


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "PAUSES", (0.0, 0.0))


def failing() -> Program:
    return Program("worker", lambda: child_processes.Child(["/bin/false"], tell=print))


def test_what_dies_again_and_again_is_started_later_and_later(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "PAUSES", (0.0, 0.0, 30.0))
    worker = failing()
    until(lambda: worker.tend() or worker.deaths == 3, "three deaths")
    assert worker.due - worker.started >= 30
    worker.tend()
    assert worker.process is None
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "the worker ended (1): starting it again",
        "the worker ended (1): starting it again",
        "the worker ended (1): starting it again in 30 seconds",
    ]


def test_it_is_never_given_up(quick: None) -> None:
    worker = failing()
    until(lambda: worker.tend() or worker.deaths == 6, "six deaths")
    worker.finish(0.0)


def test_what_cannot_even_start_takes_nothing_else_down(
    quick: None, capsys: pytest.CaptureFixture[str]
) -> None:
    def start() -> child_processes.Child:
        raise Unusable("No space left on device")

    database = Program("database", start)
    database.tend()
    assert capsys.readouterr().out == (
        "the database does not start: No space left on device: starting it again\n"
    )
    assert (database.process, database.deaths) == (None, 1)


def test_what_lived_long_enough_is_forgiven(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "STEADY", -1.0)
    worker, deaths = failing(), 0
    for _ in range(3):
        until(lambda: worker.tend() or worker.process is not None, "a start")
        until(lambda: worker.tend() or worker.process is None, "an end")
        deaths = max(deaths, worker.deaths)
    assert deaths == 1


def test_what_does_not_end_when_asked_is_ended_with_all_that_it_started() -> None:
    stubborn = "trap '' TERM; sleep 600 & wait; wait; sleep 600"
    program = Program(
        "worker", lambda: child_processes.Child(["/bin/sh", "-c", stubborn], tell=print)
    )
    program.tend()
    assert program.process
    head = program.process.pid
    until(lambda: len(descendants(head)) == 1, "its child")
    everything = [head, *descendants(head)]
    program.stop()
    program.finish(0.0)
    until(lambda: not any(map(lives, everything)), "the end of all")


def test_a_child_whose_parent_has_ended_already_does_not_start() -> None:
    orphan = subprocess.run(
        [
            sys.executable,
            child_processes.__file__,
            str(os.getppid()),
            "9",
            "",
            "/bin/echo",
            "started",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (orphan.returncode, orphan.stdout) == (1, "")


def test_no_page_is_answered_before_the_demonstration_is_told(ready: Path) -> None:
    with instance(ready, "demo") as running:
        said = [line.strip() for line in running.said]
    assert said[0] == f"JointLab starts on {ready}: the database"
    chapters = [line.partition(":")[0] for line in said if " of 8: " in line]
    assert chapters == [f"{number} of 8" for number in range(1, 9)]
    address = f"JointLab answers at http://localhost:{running.port} (Ctrl-C stops it)"
    assert said.index(address) > said.index("8 of 8: the laboratory's page")
    assert running.answered_early == []


def test_the_demonstration_is_told_and_on_request_told_anew(ready: Path) -> None:
    upload = ready / "media" / "upload"
    with instance(ready, "demo") as first:
        assert any("@" in line for line in first.said)
        note(ready, "of the first")
        upload.parent.mkdir(exist_ok=True)
        upload.touch()
        refused = jointlab(ready, "demo", "--fresh", f"--port={free_port()}")
        assert refused.returncode == 2
        assert f"process {first.process.pid}" in refused.stderr
        assert "of the first" in notes(ready)
    with instance(ready, "demo", "--fresh") as second:
        assert second.said[0].startswith("removing the demonstration's database, files and mail")
        assert second.status() == 200
        assert "of the first" not in notes(ready)
        assert not upload.exists()
