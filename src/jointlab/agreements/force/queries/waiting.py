"""What of agreements in force waits for a person: notices to answer, what ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.agreements.access import POLICY
from jointlab.agreements.force.queries.endings import (
    FURTHEST,
    NOTICE,
    ending_between,
    ends_soon,
)
from jointlab.agreements.models import Agreement, EndNotice, Publication, Relation, State
from jointlab.common import days, show
from jointlab.common.prepared import Prepared
from jointlab.common.rooms import Waiting
from jointlab.parties.access import Sides, sides_of
from jointlab.parties.models import Membership

UNANSWERED = Q(cleared_at=None, objected_at=None, withdrawn_at=None)


def in_time(today: date) -> Q:
    """Return the condition that a notice can still be answered."""
    return Q(answer_by__gte=today) | Q(needs_consent=True)


def waiting(own: Sequence[Membership]) -> Iterator[Waiting]:
    """Yield notices to answer, and agreements that end."""
    if offices := POLICY.with_right(own, "object"):
        yield from _publications(offices)
    if offices := POLICY.with_right(own, "draft"):
        yield from _endings(offices)
    if speaking := POLICY.with_right(own, "note end"):
        yield from _notices_of_end(speaking)


def _publications(own: Sequence[Membership]) -> Iterator[Waiting]:
    for row in _notices_to_answer(sides=sides_of(own), today=days.today()):
        yield Waiting(
            since=row.given_at,
            what=_("The other side gives notice of the publication “%(title)s”.")
            % {"title": row.title},
            act=_("Clear it or object"),
            url=reverse("agreements:publications", args=[row.agreement.code]),
            about=row.agreement.partnership.name,
            due=None if row.needs_consent else days.end_of(row.answer_by),
            key=f"agreements.publication.{row.pk}",
        )


@Prepared
def _notices_to_answer(sides: Sides, today: date) -> QuerySet[Publication]:
    there = [
        Q(agreement__partnership=partnership) & ~Q(organisation=organisation)
        for partnership, organisation in sides
    ]
    rows = Publication.objects.filter(reduce(or_, there), in_time(today), UNANSWERED)
    return rows.select_related("agreement__partnership").order_by("given_at", "pk")


def _notices_of_end(own: Sequence[Membership]) -> Iterator[Waiting]:
    """Yield what the other side gave notice of, and what it proposes to take back."""
    members = {member.partnership_id: member for member in own}
    for notice in _ends_given(sides=sides_of(own), today=days.today()):
        member = members[notice.agreement.partnership_id]
        if POLICY.may("take back", member, notice):
            what = _("The other side would take back its notice: %(agreement)s would go on.")
            act = _("Agree, or keep the notice")
        elif notice.noted_at is None:
            what = _("The other side gave notice: %(agreement)s ends on %(day)s.")
            act = _("Read and take note")
        else:
            continue
        yield Waiting(
            since=notice.asked_back_at or notice.at,
            what=what % {"agreement": notice.agreement.name, "day": show.day(notice.last_day)},
            act=act,
            url=reverse("agreements:ending", args=[notice.agreement.code]),
            about=notice.agreement.partnership.name,
            due=days.end_of(notice.last_day),
        )


@Prepared
def _ends_given(sides: Sides, today: date) -> QuerySet[EndNotice]:
    there = [
        Q(agreement__partnership=partnership) & ~Q(organisation=organisation)
        for partnership, organisation in sides
    ]
    rows = EndNotice.objects.filter(
        reduce(or_, there),
        Q(noted_at__isnull=True) | Q(asked_back_at__isnull=False),
        agreement__ends_on=F("last_day"),  # no other notice or agreement has moved it since
        taken_back_at__isnull=True,
        last_day__gte=today,
    )
    return rows.select_related("agreement__partnership").order_by("at", "pk")


def _endings(own: Sequence[Membership]) -> Iterator[Waiting]:
    today = days.today()
    found = _ending_unrenewed(
        partnerships=[place.partnership_id for place in own],
        today=today,
        last=today + FURTHEST + NOTICE,
    )
    for end in ends_soon(found):
        what = _("%(agreement)s ends.")
        if end.goes_on:
            what = _("%(agreement)s goes on by itself unless a side gives notice.")
        yield Waiting(
            since=days.start_of(end.last_word - FURTHEST),
            what=what % {"agreement": end.agreement.name},
            act=_("Renew automatically or give notice")
            if end.goes_on
            else _("Renew, or let the agreement expire"),
            url=reverse("agreements:agreement", args=[end.agreement.code]),
            about=end.agreement.partnership.name,
            due=days.end_of(end.last_word),
        )


@Prepared
def _ending_unrenewed(partnerships: list[UUID], today: date, last: date) -> QuerySet[Agreement]:
    renewals = Agreement.objects.filter(follows=OuterRef("pk"), relation=Relation.RENEWAL)
    rows = Agreement.objects.filter(
        ~Exists(renewals.exclude(state=State.WITHDRAWN)), partnership__any_of=partnerships
    )
    return ending_between(rows.select_related("partnership"), today, last)
