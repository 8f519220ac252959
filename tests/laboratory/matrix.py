"""Who gets what from the room's pages."""

from __future__ import annotations

from typing import Any

from jointlab.laboratory.models import Laboratory
from jointlab.laboratory.services.parts import add_direction, add_room, appoint
from tests.cast import INSIDERS, OTHER, OWN, Cast
from tests.laboratory.make import make_foreign, make_ready, make_unveiled
from tests.matrix import PUBLIC, SIGNED_IN, Arguments, Row

OFFICES = ("university_office", "enterprise_office")
SIGNATORIES = ("vice_president", "general_manager")
PREPARING = (*OFFICES, *SIGNATORIES, "dean", "division_head", "auditor", "enterprise_auditor")
NAMES = {"name_en": "One more"}


def own(_: Cast) -> dict[str, Any]:
    return {"code": OWN}


def foreign(_: Cast) -> dict[str, Any]:
    return {"code": OTHER}


def ready(cast: Cast) -> dict[str, Any]:
    return {"code": laboratory(cast).code}


def unveiled(cast: Cast) -> dict[str, Any]:
    there = Laboratory.objects.filter(unveiled_on__isnull=False).first()
    return {"code": (there or make_unveiled(cast)).code}


def others(cast: Cast) -> dict[str, Any]:
    return {"code": make_foreign(cast).code}


def unveiled_by_others(cast: Cast) -> dict[str, Any]:
    return {"code": make_foreign(cast, unveiled=True).code}


def laboratory(cast: Cast) -> Laboratory:
    return Laboratory.objects.filter(partnership=cast.partnership).first() or make_ready(cast)


def direction(cast: Cast) -> dict[str, Any]:
    row = laboratory(cast)
    there = row.directions.first() or add_direction(
        by=cast.university_office, laboratory=row, name_en="One more"
    )
    return {"code": row.code, "pk": there.pk}


def seat(cast: Cast) -> dict[str, Any]:
    row = laboratory(cast)
    there = row.seats.filter(organisation=cast.university).first() or appoint(
        by=cast.university_office, laboratory=row, person=cast.dean.pk, charge="director"
    )
    return {"code": row.code, "pk": there.pk}


def room(cast: Cast) -> dict[str, Any]:
    row = laboratory(cast)
    there = row.rooms.first() or add_room(
        by=cast.university_office,
        laboratory=row,
        organisation=cast.university,
        address="Building 3",
        name_en="Test bench",
    )
    return {"code": row.code, "pk": there.pk}


def of_another(arguments: Arguments) -> Arguments:
    """Return an own part's id below the code of somebody else's laboratory."""
    return lambda cast: {**arguments(cast), "code": make_foreign(cast).code}


def forms(
    name: str, may: tuple[str, ...], own: Arguments, foreign: Arguments, **more: Any
) -> list[Row]:
    """Return the rows of a page that is read, and posted empty."""
    seeing = more.pop("seeing", PREPARING)
    both = {
        "own": own,
        "foreign": foreign,
        "forbidden": tuple(one for one in seeing if one not in may),
    }
    return [
        Row(f"laboratory:{name}", may, **both),
        Row(f"laboratory:{name}", may, data={}, **both, **more),
    ]


ROWS = [
    Row("laboratory:laboratories", SIGNED_IN),
    Row("laboratory:of-partnership", INSIDERS, own=own, foreign=foreign),
    *forms("found", OFFICES, own, foreign, seeing=INSIDERS),
    Row("laboratory:public", PUBLIC, own=unveiled),
    Row("laboratory:laboratory", PREPARING, own=ready, foreign=others),
    Row("laboratory:laboratory", INSIDERS, own=unveiled, foreign=unveiled_by_others),
    *forms("edit", OFFICES, ready, others),
    *forms("edit", OFFICES, unveiled, unveiled_by_others, seeing=INSIDERS),
    *forms("fields", OFFICES, ready, others),
    *forms("add-direction", OFFICES, ready, others),
    *forms("drop-direction", OFFICES, direction, of_another(direction), status=302),
    *forms("appoint", OFFICES, ready, others),
    Row(
        "laboratory:vacate",
        ("university_office",),
        own=seat,
        foreign=of_another(seat),
        data={},
        status=302,
        forbidden=tuple(name for name in PREPARING if name != "university_office"),
    ),
    Row(
        "laboratory:vacate",
        ("university_office",),
        own=seat,
        foreign=of_another(seat),
        forbidden=tuple(name for name in PREPARING if name != "university_office"),
    ),
    *forms("add-room", OFFICES, ready, others),
    *forms("give-up-room", OFFICES, room, of_another(room), status=302),
    *forms("confirm", SIGNATORIES, ready, others),
    *forms("take-back", SIGNATORIES, ready, others),
]
