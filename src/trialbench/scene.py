"""A recording as a protocol sees it: its signals under the protocol's names, and what is unknown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from trialbench import stl
from trialbench.damage import lost
from trialbench.errors import ProtocolError, UnitError
from trialbench.signal import Signal, Unknown
from trialbench.stl.syntax import Not
from trialbench.units import conversion, known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trialbench.damage import Damage
    from trialbench.protocol import Criterion, Protocol, Source
    from trialbench.recording import Recording

Intervals = list[tuple[int, int]]
"""Half-open intervals of nanoseconds, in order, apart from each other."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What one recording gives to judge by, from `start_ns` to `end_ns` inclusive.

    `begin_ns` is the recording's first instant: an artefact is asked from there on, while a
    criterion is judged from its own `start_ns` on (see `judged_by`). `lead_in_ns` is how long judging
    waits for a signal's first sample. `undescribed` are names of the protocol that nothing in this
    recording describes; `outputs` are an artefact's.
    """

    name: str
    sha256: str
    generated: bool
    begin_ns: int
    start_ns: int
    end_ns: int
    signals: Mapping[str, Signal]
    errors: tuple[Damage, ...] = ()
    undescribed: tuple[str, ...] = ()
    lead_in_ns: int = 0
    outputs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    waited_for: str = ""

    def with_outputs(self, outputs: Mapping[str, Signal]) -> Scene:
        """This scene and what an artefact answered in it.

        Where damage may have lost samples, it might have answered otherwise.
        """
        damaged = tuple(lost(self.errors, self.begin_ns, self.end_ns))
        answered = {name: signal.unknown_in(damaged) for name, signal in outputs.items()}
        return replace(self, signals={**self.signals, **answered}, outputs=tuple(outputs))

    def judged_by(self, criterion: Criterion) -> Scene:
        """This scene from where judging by the criterion begins: when all that it uses has begun.

        `waited_for` is the signal that was the last to begin. No signal is waited for longer than
        `lead_in_ns`, none that never begins, and none where the recording's own start is lost.
        """
        start, waited_for = self.begin_ns + criterion.from_ns, ""
        if any(damage.from_ns is None for damage in self.errors):
            return self._without(self.begin_ns, start)
        for name in sorted(criterion.names):
            first = min(self._first(name), self.begin_ns + self.lead_in_ns)
            if first > start:
                start, waited_for = first, name
        return replace(self, start_ns=start, waited_for=waited_for)

    def _first(self, name: str) -> int:
        """When the signal begins: with its first sample, an output with its first known answer."""
        signal = self.signals[name]
        times = (
            signal.times_ns[~np.isnan(signal.values)] if name in self.outputs else signal.times_ns
        )
        return int(times[0]) if times.size else self.begin_ns

    def _without(self, first: int, stop: int) -> Scene:
        """This scene judged from its first instant, where what [first, stop) was is not known."""
        skipped = [Unknown(first, stop, "damaged")] if first < stop else []
        signals = {name: signal.unknown_in(skipped) for name, signal in self.signals.items()}
        return replace(self, signals=signals)

    def robustness(
        self, formula: str | stl.Formula, *, start_ns: int | None = None
    ) -> stl.Robustness:
        """The formula's robustness over this scene, or from a later instant on."""
        return stl.robustness(
            formula,
            self.signals,
            start_ns=self.start_ns if start_ns is None else start_ns,
            end_ns=self.end_ns,
            since_ns=self.begin_ns,
        )

    def unit(self, formula: stl.Formula) -> str:
        """The unit of an expression, or of a comparison's margin; empty where it is no known one."""
        units = {name: signal.unit for name, signal in self.signals.items()}
        return unit_or_none(stl.unit_of(formula, units))

    def truth(self, formula: stl.Formula) -> tuple[Intervals, Intervals]:
        """Where the formula certainly holds, and where it certainly does not."""
        return list(self.robustness(Not(formula)).violations), list(
            self.robustness(formula).violations
        )


def unit_or_none(unit: str) -> str:
    """The unit where it is a known one, else none."""
    return unit if unit and known(unit) else ""


def scene_of(protocol: Protocol, recording: Recording) -> Scene:
    """The recording under the protocol's names.

    Raises `ProtocolError` where a unit does not fit or a `valid` names what is not there.
    """
    begin, end = recording.extent_ns
    signals: dict[str, Signal] = {}
    undescribed = []
    for name, source in protocol.sources.items():
        raw = _find(recording, source)
        if raw is None and not _described(recording, source):
            undescribed.append(name)
        absent = Signal([], [], unknown=recording.unknown)
        signal = _converted(name, source, raw if raw is not None else absent, recording.name)
        invalid = tuple(_invalid(name, recording, source, begin, end))
        unknown = (*invalid, *_gaps(signal, source, end))
        signals[name] = _masked(signal, invalid).unknown_in(unknown)
    return Scene(
        recording.name, recording.sha256, recording.generated, begin, begin, end,
        signals, recording.errors, tuple(undescribed), protocol.lead_in_ns, notes=_notes(recording),
    )  # fmt: skip


def _notes(recording: Recording) -> tuple[str, ...]:
    """What was taken for granted or left out when it was read."""
    counts = ", ".join(f"{kind} {count:,}" for kind, count in recording.skipped_events.items())
    skipped = (f"events that are no CAN frames, skipped: {counts}",) if counts else ()
    return (*recording.notes, *skipped)


def _full_name(source: Source, name: str) -> str:
    return name if source.bus is None else f"{source.bus}:{name}"


def _find(recording: Recording, source: Source) -> Signal | None:
    if recording.frames is None:
        return recording.signals.get(source.signal)
    name, decoded = _full_name(source, source.signal), recording.decoded
    if source.not_available == "value" and decoded is not None and name in decoded:
        return decoded.with_reserved(name)
    return recording.signals.get(name)


def _described(recording: Recording, source: Source) -> bool:
    return recording.describes(_full_name(source, source.signal))


def _converted(name: str, source: Source, signal: Signal, recording: str) -> Signal:
    """The signal in the unit that the protocol says; a recording that names none is believed."""
    factor, offset = 1.0, 0.0
    if source.unit and signal.unit:
        try:
            factor, offset = conversion(signal.unit, source.unit)
        except UnitError as error:
            raise ProtocolError(
                f"{name}: signal {source.signal!r} of {recording}: {error}"
            ) from None
    unit = source.unit if source.unit is not None else signal.unit
    return signal.scaled(factor * source.scale, offset * source.scale + source.offset, unit)


def _gaps(signal: Signal, source: Source, end: int) -> Iterable[Unknown]:
    """From the sample before a gap (which is still known) to the sample after it."""
    if source.max_gap_ns is None or not len(signal):
        return
    times = np.append(signal.times_ns, end + 1)
    for at in np.flatnonzero(np.diff(times) > source.max_gap_ns):
        yield Unknown(int(times[at]) + 1, int(times[at + 1]), "gap")


def _invalid(
    name: str, recording: Recording, source: Source, begin: int, end: int
) -> Iterable[Unknown]:
    """Where the `valid` expression does not certainly hold."""
    if source.valid is None:
        return
    formula = stl.parse(f"not ({source.valid})")
    signals = {}
    for used in stl.names(formula):
        judge_of_it = replace(source, signal=used)
        found = _find(recording, judge_of_it)
        if found is None and not _described(recording, judge_of_it):
            raise ProtocolError(f"{name}: valid: no signal {used!r} in {recording.name}")
        signals[used] = found if found is not None else Signal([], [])
    held = stl.robustness(formula, signals, start_ns=begin, end_ns=end).violations
    for first, last in complement(held, begin, end + 1):
        yield Unknown(first, last, "invalid")


def _masked(signal: Signal, invalid: tuple[Unknown, ...]) -> Signal:
    """NaN for each sample that is not valid: an artefact is not given what does not count."""
    if not invalid:
        return signal
    values = signal.values.copy()
    for span in invalid:
        first, last = np.searchsorted(signal.times_ns, (span.from_ns, span.to_ns))
        values[first:last] = np.nan
    return Signal(signal.times_ns, values, signal.unit, signal.unknown)


def complement(intervals: Iterable[tuple[int, int]], first: int, last: int) -> Intervals:
    """What of [first, last) the intervals leave out."""
    rest = []
    for start, stop in intervals:
        if start > first:
            rest.append((first, start))
        first = max(first, stop)
    if first < last:
        rest.append((first, last))
    return rest
