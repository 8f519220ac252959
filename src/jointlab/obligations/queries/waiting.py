"""What is owed that waits for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.common import days
from jointlab.common.prepared import Prepared
from jointlab.common.rooms import Waiting
from jointlab.obligations.access import POLICY, owner_still_answers
from jointlab.obligations.models import Due
from jointlab.obligations.queries.dues import filter_dues
from jointlab.obligations.subjects import subjects_of
from jointlab.parties.access import Sides, belongs_to_sides, sides_of
from jointlab.parties.models import Membership, Role

FURTHEST = timedelta(days=90)  # before it is due it waits, the first time


def waiting_for(own: Sequence[Membership]) -> Iterator[Waiting]:
    """Yield what is due in 90 days or was returned, for whoever answers for it."""
    if bound := POLICY.with_right(own, "read"):
        yield from _waiting_dues(bound)


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
