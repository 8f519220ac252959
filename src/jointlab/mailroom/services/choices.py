"""Which letters somebody wants, and when."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from jointlab.common.letters import Pace, all_kinds
from jointlab.history.services import record
from jointlab.mailroom import events
from jointlab.mailroom.models import Choice
from jointlab.mailroom.queries import paces_of
from jointlab.parties.models import Person


@transaction.atomic
def choose_letters(*, by: Person, paces: Mapping[str, Pace]) -> None:
    """Keep when the person wants the letters of each kind; a kind that is not named stays."""
    before = paces_of(by)
    changed = [
        kind.code for kind in all_kinds() if paces.get(kind.code, before[kind]) != before[kind]
    ]
    for code in changed:
        Choice.objects.update_or_create(person=by, kind=code, defaults={"pace": paces[code]})
    if changed:
        record(events.CHOSEN, chain=by.pk, by=by, person=by, changed=changed)
