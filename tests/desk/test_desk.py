"""What waits for me, from every room."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from jointlab.common.rooms import Room, Waiting
from jointlab.desk import queries
from tests.cast import EVERYBODY, Cast

Ask = Callable[[Any], Iterable[Waiting]]


def read(client: Client, language: str = "en", **query: Any) -> str:
    with translation.override(language):
        answer = client.get(reverse("desk:desk"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def waiting(what: str, days: int, **more: Any) -> Waiting:
    since = timezone.now() - timedelta(days=days)
    return Waiting(since=since, what=what, act=f"Clear {what}", url=f"/clear/{what}", **more)


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> dict[str, Ask]:
    """What waits in each room: nothing but what a test lets it say."""
    said: dict[str, Ask] = {}
    monkeypatch.setattr(
        queries,
        "all_rooms",
        lambda: [Room("silent", ""), *(Room(code, "", waiting=ask) for code, ask in said.items())],
    )
    return said


def test_what_waits_is_shown_oldest_first_with_the_act_that_clears_it(
    cast: Cast, client: Client, rooms: dict[str, Ask]
) -> None:
    rooms["one"] = lambda own: [waiting("new", 1), waiting("oldest", 9)]
    rooms["another"] = lambda own: [waiting("older", 5)]
    client.force_login(cast.engineer)
    page = read(client)
    assert page.index("oldest") < page.index("older<") < page.index("new<")
    assert 'href="/clear/older"' in page
    assert "Clear older" in page
    assert "Nothing waits for you." not in page


def test_a_room_is_asked_for_the_person_who_reads(
    cast: Cast, client: Client, rooms: dict[str, Ask]
) -> None:
    rooms["one"] = lambda own: [waiting(f"for {own[0].person.email}", 1)]
    client.force_login(cast.researcher)
    assert "for researcher@example.org" in read(client)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Nothing waits for you."), ("zh-hans", "没有待办事项"), ("ko", "할 일이 없습니다")],
)
def test_an_empty_desk_says_so(
    cast: Cast, client: Client, rooms: dict[str, Ask], language: str, said: str
) -> None:
    client.force_login(cast.engineer)
    assert said in read(client, language)


def test_a_room_that_fails_is_not_left_out_in_silence(
    cast: Cast, client: Client, rooms: dict[str, Ask]
) -> None:
    def fail(user: Any) -> Iterable[Waiting]:
        raise ZeroDivisionError

    rooms["one"] = fail
    client.force_login(cast.engineer)
    with pytest.raises(ZeroDivisionError):
        client.get(reverse("desk:desk"))


def test_what_others_wrote_is_only_text(cast: Cast, client: Client, rooms: dict[str, Ask]) -> None:
    rooms["one"] = lambda own: [waiting("<script>", 1, about="\u202eabc 🛠")]
    client.force_login(cast.engineer)
    page = read(client)
    assert "<bdi>&lt;script&gt;</bdi>" in page
    assert "<bdi>\u202eabc 🛠</bdi>" in page


def test_my_partnerships_stand_below_with_their_phase(
    cast: Cast, client: Client, rooms: dict[str, Ask]
) -> None:
    client.force_login(cast.engineer)
    page = read(client)
    assert cast.partnership.name_en in page
    assert "In preparation" in page
    assert cast.other_partnership.name_en not in page


@pytest.mark.parametrize("name", ["former", "outsider"])
def test_whoever_is_in_no_partnership_is_told_so(
    cast: Cast, client: Client, rooms: dict[str, Ask], name: str
) -> None:
    client.force_login(cast.people[name])
    page = read(client)
    assert "You are a member of no partnership today." in page
    assert cast.partnership.name_en not in page


def test_the_operator_is_led_to_what_is_theirs_to_set_up(
    cast: Cast, client: Client, rooms: dict[str, Ask]
) -> None:
    client.force_login(cast.operator)
    page = read(client)
    assert "You run this instance" in page
    assert reverse("parties:organisations") in page
    assert reverse("parties:partnerships-opened") in page
    assert cast.partnership.name_en not in page


def test_a_long_desk_is_turned_over_and_asks_few_queries(
    cast: Cast,
    client: Client,
    rooms: dict[str, Ask],
    django_assert_max_num_queries: Any,
) -> None:
    rooms["one"] = lambda own: [waiting(f"thing {n}", n) for n in range(200)]
    client.force_login(cast.engineer)
    read(client)  # the first page of a session writes it down
    with django_assert_max_num_queries(7 + 2):
        page = read(client)
    assert "thing 199" in page
    assert "thing 0<" not in page
    assert "thing 0<" in read(client, page=4)


@pytest.mark.parametrize("name", EVERYBODY)
def test_every_room_answers_everybody_with_few_queries(
    cast: Cast, client: Client, django_assert_max_num_queries: Any, name: str
) -> None:
    client.force_login(cast.people[name])
    read(client)
    with django_assert_max_num_queries(20):
        read(client)
