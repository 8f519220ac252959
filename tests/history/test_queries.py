"""Pages of a chain, and that they cost the same wherever they lie."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from hashlib import md5
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from jointlab.agreements import events
from jointlab.common.events import events_of
from jointlab.history import queries
from jointlab.history.access import ReadableChain
from jointlab.history.queries import Filters
from jointlab.history.services import record
from tests.cast import Cast
from tests.history.events import OTHER, TRIED
from tests.history.tampering import intruder, owning

NARROWER = sorted(event.name for event in events_of(events) if event.narrower)


def numbers(page: queries.Page) -> list[int]:
    return [line.number for line in page.lines]


@pytest.fixture
def chain(cast: Cast) -> ReadableChain:
    """Twenty entries: the engineer's odd, the dean's even; each third of a room of its own."""
    chain = uuid4()
    for number in range(1, 21):
        by = cast.engineer if number % 2 else cast.dean
        record(OTHER if number % 3 == 0 else TRIED, chain=chain, by=by, n=number)
    return ReadableChain(chain)


def test_the_newest_page_comes_first(chain: ReadableChain) -> None:
    page = queries.page(chain, size=6)
    assert numbers(page) == [20, 19, 18, 17, 16, 15]
    assert (page.newer, page.older) == (None, 15)


def test_older_pages_lead_to_the_first_entry_and_newer_ones_back(chain: ReadableChain) -> None:
    page = queries.page(chain, size=6)
    seen = numbers(page)
    while page.older is not None:
        page = queries.page(chain, size=6, before=page.older)
        seen += numbers(page)
    assert seen == list(range(20, 0, -1))
    back = numbers(page)
    while page.newer is not None:
        page = queries.page(chain, size=6, after=page.newer)
        back = numbers(page) + back
    assert back[:6] == [20, 19, 18, 17, 16, 15]
    assert set(back) == set(range(1, 21))


@pytest.mark.parametrize("before", [-1, 0, 1])
def test_before_the_first_entry_there_is_nothing_but_a_way_back(
    chain: ReadableChain, before: int
) -> None:
    page = queries.page(chain, before=before, size=6)
    assert numbers(page) == []
    assert page.older is None
    assert numbers(queries.page(chain, after=page.newer, size=6)) == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("number", [10**30, -(10**30)])
def test_numbers_beyond_every_chain_do_no_harm(chain: ReadableChain, number: int) -> None:
    assert len(numbers(queries.page(chain, before=number))) in (0, 20)
    assert numbers(queries.page(chain, after=number, size=20)) == list(range(20, 0, -1))
    assert queries.entry_in_full(chain, number) is None


def test_filters_narrow_what_is_shown(chain: ReadableChain, cast: Cast) -> None:
    def shown(**asked: Any) -> list[int]:
        return numbers(queries.page(chain, Filters(**asked)))

    assert shown(room="other") == shown(event="other.done") == [18, 15, 12, 9, 6, 3]
    assert shown(room="othe") == shown(event="other.") == []
    assert shown(person=cast.engineer.pk) == list(range(19, 0, -2))
    assert shown(person=cast.engineer.pk, room="other") == [15, 9, 3]
    assert shown(person=cast.hr.pk) == []
    assert numbers(queries.page(chain, Filters(room="other"), before=12, size=2)) == [9, 6]
    assert numbers(queries.page(chain, Filters(room="other"), after=6, size=2)) == [12, 9]


def test_a_period_is_that_of_the_readers_zone(server: Any, transactional_db: None) -> None:
    chain = uuid4()
    for _ in range(4):
        record(TRIED, chain=chain, by=None)
    at = [
        "2019-06-23 15:59:59.999999+00",
        "2019-06-23 16:00+00",
        "2019-06-24 15:59:59.999999+00",
        "2019-06-24 16:00+00",
    ]
    with intruder(server) as owner:
        for number, moment in enumerate(at, start=1):
            owner.execute(
                "UPDATE history_entry SET at = %s WHERE chain = %s AND number = %s",
                [moment, chain, number],
            )

    def shown(since: date | None, until: date | None) -> list[int]:
        return numbers(queries.page(ReadableChain(chain), Filters(since=since, until=until)))

    day = date(2019, 6, 24)
    with timezone.override("Asia/Shanghai"):
        assert shown(day, day) == [3, 2]
        assert shown(day, None) == [4, 3, 2]
        assert shown(None, day) == [3, 2, 1]
        assert shown(day + timedelta(days=2), None) == []
        assert shown(None, day - timedelta(days=2)) == []
    with timezone.override("UTC"):
        assert shown(day, day) == [4, 3]


def test_what_occurs_in_the_chain_is_offered(chain: ReadableChain, cast: Cast) -> None:
    assert queries.events_in(chain) == ["history.tried", "other.done"]
    people = dict(queries.people_in(chain, 10))
    assert set(people) == {cast.engineer.pk, cast.dean.pk}
    assert people[cast.dean.pk]["name"]["own"] == "Dean"
    assert len(queries.people_in(chain, 1)) == 1
    assert queries.person_in(chain, cast.dean.pk) == [(cast.dean.pk, people[cast.dean.pk])]
    assert queries.person_in(chain, cast.hr.pk) == []
    assert (
        queries.events_in(ReadableChain(uuid4()))
        == queries.people_in(ReadableChain(uuid4()), 10)
        == []
    )


PLANNED = {
    "the newest": {},
    "an old page": {"before": 500},
    "a page in the midst": {"before": 5000},
    "its way back": {"after": 999},
    "a room that is rare": {"filters": Filters(room="rare")},
    "a room that drafts": {"filters": Filters(room="agreements")},
    "a person": {"filters": Filters(person=UUID(md5(b"1", usedforsecurity=False).hexdigest()))},
    "an event that is rare": {"filters": Filters(event="rare.done")},
    "a day long ago": {"filters": Filters(since=date(2026, 1, 1), until=date(2026, 1, 2))},
}


def rows_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(coalesce(idx_tup_fetch, 0) + seq_tup_read)::int "
            "FROM pg_stat_xact_user_tables WHERE relname = 'history_entry'"
        )
        read: int = cursor.fetchone()[0]
    return read


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("hidden", [(), tuple(NARROWER)], ids=["all", "no drafts"])
def test_no_page_reads_more_of_a_long_chain_than_it_shows(
    server: Any, hidden: tuple[str, ...]
) -> None:
    """Nor more than it hides: most of this chain, and all that two of its people did, is drafting."""
    chain = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO history_entry (chain, number, at, event, actor, record, previous, hash) "
            "SELECT %s, 0, now(), CASE WHEN n %% 2000 = 0 THEN 'rare.done' "
            "WHEN n %% 300 = 0 THEN 'agreements.in_force' "
            "WHEN n >= 1000 THEN 'agreements.text_changed' ELSE 'history.tried' END, "
            "md5((CASE WHEN n >= 1000 THEN n %% 5 ELSE n %% 3 END)::text)::uuid, "
            "'{}', '', '' FROM generate_series(1, 6000) n",
            [chain],
        )
    with owning(server) as owner:
        owner.execute("ANALYZE history_entry")
    asked = {name: partial(queries.page, **filters) for name, filters in PLANNED.items()}  # type: ignore[arg-type]
    asked |= {"events": queries.events_in, "people": partial(queries.people_in, most=200)}  # type: ignore[dict-item]
    read = {}
    for name, ask in asked.items():
        with transaction.atomic():
            before = rows_read()
            assert ask(ReadableChain(chain, hidden)) is not None
            read[name] = rows_read() - before
    assert max(read.values()) <= 55, read
