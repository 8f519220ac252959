"""Founding a laboratory and saying what it is: every change takes back a word already given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements.models import Agreement
from jointlab.agreements.queries.standing import carrying
from jointlab.common.editing import check, edit, lock, refusing
from jointlab.common.errors import NotNow, Refusal
from jointlab.common.names import tidied
from jointlab.history.services import record
from jointlab.laboratory.access import demand
from jointlab.laboratory.models import Charge, Direction, Laboratory, Room, Seat
from jointlab.parties.models import Membership, Organisation, Partnership, Person
from jointlab.taxonomy.models import Field

MOST = 20  # directions, rooms, seats: more is no laboratory but a list


@transaction.atomic
def found_laboratory(
    *, by: Person, partnership: Partnership, code: str, **names: str
) -> Laboratory:
    """Found a laboratory under the strategic agreement that is in force."""
    demand(by, partnership, "edit")
    laboratory = Laboratory(
        partnership=partnership,
        agreement=agreement_in_force(partnership),
        code=code.lower(),
        founded_on=timezone.localdate(),
        **tidied(names),
    )
    check(laboratory)
    taken = _("There is a laboratory with this code already.")
    with refusing(laboratory_laboratory_code_key=taken):
        laboratory.save(force_insert=True)
    record(
        "laboratory.founded",
        chain=partnership.pk,
        by=by,
        laboratory=laboratory,
        agreement=laboratory.agreement,
    )
    return laboratory


@transaction.atomic
def edit_laboratory(
    *,
    by: Person,
    laboratory: Laboratory,
    version: int,
    fields: Iterable[Field] | None = None,
    **values: Any,
) -> Laboratory:
    """Change names, what is said about it, and its fields."""
    demand(by, laboratory.partnership, "edit")
    laboratory, changed = edit(laboratory, version=version, **tidied(values))
    if fields is not None and {field.pk for field in fields} != set(
        laboratory.fields.values_list("pk", flat=True)
    ):
        laboratory.fields.set(fields)
        changed.append("fields")
        if changed == ["fields"]:
            _count_up(laboratory)
    if changed:
        _take_back(laboratory)
        record(
            "laboratory.edited",
            chain=laboratory.partnership_id,
            by=by,
            laboratory=laboratory,
            changed=changed,
        )
    return laboratory


@transaction.atomic
def add_direction(*, by: Person, laboratory: Laboratory, **names: str) -> Direction:
    """Add a direction, after those that there are."""
    laboratory = _open(by, laboratory)
    _demand_room_for_one(laboratory.directions.count())
    last = laboratory.directions.aggregate(last=Max("position"))["last"] or 0
    direction = Direction(laboratory=laboratory, position=last + 1, **tidied(names))
    check(direction)
    direction.save(force_insert=True)
    _changed(laboratory)
    record(
        "laboratory.direction_added",
        chain=laboratory.partnership_id,
        by=by,
        laboratory=laboratory,
        direction=direction,
    )
    return direction


@transaction.atomic
def drop_direction(*, by: Person, direction: Direction) -> None:
    """Drop a direction."""
    laboratory = _open(by, direction.laboratory)
    gone = _drop(laboratory.directions.filter(pk=direction.pk))
    if gone:
        _changed(laboratory)
        record(
            "laboratory.direction_dropped",
            chain=laboratory.partnership_id,
            by=by,
            laboratory=laboratory,
            direction=direction,
        )


@transaction.atomic
def appoint(*, by: Person, laboratory: Laboratory, person: UUID, charge: str) -> Seat:
    """Give a live member of a side a seat: a side's office names its own people."""
    own = demand(by, laboratory.partnership, "edit")
    laboratory = lock(laboratory)
    _demand_room_for_one(laboratory.seats.count())
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
    _changed(laboratory)
    _record_seat("laboratory.appointed", by, seat)
    return seat


@transaction.atomic
def vacate(*, by: Person, seat: Seat) -> None:
    """Take somebody's seat away: a side's office does it with its own people's."""
    own = demand(by, seat.laboratory.partnership, "edit")
    if own.organisation_id != seat.organisation_id:
        raise Refusal(_("Each side appoints its own people, of those who are in it today."))
    laboratory = lock(seat.laboratory)
    if _drop(laboratory.seats.filter(pk=seat.pk)):
        _changed(laboratory)
        _record_seat("laboratory.vacated", by, seat)


@transaction.atomic
def add_room(
    *, by: Person, laboratory: Laboratory, organisation: Organisation, address: str, **names: str
) -> Room:
    """Add a room at one of the sides."""
    laboratory = _open(by, laboratory)
    _demand_room_for_one(laboratory.rooms.count())
    if not laboratory.partnership.sides.filter(organisation=organisation).exists():
        raise Refusal(_("A room is at one of the sides."))
    room = Room(
        laboratory=laboratory,
        organisation=organisation,
        address=" ".join(address.split()),
        **tidied(names),
    )
    check(room)
    with refusing(laboratory_room_once=_("That room is the laboratory's already.")):
        room.save(force_insert=True)
    _changed(laboratory)
    _record_room("laboratory.room_added", by, room)
    return room


@transaction.atomic
def give_up_room(*, by: Person, room: Room) -> None:
    """Give a room up."""
    laboratory = _open(by, room.laboratory)
    if _drop(laboratory.rooms.filter(pk=room.pk)):
        _changed(laboratory)
        _record_room("laboratory.room_given_up", by, room)


def agreement_in_force(partnership: Partnership) -> Agreement:
    """Return the strategic agreement that is in force today; refuse where there is none."""
    agreement = carrying(partnership, timezone.localdate())
    if agreement is None:
        raise NotNow(
            _("A joint laboratory takes a strategic cooperation agreement that is in force.")
        )
    return agreement


def _open(by: Person, laboratory: Laboratory) -> Laboratory:
    demand(by, laboratory.partnership, "edit")
    return lock(laboratory)


def _demand_room_for_one(there: int) -> None:
    if there >= MOST:
        raise Refusal(_("There are %(most)s already; drop one first.") % {"most": MOST})


def _drop(rows: Any) -> bool:
    """Delete; say whether there was anything: somebody else may have been quicker."""
    deleted, _each = rows.delete()
    return bool(deleted)


def _changed(laboratory: Laboratory) -> None:
    _count_up(laboratory)
    _take_back(laboratory)


def _count_up(laboratory: Laboratory) -> None:
    laboratory.version += 1
    laboratory.save(update_fields=["version"])


def _take_back(laboratory: Laboratory) -> None:
    """Void each side's word: it was given for what the laboratory was before."""
    if laboratory.unveiled_on is None:
        laboratory.confirmations.all().delete()


def _record_seat(event: str, by: Person, seat: Seat) -> None:
    record(
        event,
        chain=seat.laboratory.partnership_id,
        by=by,
        laboratory=seat.laboratory,
        person=seat.person,
        organisation=seat.organisation,
        charge=Charge(seat.charge).value,
    )


def _record_room(event: str, by: Person, room: Room) -> None:
    record(
        event,
        chain=room.laboratory.partnership_id,
        by=by,
        laboratory=room.laboratory,
        room=room,
        organisation=room.organisation,
    )
