"""Which agreement is in force."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from jointlab.agreements.models import GOES_ON, Agreement, Kind, State
from jointlab.common.prepared import Prepared
from jointlab.parties.models import Partnership


def in_force_on(day: date) -> QuerySet[Agreement]:
    """Return the agreements that bind on that day."""
    return Agreement.objects.filter(
        GOES_ON | Q(ends_on__isnull=True) | Q(ends_on__gte=day),
        state=State.SIGNED,
        starts_on__lte=day,
    )


def carrying(partnership: Partnership, day: date) -> Agreement | None:
    """Return the strategic agreement that carries the partnership on that day, the latest first."""
    return next(iter(_carrying(partnership=partnership.pk, day=day)), None)


@Prepared
def _carrying(partnership: UUID, day: date) -> QuerySet[Agreement]:
    rows = in_force_on(day).filter(partnership=partnership, kind=Kind.STRATEGIC)
    return rows.order_by("-number")[:1]
