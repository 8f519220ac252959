"""The one story, told once for the tests of a module that only read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.once import made_once


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    from jointlab.demo import story

    yield from made_once(django_db_blocker, story.tell)
