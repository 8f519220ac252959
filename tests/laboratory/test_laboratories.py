"""Founding a laboratory, and saying what it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from jointlab.common.errors import Changed, NotAllowed, NotNow, NotVisible, Refusal
from jointlab.laboratory.models import Laboratory, Standing
from jointlab.laboratory.queries.laboratory import missing_for_unveiling
from jointlab.laboratory.services.laboratories import (
    choose_fields,
    edit_laboratory,
    found_laboratory,
)
from jointlab.parties.services.memberships import end_membership
from jointlab.taxonomy.models import Field
from tests.cast import Cast
from tests.laboratory.make import (
    NAMES,
    confirm,
    end,
    fresh,
    in_force,
    make_agreement,
    make_laboratory,
    make_ready,
    make_unveiled,
    tomorrow,
    yesterday,
)
from tests.parties.told import count, last


def found(cast: Cast, **values: Any) -> Laboratory:
    given = {
        "by": cast.university_office,
        "partnership": cast.partnership,
        "code": "joint-lab",
        **NAMES,
    }
    return found_laboratory(**given | values)


def field(code: str, scheme: str = "core") -> Field:
    return Field.objects.create(scheme=scheme, code=code, name_en=f"Field {code}")


# found


def test_an_office_founds_a_laboratory_under_the_agreement_in_force(cast: Cast) -> None:
    agreement = in_force(cast)
    laboratory = found(cast, code="Joint-LAB")
    assert (laboratory.code, laboratory.standing) == ("joint-lab", Standing.PREPARING)
    assert (laboratory.agreement, laboratory.founded_on) == (agreement, timezone.localdate())
    entry = last(cast.partnership)
    assert (entry.event, entry.actor) == ("laboratory.founded", cast.university_office.pk)
    assert entry.facts["laboratory"]["name"]["zh-hans"] == NAMES["name_zh"]
    assert entry.facts["agreement"]["id"] == str(agreement.pk)


def test_no_other_role_founds_one(cast: Cast) -> None:
    in_force(cast)
    for name in ("vice_president", "dean", "auditor"):
        with pytest.raises(NotAllowed):
            found(cast, by=cast.people[name])
    for name in ("other_office", "operator", "former"):
        with pytest.raises(NotVisible):
            found(cast, by=cast.people[name])


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "confidentiality"},
        {"kind": "project"},
        {"kind": "placement"},
        {"state": "draft", "signed_at": None},
        {"state": "signing", "signed_at": None},
        {"starts_on": tomorrow()},
        {"starts_on": yesterday(), "ends_on": yesterday()},
        {"starts_on": yesterday(), "ends_on": yesterday(), "ending": "terminated"},
    ],
    ids=str,
)
def test_without_a_strategic_agreement_in_force_nothing_is_founded(
    cast: Cast, values: dict[str, Any]
) -> None:
    make_agreement(cast.partnership, **values)
    make_agreement(cast.other_partnership)
    with pytest.raises(NotNow, match="strategic cooperation agreement that is in force"):
        found(cast)
    assert not Laboratory.objects.exists()


def test_a_code_is_taken_once_whatever_its_capitals(cast: Cast) -> None:
    in_force(cast)
    found(cast)
    before = count(cast.partnership)
    with pytest.raises(Refusal, match="This code cannot be used"):
        found(cast, code="JOINT-lab")
    assert count(cast.partnership) == before


@pytest.mark.parametrize(
    "values", [{"code": "a b"}, {"code": ""}, {"code": "x" * 41}, {"name_en": "\u200b"}]
)
def test_a_laboratory_needs_a_code_and_a_name(cast: Cast, values: dict[str, str]) -> None:
    in_force(cast)
    with pytest.raises(Refusal):
        found(cast, **values)


def test_names_in_any_script_are_kept(cast: Cast) -> None:
    in_force(cast)
    laboratory = found(cast, name_en="مختبر مشترك 🚗", name_zh="", name_ko="")
    assert fresh(laboratory).name == "مختبر مشترك 🚗"


# edit


def test_an_office_edits_names_and_what_is_said_about_it(cast: Cast) -> None:
    laboratory = make_laboratory(cast)
    edited = edit_laboratory(
        by=cast.enterprise_office,
        laboratory=laboratory,
        version=1,
        name_ko="새 이름",
        about_en="It tests.",
    )
    assert (edited.version, edited.name_ko, edited.about_en) == (2, "새 이름", "It tests.")
    entry = last(cast.partnership)
    assert entry.event == "laboratory.edited"
    assert entry.facts["changed"] == ["name_ko", "about_en"]


def test_the_second_of_two_editors_is_told(cast: Cast) -> None:
    laboratory = make_laboratory(cast)
    edit_laboratory(by=cast.university_office, laboratory=laboratory, version=1, name_en="One")
    with pytest.raises(Changed) as told:
        edit_laboratory(by=cast.enterprise_office, laboratory=laboratory, version=1, name_en="Two")
    assert told.value.row.name_en == "One"


def test_what_differs_in_nothing_is_no_edit(cast: Cast) -> None:
    laboratory = make_ready(cast)
    confirm(cast, "vice_president", laboratory)
    before = count(cast.partnership)
    edit_laboratory(
        by=cast.university_office, laboratory=laboratory, version=laboratory.version, **NAMES
    )
    assert count(cast.partnership) == before
    assert laboratory.confirmations.count() == 1


@pytest.mark.parametrize("values", [{"name_en": ""}, {"about_en": "x" * 1201}])
def test_what_a_column_does_not_take_is_refused(cast: Cast, values: dict[str, str]) -> None:
    laboratory = make_laboratory(cast)
    with pytest.raises(Refusal):
        edit_laboratory(by=cast.university_office, laboratory=laboratory, version=1, **values)


def test_who_is_no_office_edits_nothing(cast: Cast) -> None:
    laboratory = make_laboratory(cast)
    for name, refusal in (("general_manager", NotAllowed), ("other_office", NotVisible)):
        with pytest.raises(refusal):
            edit_laboratory(by=cast.people[name], laboratory=laboratory, version=1, name_en="No")
        with pytest.raises(refusal):
            choose_fields(by=cast.people[name], laboratory=laboratory, version=1, field_ids=[])


def test_an_unveiled_laboratory_is_edited_and_stays_unveiled(cast: Cast) -> None:
    laboratory = make_unveiled(cast)
    edited = edit_laboratory(
        by=cast.university_office,
        laboratory=laboratory,
        version=laboratory.version,
        name_en="Renamed",
    )
    assert edited.standing is Standing.OPEN
    assert edited.confirmations.count() == 2
    assert last(cast.partnership).event == "laboratory.edited"


@pytest.mark.parametrize("column", ["name_zh", "name_ko"])
def test_an_unveiled_laboratory_keeps_its_three_names(cast: Cast, column: str) -> None:
    laboratory = make_unveiled(cast)
    with pytest.raises(Refusal, match="Its public page needs: Its name in"):
        edit_laboratory(
            by=cast.university_office,
            laboratory=laboratory,
            version=laboratory.version,
            **{column: ""},
        )
    assert getattr(fresh(laboratory), column) == NAMES[column]


def test_a_partnership_that_has_ended_changes_its_laboratory_no_more(cast: Cast) -> None:
    laboratory = make_unveiled(cast)
    end(cast)
    laboratory = fresh(laboratory)
    assert laboratory.standing is Standing.CLOSED
    with pytest.raises(NotAllowed):
        edit_laboratory(
            by=cast.university_office, laboratory=laboratory, version=7, name_en="After"
        )
    with pytest.raises(NotAllowed):
        found(cast, code="another")


# fields


def test_an_office_chooses_fields_of_the_platforms_own_list(cast: Cast) -> None:
    laboratory = make_laboratory(cast)
    one, other = field("a"), field("b")
    chosen = choose_fields(
        by=cast.university_office, laboratory=laboratory, version=1, field_ids=[one.pk, other.pk]
    )
    assert (set(chosen.fields.all()), fresh(laboratory).version) == ({one, other}, 2)
    entry = last(cast.partnership)
    assert (entry.event, entry.facts["changed"]) == ("laboratory.edited", ["fields"])
    before = count(cast.partnership)
    choose_fields(
        by=cast.university_office, laboratory=laboratory, version=2, field_ids=[other.pk, one.pk]
    )
    assert count(cast.partnership) == before


def test_a_field_of_another_list_is_refused(cast: Cast) -> None:
    laboratory = make_laboratory(cast)
    with pytest.raises(Refusal, match="own list"):
        choose_fields(
            by=cast.university_office,
            laboratory=laboratory,
            version=1,
            field_ids=[field("30", "ford").pk],
        )


def test_fields_that_somebody_else_chose_meanwhile_are_not_lost(cast: Cast) -> None:
    laboratory = make_laboratory(cast)
    mine, theirs = field("a"), field("b")
    choose_fields(
        by=cast.enterprise_office, laboratory=laboratory, version=1, field_ids=[theirs.pk]
    )
    with pytest.raises(Changed):
        choose_fields(
            by=cast.university_office, laboratory=laboratory, version=1, field_ids=[mine.pk]
        )
    assert list(laboratory.fields.all()) == [theirs]


# what is missing


def test_it_says_what_it_lacks_until_it_lacks_nothing(cast: Cast) -> None:
    in_force(cast)
    laboratory = found(cast, name_zh="", name_ko="")
    assert missing_for_unveiling(laboratory) == [
        "Its name in Chinese.",
        "Its name in Korean.",
        "Add at least one direction.",
        "A director of Northlake University.",
        "A director of Asterion Automotive.",
    ]
    assert missing_for_unveiling(make_ready(cast, "other-lab")) == []


def test_a_director_who_has_left_is_none(cast: Cast) -> None:
    laboratory = make_ready(cast)
    end_membership(by=cast.university_office, membership=cast.membership("dean"))
    assert missing_for_unveiling(fresh(laboratory)) == ["A director of Northlake University."]
