"""What is owed: lists of dues, and how each stands today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jointlab.common import days
from jointlab.common.prepared import Prepared
from jointlab.files.queries import read_file
from jointlab.obligations.access import POLICY, owner_still_answers, people_of_side
from jointlab.obligations.models import Due, EvidenceFile, Obligation
from jointlab.obligations.subjects import Subject, subjects_of
from jointlab.parties.models import Membership
from jointlab.parties.policy import Reader

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class Answered(TypedDict):
        """What a page asks besides of each due."""

        answered: bool  # by whoever was named

    Row = WithAnnotations[Due, Answered]

PAGE = 30
SOON = timedelta(days=30)
OPEN = Q(met_at=None, dropped=False)
REPORTED = Q(met_at__isnull=False, accepted_at=None)  # and nobody has said anything to that


@dataclass(frozen=True)
class DueShown:
    """Something due, how it stands as one of the five states and a word, and who answers for it.

    `left` says that who was named to answer for it is no longer of that side.
    """

    due: Due
    subject: Subject
    state: str
    word: str
    left: bool


def dues_of(subject: Subject) -> QuerySet[Due]:
    """Return what falls due by a subject."""
    return Due.objects.filter(subject=subject.id)


def files_of(due: Due) -> QuerySet[EvidenceFile]:
    """Return the files that show that something was done, with their sizes and hashes."""
    return due.files.select_related("stored").order_by("at", "pk")


def evidence_contents(file: EvidenceFile) -> bytes:
    """Return what such a file holds; refuse where it is lost."""
    return read_file(file.stored_id)


def filter_dues(
    rows: QuerySet[Due], show: str = "", side: str = "", today: date | None = None
) -> QuerySet[Due]:
    """Return those "open", "overdue", "reported" (unanswered) or "met", that a side owes; else all."""
    today = today or days.today()
    over = Q(obligation__owed_until__lt=today)
    shown = {
        "open": OPEN & ~over,
        "overdue": OPEN & ~over & Q(due_on__lt=today),
        "reported": REPORTED,
        "met": Q(met_at__isnull=False),
    }
    if show in shown:
        rows = rows.filter(shown[show])
    return rows.filter(obligation__organisation=UUID(side)) if side else rows


def soonest_first(rows: QuerySet[Due], today: date | None = None) -> QuerySet[Row]:
    """Return dues with what a page says of them, the soonest first."""
    joined = ("obligation__owner", "obligation__organisation", "obligation__partnership")
    rows = rows.select_related(*joined).order_by("due_on", "pk")
    return rows.annotate(answered=owner_still_answers(today))


def owed_by_my_sides(user: Reader) -> QuerySet[Due]:
    """Return what the person's own sides still owe."""
    places = [
        Q(obligation__partnership=own.partnership_id, obligation__organisation=own.organisation_id)
        for own in POLICY.memberships(user, "read")
    ]
    # Who may read sees each of these; named places are found by their indexes.
    if not places:
        return Due.objects.none()
    return filter_dues(Due.objects.filter(reduce(or_, places)), "open")


def dues_shown(
    dues: Iterable[Row], subjects: Mapping[UUID, Subject] | None = None
) -> list[DueShown]:
    """Return the dues with their states; without `subjects`, one more query a room."""
    rows = list(dues)
    if subjects is None:
        subjects = subjects_of(row.obligation for row in rows)
    return [
        DueShown(
            due=row,
            subject=subjects[row.subject],
            state=state,
            word=word,
            left=row.obligation.owner_id is not None and not row.answered,
        )
        for row in rows
        for state, word in [_state_of(row)]
    ]


def due_shown(due: Due, subject: Subject) -> DueShown:
    """Return one due with its state: one query."""
    found = _one(due=due.pk, today=days.today())
    [one] = dues_shown(found, {subject.id: subject})
    return one


@Prepared
def _one(due: UUID, today: date) -> QuerySet[Row]:
    return soonest_first(Due.objects.filter(pk=due), today)


def people_to_assign(obligation: Obligation) -> QuerySet[Membership]:
    """Return who can answer for an obligation, by name."""
    rows = people_of_side(obligation)
    return rows.select_related("person").order_by("person__name_own", "pk")


def _state_of(due: Due) -> tuple[str, str]:
    today = days.today()
    if due.accepted_at is not None:
        return "passed", _("Accepted by the other side")
    if due.met_at is not None:
        return "waiting", _("Reported, not answered")
    if due.dropped or due.obligation.is_over:
        return "ended", _("No longer due")
    if due.due_on < today:
        return "failed", _("Overdue")
    if due.returned_for:
        return "waiting", _("Returned")
    return ("waiting", _("Due soon")) if due.due_on <= today + SOON else ("going", _("Open"))
