"""Who may do what in a partnership, and the only way to get one.

Invisible is NotVisible (404, alike whether it exists or not); visible but not allowed is
NotAllowed (403).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.common.errors import NotAllowed, NotVisible
from jointlab.common.rows import the_row
from jointlab.parties.models import (
    Membership,
    Memberships,
    Organisation,
    Partnership,
    Person,
    Phase,
    Role,
    Side,
    Unit,
)

Reader = Person | AnonymousUser
Table = Mapping[str, frozenset[Role]]


def actor(request: HttpRequest) -> Person:
    """Return who acts: nobody reaches a private view without having signed in."""
    if not isinstance(request.user, Person):
        raise NotVisible
    return request.user


EVERYONE = frozenset(Role)
OFFICE = frozenset({Role.OFFICE})

# What each role may do while the partnership is prepared or in force …
ACTIONS: Table = {
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
}
# … and what is left when it has ended.
AFTERWARDS: Table = {
    action: frozenset({Role.OFFICE, Role.SIGNATORY, Role.AUDITOR})
    for action in ("view", "read history", "export history", "sign checkpoint")
}
# Of these each side's office does its own side's only.
OF_ONES_SIDE = frozenset({"change membership", "end membership"})


def rights(
    partnership: Partnership,
    roles: Iterable[Role | str],
    during: Table = ACTIONS,
    afterwards: Table = AFTERWARDS,
) -> frozenset[str]:
    """Return the actions that these roles have in the partnership as it stands today.

    Another room gives its own two tables; so it does to `memberships_giving` and `demand`.
    """
    table = afterwards if partnership.phase is Phase.ENDED else during
    held = frozenset(roles)
    return frozenset(action for action, allowed in table.items() if held & allowed)


def memberships_giving(
    user: Reader, to: str, during: Table = ACTIONS, afterwards: Table = AFTERWARDS
) -> Memberships:
    """Return the person's own memberships that give that right today, by a room's two tables."""
    if not isinstance(user, Person):
        return Membership.objects.none()
    ended = Q(partnership__in_force_until__lt=timezone.localdate())
    now = Q(~ended, roles__overlap=list(during[to]))
    after = Q(ended, roles__overlap=list(afterwards.get(to, ())))
    return Membership.objects.live().filter(now | after, person=user)


def own_memberships(user: Reader) -> list[Membership]:
    """Return the person's live memberships, by partnership: once, for what asks many rooms."""
    rows = Membership.objects.live().filter(person=user.pk)
    return list(rows.select_related("partnership", "organisation").order_by("partnership__code"))


def giving(
    own: Iterable[Membership], to: str, during: Table = ACTIONS, afterwards: Table = AFTERWARDS
) -> list[Membership]:
    """Return those of somebody's own memberships that give that right today."""
    return [row for row in own if to in rights(row.partnership, row.roles, during, afterwards)]


def of_sides(
    own: Sequence[Membership], partnership: str = "partnership", organisation: str = "organisation"
) -> Q:
    """Return the condition of being these memberships' sides', at least one: each in its partnership."""
    sides = [
        Q((partnership, row.partnership_id), (organisation, row.organisation_id)) for row in own
    ]
    return reduce(or_, sides)


def partnerships_visible_to(user: Reader, to: str = "view") -> QuerySet[Partnership]:
    """Return the partnerships in which the person has that right today."""
    return Partnership.objects.filter(pk__in=memberships_giving(user, to).values("partnership"))


def get_partnership(
    user: Reader,
    code: str,
    to: str = "view",
    during: Table = ACTIONS,
    afterwards: Table = AFTERWARDS,
) -> Partnership:
    """Return the partnership of that code, for that action of a room's two tables."""
    rows = Membership.objects.live().filter(person=user.pk, partnership__code=code)
    own = rows.select_related("partnership", "organisation", "unit").first()
    if own is None or "view" not in rights(own.partnership, own.roles):
        raise NotVisible
    partnership = own.partnership
    partnership.fetched_by = own
    if to != "view":
        _allow(own.roles, partnership, to, during, afterwards)
    return partnership


def membership_of(user: Reader, partnership: Partnership) -> Membership | None:
    """Return the person's live membership in the partnership, if there is one."""
    if not isinstance(user, Person):
        return None
    return (
        Membership.objects.live()
        .filter(person=user, partnership=partnership)
        .select_related("organisation", "unit")
        .first()
    )


def rights_of(user: Reader, partnership: Partnership) -> frozenset[str]:
    """Return what the person may do in the partnership: for pages, to offer no more than that."""
    membership = partnership.fetched_by or membership_of(user, partnership)
    if membership is None or membership.person_id != user.pk:
        return frozenset()
    return rights(partnership, membership.roles)


def demand(
    user: Reader,
    partnership: Partnership,
    to: str,
    during: Table = ACTIONS,
    afterwards: Table = AFTERWARDS,
) -> Membership:
    """Return the membership by which the person may do this; a service's first line."""
    membership = membership_of(user, partnership)
    if membership is None:
        raise NotVisible
    _allow(membership.roles, partnership, to, during, afterwards)
    return membership


def _allow(
    roles: Iterable[Role | str], partnership: Partnership, to: str, during: Table, afterwards: Table
) -> None:
    if to not in rights(partnership, roles, during, afterwards):
        raise NotAllowed(_("Your role in this partnership does not include that."))


def memberships_visible_to(user: Reader) -> Memberships:
    """Return the memberships of every partnership that the person sees, ended ones too."""
    return Membership.objects.filter(partnership__in=partnerships_visible_to(user))


def get_membership(user: Reader, code: str, pk: UUID, to: str = "view") -> Membership:
    """Return a membership of the partnership of that code, for that action."""
    partnership = get_partnership(user, code)
    membership = the_row(partnership.memberships.select_related("person", "organisation"), pk=pk)
    own = demand(user, partnership, to)
    if to in OF_ONES_SIDE and own.organisation_id != membership.organisation_id:
        raise NotAllowed(_("Each side's office names its own people."))
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
    return the_row(people_visible_to(user), pk=pk)


def people_to_add(user: Reader, partnership: Partnership) -> QuerySet[Person]:
    """Return whom the office may add without an invitation: known on its side, no member now.

    Whoever the office does not see is invited by address: whether they are known is not told.
    """
    own = demand(user, partnership, "invite")
    side = memberships_visible_to(user).filter(organisation=own.organisation)
    members = Membership.objects.not_over().filter(partnership=partnership)
    return Person.objects.filter(pk__in=side.values("person"), is_active=True).exclude(
        pk__in=members.values("person")
    )


def get_person_to_add(user: Reader, partnership: Partnership, pk: UUID) -> Person:
    """Return somebody whom the office may add without an invitation."""
    return the_row(people_to_add(user, partnership), pk=pk)


def organisations_visible_to(user: Reader) -> QuerySet[Organisation]:
    """Return the organisations of the person's partnerships; all of them to an operator."""
    if is_operator(user):
        return Organisation.objects.all()
    sides = Side.objects.filter(partnership__in=partnerships_visible_to(user))
    return Organisation.objects.filter(pk__in=sides.values("organisation"))


def get_organisation(user: Reader, pk: UUID, to: str = "view") -> Organisation:
    """Return an organisation, to view it or to "edit units" and names."""
    organisation = the_row(organisations_visible_to(user), pk=pk)
    if to != "view":
        demand_house(user, organisation)
    return organisation


def get_organisation_with_history(user: Reader, pk: UUID) -> Organisation:
    """Return an organisation whose own history the person reads: its members do, nobody else."""
    organisation = get_organisation(user, pk)
    if not reads_history_of(user, organisation):
        raise NotVisible
    return organisation


def reads_history_of(user: Reader, organisation: Organisation) -> bool:
    """Whether the person reads the history of that organisation's own affairs: its members do."""
    mine = memberships_giving(user, to="read history").filter(organisation=organisation)
    return mine.exists()


def units_visible_to(user: Reader) -> QuerySet[Unit]:
    """Return the units of the organisations that the person sees."""
    return Unit.objects.filter(organisation__in=organisations_visible_to(user))


def get_unit(user: Reader, organisation: UUID, pk: UUID, to: str = "view") -> Unit:
    """Return a unit of that organisation."""
    house = get_organisation(user, organisation)
    unit = the_row(house.units.select_related("organisation", "parent"), pk=pk)
    if to != "view":
        demand_house(user, house)
    return unit


def is_operator(user: Reader) -> bool:
    """Whether the person runs this instance."""
    return isinstance(user, Person) and user.is_operator and user.is_active


def demand_operator(user: Reader) -> None:
    """Refuse whoever does not run this instance; for them its pages do not exist."""
    if not is_operator(user):
        raise NotVisible


def partnerships_to_open(user: Reader) -> QuerySet[Partnership]:
    """Return every partnership, as the operator sees them: by code, name and sides alone."""
    demand_operator(user)
    return Partnership.objects.all()


def may_edit_units(user: Reader, organisation: Organisation) -> bool:
    """Whether the person keeps that organisation's names and units: its office, or the operator."""
    offices = memberships_giving(user, to="edit units").filter(organisation=organisation)
    return is_operator(user) or offices.exists()


def demand_house(user: Reader, organisation: Organisation) -> None:
    """Refuse whoever is neither of that organisation's office nor the operator."""
    if not may_edit_units(user, organisation):
        raise NotAllowed(_("Only the partnership office of that organisation may do this."))
