from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from jointlab.common.rooms import Waiting
from jointlab.parties.models import Invitation, Membership, Partnership
from jointlab.parties.policy import own_memberships
from jointlab.parties.services.invitations import invite_person
from jointlab.parties.services.memberships import change_membership
from jointlab.parties.waiting import waiting_for
from tests.cast import OWN, Cast
from tests.parties.make import make_people


def day(distance: int) -> date:
    return timezone.localdate() + timedelta(days=distance)


def runs_out(cast: Cast, name: str, distance: int) -> Membership:
    Membership.objects.filter(person=cast.people[name]).update(since=day(-100), until=day(distance))
    return cast.membership(name)


def whats(waiting: Iterable[Waiting]) -> list[str]:
    return [thing.what.replace("\u2068", "").replace("\u2069", "") for thing in waiting]


def test_nothing_waits_where_nothing_runs_out(cast: Cast) -> None:
    assert not list(waiting_for(own_memberships(cast.university_office)))


def test_what_runs_out_waits_for_its_own_sides_office_alone(cast: Cast) -> None:
    membership = runs_out(cast, "researcher", 12)
    (thing,) = waiting_for(own_memberships(cast.university_office))
    assert whats([thing]) == ["The membership of Researcher runs out."]
    assert thing.url == reverse("parties:change-membership", args=[OWN, membership.pk])
    assert thing.about == "Northlake and Asterion"
    assert thing.due is not None
    assert timezone.localdate(thing.due) == day(12)
    for name in ("enterprise_office", "dean", "researcher", "other_office", "operator"):
        assert not list(waiting_for(own_memberships(cast.people[name]))), name


@pytest.mark.parametrize(("distance", "waits"), [(0, True), (30, True), (31, False), (-1, False)])
def test_it_waits_for_thirty_days_and_no_longer_than_it_runs(
    cast: Cast, distance: int, waits: bool
) -> None:
    runs_out(cast, "researcher", distance)
    assert bool(list(waiting_for(own_memberships(cast.university_office)))) == waits


def test_the_act_clears_it(cast: Cast) -> None:
    membership = runs_out(cast, "researcher", 3)
    change_membership(
        by=cast.university_office,
        membership=membership,
        version=1,
        roles=membership.roles,
        unit=None,
        until=day(365),
    )
    assert not list(waiting_for(own_memberships(cast.university_office)))


def test_a_cohort_that_leaves_is_one_line(cast: Cast, client: Any) -> None:
    members = make_people(cast.partnership, cast.university, 40)
    Membership.objects.filter(pk__in=[row.pk for row in members]).update(until=day(9))
    (thing,) = waiting_for(own_memberships(cast.university_office))
    assert thing.what == "40 memberships run out."
    client.force_login(cast.university_office)
    assert "Minji Kim 000" in client.get(thing.url).content.decode()  # the first of them


def test_nothing_of_an_ended_partnership_waits(cast: Cast) -> None:
    runs_out(cast, "researcher", 3)
    Partnership.objects.filter(code=OWN).update(in_force_since=day(-9), in_force_until=day(-1))
    assert not list(waiting_for(own_memberships(cast.university_office)))


def test_an_invitation_that_expires_soon_waits_for_who_may_send_it_again(cast: Cast) -> None:
    invite_person(
        by=cast.university_office,
        partnership=cast.partnership,
        organisation=cast.university,
        email="new@example.org",
        language="ko",
        roles=["researcher"],
        title_en="Researcher",
    )
    assert not list(waiting_for(own_memberships(cast.university_office)))
    soon = timezone.now() + timedelta(days=2)
    Invitation.objects.update(expires_at=soon)
    (thing,) = waiting_for(own_memberships(cast.university_office))
    assert thing.what == "The invitation of new@example.org has not been accepted and expires."
    assert (thing.url, thing.due) == (reverse("parties:invitations", args=[OWN]), soon)
    assert not list(waiting_for(own_memberships(cast.enterprise_office)))
    Invitation.objects.update(expires_at=timezone.now())
    assert not list(waiting_for(own_memberships(cast.university_office)))


def test_what_waits_costs_the_same_for_many(cast: Cast, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(5):
        list(waiting_for(own_memberships(cast.university_office)))
    members = make_people(cast.partnership, cast.university, 40)
    Membership.objects.filter(pk__in=[row.pk for row in members]).update(until=day(9))
    with django_assert_max_num_queries(5):
        list(waiting_for(own_memberships(cast.university_office)))
