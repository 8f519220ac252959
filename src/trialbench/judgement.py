"""What a trial came to, as frozen values: made by `judging`, read by reports and evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from trialbench import display
from trialbench.verdict import CriterionResult, RecordingResult, Ruling, Tally, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialbench.artefacts import Artefact
    from trialbench.protocol import Criterion, Protocol
    from trialbench.scene import Scene


@dataclass(frozen=True, slots=True)
class Part:
    """What came of one recording: its scene with the artefact's answers, and what was printed."""

    scene: Scene
    result: RecordingResult
    log: str = ""


@dataclass(frozen=True)
class Judgement:
    """What a trial came to: `verdict`, with everything that led to it."""

    protocol: Protocol
    artefact: Artefact | None
    parts: tuple[Part, ...]
    tally: Tally
    dbc_sha256: Mapping[str, str] = field(default_factory=dict)

    @property
    def verdict(self) -> Ruling:
        """Accepted, rejected or inconclusive."""
        return self.tally.ruling

    @property
    def recordings(self) -> tuple[RecordingResult, ...]:
        """The result of each recording, in the order given."""
        return tuple(part.result for part in self.parts)

    def of(self, criterion: Criterion) -> tuple[RecordingResult, CriterionResult]:
        """The recording in which the criterion came out worst, and its result there."""
        at = [item.id for item in self.protocol.criteria].index(criterion.id)
        return min(((part.result, part.result.criteria[at]) for part in self.parts), key=_badness)

    def _repr_html_(self) -> str:
        return display.html(self)


def _badness(entry: tuple[Any, CriterionResult]) -> tuple[int, float]:
    result = entry[1]
    order = {Verdict.FAIL: 0, Verdict.INCONCLUSIVE: 1, Verdict.PASS: 2}[result.verdict]
    return order, result.margin if result.margin is not None else float("-inf")
