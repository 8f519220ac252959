"""The address that proxies and supervisors ask."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client


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
