"""Who gets what from the room's pages: the parts, joined."""

from __future__ import annotations

from typing import Any

from tests.agreements import matrix_agreement, matrix_editing, matrix_life, matrix_signing
from tests.cast import INSIDERS, OTHER, OWN, Cast
from tests.matrix import SIGNED_IN, Row


def own(_: Cast) -> dict[str, Any]:
    return {"code": OWN}


def foreign(_: Cast) -> dict[str, Any]:
    return {"code": OTHER}


ROWS = [
    Row("agreements:agreements", SIGNED_IN),
    Row("agreements:of-partnership", INSIDERS, own=own, foreign=foreign),
    *matrix_agreement.ROWS,
    *matrix_life.ROWS,
    *matrix_editing.ROWS,
    *matrix_signing.ROWS,
]
