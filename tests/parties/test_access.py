from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jointlab.common.errors import NotAllowed, NotVisible
from jointlab.parties import access
from jointlab.parties.models import Membership, Partnership
from jointlab.parties.services.memberships import add_member, end_membership
from jointlab.parties.services.partnerships import open_partnership
from tests.cast import EVERYBODY, INSIDERS, MEMBERS, OTHER, OWN, Cast


def end_the_partnership(cast: Cast) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Partnership.objects.filter(pk=cast.partnership.pk).update(
        in_force_since=yesterday, in_force_until=yesterday
    )


def third(cast: Cast) -> Partnership:
    """A partnership of the same university and another enterprise, with the engineer's rival."""
    partnership = open_partnership(
        by=cast.operator,
        code="third",
        organisations=[cast.university, cast.other_enterprise],
        name_en="Third",
    )
    for person, organisation in (
        (cast.university_office, cast.university),
        (cast.other_manager, cast.other_enterprise),
    ):
        add_member(
            by=cast.operator,
            partnership=partnership,
            organisation=organisation,
            person=person,
            roles=["office"],
            title_en="Office",
        )
    return partnership


@pytest.mark.parametrize("name", EVERYBODY)
def test_everybody_sees_their_own_partnership_and_no_other(cast: Cast, name: str) -> None:
    seen = {row.code for row in access.partnerships_visible_to(cast.people[name])}
    own = {OWN} if name in INSIDERS else {OTHER} if name.startswith("other_") else set()
    assert seen == own


def test_a_code_that_is_not_ones_own_is_as_one_that_is_not(cast: Cast, client: Client) -> None:
    client.force_login(cast.engineer)

    def told(code: str, page: str) -> str:
        answer = client.get(reverse(f"parties:{page}", args=[code]))
        assert answer.status_code == 404
        same = answer.content.decode().replace(code, "CODE")
        return re.sub(r"[A-Za-z0-9]{64}", "TOKEN", same)

    for page in ("partnership", "people"):
        assert told(OTHER, page) == told("no-such-code", page)


def test_an_anonymous_reader_sees_nothing(cast: Cast) -> None:
    nobody = AnonymousUser()
    for rows in (
        access.partnerships_visible_to(nobody),
        access.memberships_visible_to(nobody),
        access.people_visible_to(nobody),
        access.organisations_visible_to(nobody),
    ):
        assert not rows.exists()


def test_a_membership_that_ended_meanwhile_shows_at_the_next_request(
    cast: Cast, client: Client
) -> None:
    page = reverse("parties:partnership", args=[OWN])
    client.force_login(cast.engineer)
    assert client.get(page).status_code == 200
    end_membership(by=cast.enterprise_office, membership=cast.membership("engineer"))
    assert client.get(page).status_code == 404


def test_an_ended_partnership_is_left_to_those_who_answer_for_it(cast: Cast) -> None:
    end_the_partnership(cast)
    seeing = {
        name for name in INSIDERS if access.partnerships_visible_to(cast.people[name]).exists()
    }
    assert seeing == {
        "university_office",
        "enterprise_office",
        "vice_president",
        "general_manager",
        "auditor",
        "enterprise_auditor",
    }
    with pytest.raises(NotAllowed):
        access.get_partnership(cast.university_office, OWN, to="edit")


def test_the_office_of_an_ended_partnership_keeps_its_organisation_no_more(cast: Cast) -> None:
    assert access.may_edit_units(cast.university_office, cast.university)
    end_the_partnership(cast)
    assert not access.may_edit_units(cast.university_office, cast.university)
    assert access.may_edit_units(cast.operator, cast.university)


def test_no_membership_shows_of_a_partnership_that_the_reader_does_not_see(
    cast: Cast, client: Client
) -> None:
    partnership = third(cast)
    page = reverse("parties:person", args=[cast.university_office.pk])
    for name, seen in (("researcher", 0), ("other_manager", 1), ("university_office", 1)):
        client.force_login(cast.people[name])
        text = client.get(page).content.decode()
        assert text.count(f"/partnerships/{partnership.code}/") == seen, name
        assert (f"/partnerships/{OWN}/" in text) == (name != "other_manager")


def test_a_person_is_known_to_those_who_share_a_partnership(cast: Cast) -> None:
    assert access.get_person(cast.student, cast.engineer.pk) == cast.engineer
    assert access.get_person(cast.outsider, cast.outsider.pk) == cast.outsider
    for reader in (cast.outsider, cast.other_office, cast.operator, cast.former):
        with pytest.raises(NotVisible):
            access.get_person(reader, cast.engineer.pk)


def test_who_left_is_still_known_to_those_who_stayed(cast: Cast) -> None:
    assert access.get_person(cast.student, cast.former.pk) == cast.former


def test_an_organisation_is_known_to_those_who_share_a_partnership_with_it(cast: Cast) -> None:
    assert access.get_organisation(cast.student, cast.enterprise.pk) == cast.enterprise
    for pk in (cast.other_enterprise.pk, uuid4()):
        with pytest.raises(NotVisible):
            access.get_organisation(cast.student, pk)
    with pytest.raises(NotAllowed):
        access.get_organisation(cast.university_office, cast.enterprise.pk, to="edit units")


def test_an_office_may_add_whom_it_knows_on_its_own_side_only(cast: Cast) -> None:
    own = access.people_to_add(cast.enterprise_office, cast.partnership)
    assert set(own) == {cast.former}
    assert not access.people_to_add(cast.university_office, cast.partnership).exists()
    partnership = third(cast)
    known = set(access.people_to_add(cast.university_office, partnership))
    university = {name for name in INSIDERS if MEMBERS[name][0] == "university"}
    assert known == {cast.people[name] for name in university - {"university_office"}}


def test_an_office_does_not_add_somebody_of_whom_it_does_not_know(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.enterprise_office)
    for person in (cast.outsider, cast.other_engineer, cast.researcher, cast.engineer):
        page = reverse("parties:add-member", args=[OWN, person.pk])
        assert client.get(page).status_code == 404


def test_what_an_operator_sees_of_a_partnership_is_its_outside(cast: Cast, client: Client) -> None:
    client.force_login(cast.operator)
    for page in ("partnership", "people", "edit-partnership", "choose-member"):
        assert client.get(reverse(f"parties:{page}", args=[OWN])).status_code == 404
    text = client.get(reverse("parties:partnerships-opened")).content.decode()
    assert "Northlake and Asterion" in text
    assert "Engineer" not in text


def test_an_operator_who_was_closed_out_is_none(cast: Cast) -> None:
    cast.operator.is_active = False
    with pytest.raises(NotVisible):
        access.require_operator(cast.operator)


def test_the_table_names_no_role_and_no_action_that_there_is_not() -> None:
    policy = access.POLICY
    assert set(policy.afterwards) <= set(policy.during)
    assert all(policy.afterwards.values())
    assert set(policy.rules) <= set(policy.during)


def test_a_rule_is_not_passed_over_where_it_is_asked_without_the_thing(cast: Cast) -> None:
    office = cast.membership("university_office")
    with pytest.raises(AttributeError):
        access.POLICY.may("end membership", office)


def test_offices_of_two_sides_do_not_mix_in_another_partnership(cast: Cast) -> None:
    """Who is the university's office in one partnership invites for it in that one alone."""
    partnership = third(cast)
    Membership.objects.filter(person=cast.university_office, partnership=partnership).update(
        roles=["auditor"]
    )
    with pytest.raises(NotAllowed):
        access.people_to_add(cast.university_office, partnership)
