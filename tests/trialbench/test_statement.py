"""The signed statement follows from the record: what came of each criterion over all recordings."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from trialbench.evidence.statement import statement

WARNED, PASSED, FAILED = "inconclusive", "pass", "fail"


def stated(*rulings: str) -> dict[str, Any]:
    """The predicate of a trial whose only criterion came out so, recording by recording."""
    record = {
        "verdict": "accepted",
        "artefact": None,
        "protocol": {"sha256": "00"},
        "recordings": [
            {"alias": f"R{i}", "commitment": "11", "criteria": [{"id": "slip", "verdict": ruling}]}
            for i, ruling in enumerate(rulings, 1)
        ],
    }
    predicate: dict[str, Any] = statement(record, [], "22", "2026-12-01T00:00:00Z")["predicate"]
    return predicate


@pytest.mark.parametrize(
    ("rulings", "list_"),
    [
        ((PASSED, PASSED), "passedTests"),
        ((PASSED, WARNED), "warnedTests"),
        ((PASSED, FAILED), "failedTests"),
        ((WARNED, FAILED), "failedTests"),
        ((PASSED, WARNED, FAILED), "failedTests"),
    ],
)
def test_the_worst_recording_speaks_for_a_criterion_in_whatever_order(
    rulings: tuple[str, ...], list_: str
) -> None:
    lists = {name: [] for name in ("passedTests", "warnedTests", "failedTests")}
    for order in permutations(rulings):
        assert stated(*order).items() >= {**lists, list_: ["slip"]}.items()
