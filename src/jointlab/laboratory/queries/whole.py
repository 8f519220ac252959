"""A laboratory with its parts: for its own page, for everybody, and for what it lacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from jointlab.common.parts import Step
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


@dataclass(frozen=True)
class Held:
    """A seat as a page shows it, with its holder's title on that side."""

    seat: Seat
    title: str


@dataclass(frozen=True)
class Whole:
    """A laboratory with all that its pages show."""

    laboratory: Laboratory
    sides: list[Organisation]
    directions: list[Direction]
    fields: list[Field]
    seats: list[Held]
    rooms: list[Room]
    words: dict[Organisation, Confirmation]

    @property
    def directors(self) -> list[Held]:
        """The director of each side, as the sides stand; while it is open, those who serve."""
        closed = self.laboratory.standing is Standing.CLOSED
        held = [one for one in self.seats if one.seat.charge == Charge.DIRECTOR]
        return [one for one in held if one.seat.serves or closed]

    @property
    def committee(self) -> list[Held]:
        """The steering committee, its chair first."""
        return [one for one in self.seats if one.seat.charge != Charge.DIRECTOR]

    @property
    def missing(self) -> list[str]:
        """What it still lacks before it can be unveiled, a line each."""
        return what_is_missing(self.laboratory)

    @property
    def life(self) -> list[Step]:
        """Founded, confirmed by each side, unveiled: as a stepped line."""
        laboratory = self.laboratory
        steps = [Step(_("Founded"), "passed", laboratory.founded_on)]
        for side in self.sides:
            what = _("Confirmed by %(side)s") % {"side": side.name}
            word = self.words.get(side)
            given = Step(what, "passed", word.at, word.by) if word else Step(what)
            steps.append(given)
        unveiled = "passed" if laboratory.unveiled_on else "later"
        return [*steps, Step(_("Unveiled"), unveiled, laboratory.unveiled_on)]


def whole(laboratory: Laboratory) -> Whole:
    """Return a laboratory with its parts: as many queries for a large one as for a small one."""
    read([laboratory])
    sides = _sides(laboratory)
    words = {word.organisation: word for word in laboratory.confirmations.select_related("by")}
    return Whole(
        laboratory=laboratory,
        sides=sides,
        directions=list(laboratory.directions.all()),
        fields=list(laboratory.fields.order_by("code")),
        seats=_held(laboratory, sides),
        rooms=list(laboratory.rooms.select_related("organisation").order_by("pk")),
        words={side: words[side] for side in sides if side in words},
    )


def read(laboratories: Iterable[Laboratory]) -> None:
    """Read, for all of them at once, what says whether they lack anything."""
    seats = Prefetch("seats", Seat.objects.annotate(serves=Exists(_serving())))
    prefetch_related_objects(
        list(laboratories), "partnership__sides__organisation", "directions", seats
    )


def what_is_missing(laboratory: Laboratory) -> list[str]:
    """Return what the laboratory still lacks before it can be unveiled, a line each."""
    read([laboratory])
    lines = what_the_public_lacks(laboratory)
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


def what_the_public_lacks(laboratory: Laboratory) -> list[str]:
    """Return what no public page can be without, a line each."""
    lines = []
    if not laboratory.name_zh:
        lines.append(_("Its name in Chinese."))
    if not laboratory.name_ko:
        lines.append(_("Its name in Korean."))
    if not laboratory.directions.all():
        lines.append(_("A direction at least."))
    return lines


def warning(laboratory: Laboratory) -> str:
    """Return what a change does besides: to words already given, or to the public page."""
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


def _serving() -> QuerySet[Membership]:
    return Membership.objects.live().filter(
        partnership=OuterRef("laboratory__partnership"),
        organisation=OuterRef("organisation"),
        person=OuterRef("person"),
    )


def _held(laboratory: Laboratory, sides: list[Organisation]) -> list[Held]:
    """Return the seats, a director of each side first, with the titles of those who hold them."""
    seats = list(laboratory.seats.all())
    prefetch_related_objects(seats, "person", "organisation")
    memberships = laboratory.partnership.memberships.filter(
        person__in=[seat.person_id for seat in seats]
    )
    # The latest stands for all: ids sort by the time at which they were made.
    titles = {(row.person_id, row.organisation_id): row.title for row in memberships.order_by("pk")}
    place = {side.pk: number for number, side in enumerate(sides)}
    seats.sort(
        key=lambda seat: (IN_ORDER[Charge(seat.charge)], place[seat.organisation_id], seat.pk)
    )
    return [Held(seat, titles.get((seat.person_id, seat.organisation_id), "")) for seat in seats]
