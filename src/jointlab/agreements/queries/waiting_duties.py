"""What of agreements in force waits for a person: what is due, notices to answer, what ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements.access import POLICY, readers
from jointlab.agreements.models import Agreement, Due, Publication, Relation, State
from jointlab.agreements.queries.duties import in_order, narrowed
from jointlab.agreements.queries.endings import FURTHEST, Coming, coming_ends
from jointlab.common.rooms import Waiting
from jointlab.parties.access import of_sides
from jointlab.parties.models import Membership, Role


def waiting(own: Sequence[Membership]) -> Iterator[Waiting]:
    """Yield what is due in 90 days or was returned, notices to answer, agreements that end."""
    if readers_of := POLICY.giving(own, "read"):
        yield from _dues(readers_of)
    if offices := POLICY.giving(own, "answer notice"):
        yield from _publications(offices)
    if offices := POLICY.giving(own, "draft"):
        yield from _endings(offices)


def _dues(own: Sequence[Membership]) -> Iterator[Waiting]:
    today = timezone.localdate()
    rows = Due.objects.filter(
        _mine(own),
        Q(due_on__lte=today + FURTHEST) | ~Q(returned_for=""),
        agreement__state=State.SIGNED,
        agreement__starts_on__lte=today,
    )
    for row in in_order(narrowed(rows, "open")):
        what = _("%(what)s is due by %(agreement)s.")
        if row.returned_for:
            what = _("The other side returned %(what)s, due by %(agreement)s.")
        elif row.due_on < today:
            what = _("%(what)s is overdue by %(agreement)s.")
        yield Waiting(
            since=_begin(row.due_on - FURTHEST),
            what=what % {"what": row.obligation.what, "agreement": row.agreement.name},
            act=_("Report it as done"),
            url=reverse("agreements:due", args=[row.agreement.code, row.pk]),
            about=row.agreement.partnership.name,
            due=_end(row.due_on),
        )


def _mine(own: Sequence[Membership]) -> Q:
    """Return what the person answers for: their own dues, and an office those nobody answers for."""
    owed = "agreement__partnership", "obligation__organisation"
    mine = of_sides(own, *owed) & Q(obligation__owner=own[0].person_id)
    offices = [row for row in own if Role.OFFICE in row.roles]
    if not offices:
        return mine
    answered = readers().filter(
        partnership=OuterRef("agreement__partnership"),
        organisation=OuterRef("obligation__organisation"),
        person=OuterRef("obligation__owner"),
    )
    return mine | Q(of_sides(offices, *owed), ~Exists(answered))


def _publications(own: Sequence[Membership]) -> Iterator[Waiting]:
    others = Q()
    for place in own:
        there = Q(agreement__partnership=place.partnership_id)
        others |= there & ~Q(organisation=place.organisation_id)
    rows = Publication.objects.filter(
        others,
        Q(answer_by__gte=timezone.localdate()) | Q(needs_consent=True),
        cleared_at=None,
        objected_at=None,
        withdrawn_at=None,
    )
    for row in rows.select_related("agreement__partnership").order_by("given_at", "pk"):
        yield Waiting(
            since=row.given_at,
            what=_("The other side gives notice of the publication “%(title)s”.")
            % {"title": row.title},
            act=_("Clear it or object"),
            url=reverse("agreements:publications", args=[row.agreement.code]),
            about=row.agreement.partnership.name,
            due=None if row.needs_consent else _end(row.answer_by),
        )


def _endings(own: Sequence[Membership]) -> Iterator[Waiting]:
    renewed = Agreement.objects.filter(follows=OuterRef("pk"), relation=Relation.RENEWAL)
    rows = Agreement.objects.filter(
        ~Exists(renewed.exclude(state=State.WITHDRAWN)),
        partnership__in=[place.partnership_id for place in own],
    )
    for end in coming_ends(rows.select_related("partnership")):
        yield Waiting(
            since=_begin(end.last_word - FURTHEST),
            what=_said(end),
            act=_("Let it go on or end") if end.goes_on else _("Renew or let it end"),
            url=reverse("agreements:agreement", args=[end.agreement.code]),
            about=end.agreement.partnership.name,
            due=_end(end.last_word),
        )


def _said(end: Coming) -> str:
    what = _("%(agreement)s ends.")
    if end.goes_on:
        what = _("%(agreement)s goes on by itself unless a side gives notice.")
    return what % {"agreement": end.agreement.name}


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _end(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))
