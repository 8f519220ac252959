"""Every URL × everybody of the cast × own and foreign partnership.

Each room's rows stand in tests/<room>/matrix.py as ROWS. A URL without a row fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from tests.cast import EVERYBODY, Cast
from tests.matrix import Row

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


def client_of(cast: Cast, name: str) -> Client:
    client = Client()
    if name != "public":
        client.force_login(cast.people[name])
    return client


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.label)
def test_only_whom_the_matrix_names_gets_in(row: Row, cast: Cast) -> None:
    got: dict[str, Any] = {}
    expected: dict[str, Any] = {}
    for name in ("public", *EVERYBODY):
        answer = row.ask(client_of(cast, name), cast, row.own)
        got[name], expected[name] = row.told(answer), row.expected(name)
    assert got == expected


@pytest.mark.parametrize("row", [row for row in ROWS if row.foreign], ids=lambda row: row.label)
def test_a_foreign_object_does_not_exist(row: Row, cast: Cast) -> None:
    assert row.foreign is not None
    for name in row.insiders():
        answer = row.ask(client_of(cast, name), cast, row.foreign)
        assert row.told(answer) == 404, name
