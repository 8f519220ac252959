"""Whose choices, failures and services are whose, and the only way to get one.

Everybody sees what failed of their own; an office, what failed of its side's people and
invitations; whoever runs the instance, all of it.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from jointlab.common.rows import get_visible
from jointlab.mailroom.models import Failure, Hook
from jointlab.parties.access import POLICY, belongs_to_sides, sides_of
from jointlab.parties.models import Membership, Person
from jointlab.parties.policy import Reader


def failures_visible_to(user: Reader) -> QuerySet[Failure]:
    """Return the letters that failed, as far as they are the reader's to mend."""
    if not isinstance(user, Person):
        return Failure.objects.none()
    rows = Failure.objects.select_related("person", "organisation", "partnership")
    if user.is_operator:
        return rows
    return rows.filter(
        Q(person=user.pk) | failed_for(POLICY.memberships(user, "change membership"))
    )


def failed_for(offices: list[Membership]) -> Q:
    """Return the condition that a failure is of these offices' people or invitations."""
    if not offices:
        return Q(pk__in=[])
    sides = belongs_to_sides(sides_of(offices))
    people = Membership.objects.live().filter(sides).values("person")
    return sides | Q(person__in=people)


def get_failure(user: Reader, pk: UUID) -> Failure:
    """Return one of these letters."""
    return get_visible(failures_visible_to(user), pk=pk)


def hooks_visible_to(user: Reader) -> QuerySet[Hook]:
    """Return the person's own services."""
    return Hook.objects.filter(person=user.pk).order_by("added_at")


def get_hook(user: Reader, pk: UUID) -> Hook:
    """Return one of the person's own services."""
    return get_visible(hooks_visible_to(user), pk=pk)
