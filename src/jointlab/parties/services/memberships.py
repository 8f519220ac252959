"""Who belongs to which side, as what, since and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.common import days
from jointlab.common.errors import NotAllowed, NotNow, Refusal
from jointlab.common.events import Event
from jointlab.common.names import tidy_names
from jointlab.common.rows import check, edit
from jointlab.history.services import record
from jointlab.parties import events
from jointlab.parties.access import POLICY
from jointlab.parties.models import (
    Invitation,
    Membership,
    Organisation,
    Partnership,
    Person,
    Phase,
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
    require_recruiter(by, partnership, organisation, roles)
    membership = create_membership(
        partnership=partnership,
        organisation=organisation,
        person=person,
        roles=roles,
        unit=unit,
        since=since,
        until=until,
        **titles,
    )
    record_membership(events.MEMBER_ADDED, by, membership)
    return membership


@transaction.atomic
def change_membership(
    *,
    by: Person,
    membership: Membership,
    version: int,
    roles: Sequence[str],
    unit: Unit | None,
    until: date | None,
    **titles: str,
) -> Membership:
    """Give a member another title, unit, last day or other roles, from now on."""
    membership = _lock_current_membership(by, membership)
    roles = sort_roles(roles)
    if unit != membership.unit:
        check_unit(membership.organisation, unit)
    if until != membership.until:
        _check_last_day(membership, until)
    membership, changed = edit(
        membership, version=version, roles=roles, unit=unit, until=until, **tidy_names(titles)
    )
    if changed:
        record_membership(events.MEMBERSHIP_CHANGED, by, membership, changed=changed)
    return membership


@transaction.atomic
def end_membership(*, by: Person, membership: Membership) -> Membership:
    """End a membership: its rights are gone at once, what was done stays readable."""
    membership = _lock_current_membership(by, membership)
    membership.ended_at = timezone.now()
    membership.version += 1
    membership.save(update_fields=["ended_at", "version"])
    record_membership(events.MEMBERSHIP_ENDED, by, membership)
    return membership


def create_membership(
    *,
    partnership: Partnership,
    organisation: Organisation,
    person: Person,
    roles: Sequence[str],
    unit: Unit | None = None,
    since: date | None = None,
    until: date | None = None,
    **titles: str,
) -> Membership:
    """Create a membership, its values checked; the caller has checked who may do so."""
    # Two additions of one person at once: the second waits, then sees the first.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    membership = Membership(
        partnership=partnership,
        organisation=organisation,
        person=person,
        roles=sort_roles(roles),
        unit=unit,
        since=since or days.today(),
        until=until,
        **tidy_names(titles),
    )
    check_unit(organisation, unit)
    _check_last_day(membership, until)
    check(membership)
    membership.save(force_insert=True)
    return membership


def require_recruiter(
    by: Person, partnership: Partnership, organisation: Organisation, roles: Sequence[str]
) -> None:
    """Refuse whoever may not add such a member to that side.

    A side's office adds its own people; the operator adds the first office of a side that has none.
    """
    if not partnership.sides.filter(organisation=organisation).exists():
        raise Refusal(_("That organisation is no side of this partnership."))
    if by.is_operator and list(roles) == [Role.OFFICE] and partnership.phase is not Phase.ENDED:
        offices = partnership.memberships.live().filter(
            organisation=organisation, roles__contains=[Role.OFFICE]
        )
        if not offices.exists():
            return
    if POLICY.require(by, "invite", partnership).organisation_id != organisation.pk:
        raise NotAllowed(_("Each side's office names its own people."))


def _lock_current_membership(by: Person, membership: Membership) -> Membership:
    """Return the membership, locked, if it is not over and of the side whose office acts."""
    POLICY.require(by, "end membership", membership)
    # The person first, as add_member does: a longer time must not reach into another membership.
    Person.objects.select_for_update(no_key=True).get(pk=membership.person_id)
    membership = (
        Membership.objects.select_for_update(no_key=True, of=("self",))
        .select_related("partnership", "organisation", "person", "unit")
        .get(pk=membership.pk)
    )
    if membership.is_over:
        raise NotNow(_("This membership has ended."))
    return membership


def sort_roles(roles: Sequence[str]) -> list[str]:
    """Return the roles, each once, in the order in which they are listed everywhere."""
    if not roles or not set(roles) <= set(Role.values):
        raise Refusal(_("Choose at least one role."))
    return [role for role in Role.values if role in roles]


def check_unit(organisation: Organisation, unit: Unit | None) -> None:
    """Refuse a unit that is closed or belongs to another organisation."""
    if unit is None:
        return
    if unit.organisation_id != organisation.pk:
        raise Refusal(_("That unit belongs to another organisation."))
    if unit.closed_on is not None:
        raise NotNow(_("That unit is closed."))


def _check_last_day(membership: Membership, until: date | None) -> None:
    if until is not None and until < membership.since:
        raise Refusal(_("A membership cannot end before it begins."))
    if until is not None and until < days.today():
        raise Refusal(_("Its last day is past already. End the membership instead."))
    others = Membership.objects.overlapping(membership.since, until).filter(
        partnership=membership.partnership, person=membership.person
    )
    if others.exclude(pk=membership.pk).exists():
        raise NotNow(_("This person is a member of the partnership at that time already."))


def record_membership(
    event: Event, by: Person, membership: Membership, **more: Sequence[str]
) -> None:
    """Append what a membership is now to the partnership's history."""
    person, since = membership.person, membership.since
    record_post(event, by, membership, person=person, since=since, **more)


def record_post(event: Event, by: Person, post: Membership | Invitation, **more: Any) -> None:
    """Append to the partnership's history what somebody is on a side, or is offered to be."""
    record(
        event,
        chain=post.partnership_id,
        by=by,
        organisation=post.organisation,
        unit=post.unit,
        title=post.titles,
        roles=post.roles,
        until=post.until,
        **more,
    )
