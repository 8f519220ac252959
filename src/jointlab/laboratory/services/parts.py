"""A laboratory's directions, seats and rooms: added and taken away, each at most MOST."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jointlab.common.errors import Refusal
from jointlab.common.events import Event
from jointlab.common.names import tidy_names
from jointlab.common.rows import check, lock, refusing
from jointlab.history.services import record
from jointlab.laboratory import events
from jointlab.laboratory.access import POLICY
from jointlab.laboratory.models import Charge, Direction, Laboratory, Room, Seat
from jointlab.laboratory.services.laboratories import (
    count_part_change,
    require_public_page_complete,
)
from jointlab.parties.models import Membership, Organisation, Person

MOST = 20  # directions, rooms, seats: more is no laboratory but a list


@transaction.atomic
def add_direction(*, by: Person, laboratory: Laboratory, **names: str) -> Direction:
    """Add a direction, after those that there are."""
    laboratory = _lock_to_edit(by, laboratory)
    _require_fewer_than_most(laboratory.directions.count())
    last = laboratory.directions.aggregate(last=Max("position"))["last"] or 0
    direction = Direction(laboratory=laboratory, position=last + 1, **tidy_names(names))
    check(direction)
    direction.save(force_insert=True)
    count_part_change(laboratory)
    _record(events.DIRECTION_ADDED, by, laboratory, direction=direction)
    return direction


@transaction.atomic
def drop_direction(*, by: Person, direction: Direction) -> Laboratory:
    """Drop a direction; return the laboratory that it was of."""
    laboratory = _lock_to_edit(by, direction.laboratory)
    if _delete(laboratory.directions.filter(pk=direction.pk)):
        require_public_page_complete(laboratory)
        count_part_change(laboratory)
        _record(events.DIRECTION_DROPPED, by, laboratory, direction=direction)
    return laboratory


@transaction.atomic
def appoint(*, by: Person, laboratory: Laboratory, person: UUID, charge: str) -> Seat:
    """Give a live member of a side a seat: a side's office names its own people."""
    own = POLICY.require(by, "edit", laboratory)
    laboratory = lock(laboratory)
    _require_fewer_than_most(laboratory.seats.count())
    members = Membership.objects.live().filter(partnership=laboratory.partnership_id)
    member = members.filter(person=person, organisation=own.organisation).first()
    if member is None:
        raise Refusal(_("Each side appoints its own people, of those who are in it today."))
    seat = Seat(
        laboratory=laboratory, person=member.person, organisation=own.organisation, charge=charge
    )
    check(seat)
    with refusing(
        laboratory_one_director_a_side=_("Your side has a director. Vacate that seat first."),
        laboratory_one_chair=_("The steering committee has a chair. Vacate that seat first."),
        laboratory_one_seat_in_the_committee=_("That person has a seat in the committee already."),
    ):
        seat.save(force_insert=True)
    count_part_change(laboratory)
    _record_seat(events.APPOINTED, by, seat)
    return seat


@transaction.atomic
def vacate(*, by: Person, seat: Seat) -> Laboratory:
    """Take somebody's seat away: a side's office does it with its own people's."""
    POLICY.require(by, "vacate", seat)
    laboratory = lock(seat.laboratory)
    if _delete(laboratory.seats.filter(pk=seat.pk)):
        count_part_change(laboratory)
        _record_seat(events.VACATED, by, seat)
    return laboratory


@transaction.atomic
def add_room(
    *, by: Person, laboratory: Laboratory, organisation: Organisation, address: str, **names: str
) -> Room:
    """Add a room at one of the sides."""
    laboratory = _lock_to_edit(by, laboratory)
    _require_fewer_than_most(laboratory.rooms.count())
    if not laboratory.partnership.sides.filter(organisation=organisation).exists():
        raise Refusal(_("A room is at one of the sides."))
    address = " ".join(address.split())
    room = Room(
        laboratory=laboratory, organisation=organisation, address=address, **tidy_names(names)
    )
    check(room)
    with refusing(laboratory_room_once=_("That room is the laboratory's already.")):
        room.save(force_insert=True)
    count_part_change(laboratory)
    _record(events.ROOM_ADDED, by, laboratory, room=room, organisation=room.organisation)
    return room


@transaction.atomic
def give_up_room(*, by: Person, room: Room) -> Laboratory:
    """Give a room up; return the laboratory that it was of."""
    laboratory = _lock_to_edit(by, room.laboratory)
    if _delete(laboratory.rooms.filter(pk=room.pk)):
        count_part_change(laboratory)
        _record(events.ROOM_GIVEN_UP, by, laboratory, room=room, organisation=room.organisation)
    return laboratory


def _lock_to_edit(by: Person, laboratory: Laboratory) -> Laboratory:
    POLICY.require(by, "edit", laboratory)
    return lock(laboratory)


def _require_fewer_than_most(there: int) -> None:
    if there >= MOST:
        raise Refusal(_("There are %(most)s already; drop one first.") % {"most": MOST})


def _delete(rows: Any) -> bool:
    """Delete the rows; return whether there were any: somebody else may have been quicker."""
    deleted, _each = rows.delete()
    return bool(deleted)


def _record_seat(event: Event, by: Person, seat: Seat) -> None:
    _record(
        event,
        by,
        seat.laboratory,
        person=seat.person,
        organisation=seat.organisation,
        charge=Charge(seat.charge).value,
    )


def _record(event: Event, by: Person, laboratory: Laboratory, **facts: Any) -> None:
    record(event, chain=laboratory.partnership_id, by=by, laboratory=laboratory, **facts)
