"""The signed statement: an in-toto test result that says no more than the public record.

in-toto attestation framework, Statement v1, predicate test-result v0.1; its subjects are the
artefact, the public members with the hash of each block of each, and the commitment to the private
part. It follows from the record and the members alone, so whoever checks a bundle makes it again and
compares all of it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from trialbench import container

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trialbench.container import Listed

PRIVATE: Final = "private"
"""The name of the commitment among the subjects."""
RESULTS: Final = {"accepted": "PASSED", "rejected": "FAILED", "inconclusive": "WARNED"}
"""What a verdict is called in a test result."""
_WORST_FIRST: Final = ("fail", "inconclusive", "pass")


def statement(
    record: Mapping[str, Any], members: Iterable[Listed], private: str, signed_at: str
) -> dict[str, Any]:
    """The statement of a record with its public members, in their order.

    Raises `KeyError`, `TypeError` or `ValueError` for a record that is none.
    """
    artefact, recordings = record["artefact"], record["recordings"]
    tested = [_resource(artefact["name"], artefact["sha256"])] if artefact else []
    rulings = _rulings(recordings)
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            *tested,
            *(container.described(member) for member in members),
            _resource(PRIVATE, private),
        ],
        "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
        "predicate": {
            "result": RESULTS[record["verdict"]],
            "configuration": [
                _resource("protocol.toml", record["protocol"]["sha256"]),
                *(_resource(item["alias"], item["commitment"]) for item in recordings),
            ],
            "passedTests": [name for name, ruling in rulings.items() if ruling == "pass"],
            "warnedTests": [name for name, ruling in rulings.items() if ruling == "inconclusive"],
            "failedTests": [name for name, ruling in rulings.items() if ruling == "fail"],
            "signedAt": signed_at,
        },
    }


def _rulings(recordings: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What came of each criterion over all recordings: the worst."""
    rulings: dict[str, str] = {}
    for item in recordings:
        for criterion in item["criteria"]:
            name, ruling = criterion["id"], criterion["verdict"]
            rulings[name] = min(rulings.get(name, "pass"), ruling, key=_WORST_FIRST.index)
    return rulings


def canonical(content: object) -> bytes:
    """JSON with one spelling for each value."""
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":")
    ).encode()


def _resource(name: str, sha256: str) -> dict[str, Any]:
    return {"name": name, "digest": {"sha256": sha256}}
