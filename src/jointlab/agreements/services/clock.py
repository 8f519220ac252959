"""What time does to agreements, a day at a time; a day that was left out is made up for.

Where an agreement stands never waits for the clock: that follows from its days. The clock writes
down what has ended, lets go on what goes on by itself, and tells people in time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements.access import demand
from jointlab.agreements.models import Agreement, Due, Ending, Every, Kind, Publication, State
from jointlab.agreements.queries.texts import latest_version
from jointlab.agreements.services.life import carry, days_of, last_day_of, months_after
from jointlab.common.editing import lock
from jointlab.common.errors import NotNow
from jointlab.common.jobs import defer
from jointlab.history.services import record
from jointlab.parties.models import Membership, Person, Role

THRESHOLDS = (30, 60, 90)  # days before, the nearest first
OVERDUE = -1
NOTICE = timedelta(days=90)  # before the last day: until then a party ends what goes on by itself


def pass_day() -> None:
    """Do what the day brings: each step alone, and nothing twice."""
    let_go_on()
    close_what_has_ended()
    look_further_ahead()
    free_publications()
    tell_what_is_due()


@transaction.atomic
def give_notice_of_end(*, by: Person, agreement: Agreement) -> Agreement:
    """Say that an agreement which would go on by itself ends on its last day."""
    demand(by, agreement.partnership, "terminate")
    agreement = lock(agreement)
    if not goes_on(agreement):
        raise NotNow(_("This agreement does not go on by itself."))
    if agreement.ends_on is not None and timezone.localdate() > agreement.ends_on - NOTICE:
        raise NotNow(_("The time to give notice is over: it goes on for another year."))
    agreement.notice_given_at = timezone.now()
    agreement.save(update_fields=["notice_given_at"])
    record(
        "agreements.end_notified",
        chain=agreement.partnership_id,
        by=by,
        agreement=agreement,
        on=agreement.ends_on,
    )
    return agreement


def goes_on(agreement: Agreement) -> bool:
    """Whether a signed agreement goes on by itself after its last day."""
    return (
        agreement.state == State.SIGNED
        and agreement.ending == ""
        and agreement.ends_on is not None
        and agreement.ends_on >= timezone.localdate()
        and agreement.notice_given_at is None
        and latest_version(agreement).text.terms.renewal == "automatic"
    )


def let_go_on() -> None:
    """Move the last day of what goes on by itself by a year, once no notice can be given."""
    soon = timezone.localdate() + NOTICE
    for agreement in _signed().filter(ending="", ends_on__lt=soon, notice_given_at=None):
        with transaction.atomic():
            row = lock(agreement)
            while row.ends_on is not None and row.ends_on < soon and goes_on(row):
                _prolong(row)


def close_what_has_ended() -> None:
    """Write down that an agreement has ended, and drop what is still owed by it."""
    over = Q(ends_on__lt=timezone.localdate(), closed=False)
    for agreement in _signed().filter(over):
        with transaction.atomic():
            row = lock(agreement)
            if row.closed:
                continue
            row.closed = True
            row.save(update_fields=["closed"])
            row.dues.filter(met_at__isnull=True).update(dropped=True)
            if row.ending != Ending.SUPERSEDED:
                record(
                    "agreements.ended",
                    chain=row.partnership_id,
                    by=None,
                    agreement=row,
                    on=row.ends_on,
                )


def look_further_ahead() -> None:
    """Let what is owed again and again, without a last day, fall due as far ahead as one looks."""
    for agreement in _signed().filter(ends_on=None):
        with transaction.atomic():
            _extend_dues(lock(agreement))


def free_publications() -> None:
    """Tell whoever gave notice that nobody objected in time, or that the delay is over."""
    today = timezone.localdate()
    waited = Q(objected_at=None, answer_by__lt=today) | Q(not_before__lte=today)
    rows = Publication.objects.filter(
        waited, told=False, withdrawn_at=None, cleared_at=None, needs_consent=False
    )
    for publication in rows.select_related("agreement"):
        with transaction.atomic():
            if not Publication.objects.filter(pk=publication.pk, told=False).update(told=True):
                continue
            defer("agreements.send_publication_answer", publication=str(publication.pk))
            record(
                "agreements.publication_free",
                chain=publication.agreement.partnership_id,
                by=None,
                agreement=publication.agreement,
            )


@transaction.atomic
def tell_what_is_due() -> None:
    """Have each person told, in one letter, of what is due and what ends: once a threshold.

    After days without a clock only the nearest threshold is told.
    """
    letters: defaultdict[Person, dict[str, list[str]]] = defaultdict(
        lambda: {"dues": [], "agreements": []}
    )
    for due, people in _dues_to_tell():
        for person in people:
            letters[person]["dues"].append(str(due.pk))
    for agreement, people in _ends_to_tell():
        for person in people:
            letters[person]["agreements"].append(str(agreement.pk))
    for person, things in letters.items():
        defer("agreements.send_notices", person=str(person.pk), **things)


def level_of(day: date, today: date) -> int | None:
    """Return the threshold that the day has passed: 90, 60, 30, below zero when it is over."""
    left = (day - today).days
    if left < 0:
        return OVERDUE
    return next((days for days in THRESHOLDS if left <= days), None)


def _dues_to_tell() -> Iterator[tuple[Due, list[Person]]]:
    today = timezone.localdate()
    rows = (
        Due.objects.select_for_update(no_key=True, of=("self",))
        .filter(met_at=None, dropped=False, due_on__lte=today + timedelta(days=THRESHOLDS[-1]))
        .filter(agreement__state=State.SIGNED, agreement__starts_on__lte=today)
        .exclude(agreement__ends_on__lt=today)
        .exclude(noticed=OVERDUE)
        .select_related("obligation", "agreement")
        .order_by("due_on", "pk")
    )
    due = [(row, level) for row in rows if (level := _news(row, row.due_on, today)) is not None]
    for level in {level for _row, level in due}:
        keys = [row.pk for row, reached in due if reached == level]
        Due.objects.filter(pk__in=keys).update(noticed=level)
    sides = _Sides([row.agreement for row, _level in due])
    for row, _level in due:
        yield row, sides.answering(row)


def _ends_to_tell() -> Iterator[tuple[Agreement, list[Person]]]:
    today = timezone.localdate()
    soon = today + timedelta(days=THRESHOLDS[-1])
    rows = _signed().select_for_update(no_key=True, of=("self",))
    ending = [
        (row, level)
        for row in rows.filter(ends_on__gte=today, ends_on__lte=soon).exclude(
            ending=Ending.SUPERSEDED
        )
        if row.ends_on and (level := _news(row, row.ends_on, today)) is not None
    ]
    sides = _Sides([row for row, _level in ending])
    for row, level in ending:
        Agreement.objects.filter(pk=row.pk).update(noticed=level)
        yield row, sides.offices(row)


def _news(row: Any, day: date, today: date) -> int | None:
    """Return the threshold of which nobody was told yet, if there is one."""
    level = level_of(day, today)
    told = row.noticed
    return level if level is not None and (told is None or level < told) else None


class _Sides:
    """Who answers for what on the sides of some agreements' partnerships: one query."""

    def __init__(self, agreements: Iterable[Agreement]) -> None:
        partnerships = {agreement.partnership_id for agreement in agreements}
        rows = Membership.objects.live().filter(partnership__in=partnerships)
        self.live: dict[tuple[Any, Any, Any], Person] = {}
        self.office: defaultdict[tuple[Any, Any], list[Person]] = defaultdict(list)
        for row in rows.select_related("person"):
            self.live[row.partnership_id, row.organisation_id, row.person_id] = row.person
            if Role.OFFICE in row.roles:
                self.office[row.partnership_id, row.organisation_id].append(row.person)

    def answering(self, due: Due) -> list[Person]:
        """Return the owner; the owing side's office where there is none, or none any more."""
        partnership, side = due.agreement.partnership_id, due.obligation.organisation_id
        owner = self.live.get((partnership, side, due.obligation.owner_id))
        return [owner] if owner else self.office[partnership, side]

    def offices(self, agreement: Agreement) -> list[Person]:
        """Return the offices of every side."""
        return [
            person
            for (partnership, _side), people in self.office.items()
            if partnership == agreement.partnership_id
            for person in people
        ]


def _signed() -> Any:
    return Agreement.objects.filter(state=State.SIGNED).select_related("partnership")


def _prolong(agreement: Agreement) -> None:
    assert agreement.ends_on is not None  # noqa: S101 - asked by whoever calls
    agreement.ends_on, agreement.noticed = months_after(agreement.ends_on, 12), None
    agreement.save(update_fields=["ends_on", "noticed"])
    _extend_dues(agreement)
    if agreement.kind == Kind.STRATEGIC:
        carry(None, agreement)
    record(
        "agreements.went_on",
        chain=agreement.partnership_id,
        by=None,
        agreement=agreement,
        until=agreement.ends_on,
    )


def _extend_dues(agreement: Agreement) -> None:
    last = last_day_of(agreement)
    for obligation in agreement.obligations.exclude(every=Every.ONCE).prefetch_related("dues"):
        there = {due.due_on for due in obligation.dues.all()}
        days = [day for day in days_of(min(there), obligation.every, last) if day not in there]
        Due.objects.bulk_create(
            Due(obligation=obligation, agreement=agreement, due_on=day) for day in days
        )
