"""What the room's pages read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any, TypeVar
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import (
    Count,
    Exists,
    F,
    Model,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
)
from django.utils import timezone

from jointlab.common import days
from jointlab.common.prepared import Prepared
from jointlab.common.show import Step
from jointlab.parties.access import (
    memberships_visible_to,
    organisations_visible_to,
    partnerships_for_operator,
    partnerships_visible_to,
)
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
from jointlab.parties.policy import Reader
from jointlab.parties.waiting import SOON

PAGE = 15
SHOWN_A_SIDE = 5
EARLIER_SHOWN = 3
FOUND = 20
IN_ORDER = ("rank", "pk")  # who speaks for a side first; then as they came
NAMES = ("name_own", "name_en", "name_zh", "name_ko")

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class SideShown:
    """One side of a partnership on its page: the first of its members, and how many there are."""

    organisation: Organisation
    members: list[Membership]
    count: int


def page(rows: QuerySet[Row], number: str | None, size: int = PAGE) -> Page[Row]:
    """Return one page of a list; the nearest page where the number does not exist.

    What is joined is read for the rows of the page alone, not for all that are sorted.
    """
    keys = rows.select_related(None).prefetch_related(None).values_list("pk", flat=True)
    found: Any = Paginator(keys, size).get_page(number)
    there = {row.pk: row for row in rows.order_by().filter(pk__in=list(found.object_list))}
    found.object_list = [there[key] for key in found.object_list if key in there]
    page: Page[Row] = found
    return page


def name_contains(words: str, *prefixes: str, columns: Iterable[str] = NAMES) -> Q:
    """Return the condition that each word occurs in one of the names."""
    fields = [f"{prefix}{column}" for prefix in prefixes or ("",) for column in columns]
    each = (
        reduce(or_, (Q(**{f"{field}__icontains": word}) for field in fields))
        for word in words.split()
    )
    return reduce(and_, each, Q())


def partnerships_of(user: Reader) -> QuerySet[Partnership]:
    """Return the partnerships that the person sees, newest first, with their sides."""
    return _with_sides(partnerships_visible_to(user)).order_by("-created_at", "pk")


def list_partnerships_for_operator(user: Reader, words: str) -> QuerySet[Partnership]:
    """Return every partnership for the operator, with its sides and whether each has an office."""
    offices = Membership.objects.live().filter(
        partnership=OuterRef("partnership"),
        organisation=OuterRef("organisation"),
        roles__contains=[Role.OFFICE],
    )
    vacant = Side.objects.filter(~Exists(offices), partnership=OuterRef("pk"))
    found = partnerships_for_operator(user).filter(
        name_contains(words, columns=("name_en", "name_zh", "name_ko", "code"))
    )
    sides = _with_sides(found, has_office=Exists(offices))
    return sides.annotate(lacks_office=Exists(vacant)).order_by("code")


def _with_sides(rows: QuerySet[Partnership], **annotations: Any) -> QuerySet[Partnership]:
    sides = Side.objects.select_related("organisation").annotate(**annotations)
    return rows.prefetch_related(Prefetch("sides", sides))


def life_of(partnership: Partnership) -> list[Step]:
    """Return the phases of a partnership with their days, as a stepped line."""
    days = (
        timezone.localdate(partnership.created_at),
        partnership.in_force_since,
        partnership.in_force_until,
    )
    now = list(Phase).index(partnership.phase)
    steps = []
    for place, (phase, day) in enumerate(zip(Phase, days, strict=True)):
        state = "passed" if place < now or phase is Phase.ENDED else "going"
        steps.append(Step(phase.label.capitalize(), state if place <= now else "later", day))
    return steps


def sides_of(partnership: Partnership) -> list[Organisation]:
    """Return the organisations, the first-named first."""
    return sides_by_partnership([partnership.pk])[partnership.pk]


def sides_by_partnership(partnerships: Iterable[UUID]) -> dict[UUID, list[Organisation]]:
    """Return the organisations of each partnership, the first-named first: one query."""
    found: dict[UUID, list[Organisation]] = {pk: [] for pk in partnerships}
    for side in _sides(partnerships=list(found)):
        found[side.partnership_id].append(side.organisation)
    return found


@Prepared
def _sides(partnerships: list[UUID]) -> QuerySet[Side]:
    rows = Side.objects.filter(partnership__any_of=partnerships)
    return rows.select_related("organisation").order_by("position")


def people_by_side(partnership: Partnership) -> list[SideShown]:
    """Return the sides with the first of their members: a query a side, and two."""
    there: dict[str, Any] = {"partnership": partnership.pk, "today": days.today()}
    counts = dict(_people_counted(**there))
    return [
        SideShown(side, _first_people(side=side.pk, **there), counts.get(side.pk, 0))
        for side in sides_of(partnership)
    ]


@Prepared
def _people_counted(partnership: UUID, today: date) -> QuerySet[Membership, tuple[UUID, int]]:
    rows = Membership.objects.live(today).filter(partnership=partnership)
    return rows.values_list("organisation").annotate(Count("pk")).order_by()


@Prepared
def _first_people(side: UUID, partnership: UUID, today: date) -> QuerySet[Membership]:
    rows = Membership.objects.live(today).filter(partnership=partnership, organisation=side)
    return _with_people(rows).order_by(*IN_ORDER)[:SHOWN_A_SIDE]


def former_members(partnership: Partnership) -> list[Membership]:
    """Return the members who left last, the latest first."""
    return _left_last(partnership=partnership.pk, today=days.today())


@Prepared
def _left_last(partnership: UUID, today: date) -> QuerySet[Membership]:
    rows = _with_people(Membership.objects.over(today).filter(partnership=partnership))
    return rows.order_by(F("ended_at").desc(nulls_last=True), "-until")[:EARLIER_SHOWN]


def people_of(
    partnership: Partnership, *, words: str = "", side: str = "", when: str = ""
) -> QuerySet[Membership]:
    """Return members in order; `when`: those of now and to come, "ending" soon, or "earlier"."""
    rows: Memberships = partnership.memberships.all()
    rows = rows.over() if when == "earlier" else rows.not_over()
    if when == "ending":
        rows = rows.filter(until__lte=days.today() + SOON)
    if side:
        rows = rows.filter(organisation=_uuid(side))
    if words:
        titles = name_contains(words, columns=("title_en", "title_zh", "title_ko"))
        rows = rows.filter(name_contains(words, "person__") | titles)
    return _with_people(rows).order_by(*IN_ORDER)


def _with_people(rows: QuerySet[Membership]) -> QuerySet[Membership]:
    return rows.select_related("person", "organisation", "unit")


def shared_memberships(user: Reader, person: Person) -> QuerySet[Membership]:
    """Return the person's memberships in partnerships that the reader sees, and in no others."""
    rows = memberships_visible_to(user).filter(person=person)
    return rows.select_related("partnership", "organisation", "unit").order_by("-since", "pk")


def find_people(people: QuerySet[Person], words: str) -> QuerySet[Person]:
    """Return the people whose names hold these words, by name."""
    return people.filter(name_contains(words)).order_by("name_own", "pk")


def find_organisations(user: Reader, words: str) -> QuerySet[Organisation]:
    """Return the organisations that the person sees, by name or by their ROR id."""
    found = Q(ror=words.lower()) if words else Q()
    return (
        organisations_visible_to(user)
        .filter(name_contains(words) | found)
        .order_by("name_own", "pk")
    )


def organisations_to_choose(user: Reader, words: str, chosen: list[str]) -> list[Organisation]:
    """Return the first organisations of that name which were not chosen before."""
    if not words:
        return []
    return list(find_organisations(user, words).exclude(pk__in=chosen)[:FOUND])


def organisations_by_ids(user: Reader, ids: list[str]) -> list[Organisation]:
    """Return the organisations with these ids, in that order; unknown ids are left out."""
    known = [key for key in map(_uuid, ids) if key]
    rows = {str(row.pk): row for row in organisations_visible_to(user).filter(pk__in=known)}
    return [rows[key] for key in dict.fromkeys(ids) if key in rows]


def organisations_by_ror(ids: Iterable[str]) -> dict[str, Organisation]:
    """Return the organisations that have one of these ROR ids, by ROR id."""
    return {row.ror: row for row in Organisation.objects.filter(ror__in=list(ids)) if row.ror}


def partnerships_with(user: Reader, organisation: Organisation) -> list[Partnership]:
    """Return the partnerships with that organisation that the person sees, the newest first."""
    rows = partnerships_visible_to(user).filter(sides__organisation=organisation)
    return list(rows.order_by("-created_at")[:PAGE])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Branch:
    """A unit in the tree of its organisation."""

    unit: Unit
    children: list[Branch]


def units_closed(organisation: Organisation) -> list[Unit]:
    """Return the units that were closed, those last that were closed first."""
    return list(organisation.units.exclude(closed_on=None).order_by("-closed_on", "name_en"))


def units_tree(organisation: Organisation) -> list[Branch]:
    """Return the open units that lie in no other, each with those inside it: one query."""
    inside: dict[Any, list[Unit]] = {}
    for unit in organisation.units.filter(closed_on=None).order_by("name_en"):
        inside.setdefault(unit.parent_id, []).append(unit)

    def branches(parent: Any) -> list[Branch]:
        return [Branch(unit, branches(unit.pk)) for unit in inside.get(parent, [])]

    return branches(None)
