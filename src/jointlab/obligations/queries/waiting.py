"""What is owed that waits for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.common import days
from jointlab.common.prepared import Prepared
from jointlab.common.rooms import Waiting
from jointlab.obligations.access import POLICY, owner_still_answers
from jointlab.obligations.models import Due
from jointlab.obligations.queries.dues import REPORTED, filter_dues
from jointlab.obligations.subjects import subjects_of
from jointlab.parties.access import Sides, belongs_to_sides, sides_of
from jointlab.parties.models import Membership, Role

FURTHEST = timedelta(days=90)  # before it is due it waits, the first time
# Then an answer to a report is late, and the desk says so. Nothing follows by itself: silence
# accepts nothing, for no agreement of the parties says that it does.
ANSWER_WITHIN = timedelta(days=14)


def waiting_for(own: Sequence[Membership]) -> Iterator[Waiting]:
    """Yield what is due in 90 days or was returned, for whoever answers for it."""
    if bound := POLICY.with_right(own, "read"):
        yield from _waiting_dues(bound)
    if owed_to := POLICY.with_right(own, "accept"):
        yield from _reported_dues(owed_to)


def _reported_dues(own: Sequence[Membership]) -> Iterator[Waiting]:
    found = _reported_to(sides=sides_of(own))
    subjects = subjects_of(row.obligation for row in found)
    for row in found:
        obligation, subject = row.obligation, subjects[row.subject]
        what = _("The other side reported as done: %(what)s, due by %(subject)s.")
        reported: datetime = row.met_at  # type: ignore[assignment]
        yield Waiting(
            since=reported,
            what=what % {"what": obligation.what, "subject": subject.name},
            act=_("Accept or return"),
            url=reverse("obligations:due", args=[obligation.subject_kind, subject.code, row.pk]),
            about=obligation.partnership.name,
            due=reported + ANSWER_WITHIN,
            key=key_of("reported", row),
        )


@Prepared
def _reported_to(sides: Sides) -> QuerySet[Due]:
    """Return what the other sides of these have reported, and nobody has answered."""
    rows = Due.objects.filter(REPORTED, owed_to(sides))
    return rows.select_related("obligation__partnership").order_by("met_at", "pk")


def owed_to(sides: Sides) -> Q:
    """Return the condition that another side owes it. There must be at least one side."""
    return reduce(
        or_,
        [
            Q(obligation__partnership=partnership) & ~Q(obligation__organisation=side)
            for partnership, side in sides
        ],
    )


def key_of(kind: str, due: Due) -> str:
    """Return what is called the same on the desk of whoever has it and of whoever awaits it."""
    return f"obligations.{kind}.{due.pk}"


def _waiting_dues(own: Sequence[Membership]) -> Iterator[Waiting]:
    today = days.today()
    found = _answered_by(
        person=own[0].person_id,
        sides=sides_of(own),
        offices=sides_of(row for row in own if Role.OFFICE in row.roles),
        today=today,
        last=today + FURTHEST,
    )
    subjects = subjects_of(row.obligation for row in found)
    for row in found:
        obligation, subject = row.obligation, subjects[row.subject]
        what = _("%(what)s is due by %(subject)s.")
        if row.returned_for:
            what = _("The other side returned %(what)s, due by %(subject)s.")
        elif row.due_on < today:
            what = _("%(what)s is overdue by %(subject)s.")
        yield Waiting(
            since=days.start_of(row.due_on - FURTHEST),
            what=what % {"what": obligation.what, "subject": subject.name},
            act=_("Report it as done"),
            url=reverse("obligations:due", args=[obligation.subject_kind, subject.code, row.pk]),
            about=obligation.partnership.name,
            due=days.end_of(row.due_on),
            key=key_of("due", row),
        )


@Prepared
def _answered_by(
    person: UUID, sides: Sides, offices: Sides, today: date, last: date
) -> QuerySet[Due]:
    """Return what the person answers for: their own dues, and an office those nobody answers for."""
    side = "obligation__partnership", "obligation__organisation"
    theirs = belongs_to_sides(sides, *side) & Q(obligation__owner=person)
    if offices:
        theirs |= Q(belongs_to_sides(offices, *side), ~owner_still_answers(today))
    rows = Due.objects.filter(
        theirs, Q(due_on__lte=last) | ~Q(returned_for=""), obligation__owed_from__lte=today
    )
    rows = filter_dues(rows, "open", today=today).select_related("obligation__partnership")
    return rows.order_by("due_on", "pk")
