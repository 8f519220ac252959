"""Who gets what from the design system."""

from __future__ import annotations

from jointlab.common import stylesheet
from tests.matrix import PUBLIC, SIGNED_IN, Row

ROWS = [
    Row("common:gallery", SIGNED_IN),
    Row("style", PUBLIC, own=lambda _: {"fingerprint": stylesheet.fingerprint()}),
]
