"""What a partnership's overview says of what is owed: by one's own side, and by the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.common import days
from jointlab.common.prepared import Prepared
from jointlab.common.rooms import Glance
from jointlab.obligations.access import POLICY
from jointlab.obligations.models import Due
from jointlab.obligations.queries.dues import filter_dues
from jointlab.parties.models import Partnership
from jointlab.parties.policy import Reader, membership_of

AHEAD = timedelta(days=90)


def glance(user: Reader, partnership: Partnership) -> Glance | None:
    """Return what is overdue and what falls due in 90 days, by us and by them."""
    own = membership_of(user, partnership)
    if own is None or not POLICY.may("read", own):
        return None
    today = days.today()
    found = _open_by_side(partnership=partnership.pk, today=today, last=today + AHEAD)
    ours = [row for row in found if row[0] == own.organisation_id]
    theirs = [row for row in found if row[0] != own.organisation_id]
    mine = reverse("obligations:all-obligations")
    lines = [
        (_("By us: %(owed)s") % {"owed": _how_much(ours)}, mine),
        (_("By the other side: %(owed)s") % {"owed": _how_much(theirs)}, ""),
    ]
    return Glance(_("What is owed"), lines)


def _how_much(found: Sequence[tuple[UUID, int, int]]) -> str:
    late = sum(row[2] for row in found)
    soon = sum(row[1] for row in found) - late
    said = {"late": late, "soon": soon}
    if late and soon:
        return _("%(late)s overdue, %(soon)s due in 90 days") % said
    if late:
        return _("%(late)s overdue") % said
    return _("%(soon)s due in 90 days") % said if soon else _("nothing in 90 days")


@Prepared
def _open_by_side(
    partnership: UUID, today: date, last: date
) -> QuerySet[Due, tuple[UUID, int, int]]:
    rows = Due.objects.filter(
        obligation__partnership=partnership, obligation__owed_from__lte=today, due_on__lte=last
    )
    sides = filter_dues(rows, "open", today=today).values_list("obligation__organisation")
    return sides.annotate(Count("pk"), late=Count("pk", filter=Q(due_on__lt=today))).order_by()
