"""Telling people in time: what is due in 90, 60, 30 days or overdue, and what else comes up.

One letter a person a day says it all, each thing once a threshold; after days without a clock, only
the nearest threshold. A threshold counts as told when a letter that says it went out to somebody:
where nobody is to be told, or no mail goes out, the next night asks again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from jointlab.common import days
from jointlab.common.letters import send
from jointlab.obligations import letters, reminder_sections
from jointlab.obligations.models import Due
from jointlab.obligations.queries.answering import Answerable
from jointlab.obligations.services.dues import add_coming_dues
from jointlab.parties.models import Person

THRESHOLDS = (30, 60, 90)  # days before, the nearest first
FURTHEST = timedelta(days=THRESHOLDS[-1])
OVERDUE = -1


@dataclass
class RemindersOf:
    """What one person is told of: thresholds by id, as a job takes them; other rooms' by room."""

    dues: dict[str, int] = field(default_factory=dict)
    further: defaultdict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))


def pass_day() -> None:
    """Do what the day brings: each step alone, and nothing twice."""
    add_coming_dues()
    send_reminders()


@transaction.atomic
def send_reminders() -> None:
    """Have each person told, in one letter, of what is due and of what else comes up."""
    told: defaultdict[UUID, RemindersOf] = defaultdict(RemindersOf)
    dues = list(_dues_to_remind_of())
    sides = Answerable({due.obligation.partnership_id for due, _level in dues})
    for due, level in dues:
        for person in sides.answering(due):
            told[person].dues[str(due.pk)] = level
    for name, room in reminder_sections.rooms_with_reminders().items():
        for person, thing, level in room.coming():
            told[person].further[name][str(thing)] = level
    for reader in Person.objects.filter(pk__in=told):
        about = told[reader.pk]
        send(letters.REMINDERS, reader, dues=about.dues, further=about.further)


def threshold_passed(day: date, today: date) -> int | None:
    """Return the threshold that the day has passed: 90, 60, 30, below zero when it is over."""
    left = (day - today).days
    if left < 0:
        return OVERDUE
    return next((days for days in THRESHOLDS if left <= days), None)


def new_threshold(told: int | None, day: date) -> int | None:
    """Return the threshold of which nobody was told yet, if there is one; `told` was the last."""
    level = threshold_passed(day, days.today())
    return level if level is not None and (told is None or level < told) else None


def _dues_to_remind_of() -> Iterator[tuple[Due, int]]:
    """Yield what has passed a threshold of which nobody was told, with the threshold."""
    today = days.today()
    rows = (
        Due.objects.filter(met_at=None, dropped=False, due_on__lte=today + FURTHEST)
        .filter(obligation__owed_from__lte=today)
        .filter(Q(obligation__owed_until=None) | Q(obligation__owed_until__gte=today))
        .exclude(noticed=OVERDUE)
        .select_related("obligation")
        .order_by("due_on", "pk")
    )
    for row in rows:
        level = new_threshold(row.noticed, row.due_on)
        if level is not None:
            yield row, level
