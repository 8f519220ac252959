"""Who gets what from the addresses of the whole."""

from __future__ import annotations

from tests.matrix import PUBLIC, Row

ROWS = [Row("health", PUBLIC)]
