"""Importing lists: whole or not at all, and safe to do again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from django.db import connection, transaction

from jointlab.common.events import Event
from jointlab.history.chain import INSTANCE
from jointlab.history.services import record
from jointlab.taxonomy import events
from jointlab.taxonomy.access import Keeper, require_operator
from jointlab.taxonomy.checks import check_rows
from jointlab.taxonomy.lists import Row, Source
from jointlab.taxonomy.models import Field, Listed, Skill

LOCK = 0x7461786F  # "taxo"
BATCH = 2000
Model = TypeVar("Model", bound=Listed)


@dataclass(frozen=True)
class Outcome:
    """What an import did, in rows; `links` and `left_out` count relations to broader ones."""

    added: int
    changed: int
    unchanged: int
    kept: int  # edited by the operator, and so not overwritten
    links: int = 0
    left_out: int = 0

    @property
    def changed_anything(self) -> bool:
        """Whether anything is other than before."""
        return bool(self.added or self.changed or self.links)


@transaction.atomic
def import_fields(*, by: Keeper, source: Source) -> Outcome:
    """Bring a list of fields in: its rows are added or brought up to date, none is removed."""
    require_operator(by)
    _lock_imports()
    rows = check_rows(source)
    objects = _lock_rows(Field, source.scheme, rows)
    parents = {
        code: {"parent_id": objects[row.above[0]].pk if row.above else None}
        for code, row in rows.items()
    }
    outcome = _write(Field, rows, objects, parents)
    _record(events.FIELDS_IMPORTED, by, source, outcome)
    return outcome


@transaction.atomic
def import_skills(*, by: Keeper, source: Source) -> Outcome:
    """Bring a list of skills in, with what is broader than each."""
    require_operator(by)
    _lock_imports()
    rows = check_rows(source)
    objects = _lock_rows(Skill, source.scheme, rows)
    outcome = _write(Skill, rows, objects, {})
    pairs = [(code, above) for code, row in rows.items() for above in row.above]
    inside = {(objects[code].pk, objects[above].pk) for code, above in pairs if above in rows}
    outcome = replace(
        outcome,
        links=_set_broader(source.scheme, inside),
        left_out=sum(above not in rows for _, above in pairs),
    )
    _record(events.SKILLS_IMPORTED, by, source, outcome)
    return outcome


def _lock_imports() -> None:
    """Wait until no other import is under way: two would add the same rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _lock_rows(model: type[Model], scheme: str, rows: Mapping[str, Row]) -> dict[str, Model]:
    """Return the row of each code, locked if it is there already, else new and not yet saved."""
    manager: Any = model._default_manager
    known = {row.code: row for row in manager.select_for_update(no_key=True).filter(scheme=scheme)}
    return {code: known.get(code) or model(scheme=scheme, code=code) for code in rows}


def _write(
    model: type[Model],
    rows: Mapping[str, Row],
    objects: Mapping[str, Model],
    more: Mapping[str, Mapping[str, Any]],
) -> Outcome:
    """Write what differs; what a person has edited keeps its words, not its place."""
    fresh: list[Model] = []
    changed: list[Model] = []
    kept = 0
    columns: set[str] = set()
    for code, row in rows.items():
        target = objects[code]
        kept += target.edited
        values = {**({} if target.edited else row.values), **more.get(code, {})}
        columns.update(values)
        if target._state.adding:
            fresh.append(_set_values(target, values))
        elif any(getattr(target, name) != value for name, value in values.items()):
            target.version += 1
            changed.append(_set_values(target, values))
    manager: Any = model._default_manager
    manager.bulk_create(fresh, batch_size=BATCH)
    # An upsert by the key: many times faster than bulk_update.
    names = [name.removesuffix("_id") for name in columns]
    manager.bulk_create(
        changed,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*names, "version"],
    )
    unchanged = len(rows) - len(fresh) - len(changed)
    return Outcome(len(fresh), len(changed), unchanged, kept)


def _set_values(target: Model, values: Mapping[str, Any]) -> Model:
    for name, value in values.items():
        setattr(target, name, value)
    return target


def _set_broader(scheme: str, wanted: set[tuple[Any, Any]]) -> int:
    """Let the list's skills have these broader ones and no others; return how many that moved."""
    through: Any = Skill.broader.through
    links = through.objects.filter(from_skill__scheme=scheme)
    there = {
        (below, above): pk for pk, below, above in links.values_list("pk", "from_skill", "to_skill")
    }
    gone = [pk for pair, pk in there.items() if pair not in wanted]
    through.objects.filter(pk__in=gone).delete()
    fresh = wanted - there.keys()
    through.objects.bulk_create(
        (through(from_skill_id=below, to_skill_id=above) for below, above in fresh),
        batch_size=BATCH,
    )
    return len(gone) + len(fresh)


def _record(event: Event, by: Keeper, source: Source, outcome: Outcome) -> None:
    """Say in the instance's chain what was brought in; nothing when nothing changed."""
    if outcome.changed_anything:
        record(
            event,
            chain=INSTANCE,
            by=by,
            list=source.scheme,
            source=source.name,
            sha256=source.sha256,
            **asdict(outcome),
        )
