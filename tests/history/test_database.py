"""The chain as the database keeps it: its hash is ours, and nobody rewrites it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jointlab.history.chain import START, Walk, canonical, digest
from jointlab.history.models import Checkpoint, Entry, Signature
from jointlab.history.services import record
from tests.cast import Cast
from tests.history.events import TRIED

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | TEXTS
    | st.dates()
    | st.uuids(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def chain_of(chain: UUID) -> list[Entry]:
    return list(Entry.objects.filter(chain=chain).order_by("number"))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.dictionaries(TEXTS, VALUES, max_size=4), actor=st.none() | st.uuids())
@pytest.mark.django_db
def test_the_database_hashes_what_python_hashes(facts: dict[str, Any], actor: UUID | None) -> None:
    chain = uuid4()
    kept = canonical(facts)
    for _ in range(2):
        Entry.objects.create(chain=chain, event="history.tried", actor=actor, record=kept)
    entries = chain_of(chain)
    assert [entry.record for entry in entries] == [kept, kept]
    assert [bytes(entry.hash) for entry in entries] == [digest(entry.link) for entry in entries]
    assert bytes(entries[0].previous) == START
    walk = Walk()
    assert not any(walk.fault(entry.link) for entry in entries)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "moment",
    [
        "1969-12-31 23:59:59.999999+00",
        "1970-01-01 00:00:00.000001+00",
        "2026-11-22 17:38:01.100001+00",
        "2038-01-19 03:14:08.000003+00",
        "9999-12-31 23:59:59.999999+00",
    ],
)
def test_a_moment_is_hashed_to_the_microsecond(moment: str) -> None:
    from jointlab.history.chain import microseconds

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT at, (extract(epoch FROM at) * 1000000)::bigint FROM (SELECT %s::timestamptz at) one",
            [moment],
        )
        at, counted = cursor.fetchone()
    assert counted == microseconds(at)


@pytest.mark.django_db
def test_numbers_times_and_hashes_that_the_application_makes_up_are_not_looked_at() -> None:
    chain = uuid4()
    for _ in range(2):
        Entry.objects.create(
            chain=chain, event="history.tried", record="{}", number=7, hash=b"x" * 32,
            previous=b"y" * 32, at=datetime(1999, 1, 1, tzinfo=UTC),
        )  # fmt: skip
    assert [entry.number for entry in chain_of(chain)] == [1, 2]
    walk = Walk()
    assert not any(walk.fault(entry.link) for entry in chain_of(chain))


@pytest.mark.django_db
def test_a_temporary_table_of_the_same_name_does_not_mislead_the_trigger() -> None:
    chain = uuid4()
    Entry.objects.create(chain=chain, event="history.tried", record="{}")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE history_entry (LIKE public.history_entry) ON COMMIT DROP"
        )
        cursor.execute(
            "INSERT INTO public.history_entry (chain, number, at, event, record, previous, hash) "
            "VALUES (%s, 0, now(), 'history.tried', '{}', '', '')",
            [chain],
        )
        cursor.execute("DROP TABLE pg_temp.history_entry")
    assert [entry.number for entry in chain_of(chain)] == [1, 2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "event", ["tried", "history.", "history.tri\ned", "history.tried\n", "a.b.c", ""]
)
def test_an_event_has_a_room_and_a_name(event: str) -> None:
    with pytest.raises(IntegrityError):
        Entry.objects.create(chain=uuid4(), event=event, record="{}")


@pytest.mark.django_db
@pytest.mark.parametrize("kept", ["", "[]", "{", '{"a":\n1}'])
def test_a_record_is_an_object_in_one_line_of_json(kept: str) -> None:
    with pytest.raises(IntegrityError):
        Entry.objects.create(chain=uuid4(), event="history.tried", record=kept)


TABLES = [Entry, Checkpoint, Signature]


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_application_cannot_rewrite(cast: Cast, model: Any, act: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format(model._meta.db_table))


@pytest.mark.parametrize("act", ["ALTER TABLE history_entry DISABLE TRIGGER ALL", "DROP TABLE history_entry",
                                 "ALTER FUNCTION history_append() RENAME TO other", "SET session_replication_role = replica",
                                 "CREATE TRIGGER mine BEFORE INSERT ON history_entry EXECUTE FUNCTION history_closed()"])  # fmt: skip
def test_the_application_cannot_take_the_guard_away(cast: Cast, act: str) -> None:
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act)


@pytest.mark.parametrize(
    "act", ["UPDATE history_entry SET event = 'history.other'", "DELETE FROM history_entry"]
)
def test_even_the_owner_is_refused(cast: Cast, server: Any, act: str) -> None:
    database = connection.settings_dict["NAME"]
    with (
        psycopg.connect(server.url("owner"), dbname=database) as owner,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="history is not rewritten"),
    ):
        owner.execute(act)


def test_a_person_and_names_are_kept_as_they_are_now(cast: Cast) -> None:
    chain = uuid4()
    record(
        TRIED,
        chain=chain,
        by=cast.engineer,
        organisation=cast.university,
        on=date(2019, 6, 24),
    )
    (entry,) = chain_of(chain)
    assert entry.actor == cast.engineer.pk
    assert entry.facts["on"] == "2019-06-24"
    assert entry.facts["organisation"]["name"]["own"] == "北湖大学"
    assert entry.facts["actor"] == json.loads(canonical(cast.engineer.as_fact()))
