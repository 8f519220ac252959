from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from jointlab.common.errors import Changed, NotAllowed, NotNow, NotVisible, Refusal
from jointlab.parties.access import rights_of
from jointlab.parties.models import Membership, Person
from jointlab.parties.services.memberships import add_member, change_membership, end_membership
from jointlab.parties.services.partnerships import (
    bring_into_force,
    open_partnership,
)
from jointlab.parties.services.units import close_unit
from tests.cast import Cast
from tests.parties.told import count, last


def day(distance: int) -> date:
    return timezone.localdate() + timedelta(days=distance)


def add(cast: Cast, **values: Any) -> Membership:
    return add_member(
        **{
            "by": cast.enterprise_office,
            "partnership": cast.partnership,
            "organisation": cast.enterprise,
            "person": cast.former,
            "roles": ["engineer"],
            "title_en": "Engineer again",
            **values,
        }
    )


def change(cast: Cast, membership: Membership, **values: Any) -> Membership:
    return change_membership(
        **{
            "by": cast.enterprise_office,
            "membership": membership,
            "version": membership.version,
            "roles": membership.roles,
            "unit": membership.unit,
            "until": membership.until,
            **values,
        }
    )


# add


def test_an_office_adds_a_member_to_its_side(cast: Cast) -> None:
    membership = add(
        cast,
        unit=cast.body_and_safety,
        roles=["engineer", "head"],
        until=day(30),
        title_ko="엔지니어",
    )
    assert membership.is_live
    assert "view" in rights_of(cast.former, cast.partnership)
    entry = last(cast.partnership)
    assert (entry.event, entry.actor) == ("parties.member_added", cast.enterprise_office.pk)
    assert entry.facts["person"]["id"] == str(cast.former.pk)
    assert entry.facts["title"] == {"en": "Engineer again", "ko": "엔지니어"}
    assert entry.facts["roles"] == ["head", "engineer"]
    assert entry.facts["until"] == day(30).isoformat()


def test_no_other_role_adds_members(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        add(cast, by=cast.division_head)


def test_an_office_adds_nobody_to_the_other_side(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="its own people"):
        add(cast, by=cast.university_office)


def test_for_a_stranger_there_is_no_partnership_to_add_to(cast: Cast) -> None:
    with pytest.raises(NotVisible):
        add(cast, by=cast.other_office)


def test_a_member_stands_on_a_side_of_the_partnership(cast: Cast) -> None:
    with pytest.raises(Refusal, match="no side"):
        add(cast, organisation=cast.other_enterprise)


def test_the_operator_adds_the_first_office_of_a_side_and_nobody_else(cast: Cast) -> None:
    partnership = open_partnership(
        by=cast.operator,
        code="new",
        organisations=[cast.university, cast.enterprise],
        name_en="New",
    )
    own = {"by": cast.operator, "partnership": partnership}
    with pytest.raises(NotVisible):
        add(cast, **own, roles=["engineer"])
    add(cast, **own, roles=["office"])
    with pytest.raises(NotVisible):
        add(cast, **own, roles=["office"], person=cast.engineer)


@pytest.mark.parametrize("roles", [[], ["king"], ["engineer", "king"]])
def test_a_membership_needs_roles_that_there_are(cast: Cast, roles: list[str]) -> None:
    with pytest.raises(Refusal, match="one role"):
        add(cast, roles=roles)


def test_a_unit_is_of_the_side_and_open(cast: Cast) -> None:
    with pytest.raises(Refusal, match="another organisation"):
        add(cast, unit=cast.automation)
    close_unit(by=cast.enterprise_office, unit=cast.body_and_safety, on=day(0))
    cast.body_and_safety.refresh_from_db()
    with pytest.raises(NotNow, match="closed"):
        add(cast, unit=cast.body_and_safety)


def test_it_does_not_end_before_it_begins(cast: Cast) -> None:
    with pytest.raises(Refusal, match="before it begins"):
        add(cast, since=day(5), until=day(4))


def test_it_does_not_end_in_the_past(cast: Cast) -> None:
    with pytest.raises(Refusal, match="past"):
        add(cast, since=day(-5), until=day(-1))


def test_nobody_is_a_member_twice_at_a_time(cast: Cast) -> None:
    add(cast, until=day(10))
    for span in ({}, {"since": day(10)}, {"since": day(5), "until": day(6)}):
        with pytest.raises(NotNow, match="at that time"):
            add(cast, **span)
    assert add(cast, since=day(11)).since == day(11)


def test_a_title_has_a_length_and_something_to_see(cast: Cast) -> None:
    for title in ("x" * 101, "\u200b", ""):
        with pytest.raises(Refusal):
            add(cast, title_en=title)


def test_what_begins_later_gives_no_right_yet(cast: Cast) -> None:
    membership = add(cast, since=day(1))
    assert not membership.is_live
    assert not membership.is_over
    assert rights_of(cast.former, cast.partnership) == frozenset()


# change


def test_a_membership_is_changed_and_history_says_what(cast: Cast) -> None:
    membership = cast.membership("engineer")
    change(cast, membership, roles=["head"], unit=None, until=day(9), title_zh="总工程师")
    membership.refresh_from_db()
    assert (membership.roles, membership.unit, membership.until) == (["head"], None, day(9))
    entry = last(cast.partnership)
    assert entry.event == "parties.membership_changed"
    assert entry.facts["changed"] == ["roles", "unit", "until", "title_zh"]
    assert "invite" not in rights_of(cast.engineer, cast.partnership)


def test_other_roles_are_other_rights_at_once(cast: Cast) -> None:
    change(cast, cast.membership("engineer"), roles=["office"])
    assert "invite" in rights_of(cast.engineer, cast.partnership)


def test_the_second_to_change_a_membership_is_told(cast: Cast) -> None:
    membership = cast.membership("engineer")
    change(cast, membership, roles=["head"])
    with pytest.raises(Changed) as told:
        change(cast, membership, roles=["hr"])
    assert told.value.row.roles == ["head"]


def test_a_change_that_changes_nothing_leaves_no_entry(cast: Cast) -> None:
    before = count(cast.partnership)
    change(cast, cast.membership("engineer"))
    assert count(cast.partnership) == before


def test_each_side_changes_and_ends_its_own_members_only(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="its own people"):
        change(cast, cast.membership("researcher"), roles=["head"])
    with pytest.raises(NotAllowed, match="its own people"):
        end_membership(by=cast.enterprise_office, membership=cast.membership("researcher"))


def test_a_longer_time_does_not_reach_into_the_next_membership(cast: Cast) -> None:
    first = add(cast, until=day(10))
    add(cast, since=day(20))
    with pytest.raises(NotNow, match="at that time"):
        change(cast, first, until=day(20))
    assert change(cast, first, until=day(19)).until == day(19)


def test_a_last_day_does_not_move_into_the_past(cast: Cast) -> None:
    with pytest.raises(Refusal, match="past"):
        change(cast, add(cast, since=day(-9)), until=day(-1))


def test_what_has_ended_is_not_changed(cast: Cast) -> None:
    with pytest.raises(NotNow, match="has ended"):
        change(cast, cast.membership("former"), roles=["head"])


def test_somebody_stays_in_a_unit_that_was_closed_meanwhile(cast: Cast) -> None:
    close_unit(by=cast.enterprise_office, unit=cast.body_and_safety, on=day(0))
    assert change(cast, cast.membership("engineer"), title_en="Chief").title_en == "Chief"


# end


def test_rights_end_at_once_and_history_stays(cast: Cast) -> None:
    before = count(cast.partnership)
    end_membership(by=cast.enterprise_office, membership=cast.membership("engineer"))
    assert rights_of(cast.engineer, cast.partnership) == frozenset()
    assert count(cast.partnership) == before + 1
    entry = last(cast.partnership)
    assert (entry.event, entry.facts["person"]["name"]["own"]) == (
        "parties.membership_ended",
        "Engineer",
    )


def test_a_membership_ends_once(cast: Cast) -> None:
    with pytest.raises(NotNow, match="has ended"):
        end_membership(by=cast.enterprise_office, membership=cast.membership("former"))


def test_what_has_not_begun_can_be_ended(cast: Cast) -> None:
    membership = end_membership(by=cast.enterprise_office, membership=add(cast, since=day(3)))
    assert membership.is_over
    assert add(cast, since=day(3)).since == day(3)


def test_no_other_role_ends_a_membership(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        end_membership(by=cast.division_head, membership=cast.membership("engineer"))


# what time does


def test_a_membership_gives_rights_to_the_end_of_its_last_day(cast: Cast) -> None:
    add(cast, until=day(0))
    assert rights_of(cast.former, cast.partnership)
    Membership.objects.filter(person=cast.former).update(since=day(-9), until=day(-1))
    assert rights_of(cast.former, cast.partnership) == frozenset()


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("university_office", {"view", "read history", "export history", "sign checkpoint"}),
        ("vice_president", {"view", "read history", "export history", "sign checkpoint"}),
        ("auditor", {"view", "read history", "export history", "sign checkpoint"}),
        ("researcher", set()),
        ("student", set()),
        ("engineer", set()),
    ],
)
def test_when_the_partnership_ends_most_rights_end(cast: Cast, name: str, left: set[str]) -> None:
    person: Person = cast.people[name]
    signed = {"by": cast.vice_president, "partnership": cast.partnership}
    partnership = bring_into_force(**signed, since=day(-30), until=day(-1))
    assert rights_of(person, partnership) == left


def test_after_the_end_nobody_is_added_changed_or_ended(cast: Cast) -> None:
    bring_into_force(
        by=cast.vice_president, partnership=cast.partnership, since=day(-30), until=day(-1)
    )
    cast.partnership.refresh_from_db()
    for act in (
        lambda: add(cast),
        lambda: change(cast, cast.membership("engineer"), roles=["head"]),
        lambda: end_membership(by=cast.enterprise_office, membership=cast.membership("engineer")),
    ):
        with pytest.raises(NotAllowed):
            act()
