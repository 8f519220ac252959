"""What of signing others have to do: to sign where they were asked to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.agreements.access import POLICY
from jointlab.agreements.models import Signature, State
from jointlab.common.prepared import Prepared
from jointlab.common.rooms import Awaited
from jointlab.parties.models import Membership


def awaited(own: Sequence[Membership]) -> Iterator[Awaited]:
    """Yield each signature for which somebody else was asked, for those who see the text."""
    seeing = [row.partnership_id for row in POLICY.with_right(own, "read drafts")]
    if not seeing:
        return
    for row in _asked_of_others(person=own[0].person_id, partnerships=seeing):
        what = _("The signature on %(agreement)s.")
        if row.witness:
            what = _("The witness’s signature on %(agreement)s.")
        yield Awaited(
            since=row.asked_at,  # type: ignore[arg-type]
            what=what % {"agreement": row.agreement.name},
            who=row.person.name,
            url=reverse("agreements:signing", args=[row.agreement.code]),
            about=row.agreement.partnership.name,
            key=f"agreements.sign.{row.pk}",
            holders=[row.person].copy,
        )


@Prepared
def _asked_of_others(person: UUID, partnerships: list[UUID]) -> QuerySet[Signature]:
    rows = Signature.objects.filter(
        asked_at__isnull=False,
        signed_at=None,
        agreement__state=State.SIGNING,
        agreement__partnership__any_of=partnerships,
    ).exclude(person=person)
    return rows.select_related("agreement__partnership", "person").order_by("asked_at", "pk")
