"""The address that proxies and supervisors ask; what is said when the disk is full."""

from __future__ import annotations

import errno
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from jointlab.common.writing import is_disk_full
from jointlab.config import views
from tests.cast import PASSWORD, Cast

# To this connection, the table of the cache is one on a disk without room.
FULL = """
CREATE TEMP TABLE cache (LIKE public.cache INCLUDING ALL);
CREATE FUNCTION pg_temp.full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON pg_temp.cache EXECUTE FUNCTION pg_temp.full();
"""


@pytest.fixture(autouse=True)
def not_written_lately(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_written", [float("-inf")])


@pytest.fixture
def full(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FULL)


def test_health_is_200_while_the_database_answers(db: None) -> None:
    answer = Client().get("/health")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_health_is_503_while_it_does_not(
    django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with django_db_blocker.unblock():
        connection.close()
        nowhere = connection.settings_dict["OPTIONS"] | {"host": "/nowhere"}
        monkeypatch.setitem(connection.settings_dict, "OPTIONS", nowhere)
        answer = Client().get("/health")
        connection.close()
    assert (answer.status_code, answer.content) == (503, b"no database\n")


def test_a_probe_may_ask_by_the_address(db: None, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["lab.example.org"]
    assert Client().get("/health", headers={"host": "192.0.2.7:8000"}).status_code == 200
    assert Client().get("/en/", headers={"host": "192.0.2.7:8000"}).status_code == 400


def test_health_is_503_while_the_disk_is_full(full: None) -> None:
    answer = Client().get("/health")
    assert (answer.status_code, answer.content) == (503, b"the disk is full\n")


def test_health_is_503_while_nothing_can_be_written(db: None) -> None:
    connection.cursor().execute("SET TRANSACTION READ ONLY")
    answer = Client().get("/health")
    assert (answer.status_code, answer.content) == (503, b"nothing can be written\n")


def test_a_write_that_was_done_stands_for_a_while(cast: Cast) -> None:
    assert Client().get("/health").status_code == 200
    connection.cursor().execute(FULL)
    assert Client().get("/health").status_code == 200


def test_a_full_disk_is_not_called_too_many_tries(full: None, cast: Cast) -> None:
    typed = {"login": cast.engineer.email, "password": PASSWORD}
    answer = Client().post("/en/account/login/", typed)
    assert answer.status_code == 507
    assert "disk is full" in answer.content.decode()


def test_a_full_disk_is_known_by_its_signs() -> None:
    assert is_disk_full(OSError(errno.ENOSPC, "No space left on device"))
    assert not is_disk_full(OSError(errno.ENOENT, "No such file"))
    assert not is_disk_full(ValueError())


def test_the_role_that_serves_pages_cannot_say_which_migrations_were_applied(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        for attempt in ("DELETE FROM", "INSERT INTO", "UPDATE"):
            rest = {"INSERT INTO": "DEFAULT VALUES", "UPDATE": "SET name = ''"}.get(attempt, "")
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(f"{attempt} django_migrations {rest}")
