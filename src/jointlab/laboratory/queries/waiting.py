"""What of laboratories waits for a person: for offices what one lacks, for signatories their word."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.common import days
from jointlab.common.prepared import Prepared
from jointlab.common.rooms import Awaited, Waiting
from jointlab.laboratory.access import POLICY
from jointlab.laboratory.models import Laboratory
from jointlab.laboratory.queries.laboratory import missing_for_unveiling, parts_of
from jointlab.parties.models import Membership, Person
from jointlab.parties.queries import sides_by_partnership


def waiting_for(own: Sequence[Membership]) -> Iterator[Waiting]:
    """Yield what each laboratory lacks, for its offices, and whose word is awaited."""
    mine = {
        to: {row.partnership_id: row.organisation_id for row in POLICY.with_right(own, to)}
        for to in ("edit", "confirm")
    }
    if not any(mine.values()):
        return
    laboratories = _in_preparation(partnerships=[*mine["edit"], *mine["confirm"]])
    parts = parts_of(laboratories)
    for laboratory in laboratories:
        missing = missing_for_unveiling(laboratory, parts[laboratory.pk])
        if missing and laboratory.partnership_id in mine["edit"]:
            yield _waiting_for_parts(laboratory, missing)
        side = mine["confirm"].get(laboratory.partnership_id)
        given = {word.organisation_id for word in laboratory.confirmations.all()}
        if not missing and side is not None and side not in given:
            yield _waiting_for_confirmation(laboratory)


def awaited_by(own: Sequence[Membership]) -> Iterator[Awaited]:
    """Yield the laboratories that the person's side has confirmed and another side has not."""
    mine = {
        row.partnership_id: row.organisation_id
        for row in (*POLICY.with_right(own, "edit"), *POLICY.with_right(own, "confirm"))
    }
    found = [
        (row, [word.organisation_id for word in row.confirmations.all()])
        for row in (_in_preparation(partnerships=list(mine)) if mine else ())
    ]
    found = [(row, given) for row, given in found if mine[row.partnership_id] in given]
    sides = sides_by_partnership({row.partnership_id for row, _given in found}) if found else {}
    for laboratory, given in found:
        missing = [side for side in sides[laboratory.partnership_id] if side.pk not in given]
        what = _("The word of the other side before %(laboratory)s is unveiled.")
        yield Awaited(
            since=_waiting_since(laboratory),
            what=what % {"laboratory": laboratory.name},
            who=", ".join(side.name for side in missing),
            url=reverse("laboratory:laboratory", args=[laboratory.code]),
            about=laboratory.partnership.name,
            key=_key_of(laboratory),
            holders=partial(_who_confirms, laboratory, [side.pk for side in missing]),
        )


def _who_confirms(laboratory: Laboratory, sides: Collection[UUID]) -> Iterable[Person]:
    members = POLICY.holders("confirm").filter(
        partnership=laboratory.partnership_id, organisation__in=sides
    )
    return Person.objects.filter(pk__in=members.values("person")).order_by("pk")


def _key_of(laboratory: Laboratory) -> str:
    return f"laboratory.confirm.{laboratory.pk}"


@Prepared
def _in_preparation(partnerships: list[UUID]) -> QuerySet[Laboratory]:
    rows = Laboratory.objects.filter(unveiled_on=None, partnership__any_of=partnerships)
    rows = rows.annotate(since=Max("confirmations__at")).prefetch_related("confirmations")
    return rows.select_related("partnership").order_by("founded_on", "pk")


def _waiting_for_parts(laboratory: Laboratory, missing: list[str]) -> Waiting:
    said = {"laboratory": laboratory.name, "missing": " ".join(missing)}
    return Waiting(
        since=_waiting_since(laboratory),
        what=_("Still missing before the unveiling of %(laboratory)s: %(missing)s") % said,
        act=_("Add what is missing"),
        url=reverse("laboratory:laboratory", args=[laboratory.code]),
        about=laboratory.partnership.name,
    )


def _waiting_for_confirmation(laboratory: Laboratory) -> Waiting:
    what = _("%(laboratory)s is ready to be unveiled.")
    return Waiting(
        since=_waiting_since(laboratory),
        what=what % {"laboratory": laboratory.name},
        act=_("Confirm the unveiling"),
        url=reverse("laboratory:confirm", args=[laboratory.code]),
        about=laboratory.partnership.name,
        key=_key_of(laboratory),
    )


def _waiting_since(laboratory: Laboratory) -> datetime:
    """Return since when it waits: another side's word, else the morning of its founding."""
    founded = days.start_of(laboratory.founded_on)
    since: datetime | None = getattr(laboratory, "since", None)
    return since or founded
