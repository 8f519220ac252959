"""Every URL × every class of the cast's people × own and foreign partnership.

Each room's rows stand in tests/<room>/matrix.py as ROWS. A URL without a row fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from tests.cast import EVERYBODY, FOREIGN, Cast
from tests.matrix import PUBLIC, Row
from tests.once import made_once

ROWS: list[Row] = [
    row
    for path in sorted(Path(__file__).parent.glob("*/matrix.py"))
    for row in import_module(f"tests.{path.parent.name}.matrix").ROWS
]


def named(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from named(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}"


def test_every_url_has_its_row() -> None:
    assert set(named(get_resolver())) == {row.url for row in ROWS}


def test_every_class_of_people_asks_for_every_url() -> None:
    for turn, row in enumerate(ROWS):
        asked = set(row.asked(turn))
        assert asked.intersection(FOREIGN), row.label
        assert asked >= {name for name in PUBLIC if row.expected(name) != 404}, row.label
        assert asked >= set(PUBLIC) - set(FOREIGN), row.label
    assert {name for turn, row in enumerate(ROWS) for name in row.asked(turn)} == set(PUBLIC)


@pytest.fixture(scope="module")
def sessions(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """The session of everybody, who signed in once for all rows."""
    yield from made_once(django_db_blocker, sign_everybody_in)


def sign_everybody_in() -> dict[str, str]:
    client, cast, sessions = Client(), Cast.tell(), {}
    for name in EVERYBODY:
        client.cookies.clear()
        client.force_login(cast.people[name])
        sessions[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return sessions


def client_of(sessions: dict[str, str], name: str) -> Client:
    client = Client()
    if name != "public":
        client.cookies[settings.SESSION_COOKIE_NAME] = sessions[name]
    return client


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.label)
def test_only_whom_the_matrix_names_gets_in(row: Row, sessions: dict[str, str], cast: Cast) -> None:
    got: dict[str, Any] = {}
    expected: dict[str, Any] = {}
    for name in row.asked(turn=ROWS.index(row)):
        answer = row.ask(client_of(sessions, name), cast, row.own)
        got[name], expected[name] = row.told(answer), row.expected(name)
        if name != "public" and row.expected("public") != 200:
            assert "no-store" in answer["Cache-Control"], name
    assert got == expected


@pytest.mark.parametrize("row", [row for row in ROWS if row.foreign], ids=lambda row: row.label)
def test_a_foreign_object_does_not_exist(row: Row, sessions: dict[str, str], cast: Cast) -> None:
    assert row.foreign is not None
    for name in row.insiders():
        answer = row.ask(client_of(sessions, name), cast, row.foreign)
        assert row.told(answer) == 404, name
