"""What waits for a side's office: memberships and invitations that run out soon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jointlab.common import days
from jointlab.common.prepared import Prepared
from jointlab.common.rooms import Waiting
from jointlab.parties.access import POLICY, Sides, belongs_to_sides, sides_of
from jointlab.parties.models import Invitation, Membership, Partnership
from jointlab.parties.queries_history import checkpoints_waiting_for

SOON = timedelta(days=30)
INVITATION_SOON = timedelta(days=4)
MOST_APART = 3  # more memberships that run out are one line: a cohort leaves on one day


def waiting_for(own: Sequence[Membership]) -> Iterator[Waiting]:
    """Yield what runs out soon on the sides whose office the person is."""
    if offices := POLICY.with_right(own, "change membership"):
        yield from _ending_memberships(offices)
    if offices := POLICY.with_right(own, "invite"):
        yield from _expiring_invitations(offices)
    if offices := POLICY.with_right(own, "sign checkpoint"):
        yield from checkpoints_waiting_for(offices)


def _ending_memberships(offices: Sequence[Membership]) -> Iterator[Waiting]:
    today = days.today()
    ending: dict[Partnership, list[Membership]] = {}
    for row in _memberships_until(sides=sides_of(offices), today=today, last=today + SOON):
        ending.setdefault(row.partnership, []).append(row)
    for partnership, memberships in ending.items():
        if len(memberships) > MOST_APART:
            yield _waiting_for_several(partnership, memberships)
        else:
            yield from map(_waiting_for_one, memberships)


@Prepared
def _memberships_until(sides: Sides, today: date, last: date) -> QuerySet[Membership]:
    rows = Membership.objects.not_over(today).filter(belongs_to_sides(sides), until__lte=last)
    return rows.select_related("person", "partnership").order_by("until", "pk")


def _waiting_for_one(membership: Membership) -> Waiting:
    code, until = membership.partnership.code, membership.until or days.today()
    what = _("The membership of %(person)s runs out.")
    return Waiting(
        since=days.start_of(until - SOON),
        what=what % {"person": _isolate_direction(membership.person.name)},
        act=_("Extend or end"),
        url=reverse("parties:change-membership", args=[code, membership.pk]),
        about=membership.partnership.name,
        due=days.end_of(until),
    )


def _waiting_for_several(partnership: Partnership, memberships: list[Membership]) -> Waiting:
    first = memberships[0].until or days.today()
    what = ngettext(
        "%(count)s membership runs out.", "%(count)s memberships run out.", len(memberships)
    )
    people = reverse("parties:people", args=[partnership.code])
    side = memberships[0].organisation_id
    return Waiting(
        since=days.start_of(first - SOON),
        what=what % {"count": len(memberships)},
        act=_("Extend or end"),
        url=f"{people}?when=ending&side={side}",
        about=partnership.name,
        due=days.end_of(first),
    )


def _expiring_invitations(offices: Sequence[Membership]) -> Iterator[Waiting]:
    now = timezone.now()
    what = _("The invitation of %(address)s has not been accepted and expires.")
    for row in _invitations_until(sides=sides_of(offices), now=now, last=now + INVITATION_SOON):
        yield Waiting(
            since=row.expires_at - INVITATION_SOON,
            what=what % {"address": row.email},
            act=_("Send again or withdraw"),
            url=reverse("parties:invitations", args=[row.partnership.code]),
            about=row.partnership.name,
            due=row.expires_at,
        )


@Prepared
def _invitations_until(sides: Sides, now: datetime, last: datetime) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(
        belongs_to_sides(sides),
        accepted_at=None,
        withdrawn_at=None,
        expires_at__gt=now,
        expires_at__lt=last,
    )
    return rows.select_related("partnership").order_by("expires_at", "pk")


def _isolate_direction(name: str) -> str:
    """Keep a name's direction to itself in plain text: first-strong isolate … pop."""
    return f"\u2068{name}\u2069"
