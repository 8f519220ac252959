"""Who may do what with a laboratory, and the only way to get one.

What is unveiled, everybody sees on its public page. Inside, and while it is prepared, it is its
partnership's.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jointlab.common.errors import NotAllowed, Refusal
from jointlab.common.prepared import Prepared
from jointlab.common.rows import first_visible, get_visible
from jointlab.laboratory.models import Direction, Laboratory, Room, Seat
from jointlab.parties import access as parties
from jointlab.parties.models import Membership, Partnership, Role
from jointlab.parties.policy import Policy, Reader, membership_of

OFFICE = frozenset({Role.OFFICE})
LEADING = OFFICE | {Role.SIGNATORY, Role.HEAD}


def _refuse_other_side(member: Membership, seat: Seat) -> Refusal | None:
    if member.organisation_id != seat.organisation_id:
        return NotAllowed(_("Each side vacates the seats of its own people."))
    return None


POLICY = Policy(
    during={
        "view": frozenset(Role),
        "see preparation": LEADING | {Role.AUDITOR},
        "edit": OFFICE,
        "vacate": OFFICE,
        "confirm": frozenset({Role.SIGNATORY}),
    },
    afterwards={
        action: frozenset({Role.OFFICE, Role.SIGNATORY, Role.AUDITOR})
        for action in ("view", "see preparation")
    },
    rules={"vacate": _refuse_other_side},
)


def rights_of(user: Reader, partnership: Partnership) -> frozenset[str]:
    """Return what the person may do with the partnership's laboratories."""
    return POLICY.rights(membership_of(user, partnership))


def laboratories_visible_to(user: Reader) -> QuerySet[Laboratory]:
    """Return the laboratories that the person sees from inside."""
    return _visible(**_reach(user))


def _reach(user: Reader) -> dict[str, list[UUID]]:
    """Return the partnerships whose laboratories the person sees: unveiled ones, and all."""
    return {
        "unveiled_in": POLICY.partnerships(user, "view"),
        "all_in": POLICY.partnerships(user, "see preparation"),
    }


def _visible(unveiled_in: list[UUID], all_in: list[UUID]) -> QuerySet[Laboratory]:
    unveiled = Q(unveiled_on__isnull=False, partnership__any_of=unveiled_in)
    return Laboratory.objects.filter(Q(partnership__any_of=all_in) | unveiled)


def first_laboratories(user: Reader, partnership: Partnership, most: int) -> list[Laboratory]:
    """Return the first laboratories of a partnership that the person sees from inside, by code."""
    return _first_visible(most, partnership=partnership.pk, **_reach(user))


@Prepared
def _first_visible(
    most: int, /, partnership: UUID, unveiled_in: list[UUID], all_in: list[UUID]
) -> QuerySet[Laboratory]:
    return _visible(unveiled_in, all_in).filter(partnership=partnership).order_by("code")[:most]


@Prepared
def _visible_of_code(
    code: str, unveiled_in: list[UUID], all_in: list[UUID]
) -> QuerySet[Laboratory]:
    rows = _visible(unveiled_in, all_in).filter(code=code)
    return rows.select_related("partnership", "agreement")


def unveiled_laboratories() -> QuerySet[Laboratory]:
    """Return what everybody may see, on its public page alone: the latest unveiled first."""
    return Laboratory.objects.filter(unveiled_on__isnull=False).order_by("-unveiled_on", "-pk")


def may_view(user: Reader, laboratory: Laboratory) -> bool:
    """Whether the person sees it from inside."""
    reach = _reach(user)
    return any(reach.values()) and bool(_visible_of_code(code=laboratory.code, **reach))


def has_unveiled(partnership: Partnership) -> bool:
    """Whether the partnership has a laboratory that everybody may see."""
    return unveiled_laboratories().filter(partnership=partnership).exists()


def get_unveiled(code: str) -> Laboratory:
    """Return the unveiled laboratory of that code, for its public page."""
    return first_visible(_unveiled(code=code))


@Prepared
def _unveiled(code: str) -> QuerySet[Laboratory]:
    return unveiled_laboratories().filter(code=code).select_related("partnership", "agreement")


def get_laboratory(user: Reader, code: str, to: str = "") -> Laboratory:
    """Return the laboratory of that code, to look at from inside or for that action."""
    laboratory = first_visible(_visible_of_code(code=code, **_reach(user)))
    if to:
        POLICY.authorise(user, to, laboratory)
    return laboratory


def get_partnership(user: Reader, code: str, to: str = "view") -> Partnership:
    """Return the partnership of that code, to list its laboratories or for that action."""
    return parties.get_partnership(user, code, to, POLICY)


def get_direction(user: Reader, code: str, pk: UUID) -> Direction:
    """Return a direction of the laboratory of that code, to edit it."""
    laboratory = get_laboratory(user, code, to="edit")
    direction = get_visible(laboratory.directions.all(), pk=pk)
    direction.laboratory = laboratory
    return direction


def get_seat(user: Reader, code: str, pk: UUID) -> Seat:
    """Return a seat in the laboratory of that code, to vacate it: each side does so its own."""
    laboratory = get_laboratory(user, code)
    seat = get_visible(laboratory.seats.select_related("person"), pk=pk)
    seat.laboratory = laboratory
    POLICY.authorise(user, "vacate", seat)
    return seat


def get_room(user: Reader, code: str, pk: UUID) -> Room:
    """Return a room of the laboratory of that code, to give it up."""
    laboratory = get_laboratory(user, code, to="edit")
    room = get_visible(laboratory.rooms.all(), pk=pk)
    room.laboratory = laboratory
    return room
