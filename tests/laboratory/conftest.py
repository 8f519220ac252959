"""Fixtures of this room's tests."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.laboratory.reader import Reader


@pytest.fixture
def reader(cast: Cast) -> Reader:
    return Reader(cast).sign_in("university_office")
