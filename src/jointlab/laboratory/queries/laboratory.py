"""A laboratory with its parts: for its own page, for everybody, and for what it lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from jointlab.common import days
from jointlab.common.prepared import Prepared
from jointlab.common.show import Step
from jointlab.laboratory.models import (
    Charge,
    Confirmation,
    Direction,
    Laboratory,
    Room,
    Seat,
    Standing,
)
from jointlab.parties.models import Membership, Organisation
from jointlab.parties.queries import sides_by_partnership
from jointlab.taxonomy.models import Field

IN_ORDER = {Charge.DIRECTOR: 0, Charge.CHAIR: 1, Charge.MEMBER: 2}

SERVES = "serves"  # the attribute of a seat that says whether its holder is of that side today


@dataclass(frozen=True)
class SeatShown:
    """A seat as a page shows it, with its holder's title on that side."""

    seat: Seat
    title: str


@dataclass(frozen=True)
class LaboratoryShown:
    """A laboratory with all that its pages show."""

    laboratory: Laboratory
    sides: list[Organisation]
    directions: list[Direction]
    fields: list[Field]
    seats: list[SeatShown]
    rooms: list[Room]
    words: dict[UUID, Confirmation]  # by the organisation that gave it
    missing: list[str]  # before it can be unveiled

    @property
    def directors(self) -> list[SeatShown]:
        """The director of each side, as the sides stand; while it is open, those who serve."""
        closed = self.laboratory.standing is Standing.CLOSED
        held = [one for one in self.seats if one.seat.charge == Charge.DIRECTOR]
        return [one for one in held if one.seat.serves or closed]

    @property
    def committee(self) -> list[SeatShown]:
        """The steering committee, its chair first."""
        return [one for one in self.seats if one.seat.charge != Charge.DIRECTOR]


@dataclass(frozen=True)
class Parts:
    """What of a laboratory its unveiling asks for."""

    sides: list[Organisation]
    directions: list[Direction]
    seats: list[Seat]


def parts_of(laboratories: Sequence[Laboratory]) -> dict[UUID, Parts]:
    """Return the parts of each laboratory: three queries for all of them."""
    if not laboratories:
        return {}
    sides = sides_by_partnership(row.partnership_id for row in laboratories)
    directions = directions_of(laboratories)
    found = {
        row.pk: Parts(sides[row.partnership_id], directions[row.pk], []) for row in laboratories
    }
    for seat in _seats(laboratories=list(found), today=days.today()):
        found[seat.laboratory_id].seats.append(seat)
    return found


def directions_of(laboratories: Iterable[Laboratory]) -> dict[UUID, list[Direction]]:
    """Return what each laboratory works towards, in order: one query."""
    found: dict[UUID, list[Direction]] = {row.pk: [] for row in laboratories}
    for direction in _directions(laboratories=list(found)):
        found[direction.laboratory_id].append(direction)
    return found


@Prepared
def _directions(laboratories: list[UUID]) -> QuerySet[Direction]:
    return Direction.objects.filter(laboratory__any_of=laboratories).order_by("position")


@Prepared
def _seats(laboratories: list[UUID], today: date) -> QuerySet[Seat]:
    still_there = Membership.objects.live(today).filter(
        partnership=OuterRef("laboratory__partnership"),
        organisation=OuterRef("organisation"),
        person=OuterRef("person"),
    )
    rows = Seat.objects.filter(laboratory__any_of=laboratories).select_related("person")
    return rows.annotate(**{SERVES: Exists(still_there)})


def laboratory_shown(laboratory: Laboratory) -> LaboratoryShown:
    """Return a laboratory with its parts: as many queries for a large one as for a small one."""
    parts = parts_of([laboratory])[laboratory.pk]
    return LaboratoryShown(
        laboratory=laboratory,
        sides=parts.sides,
        directions=parts.directions,
        fields=_fields(laboratory=laboratory.pk),
        seats=_seats_shown(laboratory, parts),
        rooms=_rooms(laboratory=laboratory.pk),
        words={word.organisation_id: word for word in _words(laboratory=laboratory.pk)},
        missing=missing_for_unveiling(laboratory, parts),
    )


@Prepared
def _fields(laboratory: UUID) -> QuerySet[Field]:
    return Field.objects.filter(laboratories=laboratory).order_by("code")


@Prepared
def _rooms(laboratory: UUID) -> QuerySet[Room]:
    rows = Room.objects.filter(laboratory=laboratory)
    return rows.select_related("organisation").order_by("pk")


@Prepared
def _words(laboratory: UUID) -> QuerySet[Confirmation]:
    return Confirmation.objects.filter(laboratory=laboratory).select_related("by")


def life_of(laboratory: LaboratoryShown) -> list[Step]:
    """Return founded, confirmed by each side, unveiled, as a stepped line."""
    row = laboratory.laboratory
    steps = [Step(_("Founded"), "passed", row.founded_on)]
    for side in laboratory.sides:
        what = _("Confirmed by %(side)s") % {"side": side.name}
        word = laboratory.words.get(side.pk)
        awaited = Step(what, "later" if laboratory.missing else "waiting")
        steps.append(Step(what, "passed", word.at, word.by) if word else awaited)
    unveiled = "passed" if row.unveiled_on else "later"
    return [*steps, Step(_("Unveiled"), unveiled, row.unveiled_on)]


def summary_of(laboratory: LaboratoryShown) -> str:
    """Return what a search engine shows of it: what is said about it, else its directions."""
    _language, about = laboratory.laboratory.about
    return about or " · ".join(direction.name for direction in laboratory.directions)


def missing_for_unveiling(laboratory: Laboratory, parts: Parts | None = None) -> list[str]:
    """Return what the laboratory needs before it can be unveiled, a line each."""
    parts = parts or parts_of([laboratory])[laboratory.pk]
    directors = {
        seat.organisation_id
        for seat in parts.seats
        if seat.charge == Charge.DIRECTOR and seat.serves
    }
    return missing_on_public_page(laboratory, parts.directions) + [
        _("A director of %(side)s.") % {"side": side.name}
        for side in parts.sides
        if side.pk not in directors
    ]


def missing_on_public_page(laboratory: Laboratory, directions: Collection[Direction]) -> list[str]:
    """Return what the public page still needs, a line each."""
    lines = []
    if not laboratory.name_zh:
        lines.append(_("Its name in Chinese."))
    if not laboratory.name_ko:
        lines.append(_("Its name in Korean."))
    if not directions:
        lines.append(_("Add at least one direction."))
    return lines


def effect_of_change(laboratory: Laboratory) -> str:
    """Return what a change also affects: confirmations already given, or the public page."""
    if laboratory.unveiled_on is not None:
        return _("The laboratory is unveiled: a change shows on its public page at once.")
    words = laboratory.confirmations.select_related("organisation")
    if not words:
        return ""
    sides = " · ".join(word.organisation.name for word in words)
    return _(
        "%(sides)s has confirmed the unveiling of the laboratory as it is now. A change voids that confirmation."
    ) % {"sides": sides}


def _seats_shown(laboratory: Laboratory, parts: Parts) -> list[SeatShown]:
    """Return the seats, a director of each side first, with the titles of those who hold them."""
    memberships = _memberships(
        partnership=laboratory.partnership_id, people=[seat.person_id for seat in parts.seats]
    )
    # The latest stands for all.
    titles = {(row.person_id, row.organisation_id): row.title for row in memberships}
    houses = {side.pk: side for side in parts.sides}
    for seat in parts.seats:
        seat.organisation = houses[seat.organisation_id]
    place = {side.pk: number for number, side in enumerate(parts.sides)}
    seats = sorted(
        parts.seats,
        key=lambda seat: (IN_ORDER[Charge(seat.charge)], place[seat.organisation_id], seat.pk),
    )
    return [
        SeatShown(seat, titles.get((seat.person_id, seat.organisation_id), "")) for seat in seats
    ]


@Prepared
def _memberships(partnership: UUID, people: list[UUID]) -> QuerySet[Membership]:
    """Return them as they began: ids sort by the time at which they were made."""
    rows = Membership.objects.filter(partnership=partnership, person__any_of=people)
    return rows.order_by("pk")
