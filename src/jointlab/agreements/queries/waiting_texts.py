"""What of the negotiation waits for a person: their side's approval, where another side approved."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.agreements.access import memberships_giving
from jointlab.agreements.models import Agreement, Approval, State
from jointlab.common.waiting import Waiting
from jointlab.parties.models import Person


def waiting(user: Person) -> Iterator[Waiting]:
    """Yield each text that another side has approved and that the person may approve for theirs."""
    own = memberships_giving(user, "approve").filter(partnership=OuterRef("partnership"))
    given = Approval.objects.filter(
        version__agreement=OuterRef("pk"), version__number=OuterRef("latest")
    )
    rows = Agreement.objects.filter(state=State.DRAFT).annotate(
        side=Subquery(own.values("organisation")[:1]),
        since=Subquery(given.order_by("at").values("at")[:1]),
    )
    rows = rows.filter(side__isnull=False, since__isnull=False)
    rows = rows.exclude(Exists(given.filter(organisation=OuterRef("side"))))
    for row in rows.select_related("partnership").order_by("since", "pk"):
        yield Waiting(
            since=row.since,
            what=_("Your side has not approved version %(number)s of %(agreement)s yet.")
            % {"number": row.latest, "agreement": row.name},
            act=_("Read and approve"),
            url=reverse("agreements:approve", args=[row.code]),
            about=row.partnership.name,
        )
