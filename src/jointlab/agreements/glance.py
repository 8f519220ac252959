"""What a partnership's overview says of its agreements: which bind its sides, and how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jointlab.agreements.access import POLICY
from jointlab.agreements.force.queries.endings import last_day
from jointlab.agreements.models import GOES_ON, Agreement, Standing, State
from jointlab.common import days
from jointlab.common.prepared import Prepared
from jointlab.common.rooms import Glance
from jointlab.common.show import day
from jointlab.parties.models import Partnership
from jointlab.parties.policy import Reader, membership_of

MOST = 3


def glance(user: Reader, partnership: Partnership) -> Glance | None:
    """Return the agreements that bind, those first that end first, for whom they bind."""
    if not POLICY.may("read", membership_of(user, partnership)):
        return None
    everything = reverse("agreements:of-partnership", args=[partnership.code])
    return Glance(_("Agreements"), list(_lines(partnership.pk, everything)), everything)


def _lines(partnership: UUID, everything: str) -> Iterator[tuple[str, str]]:
    today = days.today()
    found = _binding(partnership=partnership, today=today)
    for row in found[:MOST]:
        what = {"agreement": row.name, "left": _how_long(row, today)}
        url = reverse("agreements:agreement", args=[row.code])
        yield _("%(agreement)s: %(left)s") % what, url
    if len(found) > MOST:
        yield _("and more that are in force"), everything
    if not found:
        yield _("None is in force."), ""


def _how_long(agreement: Agreement, today: date) -> str:
    if agreement.standing is Standing.AWAITED:
        return _("in force from %(day)s") % {"day": day(agreement.starts_on)}
    last = last_day(agreement)
    if last is None:
        return _("in force without an end")
    left = (last - today).days
    said = ngettext("%(count)s day left, until %(day)s", "%(count)s days left, until %(day)s", left)
    return said % {"count": left, "day": day(last)}


@Prepared
def _binding(partnership: UUID, today: date) -> QuerySet[Agreement]:
    rows = Agreement.objects.filter(
        GOES_ON | Q(ends_on=None) | Q(ends_on__gte=today) & Q(ends_on__gte=F("starts_on")),
        partnership=partnership,
        state=State.SIGNED,
    )
    return rows.order_by(F("ends_on").asc(nulls_last=True), "pk")[: MOST + 1]
