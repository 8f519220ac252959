"""Fixtures of this room."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.parties.reader import Reader


@pytest.fixture
def reader(cast: Cast) -> Reader:
    return Reader(cast).sign_in("university_office")
