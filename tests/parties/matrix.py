"""Who gets what from the room's pages."""

from __future__ import annotations

from typing import Any

from tests.cast import INSIDERS, OTHER, OWN, Cast
from tests.matrix import SIGNED_IN, Row

OFFICES = ("university_office", "enterprise_office")
REST = tuple(name for name in INSIDERS if name not in OFFICES)
DESCRIBERS = (*OFFICES, "vice_president", "general_manager")
MUTE = tuple(name for name in INSIDERS if name not in DESCRIBERS)
OTHER_HOUSE = tuple(name for name in INSIDERS if name != "university_office")


def own(_: Cast) -> dict[str, Any]:
    return {"code": OWN}


def foreign(_: Cast) -> dict[str, Any]:
    return {"code": OTHER}


def researchers(cast: Cast) -> dict[str, Any]:
    return {"code": OWN, "pk": cast.membership("researcher").pk}


def misplaced(cast: Cast) -> dict[str, Any]:
    """An own partnership's code with a foreign membership."""
    return {"code": OWN, "pk": cast.membership("other_engineer").pk}


def somebody_known(cast: Cast) -> dict[str, Any]:
    """Somebody who was on the enterprise's side: its office may add them again."""
    return {"code": OWN, "person": cast.former.pk}


def somebody_foreign(cast: Cast) -> dict[str, Any]:
    return {"code": OTHER, "person": cast.other_engineer.pk}


def person(cast: Cast) -> dict[str, Any]:
    return {"pk": cast.researcher.pk}


def stranger(cast: Cast) -> dict[str, Any]:
    return {"pk": cast.other_engineer.pk}


def university(cast: Cast) -> dict[str, Any]:
    return {"pk": cast.university.pk}


def house(cast: Cast) -> dict[str, Any]:
    return {"organisation": cast.university.pk}


def unit(cast: Cast) -> dict[str, Any]:
    return {"organisation": cast.university.pk, "pk": cast.automation.pk}


def misplaced_unit(cast: Cast) -> dict[str, Any]:
    return {"organisation": cast.university.pk, "pk": cast.body_and_safety.pk}


# A post that lacks fields answers 200 to whom the form serves.
NOTHING: dict[str, Any] = {"nothing": ""}
KEEPERS: dict[str, Any] = {
    "may": ("university_office", "operator"),
    "forbidden": OTHER_HOUSE,
}
OWN_SIDE: dict[str, Any] = {
    "may": ("university_office",),
    "forbidden": OTHER_HOUSE,
    "own": researchers,
    "foreign": misplaced,
}
AGAIN: dict[str, Any] = {
    "may": ("enterprise_office",),
    "forbidden": REST,
    "own": somebody_known,
    "foreign": somebody_foreign,
}
FORM = (None, NOTHING)

ROWS = [
    Row("parties:partnerships", SIGNED_IN),
    Row("parties:partnership", INSIDERS, own=own, foreign=foreign),
    Row("parties:people", INSIDERS, own=own, foreign=foreign),
    Row("parties:choose-member", OFFICES, REST, own=own, foreign=foreign),
    Row("parties:end-membership", **OWN_SIDE),
    Row("parties:person", INSIDERS, own=person, foreign=stranger),
    Row("parties:organisation", (*INSIDERS, "operator"), own=university),
    Row("parties:organisations", ("operator",)),
    Row("parties:find-in-ror", ("operator",)),
    Row("parties:partnerships-opened", ("operator",)),
]
for data in FORM:
    ROWS += [
        Row("parties:edit-partnership", OFFICES, REST, own=own, foreign=foreign, data=data),
        Row("parties:describe-partnership", DESCRIBERS, MUTE, own=own, foreign=foreign, data=data),
        Row("parties:add-member", **AGAIN, data=data),
        Row("parties:change-membership", **OWN_SIDE, data=data),
        Row("parties:add-organisation", ("operator",), data=data),
        Row("parties:open-partnership", ("operator",), data=data),
        Row("parties:edit-organisation", **KEEPERS, own=university, data=data),
        Row("parties:add-unit", **KEEPERS, own=house, data=data),
        Row("parties:edit-unit", **KEEPERS, own=unit, foreign=misplaced_unit, data=data),
        Row("parties:close-unit", **KEEPERS, own=unit, foreign=misplaced_unit, data=data),
    ]
