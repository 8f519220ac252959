"""What of the negotiation others have to do: to approve the text that one's own side has approved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.agreements.access import POLICY
from jointlab.agreements.models import Agreement
from jointlab.agreements.negotiation.queries.waiting import approved_by_some, key_of
from jointlab.common.rooms import Awaited
from jointlab.parties.models import Membership, Person
from jointlab.parties.queries import sides_by_partnership


def awaited(own: Sequence[Membership]) -> Iterator[Awaited]:
    """Yield each text that the person's side has approved and another side has not."""
    mine = {
        row.partnership_id: row.organisation_id for row in POLICY.with_right(own, "read drafts")
    }
    if not mine:
        return
    found = [row for row in approved_by_some(mine) if mine[row[0].partnership_id] in row[2]]
    sides = sides_by_partnership({row[0].partnership_id for row in found}) if found else {}
    for agreement, since, approved in found:
        missing = [side for side in sides[agreement.partnership_id] if side.pk not in approved]
        yield Awaited(
            since=since,
            what=_("The approval of version %(number)s of %(agreement)s.")
            % {"number": agreement.latest, "agreement": agreement.name},
            who=", ".join(side.name for side in missing),
            url=reverse("agreements:agreement", args=[agreement.code]),
            about=agreement.partnership.name,
            key=key_of(agreement),
            holders=partial(_approvers, agreement, [side.pk for side in missing]),
        )


def _approvers(agreement: Agreement, sides: Collection[UUID]) -> Iterable[Person]:
    members = POLICY.holders("approve").filter(
        partnership=agreement.partnership_id, organisation__in=sides
    )
    return Person.objects.filter(pk__in=members.values("person")).order_by("pk")
