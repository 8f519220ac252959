"""The platform's command line: a table of the rooms' commands.

A room that has commands says so in `jointlab/<room>/commands.py`:

    def add(commands):
        verify = commands.add_parser("verify", help="…")
        verify.set_defaults(run=verify_chain, database=True)

`run(arguments)` returns the exit code: 0, or 1 for the answer no. With `database=True`, or a
function of the arguments that says so, it is called when Django is set up and a database answers.
`arguments.home` is the folder JOINTLAB_HOME, which may not be there.
Such a module imports nothing heavy at its top: `jointlab --help` reads every one of them.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jointlab
from jointlab.common.errors import Refusal
from jointlab.config.environment import Environment
from jointlab.config.home import Home, Unusable


def main(line: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 for the answer no, 2 for what cannot be done."""
    os.umask(0o077)  # what it writes holds secrets, or what two sides keep to themselves
    arguments = parser().parse_args(line)
    try:
        return _run(arguments)
    except (Unusable, Refusal) as reason:
        print(f"jointlab: {reason}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """Return the parser of every room's commands."""
    whole = argparse.ArgumentParser(
        prog="jointlab",
        description="The platform that runs a joint laboratory. "
        "Everything that lasts lies in the folder JOINTLAB_HOME.",
    )
    whole.add_argument("--version", action="version", version=f"jointlab {version('jointlab')}")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for file in sorted(Path(jointlab.__path__[0]).glob("*/commands.py")):
        import_module(f"jointlab.{file.parent.name}.commands").add(commands)
    return whole


def _run(arguments: argparse.Namespace) -> int:
    code: int
    home = Home.from_environment()
    home.step_down()
    arguments.home = home.folder
    Environment.read()
    if not _setting_of(arguments, "database", False):
        code = arguments.run(arguments)
        return code

    from jointlab.config.database import address, lend

    with lend(home):
        os.environ["DATABASE_URL"] = address(_setting_of(arguments, "role", "application"))
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jointlab.config.settings")
        import django

        django.setup()
        try:
            if _setting_of(arguments, "tables", True):
                _require_tables()
            code = arguments.run(arguments)
        finally:
            _close_connections()
    return code


def _setting_of(arguments: argparse.Namespace, name: str, otherwise: Any) -> Any:
    """Return what the command said about itself, for these arguments."""
    said = getattr(arguments, name, otherwise)
    return said(arguments) if callable(said) else said


def _require_tables() -> None:
    """Say so where no instance was ever started on this database."""
    from django.db import DatabaseError, connection

    try:
        there = "cache" in connection.introspection.table_names()
    except DatabaseError as failure:
        raise Unusable(str(failure).splitlines()[0]) from failure
    if not there:
        raise Unusable(
            "the database has no tables yet: start the instance once with `jointlab serve`, "
            "which makes them"
        )


def _close_connections() -> None:
    """Leave the database before it is stopped."""
    from django.db import connections
    from django.db.backends.postgresql.base import DatabaseWrapper

    connections.close_all()
    for connection in connections.all(initialized_only=True):
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()


if __name__ == "__main__":
    sys.exit(main())
