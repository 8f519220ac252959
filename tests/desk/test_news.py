"""What happened since one looked: what others did, of what one may read, grouped by kind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jointlab.desk import queries
from jointlab.desk.models import Seen
from jointlab.desk.services import mark_seen
from jointlab.history.models import Entry
from jointlab.parties.services.partnerships import describe_partnership
from tests.agreements.make import make_agreement
from tests.agreements.reader import text
from tests.cast import Cast


def page(cast: Cast, name: str) -> str:
    client = Client()
    client.force_login(cast.people[name])
    answer = client.get(reverse("desk:news"))
    assert answer.status_code == 200
    return text(answer.content.decode())


def look(cast: Cast, *names: str) -> None:
    for name in names:
        mark_seen(by=cast.people[name], until=timezone.now())


def describe(cast: Cast, by: str, words: str) -> None:
    cast.partnership.refresh_from_db()
    describe_partnership(
        by=cast.people[by],
        partnership=cast.partnership,
        version=cast.partnership.version,
        purpose_en=words,
    )


def test_what_others_did_is_told_and_what_one_did_oneself_is_not(cast: Cast) -> None:
    look(cast, "university_office", "enterprise_office")
    describe(cast, "university_office", "Measuring slip.")
    assert "University office" in page(cast, "enterprise_office")
    assert "Nobody did anything that you could read." in page(cast, "university_office")


def test_things_of_a_kind_are_told_once_with_how_many_there_were(cast: Cast) -> None:
    look(cast, "dean")
    for words in ("One.", "Two.", "Three."):
        describe(cast, "university_office", words)
    [news] = queries.news_since(cast.dean, queries.seen_until(cast.dean))
    [kind] = news.kinds
    assert (news.count, kind.others) == (3, 2)
    assert kind.happened.last.number == Entry.objects.filter(chain=cast.partnership.pk).count()
    assert "and 2 more" in page(cast, "dean")
    client = Client()
    client.force_login(cast.dean)
    assert client.get(kind.url).content.decode().count('id="entry-') == 3


def test_what_one_may_not_read_is_not_among_it(cast: Cast) -> None:
    look(cast, "dean", "engineer", "student", "other_office")
    make_agreement(cast)
    assert "to the other side" in page(cast, "dean")
    for name in ("engineer", "student", "other_office", "outsider"):
        assert "Nobody did anything that you could read." in page(cast, name), name


def test_until_one_first_says_so_it_is_the_last_month(cast: Cast) -> None:
    since = queries.seen_until(cast.dean)
    assert timezone.now() - since - timedelta(days=30) < timedelta(minutes=1)
    assert "Northlake and Asterion" in page(cast, "dean")


def test_one_has_seen_what_the_page_showed_and_nothing_later(cast: Cast, client: Client) -> None:
    client.force_login(cast.dean)
    shown = client.get(reverse("desk:news")).context["until"]
    describe(cast, "university_office", "Meanwhile.")
    answer = client.post(reverse("desk:seen"), {"until": shown})
    assert answer.status_code == 302
    assert Seen.objects.get(person=cast.dean).until.isoformat() == shown
    [news] = queries.news_since(cast.dean, queries.seen_until(cast.dean))
    assert news.count == 1


def test_a_look_is_never_taken_back_nor_ahead_of_time(cast: Cast) -> None:
    now = timezone.now()
    mark_seen(by=cast.dean, until=now + timedelta(days=9))
    there = Seen.objects.get(person=cast.dean).until
    assert there < now + timedelta(minutes=5)
    mark_seen(by=cast.dean, until=now - timedelta(days=9))
    assert Seen.objects.get(person=cast.dean).until == there


@pytest.mark.parametrize("until", ["", "yesterday", "2026-13-45T00:00Z", "2026-01-01T00:00"])
def test_a_moment_that_is_none_is_that_of_the_act(cast: Cast, client: Client, until: str) -> None:
    client.force_login(cast.dean)
    assert client.post(reverse("desk:seen"), {"until": until}).status_code == 302
    assert timezone.now() - Seen.objects.get(person=cast.dean).until < timedelta(minutes=5)


def test_it_asks_few_queries_however_much_happened(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    make_agreement(cast)
    for words in map(str, range(9)):
        describe(cast, "university_office", words)
    with django_assert_max_num_queries(4):
        queries.news_since(cast.dean, timezone.now() - timedelta(days=1))


def test_on_the_desk_stand_the_latest_kinds_and_the_way_to_the_rest(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jointlab.desk.views.ON_THE_DESK", ":1")
    client = Client(headers={"hx-request": "true"})
    client.force_login(cast.dean)
    part = client.get(reverse("desk:news")).content.decode()
    assert "<html" not in part
    assert "All that happened" in part
    assert part.count('class="entry') < page(cast, "dean").count("UTC")
    assert "All that happened" not in page(cast, "dean")
