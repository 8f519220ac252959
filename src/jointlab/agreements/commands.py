"""`jointlab agreement`: verify a signed document anywhere; list and export this instance's."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from jointlab.signing.verify_command import add_verify

NAME = "jointlab agreement"


def add(commands: Any) -> None:
    """Add the room's commands."""
    agreement = commands.add_parser("agreement", help="verify, list and export agreements")
    acts = agreement.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_verify(acts, of=NAME)

    listing = acts.add_parser(
        "list",
        help="list the agreements: code, state, title",
        description="Print a line for each agreement: its code, where it stands today, its title "
        "in English, divided by tabs.",
    )
    listing.set_defaults(run=_list, database=True)

    export = acts.add_parser(
        "export",
        help="write an agreement's document to a file",
        description="Write the document as it is now: sealed, with the signatures given so far. "
        "Exit code 0: written; 2: there is no such agreement or no document yet, or the file is "
        "there already or cannot be written.",
    )
    export.add_argument("code", metavar="CODE", help="the agreement's code, as list prints it")
    export.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")
    export.set_defaults(run=_export, database=True)


def _list(_arguments: Namespace) -> int:
    from jointlab.agreements.models import Agreement

    for agreement in Agreement.objects.order_by("code").iterator():
        sys.stdout.write(f"{agreement.code}\t{agreement.standing.value}\t{agreement.name_en}\n")
    return 0


def _export(arguments: Namespace) -> int:
    from jointlab.agreements.models import Agreement
    from jointlab.agreements.signature.queries.signing import pdf_of
    from jointlab.history.archive import write

    code, path = arguments.code, arguments.out
    agreement = Agreement.objects.filter(code=code).first()
    if agreement is None:
        return _cannot(f"there is no agreement {code}")
    found = pdf_of(agreement)
    if found is None:
        return _cannot(f"{code} has no document yet: it is {agreement.standing.value}")
    if path.exists() or path.is_symlink():
        return _cannot(f"{path}: is there already")
    try:
        write(path, [found[1]])
    except OSError as fault:
        return _cannot(f"{path}: {fault.strerror}")
    return 0


def _cannot(reason: str) -> int:
    sys.stderr.write(f"{NAME}: {reason}\n")
    return 2
