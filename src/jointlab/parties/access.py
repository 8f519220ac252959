"""Who may do what in a partnership, and the only way to get one.

Invisible is NotVisible (404, alike whether it exists or not); visible but not allowed is
NotAllowed (403).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from jointlab.common.errors import NotAllowed, NotVisible, Refusal
from jointlab.common.rows import get_visible
from jointlab.parties.models import (
    Membership,
    Memberships,
    Organisation,
    Partnership,
    Person,
    Role,
    Side,
    Unit,
)
from jointlab.parties.policy import Policy, Reader, membership_of, own_memberships, read_memberships


def actor(request: HttpRequest) -> Person:
    """Return who acts: nobody reaches a private view without having signed in."""
    if not isinstance(request.user, Person):
        raise NotVisible
    return request.user


EVERYONE = frozenset(Role)
OFFICE = frozenset({Role.OFFICE})
Sides = tuple[tuple[UUID, UUID], ...]  # partnership, organisation


def _refuse_other_side(member: Membership, membership: Membership) -> Refusal | None:
    if member.organisation_id != membership.organisation_id:
        return NotAllowed(_("Each side's office names its own people."))
    return None


POLICY = Policy(
    during={
        "view": EVERYONE,
        "read history": EVERYONE - {Role.STUDENT},
        "export history": frozenset({Role.OFFICE, Role.AUDITOR}),
        "sign checkpoint": OFFICE,
        "edit": OFFICE,
        "describe": OFFICE | {Role.SIGNATORY},
        "invite": OFFICE,
        "change membership": OFFICE,
        "end membership": OFFICE,
        "edit units": OFFICE,
    },
    afterwards={
        action: frozenset({Role.OFFICE, Role.SIGNATORY, Role.AUDITOR})
        for action in ("view", "read history", "export history", "sign checkpoint")
    },
    rules={"change membership": _refuse_other_side, "end membership": _refuse_other_side},
)


def sides_of(own: Iterable[Membership]) -> Sides:
    """Return the partnership and organisation of each of these memberships."""
    return tuple([(row.partnership_id, row.organisation_id) for row in own])


def belongs_to_sides(
    sides: Sides, partnership: str = "partnership", organisation: str = "organisation"
) -> Q:
    """Return the condition that a row belongs to one of these sides. There must be at least one."""
    return reduce(or_, [Q((partnership, side[0]), (organisation, side[1])) for side in sides])


def partnerships_visible_to(user: Reader, to: str = "view") -> QuerySet[Partnership]:
    """Return the partnerships in which the person has that right today."""
    return Partnership.objects.filter(pk__in=POLICY.partnerships(user, to))


def get_partnership(
    user: Reader, code: str, to: str = "view", policy: Policy = POLICY
) -> Partnership:
    """Return the partnership of that code, for that action of a room's policy."""
    own = next((each for each in own_memberships(user) if each.partnership.code == code), None)
    if own is None or not POLICY.may("view", own):
        raise NotVisible
    if to != "view":
        policy.authorise(user, to, own.partnership)
    return own.partnership


def rights_of(user: Reader, partnership: Partnership) -> frozenset[str]:
    """Return what the person may do in the partnership: for pages, to offer no more than that."""
    return POLICY.rights(membership_of(user, partnership))


def own_side(user: Reader, partnership: Partnership) -> Organisation:
    """Return the organisation for which the person acts in the partnership."""
    own = membership_of(user, partnership)
    if own is None:
        raise NotVisible
    return own.organisation


def memberships_visible_to(user: Reader) -> Memberships:
    """Return the memberships of every partnership that the person sees, ended ones too."""
    return Membership.objects.filter(partnership__in=POLICY.partnerships(user, "view"))


def get_membership(user: Reader, code: str, pk: UUID, to: str = "view") -> Membership:
    """Return a membership of the partnership of that code, for that action."""
    partnership = get_partnership(user, code)
    membership = get_visible(
        partnership.memberships.select_related("person", "organisation"), pk=pk
    )
    POLICY.authorise(user, to, membership)
    return membership


def people_visible_to(user: Reader) -> QuerySet[Person]:
    """Return oneself and everybody of the partnerships that the person sees."""
    if not isinstance(user, Person):
        return Person.objects.none()
    return Person.objects.filter(
        Q(pk=user.pk) | Q(pk__in=memberships_visible_to(user).values("person"))
    )


def get_person(user: Reader, pk: UUID) -> Person:
    """Return somebody with whom the reader shares a partnership."""
    return get_visible(people_visible_to(user), pk=pk)


def people_to_add(user: Reader, partnership: Partnership) -> QuerySet[Person]:
    """Return whom the office may add without an invitation: known on its side, no member now.

    Whoever the office does not see is invited by address: whether they are known is not told.
    """
    own = POLICY.authorise(user, "invite", partnership)
    side = memberships_visible_to(user).filter(organisation=own.organisation)
    members = Membership.objects.not_over().filter(partnership=partnership)
    return Person.objects.filter(pk__in=side.values("person"), is_active=True).exclude(
        pk__in=members.values("person")
    )


def get_person_to_add(user: Reader, partnership: Partnership, pk: UUID) -> Person:
    """Return somebody whom the office may add without an invitation."""
    return get_visible(people_to_add(user, partnership), pk=pk)


def organisations_visible_to(user: Reader) -> QuerySet[Organisation]:
    """Return the organisations of the person's partnerships; all of them to an operator."""
    if is_operator(user):
        return Organisation.objects.all()
    sides = Side.objects.filter(partnership__in=POLICY.partnerships(user, "view"))
    return Organisation.objects.filter(pk__in=sides.values("organisation"))


def get_organisation(user: Reader, pk: UUID, to: str = "view") -> Organisation:
    """Return an organisation, to view it or to "edit units" and names."""
    organisation = get_visible(organisations_visible_to(user), pk=pk)
    if to != "view":
        require_organisation_office(user, organisation)
    return organisation


def get_organisation_with_history(user: Reader, pk: UUID) -> Organisation:
    """Return an organisation whose own history the person reads: its members do, nobody else."""
    organisation = get_organisation(user, pk)
    if not reads_history_of(user, organisation):
        raise NotVisible
    return organisation


def reads_history_of(user: Reader, organisation: Organisation) -> bool:
    """Whether the person reads the history of that organisation's own affairs: its members do."""
    mine = POLICY.memberships(user, "read history")
    return any(member.organisation_id == organisation.pk for member in mine)


def get_unit(user: Reader, organisation: UUID, pk: UUID, to: str = "view") -> Unit:
    """Return a unit of that organisation."""
    house = get_organisation(user, organisation)
    unit = get_visible(house.units.select_related("organisation", "parent"), pk=pk)
    if to != "view":
        require_organisation_office(user, house)
    return unit


def is_operator(user: Reader) -> bool:
    """Whether the person runs this instance."""
    return isinstance(user, Person) and user.is_operator and user.is_active


def require_operator(user: Reader) -> None:
    """Refuse whoever does not run this instance; for them its pages do not exist."""
    if not is_operator(user):
        raise NotVisible


def partnerships_for_operator(user: Reader) -> QuerySet[Partnership]:
    """Return every partnership, as the operator sees them: by code, name and sides alone."""
    require_operator(user)
    return Partnership.objects.all()


def may_edit_units(user: Reader, organisation: Organisation) -> bool:
    """Whether the person keeps that organisation's names and units: its office, or the operator."""
    return _keeps_units(user, own_memberships(user), organisation)


def _keeps_units(user: Reader, own: Iterable[Membership], organisation: Organisation) -> bool:
    offices = POLICY.with_right(own, "edit units")
    return is_operator(user) or any(row.organisation_id == organisation.pk for row in offices)


def require_organisation_office(user: Reader, organisation: Organisation) -> None:
    """Refuse whoever is neither of that organisation's office nor the operator, by what is so now."""
    if not _keeps_units(user, read_memberships(user), organisation):
        raise NotAllowed(_("Only the partnership office of that organisation may do this."))
