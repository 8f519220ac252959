"""What of the negotiation waits for a person: their side's approval, where another side approved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.agreements.access import POLICY
from jointlab.agreements.models import Agreement, Approval, State
from jointlab.common.rooms import Waiting
from jointlab.parties.models import Membership


def waiting(own: Sequence[Membership]) -> Iterator[Waiting]:
    """Yield each text that another side has approved and that the person may approve for theirs."""
    mine = {row.partnership_id: row.organisation_id for row in POLICY.with_right(own, "approve")}
    if not mine:
        return
    given = Approval.objects.filter(
        version__agreement=OuterRef("pk"), version__number=OuterRef("latest")
    )
    rows = Agreement.objects.filter(state=State.DRAFT, partnership__in=mine).annotate(
        since=Subquery(given.order_by("at").values("at")[:1]),
        sides=ArraySubquery(given.values("organisation")),
    )
    rows = rows.filter(since__isnull=False)
    for row in rows.select_related("partnership").order_by("since", "pk"):
        if mine[row.partnership_id] in row.sides:
            continue
        yield Waiting(
            since=row.since,
            what=_("Your side has not approved version %(number)s of %(agreement)s yet.")
            % {"number": row.latest, "agreement": row.name},
            act=_("Read and approve"),
            url=reverse("agreements:approve", args=[row.code]),
            about=row.partnership.name,
        )
