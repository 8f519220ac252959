"""Who may do what in a partnership, and the only way to get one.

Invisible is NotVisible (404, alike whether it exists or not); visible but not allowed is
NotAllowed (403).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.common.errors import NotAllowed, NotVisible
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

Reader = Person | AnonymousUser

EVERYONE = frozenset(Role)
OFFICE = frozenset({Role.OFFICE})

# What each role may do while the partnership is prepared or in force …
ACTIONS: dict[str, frozenset[Role]] = {
    "view": EVERYONE,
    "read history": EVERYONE - {Role.STUDENT},
    "export history": frozenset({Role.OFFICE, Role.AUDITOR}),
    "sign checkpoint": OFFICE,
    "edit": OFFICE,
    "invite": OFFICE,
    "end membership": OFFICE,
    "edit units": OFFICE,
    "bring into force": frozenset({Role.SIGNATORY}),
    "end partnership": frozenset({Role.SIGNATORY}),
}
# … and what is left when it has ended.
AFTERWARDS: dict[str, frozenset[Role]] = {
    action: frozenset({Role.OFFICE, Role.SIGNATORY, Role.AUDITOR})
    for action in ("view", "read history", "export history", "sign checkpoint")
}


def rights(partnership: Partnership, roles: Iterable[Role | str]) -> frozenset[str]:
    """Return the actions that these roles have in the partnership as it stands today."""
    table = AFTERWARDS if partnership.phase is Phase.ENDED else ACTIONS
    held = frozenset(roles)
    return frozenset(action for action, allowed in table.items() if held & allowed)


def partnerships_visible_to(user: Reader, to: str = "view") -> QuerySet[Partnership]:
    """Return the partnerships in which the person has that right today."""
    if not isinstance(user, Person):
        return Partnership.objects.none()
    live = Membership.objects.live().filter(person=user)
    during = live.filter(roles__overlap=list(ACTIONS[to]))
    after = live.filter(roles__overlap=list(AFTERWARDS.get(to, ())))
    today = timezone.localdate()
    ended = Q(in_force_until__lt=today, in_force_until__isnull=False) | Q(ended_at__isnull=False)
    return Partnership.objects.filter(
        Q(ended, pk__in=after.values("partnership"))
        | Q(~ended, pk__in=during.values("partnership"))
    )


def get_partnership(user: Reader, code: str, to: str = "view") -> Partnership:
    """Return the partnership of that code, for that action."""
    partnership = partnerships_visible_to(user).filter(code=code).first()
    if partnership is None:
        raise NotVisible
    membership = membership_of(user, partnership)
    if membership is None or to not in rights(partnership, membership.roles):
        raise NotAllowed(_("Your role in this partnership does not include that."))
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
    membership = membership_of(user, partnership)
    return rights(partnership, membership.roles) if membership else frozenset()


def demand(user: Reader, partnership: Partnership, to: str) -> Membership:
    """Return the membership by which the person may do this; a service's first line."""
    membership = membership_of(user, partnership)
    if membership is None:
        raise NotVisible
    if to not in rights(partnership, membership.roles):
        raise NotAllowed(_("Your role in this partnership does not include that."))
    return membership


def memberships_visible_to(user: Reader) -> QuerySet[Membership]:
    """Return the memberships of every partnership that the person sees, ended ones too."""
    return Membership.objects.filter(partnership__in=partnerships_visible_to(user))


def invitations_visible_to(user: Reader) -> QuerySet[Invitation]:
    """Return the invitations of the person's own side, where it may invite."""
    if not isinstance(user, Person):
        return Invitation.objects.none()
    offices = Membership.objects.live().filter(person=user, roles__overlap=list(ACTIONS["invite"]))
    return Invitation.objects.filter(
        partnership__in=partnerships_visible_to(user, to="invite"),
        organisation__in=offices.values("organisation"),
    )


def organisations_visible_to(user: Reader) -> QuerySet[Organisation]:
    """Return the organisations of the person's partnerships; all of them to an operator."""
    if isinstance(user, Person) and user.is_operator:
        return Organisation.objects.all()
    return Organisation.objects.filter(partnerships__in=partnerships_visible_to(user)).distinct()


def units_visible_to(user: Reader) -> QuerySet[Unit]:
    """Return the units of the organisations that the person sees."""
    return Unit.objects.filter(organisation__in=organisations_visible_to(user))


def demand_operator(user: Reader) -> None:
    """Refuse whoever does not run this instance; for them its pages do not exist."""
    if not (isinstance(user, Person) and user.is_operator and user.is_active):
        raise NotVisible


def may_edit_units(user: Reader, organisation: Organisation) -> bool:
    """Whether the person keeps that organisation's names and units: its office, or the operator."""
    if not isinstance(user, Person):
        return False
    return user.is_operator or (
        Membership.objects.live()
        .filter(person=user, organisation=organisation, roles__overlap=list(ACTIONS["edit units"]))
        .exists()
    )
