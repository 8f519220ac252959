"""The command line: what it says, where it finds the database, how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from jointlab.common.errors import NotNow
from jointlab.config import cli
from jointlab.config.home import Home
from jointlab.config.postgres import EmbeddedServer
from tests.config.running import BIN, environment, jointlab, lives, until

HEAVY = "import sys; from jointlab.config.cli import parser; parser(); print(*sys.modules)"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli") / "home"


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    listed = subprocess.run(
        [sys.executable, "-c", HEAVY], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"django", "psycopg", "numpy", "trialbench"}.intersection(listed)
    shown = cli.parser().format_help()
    assert all(name in shown for name in ("serve", "worker", "demo", "manage", "database"))


@pytest.mark.parametrize(
    "line", [[], ["nonsense"], ["serve", "--port", "0"], ["serve", "--port", "x"], ["database"]]
)
def test_wrong_use_is_2_and_says_so(tmp_path: Path, line: list[str]) -> None:
    refused = jointlab(tmp_path, *line)
    assert refused.returncode == 2
    assert "error:" in refused.stderr


def test_the_database_is_started_for_as_long_as_a_command_needs_it(home: Path) -> None:
    asked = "SELECT current_user || ' ' || current_database()"
    for option, user in ((["--owner"], "jointlab_owner"), ([], "jointlab")):
        shown = jointlab(home, "database", "run", *option, "psql", "-Atc", asked)
        assert (shown.stdout, shown.stderr) == (f"{user} jointlab\n", "")
        assert not EmbeddedServer(home).running()


def test_a_tool_that_fails_says_so_by_its_own_code(home: Path) -> None:
    assert jointlab(home, "database", "run", "psql", "-c", "SELECT nonsense").returncode == 1
    missing = jointlab(home, "database", "run", "no-such-program")
    assert missing.returncode == 2
    assert missing.stderr == "jointlab: there is no program no-such-program\n"
    assert jointlab(home, "database", "run").returncode == 2


@pytest.mark.parametrize(("option", "user"), [((), "jointlab"), (("--owner",), "jointlab_owner")])
def test_the_databases_address_is_good_for_any_client(
    home: Path, option: tuple[str, ...], user: str
) -> None:
    with EmbeddedServer(home):
        url = jointlab(home, "database", "url", *option).stdout.strip()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (user,)
        shown = subprocess.run(
            [BIN / "jointlab", "database", "run", "psql", url, "-Atc", "SELECT current_user"],
            env=environment(home),
            capture_output=True,
            text=True,
            check=True,
        )
        assert shown.stdout == f"{user}\n"


def test_two_commands_share_the_database_that_the_first_started(home: Path) -> None:
    line = [BIN / "jointlab", "database", "run", "psql", "-qAt"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with (
        subprocess.Popen(line, env=environment(home), **pipes) as first,
        subprocess.Popen(line, env=environment(home), **pipes) as second,
    ):
        for each in (first, second):
            each.stdin.write("SELECT 1;\n")
            each.stdin.flush()
            assert each.stdout.readline() == "1\n"
        first.stdin.close()
        second.stdin.write("SELECT 2;\n")
        second.stdin.flush()
        assert second.stdout.readline() == "2\n"
        second.stdin.close()
        assert (first.wait(), second.wait()) == (0, 0)
    assert not EmbeddedServer(home).running()


def test_a_command_killed_by_force_takes_its_database_with_it(home: Path) -> None:
    line = [BIN / "jointlab", "database", "run", "psql", "-qAt"]
    with subprocess.Popen(
        line, env=environment(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdin
        assert started.stdout
        started.stdin.write("SELECT 1;\n")
        started.stdin.flush()
        started.stdout.readline()
        head = int((Home(home).database / "postmaster.pid").read_text().split()[0])
        started.kill()
    until(lambda: not lives(head), "the end of the database")


def test_migrations_run_as_the_owner_and_everything_else_does_not(ready: Path) -> None:
    asked = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
    owners = jointlab(ready, "database", "run", "psql", "-Atc", asked)
    assert owners.stdout == "jointlab_owner\n"
    code = "from django.db import connection as c; print(c.cursor().execute('SELECT current_user').fetchone())"
    shown = jointlab(ready, "manage", "shell", "--verbosity=0", "-c", code)
    assert shown.stdout == "('jointlab',)\n", shown.stderr


def test_an_external_database_needs_both_roles(home: Path) -> None:
    refused = jointlab(home, "database", "url", "--owner", DATABASE_URL="postgresql://a@b/c")
    assert refused.returncode == 2
    assert refused.stderr.startswith("jointlab: DATABASE_URL is set, DATABASE_OWNER_URL is not")
    both = {"DATABASE_URL": "postgresql://a@b/c", "DATABASE_OWNER_URL": "postgresql://o@b/c"}
    assert jointlab(home, "database", "url", **both).stdout == "postgresql://a@b/c\n"
    assert jointlab(home, "database", "url", "--owner", **both).stdout == "postgresql://o@b/c\n"


def test_an_external_databases_roles_are_two(home: Path) -> None:
    one = {"DATABASE_URL": "postgresql://a@b/c", "DATABASE_OWNER_URL": "postgresql://a@b/c"}
    refused = jointlab(home, "database", "url", "--owner", **one)
    assert refused.returncode == 2
    assert refused.stderr.startswith("jointlab: DATABASE_URL and DATABASE_OWNER_URL name one role")


def test_the_first_command_before_the_first_serve_says_so(home: Path) -> None:
    refused = jointlab(home, "taxonomy", "import-core")
    assert refused.returncode == 2
    assert refused.stderr == (
        "jointlab: the database has no tables yet: start the instance once with "
        "`jointlab serve`, which makes them\n"
    )


def test_the_demonstration_keeps_out_of_what_is_none(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.claim("service")
    refused = jointlab(tmp_path, "demo", "--fresh")
    assert refused.returncode == 2
    assert "holds an instance that is no demonstration" in refused.stderr
    refused = jointlab(tmp_path, "demo", DATABASE_URL="postgresql://a@b/c")
    assert refused.returncode == 2
    assert "unset DATABASE_URL" in refused.stderr
    refused = jointlab(tmp_path, "demo", "--data", str(tmp_path / "nowhere"))
    assert refused.returncode == 2
    assert "is no folder" in refused.stderr


def test_what_a_service_refuses_is_one_line_and_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> int:
        raise NotNow("The chain is being written.")

    arguments = cli.argparse.Namespace(run=refuse, database=False)
    monkeypatch.setattr(cli.argparse.ArgumentParser, "parse_args", lambda *_: arguments)
    assert cli.main([]) == 2
    assert capsys.readouterr().err == "jointlab: The chain is being written.\n"


def test_secrets_are_made_once_and_are_nobody_elses(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    first = home.secret("one")
    assert home.folder.stat().st_mode & 0o077 == 0
    assert home.secret("one") == first != home.secret("two")
    assert (home.keys / "one").stat().st_mode & 0o077 == 0
    assert home.keys.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in home.keys.iterdir()) == ["one", "two"]


def test_a_dump_is_restored_with_each_roles_rights(ready: Path, tmp_path: Path) -> None:
    note = "INSERT INTO cache (cache_key, value, expires) VALUES ('kept', '', now())"
    dump = f"--file={tmp_path / 'dump'}"
    restore = ["--dbname=jointlab", "--exit-on-error", "--single-transaction"]
    for line in (
        ["database", "run", "psql", "-qc", note],
        ["database", "run", "--owner", "pg_dump", "--format=custom", dump],
    ):
        done = jointlab(ready, *line)
        assert (done.returncode, done.stderr) == (0, "")
    fresh = tmp_path / "fresh"
    into = ["database", "run", "--owner", "pg_restore", *restore, str(tmp_path / "dump")]
    restored = jointlab(fresh, *into)
    assert (restored.returncode, restored.stderr) == (0, "")
    asked = "SELECT cache_key FROM cache; TRUNCATE history_entry"
    shown = jointlab(fresh, "database", "run", "psql", "-Atc", asked)
    assert shown.stdout == "kept\n"
    assert shown.stderr == "ERROR:  permission denied for table history_entry\n"
