"""Names that the operator mends, or adds where a list has none in a language."""

from __future__ import annotations

from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from jointlab.common.errors import Refusal
from jointlab.common.events import Event
from jointlab.common.rows import edit
from jointlab.history.chain import INSTANCE
from jointlab.history.services import record
from jointlab.taxonomy import events
from jointlab.taxonomy.access import Keeper, require_operator
from jointlab.taxonomy.models import Field, Listed, Skill

Row = TypeVar("Row", bound=Listed)


@transaction.atomic
def edit_field(*, by: Keeper, field: Field, version: int, **names: str) -> Field:
    """Change a field's names; the next import leaves them alone."""
    return _edit(events.FIELD_EDITED, by, field, version, names)


@transaction.atomic
def edit_skill(*, by: Keeper, skill: Skill, version: int, **texts: str) -> Skill:
    """Change a skill's names and descriptions; the next import leaves them alone."""
    return _edit(events.SKILL_EDITED, by, skill, version, texts)


def _edit(event: Event, by: Keeper, row: Row, version: int, texts: dict[str, str]) -> Row:
    require_operator(by)
    if not texts.get("name_en", row.name_en):
        raise Refusal(_("It needs a name in English."))
    before = row.as_fact()
    row, changed = edit(row, version=version, **texts)
    if changed:
        row.edited = True
        row.save(update_fields=["edited"])
        record(event, chain=INSTANCE, by=by, before=before, after=row, changed=changed)
    return row
