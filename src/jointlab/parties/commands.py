"""`jointlab operator`: who runs this instance. `jointlab organisation`: taken over from ROR."""

from __future__ import annotations

import sys
from argparse import Namespace
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jointlab.common.operators import add_by, the_operator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jointlab.parties.models import Person
    from jointlab.parties.ror import Entry


def add(commands: Any) -> None:
    """Add the room's commands."""
    operator = commands.add_parser("operator", help="add somebody who runs this instance")
    deeds = operator.add_subparsers(title="commands", metavar="COMMAND", required=True)
    appoint = deeds.add_parser(
        "add",
        help="make an operator's account",
        description="Make an account for whoever sets up organisations and partnerships. The "
        "password is asked for, or is the first line of the standard input.",
    )
    appoint.add_argument("address", metavar="ADDRESS", help="e-mail address to sign in with")
    appoint.add_argument("--name", required=True, help="in its own script")
    appoint.add_argument(
        "--language", choices=("en", "zh-hans", "ko"), default="en", help="(%(default)s)"
    )
    appoint.set_defaults(run=_appoint, database=True)

    organisation = commands.add_parser("organisation", help="take organisations over from ROR")
    acts = organisation.add_subparsers(title="commands", metavar="COMMAND", required=True)
    take = acts.add_parser(
        "import-ror",
        help="add organisations from the registry's data",
        description="Add the active organisations of a file of ROR's data: JSON lines, gzipped or "
        "not, in the registry's schema 2 or reduced. Those that are there already stay as they "
        "are. A line that cannot be read is named, and the rest kept. Exit code 0: all of it was "
        "read and found; 1: something was not, and is named; 2: there was nothing to read.",
    )
    take.add_argument("--file", type=Path, required=True, metavar="FILE")
    take.add_argument(
        "--id", nargs="+", metavar="ROR", help="these alone, by their nine characters or address"
    )
    add_by(take)
    take.set_defaults(run=_import, database=True)


def _appoint(arguments: Namespace) -> int:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from jointlab.common.errors import Refusal
    from jointlab.parties.services.people import add_operator

    password = getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        validate_password(password)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages)) from error
    name = {"name_own": arguments.name, "language_own": arguments.language.replace("hans", "Hans")}
    name |= {"name_en": arguments.name} if arguments.language == "en" else {}
    add_operator(
        by=None,
        email=arguments.address,
        password=password,
        language=arguments.language,
        **name,
    )
    print(f"{arguments.address} signs in as an operator of this instance")
    return 0


def _import(arguments: Namespace) -> int:
    from jointlab.parties.codes import ror_of

    by = the_operator(arguments.by)
    wanted = {ror_of(text) for text in arguments.id or ()}
    problems: list[str] = []
    added = there = 0
    seen: set[str] = set()
    try:
        for entry in _entries(arguments.file, wanted, problems):
            seen.add(entry.ror)
            problem, new = _import_entry(by, entry)
            added, there = added + new, there + (not new and not problem)
            problems += [problem] if problem else []
    except (OSError, EOFError) as fault:
        print(f"{arguments.file}: {fault}", file=sys.stderr)
        return 2
    problems += [f"{ror}: not among the active organisations" for ror in sorted(wanted - seen)]
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{added} added, {there} there already")
    return 1 if problems else 0


def _entries(path: Path, wanted: set[str], problems: list[str]) -> Iterator[Entry]:
    """Yield the active organisations that are wanted; add what cannot be read to the problems."""
    from jointlab.parties import ror

    for item in ror.read(path):
        if isinstance(item, ror.Fault):
            problems.append(f"line {item.line}: {item.problem}")
        elif item.active and (not wanted or item.ror in wanted):
            yield item


def _import_entry(by: Person, entry: Entry) -> tuple[str, bool]:
    """Import one organisation; return why not, and whether it is new."""
    from jointlab.common.errors import Refusal
    from jointlab.parties.services.organisations import import_organisation

    try:
        return "", import_organisation(by=by, entry=entry) is not None
    except Refusal as refusal:
        return f"{entry.ror} {entry.main}: {refusal}", False
