"""What runs an instance: serve, worker, demo, manage, database."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

PORT = 8000
OWNERS_COMMANDS = {"migrate", "createcachetable"}


def add(commands: Any) -> None:
    """Add this room's commands."""
    serve = commands.add_parser("serve", help="run the web server, the worker and the database")
    _add_address(serve)
    serve.add_argument("--host", default="127.0.0.1", help="where it listens (%(default)s)")
    serve.set_defaults(run=_serve)

    demo = commands.add_parser("demo", help="the same, with a demonstration told in it")
    _add_address(demo)
    demo.add_argument("--data", type=Path, metavar="DIR", help="the folder of vehicle recordings")
    demo.add_argument("--fresh", action="store_true", help="remove the demonstration, tell it anew")
    demo.set_defaults(run=_demo)

    worker = commands.add_parser("worker", help="run jobs until it is stopped")
    worker.set_defaults(run=_worker, database=True)

    # Every option is Django's: to this parser no character begins one.
    manage = commands.add_parser(
        "manage", help="Django's commands", add_help=False, prefix_chars="\0"
    )
    manage.add_argument("line", nargs="*")
    manage.set_defaults(run=_manage, database=True, role=_role_of_manage, tables=False)

    database = commands.add_parser(
        "database", help="where the database listens; PostgreSQL's tools"
    )
    _add_database(database.add_subparsers(metavar="COMMAND", required=True))


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, default=PORT, help="(%(default)s)")
    parser.add_argument("--verbose", action="store_true", help="show every line of the log")


def _add_database(commands: Any) -> None:
    url = commands.add_parser("url", help="print the database's address")
    url.set_defaults(run=_url)
    run = commands.add_parser("run", help="run psql, pg_dump, pg_restore … on the database")
    run.set_defaults(run=_run_tool)
    for parser in (url, run):
        parser.add_argument("--owner", action="store_true", help="as the role that owns the tables")
    run.add_argument("line", nargs=argparse.REMAINDER, metavar="PROGRAM …")


def _port(text: str) -> int:
    number = int(text)
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return number


def _serve(arguments: argparse.Namespace) -> int:
    from jointlab.config.processes import serve

    return serve(host=arguments.host, port=arguments.port, verbose=arguments.verbose)


def _demo(arguments: argparse.Namespace) -> int:
    from jointlab.config.processes import demonstrate

    return demonstrate(
        port=arguments.port,
        data=arguments.data,
        fresh=arguments.fresh,
        verbose=arguments.verbose,
    )


def _worker(_: argparse.Namespace) -> int:
    from jointlab.common.jobs import run_worker, start_clock

    start_clock()
    run_worker(shutdown_graceful_timeout=5)
    return 0


def _role_of_manage(arguments: argparse.Namespace) -> str:
    return "owner" if OWNERS_COMMANDS.intersection(arguments.line[:1]) else "application"


def _manage(arguments: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["jointlab manage", *arguments.line])
    return 0


def _url(arguments: argparse.Namespace) -> int:
    from jointlab.config.database import address

    sys.stdout.write(address("owner" if arguments.owner else "application") + "\n")
    return 0


def _run_tool(arguments: argparse.Namespace) -> int:
    from jointlab.config.database import address, lend, run
    from jointlab.config.home import Home, Unusable

    if not arguments.line:
        raise Unusable("say which program is to be run, as in: jointlab database run psql")
    with lend(Home.from_environment()):
        return run(arguments.line, address("owner" if arguments.owner else "application"))
