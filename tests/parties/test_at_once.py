from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from jointlab.common.errors import Changed, NotNow
from jointlab.parties.models import Membership, Organisation, Partnership, Unit
from jointlab.parties.services.memberships import add_member, change_membership, end_membership
from jointlab.parties.services.organisations import add_organisation, import_organisation
from jointlab.parties.services.partnerships import edit_partnership, open_partnership
from jointlab.parties.services.units import add_unit, close_unit, edit_unit
from tests.cast import Cast
from tests.parties.at_once import at_once, refused
from tests.parties.test_ror import TSINGHUA
from tests.parties.told import count

pytestmark = pytest.mark.django_db(transaction=True)


def unit(cast: Cast, name: str, parent: Unit | None = None) -> Unit:
    return add_unit(
        by=cast.university_office,
        organisation=cast.university,
        parent=parent,
        kind="department",
        name_en=name,
    )


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(cast: Cast) -> None:
    def rename(by: Any, name: str) -> Any:
        return lambda: edit_partnership(
            by=by, partnership=cast.partnership, version=1, name_en=name
        )

    before = count(cast.partnership)
    results = at_once(
        rename(cast.university_office, "One"), rename(cast.enterprise_office, "Other")
    )
    (told,) = refused(results)
    assert isinstance(told, Changed)
    now = Partnership.objects.get(pk=cast.partnership.pk)
    assert told.row.name_en == now.name_en
    assert now.version == 2
    assert count(cast.partnership) == before + 1


def test_two_moves_at_once_close_no_circle(cast: Cast) -> None:
    first, second = unit(cast, "First"), unit(cast, "Second")

    def move(what: Unit, into: Unit) -> Any:
        return lambda: edit_unit(by=cast.university_office, unit=what, version=1, parent=into)

    assert len(refused(at_once(move(first, second), move(second, first)))) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert [first.parent, second.parent].count(None) == 1


def test_a_unit_that_is_being_closed_gets_no_unit_inside(cast: Cast) -> None:
    outer = unit(cast, "Outer")
    results = at_once(
        lambda: close_unit(by=cast.university_office, unit=outer, on=timezone.localdate()),
        lambda: unit(cast, "Inner", outer),
    )
    assert len(refused(results)) == 1
    outer.refresh_from_db()
    assert (outer.closed_on is None) == outer.children.exists()


def test_one_of_two_closings_is_told_that_it_is_closed(cast: Cast) -> None:
    outer = unit(cast, "Outer")
    results = at_once(
        *[lambda: close_unit(by=cast.university_office, unit=outer, on=timezone.localdate())] * 2
    )
    (told,) = refused(results)
    assert isinstance(told, NotNow)


def test_a_person_is_added_once(cast: Cast) -> None:
    def add() -> Membership:
        return add_member(
            by=cast.enterprise_office,
            partnership=cast.partnership,
            organisation=cast.enterprise,
            person=cast.former,
            roles=["engineer"],
            title_en="Engineer",
        )

    results = at_once(*[add] * 4)
    assert len(refused(results)) == 3
    live = Membership.objects.live().filter(person=cast.former)
    assert live.count() == 1


def test_a_person_is_added_to_both_sides_only_once(cast: Cast) -> None:
    def add(by: Any, organisation: Organisation) -> Any:
        return lambda: add_member(
            by=by,
            partnership=cast.partnership,
            organisation=organisation,
            person=cast.outsider,
            roles=["engineer"],
            title_en="Engineer",
        )

    results = at_once(
        add(cast.university_office, cast.university), add(cast.enterprise_office, cast.enterprise)
    )
    assert len(refused(results)) == 1


def test_a_membership_that_ends_while_it_is_changed_stays_ended(cast: Cast) -> None:
    membership = cast.membership("researcher")
    results = at_once(
        lambda: end_membership(by=cast.university_office, membership=membership),
        lambda: change_membership(
            by=cast.university_office,
            membership=membership,
            version=1,
            roles=["head"],
            unit=None,
            until=None,
        ),
    )
    assert not isinstance(results[0], Exception)
    membership.refresh_from_db()
    assert membership.ended_at is not None
    assert refused(results) or membership.roles == ["head"]


def test_a_code_opens_one_partnership(cast: Cast) -> None:
    def open_it() -> Partnership:
        return open_partnership(
            by=cast.operator,
            code="twice",
            organisations=[cast.university, cast.enterprise],
            name_en="Twice",
        )

    results = at_once(open_it, open_it)
    assert [str(told) for told in refused(results)] == [
        "There is a partnership with this code already."
    ]


def test_an_id_names_one_organisation(cast: Cast) -> None:
    def add() -> Organisation:
        return add_organisation(
            by=cast.operator, kind="university", name_own="清华大学", ror=TSINGHUA.ror
        )

    assert len(refused(at_once(add, add))) == 1


def test_two_imports_of_one_organisation_add_it_once(cast: Cast) -> None:
    at_once(*[lambda: import_organisation(by=cast.operator, entry=TSINGHUA)] * 2)
    assert Organisation.objects.filter(ror=TSINGHUA.ror).count() == 1
