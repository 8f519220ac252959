"""How many things wait, in the rail of every page: right at once, and without asking every room."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jointlab.agreements.negotiation.services.approving import approve_agreement
from jointlab.desk import queries
from tests.agreements.make import make_complete, text_of
from tests.cast import Cast


def counted(client: Client, page: str = "agreements:agreements") -> list[int]:
    """Return what stands beside the desk in the rail, and in the menu of narrow screens."""
    said = client.get(reverse(page)).content.decode()
    desk = re.findall(r'<a href="/en/desk/".*?</a>', said, re.DOTALL)
    return [int(number) for link in desk for number in re.findall(r'"count">(\d+)<', link)]


def test_the_rail_counts_what_waits_as_soon_as_it_waits(cast: Cast, client: Client) -> None:
    client.force_login(cast.general_manager)
    agreement = make_complete(cast)
    assert counted(client) == []
    sha256 = text_of(agreement).sha256
    approve_agreement(by=cast.vice_president, agreement=agreement, sha256=sha256)
    assert counted(client) == [1, 1]
    approve_agreement(by=cast.general_manager, agreement=agreement, sha256=sha256)
    assert counted(client) == []


def test_it_says_what_the_desk_says(cast: Cast, client: Client) -> None:
    client.force_login(cast.university_office)
    make_complete(cast)
    agreed = len(queries.waiting_for(queries.own_memberships(cast.university_office)))
    assert sum(counted(client, "desk:desk")) == 2 * agreed


@pytest.mark.parametrize("name", ["outsider", "operator"])
def test_for_whoever_is_in_no_partnership_nothing_is_counted(
    cast: Cast, client: Client, name: str
) -> None:
    client.force_login(cast.people[name])
    assert counted(client, "desk:desk") == []


def test_while_nothing_is_written_no_room_is_asked_again(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.dean)
    counted(client)

    def fail(_own: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(queries, "waiting_for", fail)
    counted(client)


def test_no_more_people_are_kept_than_there_is_room_for(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_KEPT", 1)
    monkeypatch.setattr(queries, "_kept", {})
    for person in (cast.dean, cast.engineer):
        queries.count_for(person)
    assert len(queries._kept) == 1


def test_it_is_kept_for_five_minutes_at_most(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1_000_000.0]
    monkeypatch.setattr(queries.time, "time", lambda: clock[0])
    queries.count_for(cast.dean)
    monkeypatch.setattr(queries, "waiting_for", lambda _own: [None] * 7)
    assert queries.count_for(cast.dean) != 7
    clock[0] += queries.KEPT_FOR
    assert queries.count_for(cast.dean) == 7
