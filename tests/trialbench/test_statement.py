"""The signed statement follows from the record: what came of each criterion over all recordings."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

import trialbench as tb
from tests.trialbench.hostile import bundles
from trialbench.evidence.statement import canonical, statement

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


@pytest.mark.parametrize(
    ("time", "valid"), [("2026-12-01T00:00:00+00:00", True), ("yesterday", False), ("", False)]
)
def test_a_statement_says_when_it_was_signed_or_is_none(
    tmp_path: Path, time: str, valid: bool
) -> None:
    members = dict(bundles.sound())
    said = bundles.stated(members)
    said["predicate"]["signedAt"] = time
    (tmp_path / "bundle.zip").write_bytes(bundles.resealed(members, canonical(said)))
    checked = tb.verify(tmp_path / "bundle.zip", key=bundles.SIGNER.public_key())
    assert checked.valid is valid
    assert valid or "no statement of a trial" in checked.problem
