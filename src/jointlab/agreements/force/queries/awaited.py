"""What of agreements in force others have to do: to answer notices of publications."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.agreements.access import POLICY
from jointlab.agreements.force.queries.waiting import UNANSWERED, in_time
from jointlab.agreements.letters import who_answers
from jointlab.agreements.models import Publication
from jointlab.common import days
from jointlab.common.prepared import Prepared
from jointlab.common.rooms import Awaited
from jointlab.parties.access import Sides, belongs_to_sides, sides_of
from jointlab.parties.models import Membership
from jointlab.parties.queries import sides_by_partnership


def awaited(own: Sequence[Membership]) -> Iterator[Awaited]:
    """Yield the notices that the person's side gave, and nobody has answered."""
    giving = POLICY.with_right(own, "give notice")
    found = _given(sides=sides_of(giving), today=days.today()) if giving else []
    places = {row.agreement.partnership_id for row in found}
    sides = sides_by_partnership(places) if places else {}
    for row in found:
        partnership = row.agreement.partnership
        others = [side.name for side in sides[partnership.pk] if side.pk != row.organisation_id]
        yield Awaited(
            since=row.given_at,
            what=_("The answer to the notice of the publication “%(title)s”.")
            % {"title": row.title},
            who=", ".join(others),
            url=reverse("agreements:publications", args=[row.agreement.code]),
            about=partnership.name,
            due=None if row.needs_consent else days.end_of(row.answer_by),
            key=f"agreements.publication.{row.pk}",
            holders=partial(who_answers, row),
        )


@Prepared
def _given(sides: Sides, today: date) -> QuerySet[Publication]:
    rows = Publication.objects.filter(
        belongs_to_sides(sides, "agreement__partnership"), in_time(today), UNANSWERED
    )
    return rows.select_related("agreement__partnership").order_by("given_at", "pk")
