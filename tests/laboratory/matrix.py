"""Who gets what from the room's pages."""

from __future__ import annotations

from typing import Any

from tests.cast import INSIDERS, OTHER, OWN, Cast
from tests.matrix import SIGNED_IN, Row


def own(_: Cast) -> dict[str, Any]:
    return {"code": OWN}


def foreign(_: Cast) -> dict[str, Any]:
    return {"code": OTHER}


ROWS = [
    Row("laboratory:laboratories", SIGNED_IN),
    Row("laboratory:of-partnership", INSIDERS, own=own, foreign=foreign),
]
