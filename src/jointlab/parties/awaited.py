"""What others have to do for a side's office: to accept an invitation, to sign the history's head."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.common.prepared import Prepared
from jointlab.common.rooms import Awaited
from jointlab.history.queries import newest_checkpoints
from jointlab.parties.access import POLICY, Sides, belongs_to_sides, sides_of
from jointlab.parties.models import Invitation, Membership, Partnership, Person
from jointlab.parties.queries import sides_by_partnership
from jointlab.parties.queries_history import checkpoint_key


def awaited_by(own: Sequence[Membership]) -> Iterator[Awaited]:
    """Yield what the offices among these memberships wait for."""
    if offices := POLICY.with_right(own, "invite"):
        yield from _invitations(offices)
    if offices := POLICY.with_right(own, "sign checkpoint"):
        yield from _checkpoints(offices)


def _invitations(offices: Sequence[Membership]) -> Iterator[Awaited]:
    for row in _open_invitations(sides=sides_of(offices), now=timezone.now()):
        yield Awaited(
            since=row.invited_at,
            what=_("The answer to an invitation."),
            who=row.email,
            url=reverse("parties:invitations", args=[row.partnership.code]),
            about=row.partnership.name,
            due=row.expires_at,
        )


@Prepared
def _open_invitations(sides: Sides, now: datetime) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(
        belongs_to_sides(sides), accepted_at=None, withdrawn_at=None, expires_at__gt=now
    )
    return rows.select_related("partnership").order_by("invited_at", "pk")


def _checkpoints(offices: Sequence[Membership]) -> Iterator[Awaited]:
    mine = {office.partnership_id: office for office in offices}
    signed = [
        (chain, shown)
        for chain, shown in newest_checkpoints(list(mine))
        if shown.signed_by(mine[chain].organisation_id)
    ]
    sides = sides_by_partnership([chain for chain, _shown in signed]) if signed else {}
    for chain, shown in signed:
        partnership = mine[chain].partnership
        missing = [side for side in sides[chain] if not shown.signed_by(side.pk)]
        if missing:
            yield Awaited(
                since=shown.at,
                what=_("The signature under the head of the history."),
                who=", ".join(side.name for side in missing),
                url=reverse("parties:checkpoints", args=[partnership.code]),
                about=partnership.name,
                key=checkpoint_key(chain, shown),
                holders=partial(_who_signs, partnership, [side.pk for side in missing]),
            )


def _who_signs(partnership: Partnership, sides: Collection[UUID]) -> Iterable[Person]:
    members = POLICY.holders("sign checkpoint").filter(
        partnership=partnership, organisation__in=sides
    )
    return Person.objects.filter(pk__in=members.values("person")).order_by("pk")
