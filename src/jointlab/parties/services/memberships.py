"""Who belongs to which side, as what, since and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.common.errors import NotAllowed, NotNow, Refusal
from jointlab.history.services import record
from jointlab.parties.access import demand, membership_of
from jointlab.parties.models import (
    Membership,
    Organisation,
    Partnership,
    Person,
    Role,
    Unit,
)


@transaction.atomic
def add_member(
    *,
    by: Person,
    partnership: Partnership,
    organisation: Organisation,
    person: Person,
    roles: Sequence[str],
    unit: Unit | None = None,
    since: date | None = None,
    until: date | None = None,
    **titles: str,
) -> Membership:
    """Make a person a member of one side; `titles` are title_en, title_zh, title_ko."""
    demand_recruiter(by, partnership, organisation, roles)
    since = since or timezone.localdate()
    _check(organisation, unit, roles, since, until)
    # Two additions of one person at once: the second waits, then sees the first.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if membership_of(person, partnership) is not None:
        raise NotNow(_("This person is a member of the partnership already."))
    membership = Membership.objects.create(
        partnership=partnership,
        organisation=organisation,
        person=person,
        roles=list(roles),
        unit=unit,
        since=since,
        until=until,
        **titles,
    )
    _record("parties.member_added", by, membership)
    return membership


@transaction.atomic
def change_membership(
    *, by: Person, membership: Membership, roles: Sequence[str], unit: Unit | None, **titles: str
) -> Membership:
    """Give a member another title, unit or other roles, from now on."""
    membership = _own_live(by, membership)
    _check(membership.organisation, unit, roles, membership.since, membership.until)
    membership.roles, membership.unit = list(roles), unit
    for column, text in titles.items():
        setattr(membership, column, text)
    membership.save(update_fields=["roles", "unit", *titles])
    _record("parties.membership_changed", by, membership)
    return membership


@transaction.atomic
def end_membership(*, by: Person, membership: Membership) -> Membership:
    """End a membership: its rights are gone at once, what was done stays readable."""
    membership = _own_live(by, membership)
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    _record("parties.membership_ended", by, membership)
    return membership


def demand_recruiter(
    by: Person, partnership: Partnership, organisation: Organisation, roles: Sequence[str]
) -> None:
    """Refuse whoever may not add such a member to that side.

    A side's office adds its own people; the operator adds the first office of a side that has none.
    """
    if not partnership.sides.filter(organisation=organisation).exists():
        raise Refusal(_("That organisation is no side of this partnership."))
    if by.is_operator and list(roles) == [Role.OFFICE]:
        offices = partnership.memberships.live().filter(
            organisation=organisation, roles__contains=[Role.OFFICE]
        )
        if not offices.exists():
            return
    if demand(by, partnership, "invite").organisation_id != organisation.pk:
        raise NotAllowed(_("Each side's office names its own people."))


def _own_live(by: Person, membership: Membership) -> Membership:
    """Return the membership, locked, if it is live and of the side whose office acts."""
    office = demand(by, membership.partnership, "end membership")
    membership = (
        Membership.objects.select_for_update(no_key=True, of=("self",))
        .select_related("partnership", "organisation", "person", "unit")
        .get(pk=membership.pk)
    )
    if office.organisation_id != membership.organisation_id:
        raise NotAllowed(_("Each side's office names its own people."))
    if not membership.is_live:
        raise NotNow(_("This membership has ended."))
    return membership


def _check(
    organisation: Organisation,
    unit: Unit | None,
    roles: Sequence[str],
    since: date,
    until: date | None,
) -> None:
    if unit is not None and unit.organisation_id != organisation.pk:
        raise Refusal(_("That unit belongs to another organisation."))
    if not roles or not set(roles) <= set(Role.values):
        raise Refusal(_("Name one role at least."))
    if until is not None and until < since:
        raise Refusal(_("A membership cannot end before it begins."))


def _record(event: str, by: Person, membership: Membership, **more: Any) -> None:
    record(
        event,
        chain=membership.partnership_id,
        by=by,
        person=membership.person,
        organisation=membership.organisation,
        unit=membership.unit,
        title=membership.titles,
        roles=membership.roles,
        since=membership.since,
        until=membership.until,
        **more,
    )
