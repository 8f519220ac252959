"""What of signing waits for a person: their own signature, or a document that cannot be made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.agreements.access import POLICY
from jointlab.agreements.models import Agreement, Signature, State
from jointlab.agreements.signature.queries.signing import problem_of
from jointlab.common import days
from jointlab.common.prepared import Prepared
from jointlab.common.rooms import Waiting
from jointlab.parties.access import Sides, belongs_to_sides, sides_of
from jointlab.parties.models import Membership


def waiting(own: Sequence[Membership]) -> Iterator[Waiting]:
    """Yield each agreement that the person is asked to sign, and for offices what hinders one."""
    if own:
        yield from _asked(own)
    if offices := POLICY.with_right(own, "draft"):
        yield from _hindered(offices)
        yield from _without_signer(offices)


def _asked(own: Sequence[Membership]) -> Iterator[Waiting]:
    for row in _places_to_sign(person=own[0].person_id, sides=sides_of(own)):
        what = _("You are asked to sign %(agreement)s.")
        if row.witness:
            what = _("You are asked to sign %(agreement)s as a witness.")
        yield Waiting(
            since=row.asked_at,  # type: ignore[arg-type]
            what=what % {"agreement": row.agreement.name},
            act=_("Read and sign"),
            url=reverse("agreements:signing", args=[row.agreement.code]),
            about=row.agreement.partnership.name,
            key=f"agreements.sign.{row.pk}",
        )


@Prepared
def _places_to_sign(person: UUID, sides: Sides) -> QuerySet[Signature]:
    rows = Signature.objects.filter(
        belongs_to_sides(sides, "agreement__partnership"),
        person=person,
        asked_at__isnull=False,
        signed_at=None,
        agreement__state=State.SIGNING,
    )
    return rows.select_related("agreement__partnership").order_by("asked_at", "pk")


def _without_signer(offices: Sequence[Membership]) -> Iterator[Waiting]:
    for row in _places_of_leavers(sides=sides_of(offices), today=days.today()):
        said = {"person": row.person.name, "agreement": row.agreement.name}
        yield Waiting(
            since=getattr(row, "since", None) or row.agreement.created_at,
            what=_("%(person)s is to sign %(agreement)s, and is not of your side any more.") % said,
            act=_("Name somebody else"),
            url=reverse("agreements:signing", args=[row.agreement.code]),
            about=row.agreement.partnership.name,
        )


@Prepared
def _places_of_leavers(sides: Sides, today: date) -> QuerySet[Signature]:
    """Return the places of these sides, still to be signed in, whose person has left the side."""
    live = Membership.objects.live(today).filter(
        partnership=OuterRef("agreement__partnership"),
        person=OuterRef("person"),
        organisation=OuterRef("organisation"),
    )
    rows = Signature.objects.filter(
        belongs_to_sides(sides, "agreement__partnership", "organisation"),
        ~Exists(live),
        signed_at=None,
        agreement__state=State.SIGNING,
    )
    rows = rows.annotate(since=Max("agreement__paper__made_at"))
    return rows.select_related("agreement__partnership", "person").order_by("since", "pk")


def _hindered(offices: Sequence[Membership]) -> Iterator[Waiting]:
    for row in _without_document(partnerships=[own.partnership_id for own in offices]):
        yield Waiting(
            since=getattr(row, "since", None) or row.created_at,
            what=_("The document of %(agreement)s could not be made: %(reason)s")
            % {"agreement": row.name, "reason": problem_of(row)},
            act=_("See the problem"),
            url=reverse("agreements:signing", args=[row.code]),
            about=row.partnership.name,
        )


@Prepared
def _without_document(partnerships: list[UUID]) -> QuerySet[Agreement]:
    rows = Agreement.objects.filter(state=State.APPROVED, partnership__any_of=partnerships)
    rows = rows.exclude(paper_problem="").annotate(since=Max("versions__approvals__at"))
    return rows.select_related("partnership").order_by("since", "pk")
