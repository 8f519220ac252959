"""`jointlab files`: say what is missing or altered, remove what nothing refers to."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from datetime import timedelta
from typing import Any


def add(commands: Any) -> None:
    """Add the room's commands."""
    files = commands.add_parser("files", help="verify and sweep the stored files")
    acts = files.add_subparsers(title="commands", metavar="COMMAND", required=True)

    verify = acts.add_parser(
        "verify",
        help="read every stored file and check it against its hash",
        description="Read every stored file. Exit code 0: each is what was stored; 1: some are "
        "missing or altered, and are named with the rows that refer to them.",
    )
    verify.set_defaults(run=_verify, database=True)

    sweep = acts.add_parser(
        "sweep",
        help="remove what no row refers to any more",
        description="Remove stored files to which no row refers, and what a killed process has "
        "left of an upload. The worker does so every night.",
    )
    sweep.add_argument(
        "--older-than",
        type=_hours,
        default=24,
        metavar="HOURS",
        help="what is younger stays (%(default)s)",
    )
    sweep.set_defaults(run=_sweep, database=True)


def _hours(text: str) -> float:
    hours = float(text)
    if not 0 <= hours <= 1_000_000:
        raise ArgumentTypeError("a number of hours, 0 or more")
    return hours


def _verify(_: Namespace) -> int:
    from jointlab.files.models import StoredFile
    from jointlab.files.queries import find_faults

    number = 0
    for fault in find_faults():
        print(fault)
        number += 1
    print(f"{number} of {StoredFile.objects.count()} stored files are missing or altered")
    return 1 if number else 0


def _sweep(arguments: Namespace) -> int:
    from jointlab.files.services import sweep

    swept = sweep(timedelta(hours=arguments.older_than))
    print(f"removed: {swept.contents} stored files, {swept.parts} broken uploads")
    return 0
