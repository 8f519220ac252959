"""A judgement as plain data: what `judge --json` prints and what the evidence bundle holds."""

from __future__ import annotations

import math
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trialbench.judgement import Judgement, Part
    from trialbench.verdict import CriterionResult, Reason


def summary(judgement: Judgement) -> dict[str, Any]:
    """The whole judgement as JSON knows it: no NaN, infinities as "inf" and "-inf".

    Times are seconds since the recording's start.
    """
    protocol, artefact = judgement.protocol, judgement.artefact
    begins = {part.result.sha256: part.scene.begin_ns for part in judgement.parts}
    worst = [judgement.of(criterion) for criterion in protocol.criteria]
    return {
        "verdict": judgement.verdict.value,
        "criteria": [
            {**_criterion(result, begins[recording.sha256]), "recording": recording.name}
            for recording, result in worst
        ],
        "recordings": [_recording(part) for part in judgement.parts],
        "pass_rate": judgement.tally.pass_rate,
        "confidence_bound": judgement.tally.confidence_bound,
        "protocol": {
            "name": dict(protocol.name), "version": protocol.version,
            "sha256": protocol.sha256, "disclosure": protocol.disclosure,
        },
        "artefact": artefact and {
            "name": artefact.name, "version": artefact.version, "kind": artefact.kind, "sha256": artefact.sha256,
        },
        "dbc": dict(judgement.dbc_sha256),
        "engine": {"name": "trialbench", "version": version("jointlab")},
        "environment": environment(),
    }  # fmt: skip


def environment() -> dict[str, str]:
    """What besides the engine could change a number."""
    libraries = {name: version(name) for name in ("numpy", "numba", "scipy", "onnxruntime")}
    return {"python": platform.python_version(), "machine": platform.machine(), **libraries}


def number(value: float | None) -> float | str | None:
    """A number as JSON can hold it."""
    if value is None or math.isfinite(value):
        return value
    return "inf" if value > 0 else "-inf"


def _recording(part: Part) -> dict[str, Any]:
    result, begin = part.result, part.scene.begin_ns
    return {
        "name": result.name,
        "sha256": result.sha256,
        "generated": result.generated,
        "verdict": result.verdict.value,
        "duration": seconds(result.end_ns, begin),
        "criteria": [_criterion(item, begin) for item in result.criteria],
        "failure": result.failure
        and {
            "code": result.failure.code,
            "detail": result.failure.detail,
            "time": None if result.failure.at_ns is None else seconds(result.failure.at_ns, begin),
        },
        "errors": [str(damage) for damage in result.errors],
        "notes": list(result.notes),
    }


def _criterion(result: CriterionResult, begin: int) -> dict[str, Any]:
    return {
        "id": result.id,
        "verdict": result.verdict.value,
        "margin": number(result.margin),
        "unit": result.unit,
        "worst_time": None if result.worst_ns is None else seconds(result.worst_ns, begin),
        "cause": result.cause,
        "judged_from": None if result.start_ns is None else seconds(result.start_ns, begin),
        "waited_for": result.waited_for,
        "occurrences": result.occurrences and result.occurrences.count,
        "occurrences_of": result.occurrences and result.occurrences.of,
        "value": None if result.lo is None else [number(result.lo), number(result.hi)],
        "reason": result.reason and _reason(result.reason, begin),
        "violations": [
            [seconds(first, begin), seconds(last, begin)] for first, last in result.violations
        ],
    }


def _reason(reason: Reason, begin: int) -> dict[str, Any]:
    return {
        "code": reason.code,
        "signal": reason.signal,
        "from": None if reason.from_ns is None else seconds(reason.from_ns, begin),
        "to": None if reason.to_ns is None else seconds(reason.to_ns, begin),
    }


def seconds(at_ns: int, begin_ns: int) -> float:
    """Seconds since the recording's start; exact in whole nanoseconds for the first 104 days."""
    return (at_ns - begin_ns) / 1e9
