"""The life of an agreement as a stepped line: who did what when, and what is still to come."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements.models import Agreement, Standing, State, Version
from jointlab.agreements.text.wording import called
from jointlab.common.show import Step

OVER = (Standing.EXPIRED, Standing.TERMINATED, Standing.SUPERSEDED)


def life_of(agreement: Agreement, version: Version) -> list[Step]:
    """Return the stations of an agreement's life: drafted, approved, signed, in force, ended."""
    steps = [*_drafting_step(agreement), *_approval_steps(agreement, version)]
    if agreement.state == State.WITHDRAWN:
        return [steps[0], Step(_("Withdrawn"), "failed")]
    return [*steps, *_signing_steps(agreement), *_force_steps(agreement)]


def _drafting_step(agreement: Agreement) -> Iterator[Step]:
    first = agreement.versions.select_related("by").defer("content").order_by("number").first()
    if first is not None:
        yield Step(_("Drafted"), "passed", timezone.localdate(first.at), first.by)


def _approval_steps(agreement: Agreement, version: Version) -> Iterator[Step]:
    given = {row.organisation_id: row for row in version.approvals.select_related("by")}
    for party in version.text.parties:
        row = given.get(party.organisation)
        what = _("Approved by %(party)s") % {"party": called(party, "")}
        if row is None:
            yield Step(what, "waiting")
        else:
            yield Step(what, "passed", timezone.localdate(row.at), row.by)


def _signing_steps(agreement: Agreement) -> Iterator[Step]:
    places = list(agreement.signatures.select_related("person"))
    if not places:
        yield Step(_("Signed"))
    for place in places:
        what = _("Witnessed") if place.witness else _("Signed")
        if place.signed_at is not None:
            yield Step(what, "passed", timezone.localdate(place.signed_at), place.person)
        else:
            yield Step(what, "waiting" if place.asked_at else "later", None, place.person)


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
        yield Step(_("Ends"), "later", agreement.ends_on)
