"""The public record of a trial: rulings, failure codes, and margins as far as they are disclosed.

Nothing else of a recording is in it: no name, hash, time, unit of its own, reason or text. Two
recordings on which the same comes out give the same record but for the commitments.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from trialbench.evidence import commitments
from trialbench.summary import number, seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialbench.evidence.commitments import Salts
    from trialbench.judgement import Judgement, Part
    from trialbench.protocol import Criterion, Protocol
    from trialbench.verdict import CriterionResult

FORMAT: Final = "trialbench-verdict-v1"


def aliases(judgement: Judgement) -> list[str]:
    """What the recordings are called towards the other side: R1, R2, … in the order given."""
    return [f"R{number}" for number in range(1, len(judgement.parts) + 1)]


def committed(judgement: Judgement, salts: Salts, need: str) -> list[str]:
    """The commitments to the recordings, in their order."""
    return [
        commitments.recording(salts.of_recording(need, alias), part.result.sha256)
        for alias, part in zip(aliases(judgement), judgement.parts, strict=True)
    ]


def record(judgement: Judgement, recordings: Sequence[str]) -> dict[str, Any]:
    """The record, as JSON knows it; `recordings` are the commitments."""
    protocol, artefact, tally = judgement.protocol, judgement.artefact, judgement.tally
    named = zip(aliases(judgement), recordings, judgement.parts, strict=True)
    return {
        "format": FORMAT,
        "verdict": judgement.verdict.value,
        "protocol": {
            "name": dict(protocol.name), "version": protocol.version,
            "sha256": protocol.sha256, "disclosure": protocol.disclosure,
        },
        "artefact": artefact and {
            "name": artefact.name, "version": artefact.version, "kind": artefact.kind,
            "sha256": artefact.sha256,
        },
        "recordings": [_recording(protocol, *each) for each in named],
        "pass_rate": tally.pass_rate,
        "confidence_bound": tally.confidence_bound,
        "engine": {"name": "trialbench", "version": version("jointlab")},
    }  # fmt: skip


def _recording(protocol: Protocol, alias: str, commitment: str, part: Part) -> dict[str, Any]:
    results = zip(protocol.criteria, part.result.criteria, strict=True)
    return {
        "alias": alias,
        "commitment": commitment,
        "generated": part.result.generated,
        "verdict": part.result.verdict.value,
        "failure": part.result.failure and part.result.failure.code,
        "criteria": [_criterion(protocol, part, *each) for each in results],
    }


def _criterion(
    protocol: Protocol, part: Part, criterion: Criterion, result: CriterionResult
) -> dict[str, Any]:
    told: dict[str, Any] = {"id": criterion.id, "verdict": result.verdict.value}
    if protocol.disclosure in ("margin", "trace"):
        told["margin"] = number(rounded(result.margin, protocol.margin_digits))
        told["unit"] = result.unit if protocol.says_units_of(criterion) else ""
    if protocol.disclosure == "trace":
        worst = result.worst_ns
        told["worst_time"] = None if worst is None else seconds(worst, part.scene.begin_ns)
    return told


def rounded(value: float | None, digits: int) -> float | None:
    """The value with so many significant decimal digits; zero has no sign."""
    return None if value is None else float(f"{value:.{digits - 1}e}") + 0.0
