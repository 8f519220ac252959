"""A trial: the artefact is asked over each recording, and every criterion is judged."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from trialbench import artefacts
from trialbench.artefacts import Artefact, Limits
from trialbench.damage import Damage
from trialbench.engine import Engine, InProcess
from trialbench.errors import ArtefactError, ProtocolError, RecordingError, UnitError
from trialbench.judgement import Judgement, Part
from trialbench.metrics import measure
from trialbench.recording import Recording, Unreadable
from trialbench.scene import Scene, scene_of, unit_or_none
from trialbench.verdict import CriterionResult, Reason, RecordingResult, Verdict, tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from trialbench.artefacts import Failure
    from trialbench.protocol import Criterion, Protocol
    from trialbench.stl import Robustness

HOUR_NS: Final = 3600 * 10**9
LEAST_CPU_S: Final = 2.0
"""A short recording grants this much all the same: starting up takes its time."""


def judge(
    protocol: Protocol,
    recordings: Iterable[Recording | Unreadable],
    artefact: Artefact | str | Path | None = None,
    *,
    engine: Engine | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Judgement:
    """Try the artefact (if the protocol asks for one) on every recording and judge the criteria.

    `progress` is told how many recordings of how many are done. A recording that is unreadable is
    inconclusive, unless all are. Raises `ProtocolError`, `ArtefactError`, `RecordingError` or
    `SandboxUnavailable` where the trial cannot be held; what the artefact breaks is its own failure
    and part of the judgement.
    """
    if artefact is not None and not isinstance(artefact, Artefact):
        artefact = artefacts.load(artefact)
    _check_artefact(protocol, artefact)
    scenes, dbc = _scenes(protocol, recordings)
    parts = []
    work = partial(_judge_scene, protocol, artefact)
    for part in (engine or InProcess()).map(work, scenes):
        parts.append(part)
        if progress:
            progress(len(parts), len(scenes))
    verdict = tally((part.result.verdict for part in parts), protocol.require)
    return Judgement(protocol, artefact, tuple(parts), verdict, dbc)


def _check_artefact(protocol: Protocol, artefact: Artefact | None) -> None:
    if protocol.outputs and artefact is None:
        raise ArtefactError(
            f"the protocol asks an artefact for {', '.join(protocol.outputs)}: give one to try"
        )
    if artefact is not None and not protocol.outputs:
        raise ArtefactError(
            "the protocol has no [outputs]: it judges the recording alone, without an artefact"
        )
    if artefact is not None:
        inputs, outputs = list(protocol.inputs), list(protocol.outputs)
        artefacts.check(
            artefact, inputs, outputs, limits=limits_for(protocol, 0), events=protocol.events
        )


def _scenes(
    protocol: Protocol, recordings: Iterable[Recording | Unreadable]
) -> tuple[list[Scene | Unreadable], dict[str, str]]:
    scenes: list[Scene | Unreadable] = []
    dbc: dict[str, str] = {}
    for recording in recordings:
        if isinstance(recording, Unreadable):  # of empty files there may be many
            scenes.append(recording)
            continue
        if any(scene.sha256 == recording.sha256 for scene in scenes):
            raise RecordingError(f"{recording.name}: the same recording is given twice")
        scenes.append(scene_of(protocol, recording))
        dbc.update(recording.dbc_sha256)
    if not scenes:
        raise RecordingError("no recording is given")
    readable = [scene for scene in scenes if isinstance(scene, Scene)]
    if isinstance(scenes[0], Unreadable) and not readable:
        first = scenes[0]
        raise RecordingError(f"{first.name}: {first.cause} (no recording given can be read)")
    for name, source in protocol.sources.items():
        if all(name in scene.undescribed for scene in readable):
            raise ProtocolError(
                f"{name}: no recording and no DBC given describes a signal {source.signal!r}"
                + ("" if source.bus is None else f" on bus {source.bus}")
            )
    return scenes, dbc


def _judge_scene(protocol: Protocol, artefact: Artefact | None, scene: Scene | Unreadable) -> Part:
    """One recording of a trial; runs wherever the engine likes."""
    if isinstance(scene, Unreadable):
        return _unreadable(protocol, scene)
    failure, log = None, ""
    if artefact is not None:
        run = artefacts.run(
            artefact,
            {name: scene.signals[name] for name in protocol.inputs},
            tuple(protocol.outputs),
            start_ns=scene.begin_ns,
            end_ns=scene.end_ns,
            step_ns=protocol.step_ns,
            limits=limits_for(protocol, scene.end_ns - scene.begin_ns),
            events=protocol.events,
        )
        failure, log = run.failure, run.log
        scene = scene.with_outputs(
            {
                name: signal.scaled(1.0, unit=protocol.outputs[name].unit)
                for name, signal in run.outputs.items()
            }
        )
    if failure is not None:
        results = tuple(CriterionResult(item.id, Verdict.FAIL, None) for item in protocol.criteria)
    else:
        results = tuple(_judge_criterion(item, scene) for item in protocol.criteria)
    return Part(scene, _result(scene, results, failure), log)


def _result(
    scene: Scene, results: Iterable[CriterionResult], failure: Failure | None = None
) -> RecordingResult:
    return RecordingResult(
        scene.name,
        scene.sha256,
        scene.generated,
        scene.begin_ns,
        scene.end_ns,
        tuple(results),
        failure,
        scene.errors,
        scene.notes,
    )


def _unreadable(protocol: Protocol, file: Unreadable) -> Part:
    """No criterion can be judged on what cannot be read."""
    damage = Damage("cannot be read", file.cause)
    scene = Scene(file.name, file.sha256, file.generated, 0, 0, 0, {}, (damage,))
    reason = Reason("unreadable")
    results = [
        CriterionResult(item.id, Verdict.INCONCLUSIVE, None, reason=reason)
        for item in protocol.criteria
    ]
    return Part(scene, _result(scene, results))


def limits_for(protocol: Protocol, duration_ns: int) -> Limits:
    """What the protocol allows an artefact over a recording of this length."""
    hours = duration_ns / HOUR_NS
    cpu = max(LEAST_CPU_S, protocol.limits.cpu_ns_per_hour / 1e9 * hours)
    wall_ns = protocol.limits.wall_ns_per_hour
    wall = 10.0 + 4.0 * cpu if wall_ns is None else max(LEAST_CPU_S, wall_ns / 1e9 * hours)
    return Limits(memory_bytes=protocol.limits.memory_bytes, cpu_s=cpu, wall_s=wall)


def _judge_criterion(criterion: Criterion, whole: Scene) -> CriterionResult:
    scene = whole.judged_by(criterion)
    if scene.start_ns > scene.end_ns:
        reason = Reason("too_short", None, None, scene.end_ns)
        return CriterionResult(criterion.id, Verdict.INCONCLUSIVE, None, reason=reason)
    found = _judge_formula_or_metric(criterion, scene)
    return replace(found, start_ns=scene.start_ns, waited_for=scene.waited_for)


def _judge_formula_or_metric(criterion: Criterion, scene: Scene) -> CriterionResult:
    try:
        if criterion.stl is None:
            return measure(criterion, scene)
        return _formula_result(criterion, scene.robustness(criterion.stl))
    except UnitError as error:
        raise UnitError(f"criteria {criterion.id!r}: {error}") from None


def _formula_result(criterion: Criterion, found: Robustness) -> CriterionResult:
    """Whether the criterion's formula holds, and not in vain where it must not."""
    rarest = min(found.occurrences, key=lambda one: one.count, default=None)
    if found.verdict is Verdict.PASS and rarest and rarest.count < criterion.occurrences:
        return CriterionResult(
            criterion.id, Verdict.INCONCLUSIVE, None, reason=Reason("too_few"),
            cause=rarest.of, occurrences=rarest,
        )  # fmt: skip
    return CriterionResult(
        id=criterion.id,
        verdict=found.verdict,
        margin=found.margin,
        unit=unit_or_none(found.cause.unit),
        worst_ns=found.worst_ns,
        reason=found.reason,
        violations=found.violations,
        cause=found.cause.text,
        signals=found.cause.signals,
        occurrences=rarest,
    )
