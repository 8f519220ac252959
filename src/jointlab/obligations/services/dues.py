"""What is owed when: said by the room whose subject asks for it, added to as time goes on.

None of these records history: the subject's own room says what happened to it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice, takewhile
from uuid import UUID

from django.db.models import F, Max, Q

from jointlab.common import days
from jointlab.obligations.models import Due, Every, Obligation

MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}
MOST_DUES = 120  # of one obligation at once: ten years of months
# How far ahead dues stand where there is no last day; the clock adds more.
HORIZON = timedelta(days=730)


@dataclass(frozen=True)
class Asked:
    """Something that a subject asks of an organisation, for the first time on `first_on`.

    `key` is what the subject calls it, `what` says it by language.
    """

    key: str
    organisation: UUID
    what: Mapping[str, str]
    first_on: date
    every: str = Every.ONCE


def create_obligations(
    asked: Iterable[Asked],
    *,
    partnership: UUID,
    kind: str,
    subject: UUID,
    since: date,
    until: date | None,
    instead_of: UUID | None = None,
) -> None:
    """Make obligations of a subject, from its first day to its last; None is without end.

    Where it takes another's place, what that one asked before stays owed there; whoever answered
    for it goes on answering.
    """
    before = Obligation.objects.filter(subject=instead_of) if instead_of else ()
    answered = {row.key: row for row in before}
    for one in asked:
        known = answered.get(one.key)
        known = known if known and known.organisation_id == one.organisation else None
        obligation = Obligation.objects.create(
            partnership_id=partnership,
            subject_kind=kind,
            subject=subject,
            key=one.key,
            organisation_id=one.organisation,
            owner_id=known.owner_id if known else None,
            what_en=one.what.get("en", ""),
            what_zh=one.what.get("zh-hans", ""),
            what_ko=one.what.get("ko", ""),
            every=one.every,
            first_on=one.first_on,
            owed_from=since,
            owed_until=until,
            ends_on=until,
        )
        begin, met = since if known else one.first_on, _days_already_met(known)
        last = until or max(since, days.today()) + HORIZON
        still = (day for day in days_of(obligation, last) if day >= begin and day not in met)
        _add_dues(obligation, islice(still, MOST_DUES))


def move_end(subject: UUID, day: date | None) -> None:
    """Let nothing of a subject fall due after that day; what would have, falls away."""
    Obligation.objects.filter(subject=subject).update(ends_on=day)
    if day is not None:
        dues = Due.objects.filter(subject=subject, met_at=None, due_on__gt=day)
        dues.update(dropped=True)


def bring_back(subject: UUID, *, after: date, until: date | None) -> None:
    """Undo a move_end to `after`: what fell away since then falls due again, until the last day."""
    Obligation.objects.filter(subject=subject).update(ends_on=until)
    dues = Due.objects.filter(subject=subject, met_at=None, due_on__gt=after)
    if until is not None:
        dues = dues.filter(due_on__lte=until)
    dues.update(dropped=False)


def set_owed_until(subjects: Collection[UUID], day: date | None) -> None:
    """Let what these subjects asked for be owed until that day, and no longer; None: without end."""
    Obligation.objects.filter(subject__in=subjects).update(owed_until=day)


def drop_all(subjects: Collection[UUID]) -> None:
    """Let fall away whatever of these subjects was not met."""
    Due.objects.filter(subject__in=subjects, met_at=None).update(dropped=True)


def add_coming_dues() -> None:
    """Let what is owed again and again fall due as far ahead as one looks."""
    today = days.today()
    ahead = today + HORIZON
    rows = (
        Obligation.objects.exclude(every=Every.ONCE)
        .filter(Q(ends_on=None) | Q(ends_on__gte=today))
        .annotate(last=Max("dues__due_on"))
        .filter(Q(last=None) | Q(last__lt=ahead))
        .filter(Q(ends_on=None) | Q(ends_on__gt=F("last")))
    )
    for row in rows:
        end, last = row.ends_on or ahead, row.last or row.owed_from
        _add_dues(row, (day for day in days_of(row, min(end, ahead)) if day > last))


def days_of(obligation: Obligation, last: date) -> Iterator[date]:
    """Yield the days up to the last on which it falls due; once, whenever that is."""
    if obligation.every == Every.ONCE:
        return iter((obligation.first_on,))
    step = MONTHS[Every(obligation.every)]
    days = (months_after(obligation.first_on, times * step) for times in count())
    return takewhile(lambda day: day <= last, days)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later; the month's last, where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _days_already_met(known: Obligation | None) -> set[date]:
    """Return the days for which it was met before its time, or before this took its place."""
    met = known.dues.filter(met_at__isnull=False) if known else Due.objects.none()
    return set(met.values_list("due_on", flat=True))


def _add_dues(obligation: Obligation, days: Iterator[date]) -> None:
    Due.objects.bulk_create(
        (Due(obligation=obligation, subject=obligation.subject, due_on=day) for day in days),
        ignore_conflicts=True,  # the clock may run twice at once
    )
