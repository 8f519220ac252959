"""Metrics beside the formulas: errors between values, and agreement between events.

Every metric is an interval [lo, hi] over all completions of what is unknown, like robustness; so it
passes or fails only where each completion would. Errors are weighted by time, since signals hold
their value between samples of different rates. Events are the intervals in which a formula holds,
matched by overlap with a tolerance (event-based metrics with a collar: A. Mesaros, T. Heittola,
T. Virtanen, "Metrics for polyphonic sound event detection", Applied Sciences 6 (2016) 162).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench import stl
from trialbench.protocol import METRICS, Criterion
from trialbench.scene import Intervals, Scene, complement
from trialbench.stl.syntax import Call, Comparison, Formula, Name, Number, Operation, Term
from trialbench.units import conversion, readable
from trialbench.verdict import CriterionResult, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

INF: Final = math.inf
HOUR_NS: Final = 3600 * 10**9


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric's bounds; where it was worst; the intervals that count against it.

    `unknown_ns` is an instant whose being unknown keeps the bounds apart; `no_events` says that
    there was nothing to measure.
    """

    lo: float
    hi: float
    worst_ns: int | None = None
    violations: tuple[tuple[int, int], ...] = ()
    unknown_ns: int | None = None
    no_events: bool = False


def measure(criterion: Criterion, scene: Scene) -> CriterionResult:
    """Judge a metric criterion on one recording, from the scene's `start_ns` on."""
    found, occurrences = _measured(criterion, scene)
    verdict, margin = _compare(criterion, found)
    return CriterionResult(
        id=criterion.id,
        verdict=verdict,
        margin=margin,
        unit=_unit(criterion, scene),
        worst_ns=None if verdict is Verdict.INCONCLUSIVE else found.worst_ns,
        reason=_reason(criterion, scene, found) if verdict is Verdict.INCONCLUSIVE else None,
        violations=found.violations,
        cause=f"{criterion.metric}({criterion.of}, {criterion.against})",
        signals=tuple(sorted(criterion.names)),
        lo=found.lo,
        hi=found.hi,
        occurrences=occurrences,
    )


def _measured(criterion: Criterion, scene: Scene) -> tuple[Measured, stl.Occurrences | None]:
    """The metric, and how many of the events there were that it is a share or a quantile of."""
    metric = criterion.metric or ""
    if metric in _ERRORS:
        return _ERRORS[metric](criterion, scene), None
    events = _events(criterion, scene)
    found = _EVENTS[metric](criterion, events)
    if metric in ("precision", "false_alarms_per_hour"):
        return found, stl.Occurrences(criterion.of, len(events.alarm.intervals))
    return found, stl.Occurrences(criterion.against, len(events.event.intervals))


def _compare(criterion: Criterion, found: Measured) -> tuple[Verdict, float | None]:
    """The verdict and the margin of bounds against the threshold."""
    if found.no_events:
        return Verdict.INCONCLUSIVE, None
    if criterion.at_most is not None:
        low, high = criterion.at_most - found.hi, criterion.at_most - found.lo
    else:
        least = criterion.at_least or 0.0
        low, high = found.lo - least, found.hi - least
    if low >= 0:
        return Verdict.PASS, low
    return (Verdict.FAIL, high) if high < 0 else (Verdict.INCONCLUSIVE, None)


def _unit(criterion: Criterion, scene: Scene) -> str:
    if METRICS[criterion.metric or ""] == "value":
        return readable(criterion.unit or scene.unit(_error(criterion)))
    return {"detection_latency": "s", "false_alarms_per_hour": "1/h"}.get(
        criterion.metric or "", ""
    )


def _reason(criterion: Criterion, scene: Scene, found: Measured) -> Reason:
    if found.no_events:
        return Reason("no_events")
    if found.unknown_ns is None:  # an event so near an end that what lies beyond could decide it
        return Reason("horizon", None, scene.end_ns)
    for formula in criterion.formulas:
        reason = scene.robustness(_event(formula), start_ns=found.unknown_ns).reason
        if reason is not None:
            return reason
    return Reason("undefined", None, found.unknown_ns)


# Errors between values


def _error(criterion: Criterion) -> Term:
    """The size of what lies between the two values."""
    of, against = criterion.formulas
    assert isinstance(of, Term) and isinstance(against, Term)  # noqa: S101, PT018 - `values.term`
    if isinstance(against, Number):  # `t - 300 K` would be a temperature 300 K lower
        of, against = against, of
    return Call("abs", (Operation("-", of, against),))


def _errors(
    mean: Callable[[NDArray[np.float64], NDArray[np.float64]], float],
) -> Callable[[Criterion, Scene], Measured]:
    """A metric of the error's size over time; `mean` takes its steps and their nanoseconds."""

    def measured(criterion: Criterion, scene: Scene) -> Measured:
        error = scene.robustness(_error(criterion))
        unit = scene.unit(_error(criterion))
        factor = conversion(unit, criterion.unit)[0] if unit and criterion.unit else 1.0
        lo, hi = error.lo * factor, error.hi * factor
        weights = np.diff(np.append(error.times_ns, scene.end_ns + 1)).astype(np.float64)
        apart = np.flatnonzero(lo != hi)
        return Measured(
            mean(lo, weights),
            mean(hi, weights),
            worst_ns=int(error.times_ns[np.argmax(lo)]),
            violations=_above(error.times_ns, lo, criterion.at_most, scene.end_ns)
            if mean is _largest
            else (),
            unknown_ns=int(error.times_ns[apart[0]]) if apart.size else None,
        )

    return measured


def _root_mean_square(error: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    return math.sqrt(float(np.average(error * error, weights=weights)))


def _mean(error: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    return float(np.average(error, weights=weights))


def _largest(error: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    return float(error.max())


def _above(
    times: NDArray[np.int64], values: NDArray[np.float64], threshold: float | None, end: int
) -> tuple[tuple[int, int], ...]:
    """The half-open intervals in which the steps lie above the threshold."""
    above = np.concatenate(([False], values > (INF if threshold is None else threshold), [False]))
    edges = np.flatnonzero(above[1:] != above[:-1])
    bounds = np.append(times, end + 1)
    return tuple((int(bounds[first]), int(bounds[last])) for first, last in edges.reshape(-1, 2))


# Agreement between events


@dataclass(frozen=True)
class _Spans:
    """Disjoint half-open intervals in order, asked by many at once."""

    intervals: Intervals = field(default_factory=list)

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        return np.array([first for first, _ in self.intervals], np.int64)

    @cached_property
    def stops(self) -> NDArray[np.int64]:
        return np.array([last for _, last in self.intervals], np.int64)

    def meets(self, first: NDArray[np.int64], last: NDArray[np.int64]) -> Flags:
        """Which of the closed intervals [first, last] meet one of these."""
        at = np.searchsorted(self.starts, last, "right") - 1
        return (at >= 0) & (np.append(self.stops, np.iinfo(np.int64).min)[at] > first)

    def first_in(self, first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.float64]:
        """The earliest instant of these within each closed interval [first, last], inf where none."""
        at = np.searchsorted(self.stops, first, "right")
        begin = np.append(self.starts.astype(np.float64), INF)[at]
        earliest = np.maximum(begin, first)
        return np.where(earliest <= last, earliest, INF)


@dataclass(frozen=True)
class _Events:
    """Alarms and reference events: where each certainly is, and where it may be."""

    alarm: _Spans
    maybe_alarm: _Spans
    event: _Spans
    maybe_event: _Spans
    tolerance: int
    begins: int
    ends: int
    unknown_alarm: int | None
    unknown_event: int | None

    @property
    def unknown_ns(self) -> int | None:
        return self.unknown_alarm if self.unknown_alarm is not None else self.unknown_event

    def justified(self) -> tuple[Flags, Flags]:
        """Of each alarm: whether the reference certainly, or possibly, holds near its onset."""
        first, last = self.alarm.starts - self.tolerance, self.alarm.starts + self.tolerance
        return self.event.meets(first, last), self.maybe_event.meets(first, last)

    def window(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of each reference event: the closed interval in which an alarm detects it."""
        return self.event.starts - self.tolerance, self.event.stops - 1 + self.tolerance

    def detected(self) -> tuple[Flags, Flags]:
        """Of each reference event: whether an alarm certainly, or possibly, meets it."""
        return self.alarm.meets(*self.window()), self.maybe_alarm.meets(*self.window())


def _event(formula: Formula) -> Formula:
    """An event as a formula: a bare name is on above 0.5."""
    return Comparison(">", formula, Number(0.5)) if isinstance(formula, Name) else formula


def _events(criterion: Criterion, scene: Scene) -> _Events:
    tolerance = criterion.tolerance_ns
    # Nobody knows what was beyond the recording's ends, within the tolerance.
    first, last = scene.start_ns - tolerance, scene.end_ns + tolerance + 1
    of, against = map(_event, criterion.formulas)
    alarm, no_alarm = scene.truth(of)
    event, no_event = scene.truth(against)
    return _Events(
        _Spans(alarm), _Spans(complement(no_alarm, first, last)),
        _Spans(event), _Spans(complement(no_event, first, last)),
        tolerance, scene.start_ns, scene.end_ns,
        _undecided(alarm, no_alarm, scene), _undecided(event, no_event, scene),
    )  # fmt: skip


def _undecided(held: Intervals, not_held: Intervals, scene: Scene) -> int | None:
    """The first instant at which it is unknown whether the event is there."""
    rest = complement(sorted(held + not_held), scene.start_ns, scene.end_ns + 1)
    return rest[0][0] if rest else None


def _false_alarms_per_hour(_: Criterion, events: _Events) -> Measured:
    certain, possible = events.justified()
    hours = (events.ends - events.begins) / HOUR_NS
    if hours == 0:
        return Measured(0.0, INF, no_events=True)
    hi = INF if events.unknown_alarm is not None else int((~certain).sum()) / hours
    wrong = _chosen(events.alarm, ~possible)
    return Measured(int((~possible).sum()) / hours, hi, _first(wrong), wrong, events.unknown_ns)


def _precision(_: Criterion, events: _Events) -> Measured:
    certain, possible = events.justified()
    return _share(events, events.alarm, certain, possible, events.unknown_alarm)


def _recall(_: Criterion, events: _Events) -> Measured:
    certain, possible = events.detected()
    return _share(events, events.event, certain, possible, events.unknown_event)


def _share(
    events: _Events, spans: _Spans, certain: Flags, possible: Flags, unknown: int | None
) -> Measured:
    """The share of the spans that count; any share where more of them may be hidden."""
    missed = _chosen(spans, ~possible)
    if unknown is not None:
        return Measured(0.0, 1.0, _first(missed), missed, unknown)
    if not spans.intervals:
        return Measured(0.0, 1.0, no_events=True)
    return Measured(
        float(certain.mean()), float(possible.mean()), _first(missed), missed, events.unknown_ns
    )


def _f1(criterion: Criterion, events: _Events) -> Measured:
    precision, recall = _precision(criterion, events), _recall(criterion, events)
    wrong = tuple(sorted(precision.violations + recall.violations))
    if precision.no_events and recall.no_events:
        return Measured(0.0, 1.0, no_events=True)
    unknown = precision.unknown_ns if precision.unknown_ns is not None else recall.unknown_ns
    return Measured(
        _harmonic(precision.lo, recall.lo),
        _harmonic(precision.hi, recall.hi),
        _first(wrong),
        wrong,
        unknown,
    )


def _harmonic(first: float, second: float) -> float:
    return 2 * first * second / (first + second) if first + second else 0.0


def _detection_latency(criterion: Criterion, events: _Events) -> Measured:
    """The quantile over reference events of the time from onset to alarm; missed: infinite."""
    if not events.event.intervals and events.unknown_event is None:
        return Measured(-INF, INF, no_events=True)
    if events.unknown_event is not None:
        return Measured(-INF, INF, unknown_ns=events.unknown_event)
    window, starts = events.window(), events.event.starts
    hi = (events.alarm.first_in(*window) - starts) / 1e9
    lo = (events.maybe_alarm.first_in(*window) - starts) / 1e9
    unclear = starts == events.begins  # it may have begun before the recording
    lo, hi = np.where(unclear, -INF, lo), np.where(unclear, INF, hi)
    late = _chosen(events.event, lo > (INF if criterion.at_most is None else criterion.at_most))
    return Measured(
        _quantile(lo, criterion.quantile),
        _quantile(hi, criterion.quantile),
        worst_ns=int(starts[np.argmax(lo)]),
        violations=late,
        unknown_ns=events.unknown_ns,
    )


def _quantile(values: NDArray[np.float64], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed."""
    return float(np.sort(values)[max(0, math.ceil(share * values.size) - 1)])


def _chosen(spans: _Spans, which: Flags) -> tuple[tuple[int, int], ...]:
    return tuple(spans.intervals[at] for at in np.flatnonzero(which))


def _first(intervals: tuple[tuple[int, int], ...]) -> int | None:
    return intervals[0][0] if intervals else None


_ERRORS: Final[dict[str, Callable[[Criterion, Scene], Measured]]] = {
    "rmse": _errors(_root_mean_square),
    "mae": _errors(_mean),
    "max_abs_error": _errors(_largest),
}
_EVENTS: Final[dict[str, Callable[[Criterion, _Events], Measured]]] = {
    "false_alarms_per_hour": _false_alarms_per_hour,
    "precision": _precision,
    "recall": _recall,
    "f1": _f1,
    "detection_latency": _detection_latency,
}
