"""What of what is owed others have to do: the answer to a report, and what the other side owes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.common import days
from jointlab.common.prepared import Prepared
from jointlab.common.rooms import Awaited
from jointlab.obligations.access import POLICY
from jointlab.obligations.models import Due
from jointlab.obligations.queries.answering import people_answering, people_owed_to
from jointlab.obligations.queries.dues import REPORTED, filter_dues
from jointlab.obligations.queries.waiting import (
    ANSWER_WITHIN,
    FURTHEST,
    key_of,
    owed_to,
)
from jointlab.obligations.subjects import subjects_of
from jointlab.parties.access import Sides, belongs_to_sides, sides_of
from jointlab.parties.models import Membership, Role
from jointlab.parties.queries import sides_by_partnership

SOON = timedelta(days=14)  # before it is due one waits for what the other side owes


def awaited_by(own: Sequence[Membership]) -> Iterator[Awaited]:
    """Yield what one's side has reported and what, for offices, the other side soon has to do."""
    if bound := POLICY.with_right(own, "read"):
        yield from _answers(bound)
    if offices := POLICY.with_right(own, "accept"):
        yield from _owed_by_others(offices)


def _answers(own: Sequence[Membership]) -> Iterator[Awaited]:
    offices = sides_of(row for row in own if Role.OFFICE in row.roles)
    found = _reported_by(person=own[0].person_id, sides=sides_of(own), offices=offices)
    subjects = subjects_of(row.obligation for row in found)
    places = {row.obligation.partnership_id for row in found}
    sides = sides_by_partnership(places) if places else {}
    for row in found:
        obligation, subject = row.obligation, subjects[row.subject]
        houses = sides[obligation.partnership_id]
        others = [side.name for side in houses if side.pk != obligation.organisation_id]
        what = _("The answer to your report that this is done: %(what)s, due by %(subject)s.")
        reported: datetime = row.met_at  # type: ignore[assignment]
        yield Awaited(
            since=reported,
            what=what % {"what": obligation.what, "subject": subject.name},
            who=", ".join(others),
            url=reverse("obligations:due", args=[obligation.subject_kind, subject.code, row.pk]),
            about=obligation.partnership.name,
            due=reported + ANSWER_WITHIN,
            key=key_of("reported", row),
            holders=partial(people_owed_to, row),
        )


@Prepared
def _reported_by(person: UUID, sides: Sides, offices: Sides) -> QuerySet[Due]:
    side = "obligation__partnership", "obligation__organisation"
    theirs = Q(met_by=person) | Q(obligation__owner=person)
    if offices:
        theirs |= belongs_to_sides(offices, *side)
    rows = Due.objects.filter(REPORTED, belongs_to_sides(sides, *side), theirs)
    return rows.select_related("obligation__partnership").order_by("met_at", "pk")


def _owed_by_others(offices: Sequence[Membership]) -> Iterator[Awaited]:
    today = days.today()
    found = _due_soon(sides=sides_of(offices), today=today, last=today + SOON)
    subjects = subjects_of(row.obligation for row in found)
    for row in found:
        obligation, subject = row.obligation, subjects[row.subject]
        what = _("%(what)s, due by %(subject)s.")
        yield Awaited(
            since=days.start_of(max(row.due_on - FURTHEST, obligation.owed_from)),
            what=what % {"what": obligation.what, "subject": subject.name},
            who=(obligation.owner or obligation.organisation).name,
            url=reverse("obligations:due", args=[obligation.subject_kind, subject.code, row.pk]),
            about=obligation.partnership.name,
            due=days.end_of(row.due_on),
            key=key_of("due", row),
            holders=partial(people_answering, row),
        )


@Prepared
def _due_soon(sides: Sides, today: date, last: date) -> QuerySet[Due]:
    joined = ("obligation__partnership", "obligation__owner", "obligation__organisation")
    rows = Due.objects.filter(owed_to(sides), due_on__lte=last, obligation__owed_from__lte=today)
    rows = filter_dues(rows, "open", today=today)
    return rows.select_related(*joined).order_by("due_on", "pk")
