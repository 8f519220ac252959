from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jointlab.common.errors import Changed, NotAllowed, NotNow, NotVisible, Refusal
from jointlab.parties.models import Partnership, Phase
from jointlab.parties.services.partnerships import (
    bring_into_force,
    describe_partnership,
    edit_partnership,
    end_partnership,
    open_partnership,
)
from tests.cast import Cast
from tests.days import on
from tests.parties.told import count, last


def open_it(cast: Cast, **values: Any) -> Partnership:
    return open_partnership(
        **{
            "by": cast.operator,
            "code": "lake-and-gate",
            "organisations": [cast.other_university, cast.enterprise, cast.university],
            "name_en": "Lake and gate",
            **values,
        }
    )


def force(cast: Cast, **values: Any) -> Partnership:
    return bring_into_force(
        **{
            "by": cast.vice_president,
            "partnership": cast.partnership,
            "since": timezone.localdate(),
            "until": None,
            **values,
        }
    )


# open


def test_the_operator_opens_a_partnership_with_its_sides_in_order(cast: Cast) -> None:
    partnership = open_it(cast, code="Lake-And-Gate")
    assert (partnership.code, partnership.phase) == ("lake-and-gate", Phase.PREPARING)
    sides = [side.organisation for side in partnership.sides.all()]
    assert sides == [cast.other_university, cast.enterprise, cast.university]
    entry = last(partnership)
    assert (entry.number, entry.event) == (1, "parties.partnership_opened")
    assert [fact["id"] for fact in entry.facts["organisations"]] == [str(s.pk) for s in sides]


def test_nobody_else_opens_one(cast: Cast) -> None:
    with pytest.raises(NotVisible):
        open_it(cast, by=cast.university_office)


def test_a_partnership_takes_two_different_organisations(cast: Cast) -> None:
    for organisations in ([], [cast.university], [cast.university] * 2):
        with pytest.raises(Refusal, match="two different"):
            open_it(cast, organisations=organisations)


@pytest.mark.parametrize("code", ["northlake-asterion", "Northlake-ASTERION"])
def test_a_code_is_taken_once_whatever_its_capitals(cast: Cast, code: str) -> None:
    with pytest.raises(Refusal, match="this code already"):
        open_it(cast, code=code)


@pytest.mark.parametrize(
    "values", [{"code": "a b"}, {"code": ""}, {"code": "x" * 31}, {"name_en": "\u200b"}]
)
def test_a_partnership_needs_a_code_and_a_name(cast: Cast, values: dict[str, str]) -> None:
    with pytest.raises(Refusal):
        open_it(cast, **values)


def test_an_organisation_stands_once_among_the_sides(cast: Cast) -> None:
    sides = [cast.university, cast.enterprise, cast.university]
    partnership = open_it(cast, organisations=sides)
    assert partnership.sides.count() == 2


# edit


@pytest.mark.parametrize("name", ["university_office", "enterprise_office"])
def test_both_offices_rename_the_partnership(cast: Cast, name: str) -> None:
    edit_partnership(
        by=cast.people[name], partnership=cast.partnership, version=1, name_ko="새 이름"
    )
    entry = last(cast.partnership)
    assert (entry.event, entry.facts["changed"]) == ("parties.partnership_edited", ["name_ko"])
    assert entry.facts["partnership"]["name"]["ko"] == "새 이름"


def test_who_is_no_office_does_not_rename_it(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        edit_partnership(by=cast.dean, partnership=cast.partnership, version=1, name_ko="새 이름")
    with pytest.raises(NotVisible):
        edit_partnership(by=cast.operator, partnership=cast.partnership, version=1, name_ko="새")


def test_the_second_of_two_names_is_not_written_over_the_first(cast: Cast) -> None:
    own = {"partnership": cast.partnership, "version": 1}
    edit_partnership(by=cast.university_office, name_ko="새 이름", **own)
    with pytest.raises(Changed) as told:
        edit_partnership(by=cast.enterprise_office, name_ko="다른 이름", **own)
    assert told.value.row.name_ko == "새 이름"


# into force


def test_a_signatory_brings_it_into_force_for_a_time(cast: Cast) -> None:
    until = timezone.localdate() + timedelta(days=365)
    assert force(cast, until=until).phase is Phase.IN_FORCE
    entry = last(cast.partnership)
    assert entry.event == "parties.partnership_in_force"
    assert entry.facts["until"] == until.isoformat()


def test_before_its_first_day_it_is_in_preparation_still(cast: Cast) -> None:
    assert force(cast, since=timezone.localdate() + timedelta(days=1)).phase is Phase.PREPARING


def test_its_last_day_belongs_to_it(cast: Cast) -> None:
    day = timezone.localdate()
    assert force(cast, since=day, until=day).phase is Phase.IN_FORCE
    yesterday = day - timedelta(days=1)
    partnership = Partnership(in_force_since=yesterday, in_force_until=yesterday)
    assert partnership.phase is Phase.ENDED


def test_it_does_not_end_before_it_begins(cast: Cast) -> None:
    with pytest.raises(Refusal, match="before it begins"):
        force(cast, until=timezone.localdate() - timedelta(days=1))


def test_the_clock_brings_it_into_force_as_nobody(cast: Cast) -> None:
    assert force(cast, by=None).phase is Phase.IN_FORCE
    assert last(cast.partnership).actor is None


# end


def test_its_end_moves_its_last_day_and_the_next_day_it_is_over(cast: Cast) -> None:
    today = timezone.localdate()
    force(cast, until=today + timedelta(days=365))
    ended = end_partnership(
        by=cast.general_manager, partnership=cast.partnership, on=today, reason="Both sides agreed."
    )
    ended.refresh_from_db()
    assert (ended.phase, ended.in_force_until) == (Phase.IN_FORCE, today)
    with on(today + timedelta(days=1)):
        assert ended.phase is Phase.ENDED
    entry = last(cast.partnership)
    assert (entry.event, entry.facts["reason"]) == (
        "parties.partnership_ended",
        "Both sides agreed.",
    )


def test_no_end_lies_in_the_past(cast: Cast) -> None:
    today = timezone.localdate()
    force(cast, since=today - timedelta(days=9))
    ended = end_partnership(
        by=None, partnership=cast.partnership, on=today - timedelta(days=5), reason="Late."
    )
    assert ended.in_force_until == today


def test_only_what_is_in_force_is_ended(cast: Cast) -> None:
    before = count(cast.partnership)
    with pytest.raises(NotNow, match="in force"):
        end_partnership(
            by=cast.general_manager,
            partnership=cast.partnership,
            on=timezone.localdate(),
            reason="No",
        )
    assert count(cast.partnership) == before


# describe


def describe(cast: Cast, **values: Any) -> Partnership:
    given = {"by": cast.vice_president, "partnership": cast.partnership, "version": 1}
    return describe_partnership(**{**given, "purpose_zh": "让成果在产业中接受检验。", **values})


def test_a_signatory_says_what_the_partnership_is_for(cast: Cast) -> None:
    assert describe(cast).purpose == ("zh-hans", "让成果在产业中接受检验。")
    entry = last(cast.partnership)
    assert entry.event == "parties.partnership_described"
    assert entry.facts["changed"] == ["purpose_zh"]


def test_an_engineer_does_not_say_what_it_is_for(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        describe(cast, by=cast.engineer)


def test_a_description_takes_a_paragraph_and_no_more(cast: Cast) -> None:
    before = count(cast.partnership)
    with pytest.raises(Refusal):
        describe(cast, purpose_en="x" * 601)
    assert count(cast.partnership) == before


def test_the_second_of_two_descriptions_is_told_of_the_first(cast: Cast) -> None:
    describe(cast)
    with pytest.raises(Changed):
        describe(cast, by=cast.general_manager, purpose_ko="연구 성과를 산업에서 검증한다.")


def test_the_same_description_again_is_no_act(cast: Cast) -> None:
    version = describe(cast).version
    before = count(cast.partnership)
    describe(cast, version=version)
    assert count(cast.partnership) == before
