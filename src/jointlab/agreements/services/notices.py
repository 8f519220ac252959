"""Telling people in time: what is due in 90, 60, 30 days or overdue, and what ends in as many.

One letter a person a day says it all, each thing once a threshold; after days without a clock, only
the nearest threshold. The marks and the jobs that write the letters are kept together or not at
all, so a clock that dies has told everybody or nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from jointlab.agreements.access import readers
from jointlab.agreements.models import Agreement, Due, Ending, State
from jointlab.agreements.queries.endings import coming_ends
from jointlab.common.jobs import defer
from jointlab.parties.models import Role

THRESHOLDS = (30, 60, 90)  # days before, the nearest first
FURTHEST = timedelta(days=THRESHOLDS[-1])
OVERDUE = -1


@dataclass
class Telling:
    """What one person is told: ids, as a job takes them."""

    dues: list[str] = field(default_factory=list)
    agreements: list[str] = field(default_factory=list)


@transaction.atomic
def tell_what_comes() -> None:
    """Have each person told, in one letter, of what is due and of what ends."""
    letters: defaultdict[UUID, Telling] = defaultdict(Telling)
    dues, ending = list(_dues_to_tell()), list(_ends_to_tell())
    sides = Sides(
        {due.agreement.partnership_id for due in dues}
        | {agreement.partnership_id for agreement in ending}
    )
    for due in dues:
        for person in sides.answering(due):
            letters[person].dues.append(str(due.pk))
    for agreement in ending:
        for person in sides.offices(agreement.partnership_id):
            letters[person].agreements.append(str(agreement.pk))
    for person, told in letters.items():
        defer(
            "agreements.send_notices",
            person=str(person),
            dues=told.dues,
            agreements=told.agreements,
        )


def level_of(day: date, today: date) -> int | None:
    """Return the threshold that the day has passed: 90, 60, 30, below zero when it is over."""
    left = (day - today).days
    if left < 0:
        return OVERDUE
    return next((days for days in THRESHOLDS if left <= days), None)


class Sides:
    """Who answers for what on the sides of some partnerships: one query."""

    def __init__(self, partnerships: Iterable[UUID]) -> None:
        self.members: set[tuple[UUID, UUID, UUID]] = set()
        self.office: defaultdict[UUID, list[tuple[UUID, UUID]]] = defaultdict(list)
        rows = readers().filter(partnership__in=set(partnerships))
        for partnership, side, person, roles in rows.values_list(
            "partnership", "organisation", "person", "roles"
        ):
            self.members.add((partnership, side, person))
            if Role.OFFICE in roles:
                self.office[partnership].append((side, person))

    def answering(self, due: Due) -> list[UUID]:
        """Return the owner; the owing side's office where there is none, or none any more."""
        partnership, side = due.agreement.partnership_id, due.obligation.organisation_id
        owner = due.obligation.owner_id
        if owner is not None and (partnership, side, owner) in self.members:
            return [owner]
        return [person for at, person in self.office[partnership] if at == side]

    def offices(self, partnership: UUID) -> list[UUID]:
        """Return the offices of every side."""
        return [person for _side, person in self.office[partnership]]


def _dues_to_tell() -> Iterator[Due]:
    """Yield what has passed a threshold of which nobody was told, and mark it as told."""
    today = timezone.localdate()
    rows = (
        Due.objects.select_for_update(no_key=True, of=("self",))
        .filter(met_at=None, dropped=False, due_on__lte=today + FURTHEST)
        .filter(agreement__state=State.SIGNED, agreement__starts_on__lte=today)
        .filter(
            Q(agreement__ends_on=None)
            | Q(agreement__ends_on__gte=today)
            | Q(agreement__ending=Ending.SUPERSEDED)
        )
        .exclude(noticed=OVERDUE)
        .select_related("obligation", "agreement")
        .order_by("due_on", "pk")
    )
    by_level: defaultdict[int, list[UUID]] = defaultdict(list)
    for row in rows:
        level = _news(row.noticed, row.due_on, today)
        if level is not None:
            by_level[level].append(row.pk)
            yield row
    for level, keys in by_level.items():
        Due.objects.filter(pk__in=keys).update(noticed=level)


def _ends_to_tell() -> Iterator[Agreement]:
    """Yield what ends, and what goes on unless somebody gives notice, and mark it as told."""
    today = timezone.localdate()
    rows = Agreement.objects.select_for_update(no_key=True, of=("self",))
    for end in coming_ends(rows):
        level = _news(end.agreement.noticed, end.last_word, today)
        if level is not None:
            Agreement.objects.filter(pk=end.agreement.pk).update(noticed=level)
            yield end.agreement


def _news(told: int | None, day: date, today: date) -> int | None:
    """Return the threshold of which nobody was told yet, if there is one."""
    level = level_of(day, today)
    return level if level is not None and (told is None or level < told) else None
