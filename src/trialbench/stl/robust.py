"""A formula judged on signals: verdict, margin, and on demand what made them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from trialbench import display
from trialbench.errors import FormulaError
from trialbench.recording import Recording
from trialbench.signal import Signal, Unknown
from trialbench.stl import syntax
from trialbench.stl.cause import Cause, written
from trialbench.stl.dimensions import with_units
from trialbench.stl.evaluate import Evaluator
from trialbench.stl.explain import deciding, doubtful, violated
from trialbench.stl.memory import room
from trialbench.stl.occurrences import Occurrences, occurrences
from trialbench.stl.parser import parse
from trialbench.stl.source import source
from trialbench.stl.track import Track
from trialbench.stl.verdict import Reason, Verdict

if TYPE_CHECKING:
    from trialbench.stl.kernels import Floats, Times
    from trialbench.stl.syntax import Formula

_NONE: Final[Mapping[str, Sequence[Unknown]]] = MappingProxyType({})
_FARTHEST: Final = 2**62
"""Beyond it a window's edge would not fit int64 nanoseconds."""


@dataclass(frozen=True, eq=False)
class Robustness:
    """What a formula is worth on a recording from `start_ns` to `end_ns`, both inclusive.

    `formula` is as it was written. `verdict` is of the recording's start. `margin` is how far it is
    from the other verdict: positive where the formula holds, None where it is INCONCLUSIVE. The rest
    is worked out when asked for.
    """

    formula: Formula
    verdict: Verdict
    margin: float | None
    start_ns: int
    end_ns: int
    _units: Mapping[str, str] = field(repr=False)
    _judged: Formula = field(repr=False)
    _track: Track = field(repr=False)
    _evaluator: Evaluator = field(repr=False)

    @cached_property
    def times_ns(self) -> Times:
        """Where `lo` and `hi` step: int64 nanoseconds, strictly increasing, `start_ns` first."""
        out = room(sum(span.lo.size for span in self._track), np.int64)
        at = 0
        for span in self._track:
            out[at : at + span.lo.size] = span.begins()
            at += span.lo.size
        return _frozen(out)

    @cached_property
    def lo(self) -> Floats:
        """The least that any completion of what is unknown would give, from each of `times_ns` on."""
        return _frozen(_joined([span.lo for span in self._track]))

    @cached_property
    def hi(self) -> Floats:
        """The most that any completion would give: equal to `lo` where nothing is unknown."""
        if all(span.known for span in self._track):
            return self.lo
        return _frozen(_joined([span.hi for span in self._track]))

    def _repr_html_(self) -> str:
        return display.html(self)

    @cached_property
    def _decided(self) -> tuple[int, Formula] | None:
        if self.margin is None:
            return None
        return deciding(self._evaluator, self._judged, self.start_ns, self.verdict is Verdict.PASS)

    @cached_property
    def _doubt(self) -> tuple[Formula, Reason] | None:
        if self.margin is not None:
            return None
        return doubtful(self._evaluator, self._judged, self.start_ns)

    @property
    def worst_ns(self) -> int | None:
        """The instant that made the margin, None where there is none."""
        return self._decided[0] if self._decided else None

    @cached_property
    def cause(self) -> Cause:
        """The atomic subformula that made the margin, or that is unknown, and the signals in it."""
        if self._decided:
            part = self._decided[1]
        else:
            assert self._doubt is not None  # noqa: S101 - one of the two is there
            part = self._doubt[0]
        return written(part, self._judged, self.formula, self._units)

    @property
    def reason(self) -> Reason | None:
        """Why it is INCONCLUSIVE, None where it is not."""
        return self._doubt[1] if self._doubt else None

    @cached_property
    def violations(self) -> tuple[tuple[int, int], ...]:
        """Half-open intervals in which the formula fails whatever the unknown was.

        Of an unbounded `always`, or of several joined by `and`, those in which the body fails.
        """
        return violated(self._evaluator, self._judged, self.start_ns, self.end_ns + 1)

    @cached_property
    def occurrences(self) -> tuple[Occurrences, ...]:
        """How often the condition of each implication held (see `conditions`); () where there is none."""
        return occurrences(self._evaluator, self._judged, self.formula)


def robustness(
    formula: str | Formula,
    signals: Mapping[str, Signal] | Recording,
    *,
    unknown: Mapping[str, Sequence[Unknown]] = _NONE,
    start_ns: int | None = None,
    end_ns: int | None = None,
    since_ns: int | None = None,
) -> Robustness:
    """Judge a formula on signals, from `start_ns` to `end_ns`.

    By default those are the recording's first and last instant, or, of signals alone, the first and
    last that one of them knows of. A signal is unknown outside the recording, before its first
    sample, at NaN, in its own `unknown` intervals and in those of `unknown`; an empty one
    everywhere. A window that looks back before `start_ns` sees what is known from `since_ns` on
    (default: nothing). A literal's unit is converted into the signals'.

    Raises `FormulaError` for a formula that does not parse or names what is not in `signals`,
    `UnitError` for units that do not fit.
    """
    tree = parse(formula) if isinstance(formula, str) else formula
    facts = syntax.facts(tree)
    used = {name: _signal(name, signals) for name in sorted(facts.names)}
    units = {name: signal.unit for name, signal in used.items() if signal.unit}
    judged = with_units(tree, units) if facts.has_units or units else tree
    if isinstance(signals, Recording):
        first, last = signals.extent_ns
        start_ns, end_ns = (
            first if start_ns is None else start_ns,
            last if end_ns is None else end_ns,
        )
    start, end = _recording(used, start_ns, end_ns)
    since = start if since_ns is None else min(start, since_ns)
    if max(-since, end) + facts.reach >= _FARTHEST:
        raise FormulaError("the formula reaches further than 64-bit nanoseconds can tell")
    sources = {
        name: source(name, signal, (*signal.unknown, *unknown.get(name, ())), since, end)
        for name, signal in used.items()
    }
    evaluator = Evaluator(sources, start, end)
    track = evaluator.track(judged, start, end + 1)
    verdict, margin = _judged(track, evaluator, judged)
    return Robustness(tree, verdict, margin, start, end, units, judged, track, evaluator)


def _judged(track: Track, evaluator: Evaluator, tree: Formula) -> tuple[Verdict, float | None]:
    lo, hi = track[0].lo.item(0) + 0.0, track[0].hi.item(0) + 0.0
    if lo > 0:
        return Verdict.PASS, lo
    if hi < 0:
        return Verdict.FAIL, hi
    if lo < 0 < hi:
        return Verdict.INCONCLUSIVE, None
    # At 0 the sign does not tell `x > 1` from `x >= 1`: ask what is true.
    start = evaluator.start
    (step,) = evaluator.truth.track(tree, start, start + 1)
    if step.lo[0] > 0:
        return Verdict.PASS, lo
    return (Verdict.FAIL, hi) if step.hi[0] < 0 else (Verdict.INCONCLUSIVE, None)


def _signal(name: str, signals: Mapping[str, Signal] | Recording) -> Signal:
    if isinstance(signals, Recording):
        if name not in signals.signals and signals.describes(name):
            return Signal([], [])
        signals = signals.signals
    if name in signals:
        return signals[name]
    folded = {known.lower(): known for known in signals}
    near = [folded[match] for match in difflib.get_close_matches(name.lower(), folded, 3, 0.6)]
    advice = f"did you mean {' or '.join(map(repr, near))}?" if near else _present(signals)
    raise FormulaError(f"the formula names the signal {name!r}, which is not there: {advice}")


def _present(signals: Mapping[str, Signal]) -> str:
    shown = ", ".join(sorted(signals)[:5])
    return f"there are {len(signals)} signals: {shown}{', …' if len(signals) > 5 else ''}"


def _recording(
    signals: Mapping[str, Signal], start_ns: int | None, end_ns: int | None
) -> tuple[int, int]:
    first = last = None
    for signal in signals.values():
        known = [signal.survey()[2:]] if signal.times_ns.size else []
        for begin, stop in known + [(gap.from_ns, gap.to_ns - 1) for gap in signal.unknown]:
            first = begin if first is None or begin < first else first
            last = stop if last is None or stop > last else last
    start = start_ns if start_ns is not None else first if first is not None else end_ns or 0
    end = end_ns if end_ns is not None else start if last is None or last < start else last
    if end < start:
        raise FormulaError(f"the recording would end at {end} ns, before its start at {start} ns")
    return start, end


_Array = TypeVar("_Array", bound="Floats | Times")


def _frozen(array: _Array) -> _Array:
    array.flags.writeable = False
    return array


def _joined(parts: Sequence[Floats]) -> Floats:
    """The parts in one array, every -0.0 as 0.0."""
    out = room(sum(part.size for part in parts), np.float64)
    at = 0
    for part in parts:
        np.add(part, 0.0, out=out[at : at + part.size])
        at += part.size
    return out
