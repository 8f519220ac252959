"""What of agreements in force waits for a person: notices to answer, what ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements.access import POLICY
from jointlab.agreements.force.queries.endings import FURTHEST, coming_ends
from jointlab.agreements.models import Agreement, Publication, Relation, State
from jointlab.common.rooms import Waiting
from jointlab.parties.models import Membership


def waiting(own: Sequence[Membership]) -> Iterator[Waiting]:
    """Yield notices to answer, and agreements that end."""
    if offices := POLICY.with_right(own, "object"):
        yield from _publications(offices)
    if offices := POLICY.with_right(own, "draft"):
        yield from _endings(offices)


def _publications(own: Sequence[Membership]) -> Iterator[Waiting]:
    others = Q()
    for place in own:
        there = Q(agreement__partnership=place.partnership_id)
        others |= there & ~Q(organisation=place.organisation_id)
    rows = Publication.objects.filter(
        others,
        Q(answer_by__gte=timezone.localdate()) | Q(needs_consent=True),
        cleared_at=None,
        objected_at=None,
        withdrawn_at=None,
    )
    for row in rows.select_related("agreement__partnership").order_by("given_at", "pk"):
        yield Waiting(
            since=row.given_at,
            what=_("The other side gives notice of the publication “%(title)s”.")
            % {"title": row.title},
            act=_("Clear it or object"),
            url=reverse("agreements:publications", args=[row.agreement.code]),
            about=row.agreement.partnership.name,
            due=None if row.needs_consent else _end(row.answer_by),
        )


def _endings(own: Sequence[Membership]) -> Iterator[Waiting]:
    renewed = Agreement.objects.filter(follows=OuterRef("pk"), relation=Relation.RENEWAL)
    rows = Agreement.objects.filter(
        ~Exists(renewed.exclude(state=State.WITHDRAWN)),
        partnership__in=[place.partnership_id for place in own],
    )
    for end in coming_ends(rows.select_related("partnership")):
        what = _("%(agreement)s ends.")
        if end.goes_on:
            what = _("%(agreement)s goes on by itself unless a side gives notice.")
        yield Waiting(
            since=timezone.make_aware(datetime.combine(end.last_word - FURTHEST, time.min)),
            what=what % {"agreement": end.agreement.name},
            act=_("Let it go on or end") if end.goes_on else _("Renew or let it end"),
            url=reverse("agreements:agreement", args=[end.agreement.code]),
            about=end.agreement.partnership.name,
            due=_end(end.last_word),
        )


def _end(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))
