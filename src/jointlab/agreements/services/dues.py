"""What falls due when: made when an agreement comes into force, added to as time goes on."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, islice, takewhile
from uuid import UUID

from django.db.models import F, Max, Q
from django.utils import timezone

from jointlab.agreements.models import Agreement, Due, Every, Obligation, State, Version
from jointlab.agreements.text import Duty

MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}
MOST_DUES = 120  # of one obligation at once: ten years of months
# How far ahead dues stand where an agreement has no last day; the clock adds more.
HORIZON = timedelta(days=730)


def owe(agreement: Agreement, duties: tuple[Duty, ...]) -> None:
    """Make obligations, and what of them falls due when.

    What an agreement that is followed owed before stays owed there; whoever answered for it goes
    on answering.
    """
    before = _obligations_before(agreement)
    for duty in duties:
        known = before.get(duty.id)
        known = known if known and known.organisation_id == duty.organisation else None
        obligation = Obligation.objects.create(
            agreement=agreement,
            duty=duty.id,
            organisation_id=duty.organisation,
            owner_id=known.owner_id if known else None,
            what_en=duty.what.get("en", ""),
            what_zh=duty.what.get("zh-hans", ""),
            what_ko=duty.what.get("ko", ""),
            every=duty.every,
        )
        since = agreement.starts_on if known else duty.due
        met = _met_before(known)
        days = (
            day for day in days_of(duty, _last_day(agreement)) if day >= since and day not in met
        )
        _add(obligation, islice(days, MOST_DUES))


def look_further_ahead() -> None:
    """Let what is owed again and again fall due as far ahead as one looks."""
    ahead = timezone.localdate() + HORIZON
    rows = (
        Obligation.objects.exclude(every=Every.ONCE)
        .filter(agreement__state=State.SIGNED, agreement__closed=False)
        .exclude(agreement__ending="superseded")
        .annotate(last=Max("dues__due_on"))
        .filter(Q(last__isnull=True) | Q(last__lt=ahead))
        .filter(Q(agreement__ends_on__isnull=True) | Q(agreement__ends_on__gt=F("last")))
        .select_related("agreement")
    )
    obligations = list(rows)
    duties = _duties_of({row.agreement_id for row in obligations})
    for row in obligations:
        duty, end = duties[row.agreement_id, row.duty], row.agreement.ends_on or ahead
        last = row.last or row.agreement.starts_on
        _add(row, (day for day in days_of(duty, min(end, ahead)) if day > last))


def drop_after(agreement: Agreement, day: date) -> None:
    """Let fall away what an agreement would owe after its last day."""
    agreement.dues.filter(met_at__isnull=True, due_on__gt=day).update(dropped=True)


def days_of(duty: Duty, last: date) -> Iterator[date]:
    """Yield the days up to the last on which something falls due; once, whenever that is."""
    if duty.every == Every.ONCE:
        return iter((duty.due,))
    step = MONTHS[Every(duty.every)]
    days = (months_after(duty.due, times * step) for times in count())
    return takewhile(lambda day: day <= last, days)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later; the month's last, where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _last_day(agreement: Agreement) -> date:
    return agreement.ends_on or max(agreement.starts_on, timezone.localdate()) + HORIZON


def _obligations_before(agreement: Agreement) -> dict[str, Obligation]:
    rows = Obligation.objects.filter(agreement=agreement.follows_id)
    return {row.duty: row for row in rows} if agreement.follows_id else {}


def _met_before(known: Obligation | None) -> set[date]:
    """Return the days for which it was met before its time, or before this was signed."""
    return (
        set(known.dues.filter(met_at__isnull=False).values_list("due_on", flat=True))
        if known
        else set()
    )


def _duties_of(agreements: set[UUID]) -> dict[tuple[UUID, str], Duty]:
    versions = Version.objects.filter(agreement__in=agreements, number=F("agreement__latest"))
    return {
        (version.agreement_id, duty.id): duty
        for version in versions
        for duty in version.text.duties
    }


def _add(obligation: Obligation, days: Iterator[date]) -> None:
    Due.objects.bulk_create(
        (
            Due(obligation=obligation, agreement_id=obligation.agreement_id, due_on=day)
            for day in days
        ),
        ignore_conflicts=True,  # the clock may run twice at once
    )
