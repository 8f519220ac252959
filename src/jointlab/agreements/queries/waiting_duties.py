"""What of agreements in force waits for a person: what is due, notices to answer, what ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements.access import readers, rights
from jointlab.agreements.models import Agreement, Due, Publication, Relation, State
from jointlab.agreements.queries.duties import in_order, narrowed
from jointlab.agreements.queries.endings import FURTHEST, Coming, coming_ends
from jointlab.common.waiting import Waiting
from jointlab.parties.models import Membership, Person, Role


def waiting(user: Person) -> Iterator[Waiting]:
    """Yield what is due in 90 days or was returned, notices to answer, agreements that end."""
    own = list(Membership.objects.live().filter(person=user).select_related("partnership"))
    yield from _dues(user, [place for place in own if _may(place, "read")])
    yield from _publications([place for place in own if _may(place, "answer notice")])
    yield from _endings([place for place in own if _may(place, "draft")])


def _may(place: Membership, to: str) -> bool:
    return to in rights(place.partnership, place.roles)


def _dues(user: Person, own: Sequence[Membership]) -> Iterator[Waiting]:
    if not own:
        return
    today = timezone.localdate()
    answered = readers().filter(
        partnership=OuterRef("agreement__partnership"),
        organisation=OuterRef("obligation__organisation"),
        person=OuterRef("obligation__owner"),
    )
    mine = _owed_by(own) & Q(obligation__owner=user.pk)
    offices = [place for place in own if Role.OFFICE in place.roles]
    if offices:
        mine |= Q(_owed_by(offices), ~Exists(answered))
    rows = Due.objects.filter(
        mine,
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


def _owed_by(own: Sequence[Membership]) -> Q:
    """Return what the sides of these memberships owe, each in its own partnership."""
    sides = Q()
    for place in own:
        sides |= Q(
            agreement__partnership=place.partnership_id,
            obligation__organisation=place.organisation_id,
        )
    return sides


def _publications(own: Sequence[Membership]) -> Iterator[Waiting]:
    if not own:
        return
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
    if not own:
        return
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
