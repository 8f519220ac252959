"""A laboratory with its parts: for its own page, for everybody, and for what it lacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

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


def laboratory_shown(laboratory: Laboratory) -> LaboratoryShown:
    """Return a laboratory with its parts: as many queries for a large one as for a small one."""
    prefetch_parts([laboratory])
    sides = _sides(laboratory)
    words = laboratory.confirmations.select_related("by")
    return LaboratoryShown(
        laboratory=laboratory,
        sides=sides,
        directions=list(laboratory.directions.all()),
        fields=list(laboratory.fields.order_by("code")),
        seats=_seats_shown(laboratory, sides),
        rooms=list(laboratory.rooms.select_related("organisation").order_by("pk")),
        words={word.organisation_id: word for word in words},
    )


def life_of(laboratory: LaboratoryShown, *, ready: bool) -> list[Step]:
    """Return founded, confirmed by each side, unveiled, as a stepped line; `ready`: lacks nothing."""
    row = laboratory.laboratory
    steps = [Step(_("Founded"), "passed", row.founded_on)]
    for side in laboratory.sides:
        what = _("Confirmed by %(side)s") % {"side": side.name}
        word = laboratory.words.get(side.pk)
        awaited = Step(what, "waiting" if ready else "later")
        steps.append(Step(what, "passed", word.at, word.by) if word else awaited)
    unveiled = "passed" if row.unveiled_on else "later"
    return [*steps, Step(_("Unveiled"), unveiled, row.unveiled_on)]


def summary_of(laboratory: LaboratoryShown) -> str:
    """Return what a search engine shows of it: what is said about it, else its directions."""
    _language, about = laboratory.laboratory.about
    return about or " · ".join(direction.name for direction in laboratory.directions)


def prefetch_parts(laboratories: Iterable[Laboratory]) -> None:
    """Fetch, for all of them at once, what `missing_for_unveiling` reads."""
    seats = Prefetch("seats", Seat.objects.annotate(**{SERVES: Exists(_memberships_of_holders())}))
    prefetch_related_objects(
        list(laboratories), "partnership__sides__organisation", "directions", seats
    )


def missing_for_unveiling(laboratory: Laboratory) -> list[str]:
    """Return what the laboratory needs before it can be unveiled, a line each."""
    prefetch_parts([laboratory])
    lines = missing_on_public_page(laboratory)
    directors = {
        seat.organisation_id
        for seat in laboratory.seats.all()
        if seat.charge == Charge.DIRECTOR and seat.serves
    }
    return lines + [
        _("A director of %(side)s.") % {"side": side.name}
        for side in _sides(laboratory)
        if side.pk not in directors
    ]


def missing_on_public_page(laboratory: Laboratory) -> list[str]:
    """Return what the public page still needs, a line each."""
    lines = []
    if not laboratory.name_zh:
        lines.append(_("Its name in Chinese."))
    if not laboratory.name_ko:
        lines.append(_("Its name in Korean."))
    if not laboratory.directions.all():
        lines.append(_("A direction at least."))
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
        "%(sides)s has confirmed the unveiling of the laboratory as it is now."
        " A change takes that word back."
    ) % {"sides": sides}


def _sides(laboratory: Laboratory) -> list[Organisation]:
    return [side.organisation for side in laboratory.partnership.sides.all()]


def _memberships_of_holders() -> QuerySet[Membership]:
    return Membership.objects.live().filter(
        partnership=OuterRef("laboratory__partnership"),
        organisation=OuterRef("organisation"),
        person=OuterRef("person"),
    )


def _seats_shown(laboratory: Laboratory, sides: list[Organisation]) -> list[SeatShown]:
    """Return the seats, a director of each side first, with the titles of those who hold them."""
    seats = list(laboratory.seats.all())
    prefetch_related_objects(seats, "person")
    memberships = laboratory.partnership.memberships.filter(
        person__in=[seat.person_id for seat in seats]
    )
    # The latest stands for all: ids sort by the time at which they were made.
    titles = {(row.person_id, row.organisation_id): row.title for row in memberships.order_by("pk")}
    houses = {side.pk: side for side in sides}
    for seat in seats:
        seat.organisation = houses[seat.organisation_id]
    place = {side.pk: number for number, side in enumerate(sides)}
    seats.sort(
        key=lambda seat: (IN_ORDER[Charge(seat.charge)], place[seat.organisation_id], seat.pk)
    )
    return [
        SeatShown(seat, titles.get((seat.person_id, seat.organisation_id), "")) for seat in seats
    ]
