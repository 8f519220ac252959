"""`jointlab history`: verify the chains, export them, verify an export anywhere, erase details."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from jointlab.common.operators import add_by, the_operator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jointlab.history.checkpoints import Signed
    from jointlab.history.examination import Examination

NOTHING = "there is no history yet"


def add(commands: Any) -> None:
    """Add the room's commands."""
    history = commands.add_parser(
        "history", help="verify, export, erase from the history of cooperation"
    )
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

    erase = acts.add_parser(
        "erase",
        help="erase a person's details; every chain still verifies",
        description="Erase a person's names, and what entries tell about them, from all histories. "
        "It cannot be taken back. Each history tells that it was done, without the name. Exit code "
        "0: nothing is left; 1: old entries hold the name for good, and are counted.",
    )
    erase.add_argument("person", metavar="PERSON", help="the e-mail address, or the id")
    add_by(erase)
    erase.set_defaults(run=_erase, database=True)


def _verify(arguments: Namespace) -> int:
    from jointlab.history.archive import compare
    from jointlab.history.dsse import Faulty

    try:
        kept = _kept_checkpoint(arguments.checkpoint) if arguments.checkpoint else None
        found = _verify_file(arguments.file) if arguments.file else _verify_database(arguments.code)
    except (Faulty, OSError) as fault:
        return _say_cannot(fault)
    if not found:
        return _say_cannot(NOTHING)
    missing = compare(found, kept) if kept else ""
    for examination in found:
        print("\n".join(examination.lines()))
    if missing:
        print(missing)
    return 1 if missing or any(examination.fault for examination in found) else 0


def _verify_file(path: Path) -> list[Examination]:
    from jointlab.history.archive import examine
    from jointlab.history.dsse import Faulty

    with path.open("rb") as lines:
        try:
            return examine(lines)
        except Faulty as fault:
            raise Faulty(f"{path}: {fault}") from None


def _verify_database(code: str | None) -> list[Examination]:
    from jointlab.history.audit import examine
    from jointlab.history.services import keep_examination
    from jointlab.history.subjects import find, subjects

    chosen: Iterable[Any] = [find(code)] if code else subjects()
    found = [examine(subject) for subject in chosen]
    for examination in found:
        keep_examination(examination)
    return found


def _kept_checkpoint(path: Path) -> Signed:
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
        return _say_cannot(NOTHING)
    try:
        write(arguments.out, export(chosen))
    except OSError as fault:
        return _say_cannot(fault)
    return 0


def _erase(arguments: Namespace) -> int:
    from jointlab.history.services import erase_person
    from jointlab.history.subjects import subjects

    by, person = the_operator(arguments.by), _person(arguments.person)
    found = erase_person(by=by, person=person)
    titles = {subject.chain: subject.code for subject in subjects()}
    for erased in found:
        title = titles.get(erased.chain) or erased.chain
        print(f"{title}: {erased.details} details erased, of {erased.entries} entries")
        if erased.left:
            print(f"  {erased.left} old entries name the person for good: docs/decisions/0014")
    if not found:
        print("no history holds a detail of this person")
    return 1 if any(erased.left for erased in found) else 0


def _person(text: str) -> UUID:
    """Return the id of whose address it is; an id is one also when the account is gone."""
    from django.contrib.auth import get_user_model

    from jointlab.common.addresses import address_of
    from jointlab.common.errors import Refusal

    try:
        return UUID(text)
    except ValueError:
        person = get_user_model()._default_manager.filter(email=address_of(text)).first()
    if person is None:
        raise Refusal(f"Nobody has the address {text}.")
    key: UUID = person.pk
    return key


def _say_cannot(fault: Exception | str) -> int:
    text = f"{fault.filename}: {fault.strerror}" if isinstance(fault, OSError) else str(fault)
    print(f"jointlab history: {text}", file=sys.stderr)
    return 2
