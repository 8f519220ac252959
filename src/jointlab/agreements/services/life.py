"""An agreement in force, and its end: what opens with it, and what closes the day after."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements.access import demand
from jointlab.agreements.models import (
    Agreement,
    Due,
    Ending,
    Every,
    Kind,
    Obligation,
    Relation,
    Standing,
    State,
)
from jointlab.agreements.queries.texts import latest_version
from jointlab.agreements.services.approving import reason_of
from jointlab.agreements.text import Duty
from jointlab.common.editing import lock
from jointlab.common.errors import NotNow, Refusal
from jointlab.history.services import record
from jointlab.parties.models import Person, Phase
from jointlab.parties.services.partnerships import bring_into_force, end_partnership

MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}
MOST_DUES = 120  # of one obligation: ten years of months
# How far ahead dues stand where an agreement has no last day; the clock adds more.
HORIZON = timedelta(days=730)


def come_into_force(*, by: Person, agreement: Agreement) -> None:
    """Let what was signed bind: within the transaction of the last signature, its row locked.

    What its text says is owed becomes obligations; an amendment takes the place of what it
    follows; a strategic agreement carries its partnership.
    """
    text = latest_version(agreement).text
    owe(agreement, text.duties)
    if agreement.relation == Relation.AMENDMENT:
        _supersede(agreement)
    if agreement.kind == Kind.STRATEGIC:
        carry(by, agreement)
    record(
        "agreements.in_force",
        chain=agreement.partnership_id,
        by=by,
        agreement=agreement,
        since=agreement.starts_on,
        until=agreement.ends_on,
    )


@transaction.atomic
def terminate_agreement(*, by: Person, agreement: Agreement, on: date, reason: str) -> Agreement:
    """Say that an agreement's last day is that one: today, or later and before its own.

    What was owed after that day falls away; what hung on it closes the next day.
    """
    demand(by, agreement.partnership, "terminate")
    reason = reason_of(reason)
    agreement = lock(agreement)
    if agreement.standing not in (Standing.IN_FORCE, Standing.AWAITED):
        raise NotNow(_("Only an agreement that is signed and has not ended can be terminated."))
    if on < timezone.localdate():
        raise Refusal(_("The last day is today or later."))
    if agreement.ends_on is not None and on >= agreement.ends_on:
        raise Refusal(_("It ends by itself before that day, or on it."))
    close_after(agreement, on, Ending.TERMINATED)
    if agreement.kind == Kind.STRATEGIC:
        _let_go(by, agreement, on, reason)
    record(
        "agreements.terminated",
        chain=agreement.partnership_id,
        by=by,
        agreement=agreement,
        on=on,
        reason=reason,
    )
    return agreement


def owe(agreement: Agreement, duties: tuple[Duty, ...]) -> None:
    """Make obligations, and what of them falls due when."""
    for duty in duties:
        obligation = Obligation.objects.create(
            agreement=agreement,
            duty=duty.id,
            organisation_id=duty.organisation,
            what_en=duty.what.get("en", ""),
            what_zh=duty.what.get("zh-hans", ""),
            what_ko=duty.what.get("ko", ""),
            every=duty.every,
        )
        Due.objects.bulk_create(
            Due(obligation=obligation, agreement=agreement, due_on=day)
            for day in days_of(duty.due, duty.every, last_day_of(agreement))
        )


def last_day_of(agreement: Agreement) -> date:
    """Return the day up to which dues stand: its last, or as far ahead as one looks."""
    return agreement.ends_on or max(agreement.starts_on, timezone.localdate()) + HORIZON


def days_of(first: date, every: str, last: date) -> Iterator[date]:
    """Yield the days on which something falls due; one that is owed once, whenever that is."""
    yield first
    if every == Every.ONCE:
        return
    for times in range(1, MOST_DUES):
        day = months_after(first, times * MONTHS[Every(every)])
        if day > last:
            return
        yield day


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later; the month's last, where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def close_after(agreement: Agreement, day: date, ending: Ending) -> None:
    """Move the locked agreement's last day, and drop what would have been owed after it."""
    agreement.ends_on, agreement.ending = day, ending
    agreement.save(update_fields=["ends_on", "ending"])
    agreement.dues.filter(met_at__isnull=True, due_on__gt=day).update(dropped=True)


def carry(by: Person | None, agreement: Agreement) -> None:
    """Let the partnership be in force as long as its strategic agreements follow each other."""
    partnership = agreement.partnership
    partnership.refresh_from_db()
    since, until = agreement.starts_on, agreement.ends_on
    others = Agreement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=since - timedelta(days=1)),
        partnership=partnership,
        kind=Kind.STRATEGIC,
        state=State.SIGNED,
    )
    others = others.exclude(pk=agreement.pk)
    if partnership.phase is Phase.IN_FORCE and partnership.in_force_since is not None:
        since = min(since, partnership.in_force_since)
    ends = [until, *others.values_list("ends_on", flat=True)]
    latest = None if None in ends else max(day for day in ends if day is not None)
    bring_into_force(by=by, partnership=partnership, since=since, until=latest)


def _supersede(agreement: Agreement) -> None:
    """Let the amendment take the place of what it follows, from its own first day on."""
    followed = agreement.follows
    if followed is None:
        return
    followed = lock(followed)
    last = agreement.starts_on - timedelta(days=1)
    if followed.ends_on is None or followed.ends_on > last:
        close_after(followed, last, Ending.SUPERSEDED)


def _let_go(by: Person, agreement: Agreement, on: date, reason: str) -> None:
    """End the partnership on that day, unless another strategic agreement carries it further."""
    others = Agreement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on),
        partnership=agreement.partnership,
        kind=Kind.STRATEGIC,
        state=State.SIGNED,
        starts_on__lte=on + timedelta(days=1),
    )
    partnership = agreement.partnership
    if not others.exclude(pk=agreement.pk).exists() and partnership.phase is Phase.IN_FORCE:
        end_partnership(by=by, partnership=partnership, on=on, reason=reason)
