"""The life of an agreement as a stepped line: who did what when, and what is still to come."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements.force.queries.endings import last_day
from jointlab.agreements.models import Agreement, Approval, Signature, Standing, State, Version
from jointlab.agreements.text.wording import called
from jointlab.common.prepared import Prepared
from jointlab.common.show import Step

OVER = (Standing.EXPIRED, Standing.TERMINATED, Standing.SUPERSEDED)


def life_of(agreement: Agreement, version: Version) -> list[Step]:
    """Return the stations of an agreement's life: drafted, approved, signed, in force, ended."""
    steps = [*_beginning_steps(agreement), *_approval_steps(agreement, version)]
    if agreement.state == State.WITHDRAWN:
        return [steps[0], Step(_("Withdrawn"), "failed")]
    return [*steps, *_signing_steps(agreement), *_force_steps(agreement)]


def _beginning_steps(agreement: Agreement) -> Iterator[Step]:
    """Yield when it was sent; when a side began to write, before, is that side's alone."""
    if agreement.draft_code and agreement.sent_at is not None:
        yield Step(_("Sent to the other side"), "passed", timezone.localdate(agreement.sent_at))
        return
    for first in _first_version(agreement=agreement.pk):
        yield Step(_("Drafted"), "passed", timezone.localdate(first.at), first.by)
    if not agreement.is_sent:
        yield Step(_("Sent to the other side"), "waiting")


@Prepared
def _first_version(agreement: UUID) -> QuerySet[Version]:
    rows = Version.objects.filter(agreement=agreement).select_related("by").defer("content")
    return rows.order_by("number")[:1]


def _approval_steps(agreement: Agreement, version: Version) -> Iterator[Step]:
    given = {row.organisation_id: row for row in _approvals(version=version.pk)}
    for party in version.text.parties:
        row = given.get(party.organisation)
        what = _("Approved by %(party)s") % {"party": called(party, "")}
        if row is None:
            yield Step(what, "waiting")
        else:
            yield Step(what, "passed", timezone.localdate(row.at), row.by)


@Prepared
def _approvals(version: UUID) -> QuerySet[Approval]:
    return Approval.objects.filter(version=version).select_related("by")


def _signing_steps(agreement: Agreement) -> Iterator[Step]:
    places = _places_to_sign(agreement=agreement.pk)
    if not places:
        yield Step(_("Signed"))
    for place in places:
        what = _("Witnessed") if place.witness else _("Signed")
        if place.signed_at is not None:
            yield Step(what, "passed", timezone.localdate(place.signed_at), place.person)
        else:
            yield Step(what, "waiting" if place.asked_at else "later", None, place.person)


@Prepared
def _places_to_sign(agreement: UUID) -> QuerySet[Signature]:
    return Signature.objects.filter(agreement=agreement).select_related("person")


def _force_steps(agreement: Agreement) -> Iterator[Step]:
    standing = agreement.standing
    state = "passed" if standing in OVER else "later"
    if standing is Standing.IN_FORCE:
        state = "going"
    if agreement.ends_on is None or agreement.starts_on <= agreement.ends_on:
        yield Step(_("In force"), state, agreement.starts_on)
    if agreement.ends_on is not None and standing in OVER:
        yield Step(str(standing.label).capitalize(), "passed", agreement.ends_on)
    elif agreement.ends_on is not None:
        yield Step(_("Ends"), "later", last_day(agreement))
