"""What of the negotiation waits for a person: their side's approval, where another side approved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.agreements.access import POLICY
from jointlab.agreements.models import Agreement, Approval, State
from jointlab.common.prepared import Prepared
from jointlab.common.rooms import Waiting
from jointlab.parties.models import Membership


def waiting(own: Sequence[Membership]) -> Iterator[Waiting]:
    """Yield each text that another side has approved and that the person may approve for theirs."""
    mine = {row.partnership_id: row.organisation_id for row in POLICY.with_right(own, "approve")}
    if not mine:
        return
    for agreement, since, sides in approved_by_some(mine):
        if mine[agreement.partnership_id] in sides:
            continue
        yield Waiting(
            since=since,
            what=_("Your side has not approved version %(number)s of %(agreement)s yet.")
            % {"number": agreement.latest, "agreement": agreement.name},
            act=_("Read and approve"),
            url=reverse("agreements:approve", args=[agreement.code]),
            about=agreement.partnership.name,
            key=key_of(agreement),
        )


def key_of(agreement: Agreement) -> str:
    """Return what the approval of its latest version is called, on every side's desk."""
    return f"agreements.approve.{agreement.pk}.{agreement.latest}"


def approved_by_some(partnerships: Iterable[UUID]) -> list[tuple[Agreement, datetime, set[UUID]]]:
    """Return each draft whose latest version a side has approved: since when, and which sides."""
    found: dict[UUID, tuple[Agreement, datetime, set[UUID]]] = {}
    for row in _approvals_of_drafts(partnerships=list(partnerships)):
        agreement = row.version.agreement
        found.setdefault(agreement.pk, (agreement, row.at, set()))[2].add(row.organisation_id)
    return list(found.values())


@Prepared
def _approvals_of_drafts(partnerships: list[UUID]) -> QuerySet[Approval]:
    rows = Approval.objects.filter(
        version__number=F("version__agreement__latest"),
        version__agreement__state=State.DRAFT,
        version__agreement__partnership__any_of=partnerships,
    )
    rows = rows.select_related("version__agreement__partnership").defer("version__content")
    return rows.order_by("at", "pk")
