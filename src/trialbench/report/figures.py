"""Which plots a judgement has, and what each of them shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from trialbench.errors import UnitError
from trialbench.report.steps import Window
from trialbench.signal import NS
from trialbench.stl.syntax import Call, Comparison, Formula, Name, Number, walk
from trialbench.units import conversion
from trialbench.verdict import Verdict

if TYPE_CHECKING:
    from trialbench.judgement import Judgement, Part
    from trialbench.protocol import Criterion, Protocol
    from trialbench.verdict import CriterionResult

RECORDINGS: Final = 12
"""Recordings that are drawn; of more, those that did not pass come first."""
PANELS: Final = 8
"""Signals that a plot shows."""
CONTEXT: Final = 4
"""Further signals that a plot shows smaller, where they help to see why."""
AROUND_NS: Final = 2 * NS
"""What an enlargement shows on either side, at least."""


@dataclass(frozen=True)
class Figure:
    """The plot of one criterion on one recording, the `number`-th of the report."""

    number: int
    part: Part
    criterion: Criterion
    result: CriterionResult
    names: tuple[str, ...]
    context: tuple[str, ...]
    more: int

    @property
    def path(self) -> str:
        """Its file's name, safe on any system whatever the criterion is called."""
        slug = re.sub(r"[^a-z0-9]+", "-", self.criterion.id.lower()).strip("-")[:40].strip("-")
        return f"plots/{self.number}-{slug or 'criterion'}.svg"

    @cached_property
    def thresholds(self) -> dict[str, tuple[float, ...]]:
        """What the criterion compares each signal with, in the signal's unit."""
        found: dict[str, tuple[float, ...]] = {}
        for name, value, unit in _compared(self.criterion):
            signal = self.part.scene.signals.get(name)
            limit = None if signal is None else _in_unit(value, unit, signal.unit)
            if limit is not None and limit not in found.get(name, ()):
                found[name] = (*found.get(name, ()), limit)
        return found

    @property
    def whole(self) -> Window:
        """The recording."""
        return Window(self.part.scene.begin_ns, self.part.scene.end_ns)

    @cached_property
    def zoom(self) -> Window | None:
        """What to enlarge: the surroundings of what decided, where it is short in the recording."""
        focus = self._focus()
        if focus is None or (focus[1] - focus[0]) * 20 > self.whole.span_ns:
            return None
        around = max(AROUND_NS, focus[1] - focus[0])
        near = Window(
            max(self.whole.first_ns, focus[0] - around), min(self.whole.last_ns, focus[1] + around)
        )
        return near if near.span_ns * 3 <= self.whole.span_ns else None

    def _focus(self) -> tuple[int, int] | None:
        reason, worst = self.result.reason, self.result.worst_ns
        if self.result.verdict is Verdict.INCONCLUSIVE:
            if reason is None or reason.from_ns is None or reason.to_ns is None:
                return None
            return reason.from_ns, reason.to_ns
        if self.result.verdict is Verdict.PASS or worst is None:
            return None
        near = min(
            self.result.violations, key=lambda span: _distance(span, worst), default=(worst, worst)
        )
        if _distance(near, worst) > AROUND_NS:
            return worst, worst
        return min(near[0], worst), max(near[1], worst)


def figures(judgement: Judgement) -> list[Figure]:
    """Every plot of the report, recording by recording, in the order of the criteria."""
    protocol = judgement.protocol
    found: list[Figure] = []
    for part in drawn(judgement):
        for criterion, result in zip(protocol.criteria, part.result.criteria, strict=True):
            names = _names(criterion, result, protocol)
            found.append(
                Figure(
                    len(found) + 1,
                    part,
                    criterion,
                    result,
                    names[:PANELS],
                    _context(part, result, names, protocol),
                    max(0, len(names) - PANELS),
                )
            )
    return found


def drawn(judgement: Judgement) -> list[Part]:
    """The recordings that are drawn, in the order given."""
    rest = sorted(
        range(len(judgement.parts)),
        key=lambda at: judgement.parts[at].result.verdict is Verdict.PASS,
    )
    return [judgement.parts[at] for at in sorted(rest[:RECORDINGS])]


def _names(criterion: Criterion, result: CriterionResult, protocol: Protocol) -> tuple[str, ...]:
    """The signals that decided, then the others that the criterion names, in the protocol's order."""
    order = [*protocol.outputs, *protocol.reference, *protocol.inputs]
    rest = [name for name in order if name in criterion.names and name not in result.signals]
    return (*result.signals, *rest)


def _context(
    part: Part, result: CriterionResult, names: tuple[str, ...], protocol: Protocol
) -> tuple[str, ...]:
    """What the artefact was given besides, where its answers made the criterion fail."""
    judged = bool(protocol.outputs and names) and part.result.failure is None
    if not judged or result.verdict is not Verdict.FAIL:
        return ()
    return tuple(name for name in protocol.inputs if name not in names)[:CONTEXT]


def _compared(criterion: Criterion) -> Iterator[tuple[str, float, str]]:
    """Each signal that the criterion compares with a number, alone or as one of several."""
    for formula in criterion.formulas:
        for node, _ in walk(formula):
            match node:
                case (
                    Comparison(left=Number(value=value, unit=unit), right=term)
                    | Comparison(left=term, right=Number(value=value, unit=unit))
                ):
                    yield from ((name, value, unit) for name in _plain(term))


def _plain(term: Formula) -> list[str]:
    """The signals that stand in a term as they are."""
    match term:
        case Name(name=name):
            return [name]
        case Call(function="min" | "max", args=args):
            return [name for arg in args for name in _plain(arg)]
    return []


def _in_unit(value: float, unit: str, target: str) -> float | None:
    if not unit:
        return value
    try:
        factor, offset = conversion(unit, target)
    except UnitError:
        return None
    return value * factor + offset


def _distance(span: tuple[int, int], at: int) -> int:
    return max(span[0] - at, at - span[1], 0)
