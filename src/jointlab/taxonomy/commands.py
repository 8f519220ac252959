"""Bringing lists of fields and skills in, from the shell."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jointlab.common.operators import add_by, the_operator


def add(commands: Any) -> None:
    """Add `jointlab taxonomy …`."""
    taxonomy = commands.add_parser("taxonomy", help="import lists of fields and skills")
    actions = taxonomy.add_subparsers(metavar="COMMAND", required=True)

    core = actions.add_parser("import-core", help="the joint laboratories' own lists")
    core.set_defaults(run=_core)

    fields = actions.add_parser("import-fields", help="NSFC codes (*.jl), OECD FORD (*.csv)")
    place = fields.add_mutually_exclusive_group(required=True)
    place.add_argument("--file", type=Path, dest="path", metavar="FILE")
    place.add_argument("--folder", type=Path, dest="path", metavar="DIR")
    fields.set_defaults(run=_fields)

    skills = actions.add_parser("import-skills", help="ESCO, from its two archives of CSV files")
    skills.add_argument("--folder", type=Path, required=True, metavar="DIR")
    skills.set_defaults(run=_skills)

    for parser in (core, fields, skills):
        add_by(parser)
        parser.set_defaults(database=True)


def _core(arguments: argparse.Namespace) -> int:
    from jointlab.taxonomy import lists

    _import(arguments, fields=[lists.core_fields()], skills=[lists.core_skills()])
    return 0


def _fields(arguments: argparse.Namespace) -> int:
    from jointlab.taxonomy import lists

    _import(arguments, fields=lists.fields_in(arguments.path))
    return 0


def _skills(arguments: argparse.Namespace) -> int:
    from jointlab.taxonomy import lists

    _import(arguments, skills=[lists.esco(arguments.folder)])
    return 0


def _import(
    arguments: argparse.Namespace, fields: Iterable[Any] = (), skills: Iterable[Any] = ()
) -> None:
    """Import all of it or nothing, and say what became of each list."""
    from django.db import transaction

    from jointlab.taxonomy.services.imports import import_fields, import_skills

    by = the_operator(arguments.by)
    with transaction.atomic():
        done = [(source, import_fields(by=by, source=source)) for source in fields]
        done += [(source, import_skills(by=by, source=source)) for source in skills]
    for source, outcome in done:
        print(
            f"{source.name}: {outcome.added} new, {outcome.changed} changed, "
            f"{outcome.unchanged} as they were, {outcome.kept} kept as edited here"
        )
        if outcome.left_out:
            print(f"{source.name}: {outcome.left_out} relations lead out of the list: left out")
