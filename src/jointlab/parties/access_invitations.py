"""Who may invite to which side, and the only ways to get an invitation."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from jointlab.common.rows import get_visible
from jointlab.parties.access import POLICY, get_partnership, is_operator
from jointlab.parties.models import (
    Invitation,
    Membership,
    Organisation,
    Partnership,
    Person,
    Phase,
    Role,
)
from jointlab.parties.policy import Reader


class Inviting(NamedTuple):
    """Where somebody may invite: to which sides, as what; whether as a member, who sees it."""

    partnership: Partnership
    sides: list[Organisation]
    roles: list[Role]
    as_member: bool


def get_partnership_to_invite(user: Reader, code: str) -> Inviting:
    """Return a partnership for inviting people to it.

    A side's office invites to its own side; the operator the first office of a side without one.
    """
    if is_operator(user):
        partnership = Partnership.objects.filter(code=code).first()
        if (
            partnership
            and partnership.phase is not Phase.ENDED
            and (sides := _sides_without_office(partnership))
        ):
            return Inviting(partnership, sides, [Role.OFFICE], as_member=False)
    partnership = get_partnership(user, code, to="invite")
    side = POLICY.authorise(user, "invite", partnership).organisation
    return Inviting(partnership, [side], list(Role), as_member=True)


def _sides_without_office(partnership: Partnership) -> list[Organisation]:
    """Return the sides that have no office."""
    offices = Membership.objects.live().filter(
        partnership=partnership, roles__contains=[Role.OFFICE]
    )
    sides = Organisation.objects.filter(sides__partnership=partnership)
    return list(sides.exclude(pk__in=offices.values("organisation")).order_by("sides__position"))


def pending_invitations(inviting: Inviting) -> QuerySet[Invitation]:
    """Return the invitations to those sides that are neither accepted nor withdrawn."""
    return inviting.partnership.invitations.filter(
        organisation__in=inviting.sides, accepted_at=None, withdrawn_at=None
    ).order_by("-invited_at")


def get_invitation(user: Reader, code: str, pk: UUID) -> Invitation:
    """Return an invitation to a side for which the person invites."""
    inviting = get_partnership_to_invite(user, code)
    rows = inviting.partnership.invitations.select_related("partnership", "organisation")
    return get_visible(rows, pk=pk, organisation__in=inviting.sides)


def get_invitation_by_token(token: str) -> Invitation:
    """Return the invitation whose letter was opened, whatever became of it."""
    rows = Invitation.objects.select_related("partnership", "organisation", "unit")
    return get_visible(rows, token_hash=Invitation.hash_of(token))


def has_account(invitation: Invitation) -> bool:
    """Whether the invited address has an account: told to whoever opened the letter, only."""
    return Person.objects.filter(email=invitation.email).exists()
