from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jointlab.common.errors import Changed, NotAllowed, NotNow, Refusal
from jointlab.parties.models import Unit
from jointlab.parties.services.units import add_unit, close_unit, edit_unit
from tests.cast import Cast
from tests.parties.told import count, last


def add(cast: Cast, name: str = "Robotics centre", **values: Any) -> Unit:
    return add_unit(
        **{
            "by": cast.university_office,
            "organisation": cast.university,
            "kind": "centre",
            "name_en": name,
            **values,
        }
    )


def move(cast: Cast, unit: Unit, parent: Unit | None, **values: Any) -> Unit:
    unit.refresh_from_db()
    return edit_unit(
        **{
            "by": cast.university_office,
            "unit": unit,
            "version": unit.version,
            "parent": parent,
            **values,
        }
    )


def close(cast: Cast, unit: Unit, **values: Any) -> Unit:
    return close_unit(
        **{"by": cast.university_office, "unit": unit, "on": timezone.localdate(), **values}
    )


# add


@pytest.mark.parametrize("name", ["university_office", "operator"])
def test_the_office_and_the_operator_add_a_unit(cast: Cast, name: str) -> None:
    unit = add(cast, by=cast.people[name], parent=cast.automation, name_zh="机器人中心")
    entry = last(cast.university)
    assert entry.event == "parties.unit_added"
    assert entry.facts["unit"]["name"] == {"en": "Robotics centre", "zh-hans": "机器人中心"}
    assert entry.facts["parent"]["id"] == str(cast.automation.pk)
    assert entry.facts["kind"] == unit.kind == "centre"


@pytest.mark.parametrize("name", ["dean", "enterprise_office", "outsider"])
def test_nobody_else_adds_a_unit(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        add(cast, by=cast.people[name])


def test_a_unit_is_named_once_whatever_its_capitals(cast: Cast) -> None:
    with pytest.raises(Refusal, match="this English name already"):
        add(cast, "school of AUTOMATION")


@pytest.mark.parametrize("values", [{"name_en": "\u200b"}, {"name_en": ""}, {"kind": "circus"}])
def test_a_unit_needs_a_name_and_a_kind(cast: Cast, values: dict[str, str]) -> None:
    with pytest.raises(Refusal):
        add(cast, **values)


def test_a_unit_lies_in_a_unit_of_its_own_organisation(cast: Cast) -> None:
    with pytest.raises(Refusal, match="another organisation"):
        add(cast, parent=cast.body_and_safety)


def test_nothing_is_put_into_a_closed_unit(cast: Cast) -> None:
    close(cast, cast.automation)
    with pytest.raises(NotNow, match="is closed"):
        add(cast, parent=cast.automation)


# edit


def test_a_unit_is_renamed_and_moved(cast: Cast) -> None:
    unit = add(cast)
    move(cast, unit, cast.automation, name_en="Centre of robotics", kind="department")
    unit.refresh_from_db()
    assert (unit.parent, unit.kind, unit.name_en) == (
        cast.automation,
        "department",
        "Centre of robotics",
    )
    entry = last(cast.university)
    assert (entry.event, entry.facts["changed"]) == (
        "parties.unit_edited",
        ["parent", "name_en", "kind"],
    )


def test_a_unit_never_lies_inside_itself(cast: Cast) -> None:
    inner = add(cast, parent=cast.automation)
    innermost = add(cast, "Grippers", parent=inner)
    for parent in (cast.automation, inner, innermost):
        with pytest.raises(Refusal, match="part of itself"):
            move(cast, cast.automation, parent)


def test_a_unit_stays_in_its_organisation(cast: Cast) -> None:
    with pytest.raises(Refusal, match="another organisation"):
        move(cast, cast.automation, cast.body_and_safety)


def test_a_unit_does_not_move_into_a_closed_one_but_is_renamed_within(cast: Cast) -> None:
    outer, inner = add(cast, "Outer"), add(cast, "Inner")
    close(cast, outer)
    with pytest.raises(NotNow, match="is closed"):
        move(cast, inner, outer)
    Unit.objects.filter(pk=inner.pk).update(parent=outer)  # from before units were locked
    assert move(cast, inner, outer, name_en="Innermost").name_en == "Innermost"


def test_a_unit_takes_no_name_of_another(cast: Cast) -> None:
    with pytest.raises(Refusal, match="this English name already"):
        move(cast, add(cast), None, name_en="School of automation")


def test_nobody_of_the_other_side_edits_a_unit(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        move(cast, cast.automation, None, by=cast.enterprise_office)


def test_the_second_editor_of_a_unit_is_told(cast: Cast) -> None:
    unit = add(cast)
    move(cast, unit, cast.automation)
    with pytest.raises(Changed) as told:
        move(cast, unit, None, version=1)
    assert told.value.row.parent == cast.automation


# close


def test_a_closed_unit_stays_with_its_people(cast: Cast) -> None:
    day = timezone.localdate() - timedelta(days=3)
    close(cast, cast.automation, on=day)
    cast.automation.refresh_from_db()
    assert cast.automation.closed_on == day
    assert cast.membership("researcher").unit == cast.automation
    entry = last(cast.university)
    assert (entry.event, entry.facts["on"]) == ("parties.unit_closed", day.isoformat())


def test_a_unit_closes_after_those_inside_it(cast: Cast) -> None:
    inner = add(cast, parent=cast.automation)
    with pytest.raises(NotNow, match="inside it first"):
        close(cast, cast.automation)
    close(cast, inner)
    assert close(cast, cast.automation).closed_on


def test_a_unit_closes_once(cast: Cast) -> None:
    close(cast, cast.automation)
    before = count(cast.university)
    with pytest.raises(NotNow, match="closed already"):
        close(cast, cast.automation)
    assert count(cast.university) == before


def test_a_unit_does_not_close_in_the_future(cast: Cast) -> None:
    with pytest.raises(Refusal, match="earlier day"):
        close(cast, cast.automation, on=timezone.localdate() + timedelta(days=1))


def test_nobody_of_the_other_side_closes_a_unit(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        close(cast, cast.automation, by=cast.enterprise_office)
