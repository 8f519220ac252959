"""`jointlab history`: verify the chains, export them, verify an export anywhere."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jointlab.history.checkpoints import Signed
    from jointlab.history.examination import Examination

NOTHING = "there is no history yet"


def add(commands: Any) -> None:
    """Add the room's commands."""
    history = commands.add_parser("history", help="verify and export the history of cooperation")
    acts = history.add_subparsers(title="commands", metavar="COMMAND", required=True)

    verify = acts.add_parser(
        "verify",
        help="check every hash and every signature",
        description="Check chains, in the database or in an export. Exit code 0: all of it is "
        "whole; 1: something does not fit, and is named; 2: there is nothing to check.",
    )
    source = verify.add_mutually_exclusive_group()
    source.add_argument("code", nargs="?", metavar="CODE", help="a partnership; default: all")
    source.add_argument(
        "--file", type=Path, metavar="FILE.jsonl", help="an export; needs no server"
    )
    verify.add_argument(
        "--checkpoint", type=Path, metavar="FILE", help="a checkpoint that you kept"
    )
    verify.set_defaults(run=_verify, database=lambda arguments: arguments.file is None)

    export = acts.add_parser("export", help="write chains as JSON lines")
    export.add_argument("code", nargs="?", metavar="CODE", help="a partnership; default: all")
    export.add_argument("--out", type=Path, required=True, metavar="FILE.jsonl")
    export.set_defaults(run=_export, database=True)


def _verify(arguments: Namespace) -> int:
    from jointlab.history.archive import compare
    from jointlab.history.dsse import Faulty

    try:
        kept = _kept(arguments.checkpoint) if arguments.checkpoint else None
        found = _in_file(arguments.file) if arguments.file else _in_database(arguments.code)
    except (Faulty, OSError) as fault:
        return _cannot(fault)
    if not found:
        return _cannot(NOTHING)
    missing = compare(found, kept) if kept else ""
    for examination in found:
        print("\n".join(examination.lines()))
    if missing:
        print(missing)
    return 1 if missing or any(examination.fault for examination in found) else 0


def _in_file(path: Path) -> list[Examination]:
    from jointlab.history.archive import examine
    from jointlab.history.dsse import Faulty

    with path.open("rb") as lines:
        try:
            return examine(lines)
        except Faulty as fault:
            raise Faulty(f"{path}: {fault}") from None


def _in_database(code: str | None) -> list[Examination]:
    from jointlab.history.audit import examine
    from jointlab.history.subjects import find, subjects

    chosen: Iterable[Any] = [find(code)] if code else subjects()
    return [examine(subject) for subject in chosen]


def _kept(path: Path) -> Signed:
    from jointlab.history import checkpoints
    from jointlab.history.dsse import Faulty

    try:
        return checkpoints.read(json.loads(path.read_bytes()))
    except (Faulty, ValueError, RecursionError) as fault:
        why = fault if isinstance(fault, Faulty) else "not a checkpoint"
        raise Faulty(f"{path}: {why}") from None


def _export(arguments: Namespace) -> int:
    from jointlab.history.archive import write
    from jointlab.history.audit import export
    from jointlab.history.subjects import find, subjects

    chosen = [find(arguments.code)] if arguments.code else list(subjects())
    if not chosen:
        return _cannot(NOTHING)
    try:
        write(arguments.out, export(chosen))
    except OSError as fault:
        return _cannot(fault)
    return 0


def _cannot(fault: Exception | str) -> int:
    text = f"{fault.filename}: {fault.strerror}" if isinstance(fault, OSError) else str(fault)
    print(f"jointlab history: {text}", file=sys.stderr)
    return 2
