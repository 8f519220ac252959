"""A recording as a protocol sees it: its signals under the protocol's names, and what is unknown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from trialbench import stl
from trialbench.errors import ProtocolError, UnitError
from trialbench.signal import Signal
from trialbench.stl import Unknown
from trialbench.units import conversion, known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trialbench.protocol import Protocol, Source
    from trialbench.recording import Damage, Recording

Intervals = list[tuple[int, int]]
"""Half-open intervals of nanoseconds, in order, apart from each other."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What one recording gives to judge by, from `start_ns` to `end_ns` inclusive.

    `begin_ns` is the recording's first instant: an artefact is asked from there on, while criteria
    are judged from `start_ns`, when every signal has begun. `undescribed` are names of the protocol
    that nothing in this recording describes.
    """

    name: str
    sha256: str
    generated: bool
    begin_ns: int
    start_ns: int
    end_ns: int
    signals: Mapping[str, Signal]
    unknown: Mapping[str, tuple[Unknown, ...]]
    errors: tuple[Damage, ...] = ()
    undescribed: tuple[str, ...] = ()

    def with_outputs(self, outputs: Mapping[str, Signal]) -> Scene:
        """This scene and what an artefact answered in it.

        Where damage may have lost samples, it might have answered otherwise.
        """
        damaged = tuple(_lost(self.errors, self.begin_ns, self.end_ns))
        return replace(
            self,
            signals={**self.signals, **outputs},
            unknown={**self.unknown, **dict.fromkeys(outputs, damaged)},
        )

    def formula(self, text: str) -> stl.Formula:
        """The text parsed, its units checked and converted into the signals'."""
        return stl.with_units(
            stl.parse(text), {name: signal.unit for name, signal in self.signals.items()}
        )

    def robustness(self, text: str, *, start_ns: int | None = None) -> stl.Robustness:
        """The formula's robustness over this scene, or from a later instant on."""
        return stl.robustness(
            self.formula(text),
            self.signals,
            unknown=self.unknown,
            start_ns=self.start_ns if start_ns is None else start_ns,
            end_ns=self.end_ns,
        )

    def unit(self, text: str) -> str:
        """The unit of an expression, or of a comparison's margin; empty where it is no known one."""
        units = {name: signal.unit for name, signal in self.signals.items()}
        unit = stl.unit_of(stl.parse(text), units)
        return unit if known(unit) else ""

    def factor(self, text: str, unit: str) -> float:
        """What turns a difference of such expressions into `unit` (empty: leaves it as it is)."""
        here = self.unit(text)
        return conversion(here, unit)[0] if here and unit else 1.0

    def truth(self, text: str) -> tuple[Intervals, Intervals]:
        """Where the formula certainly holds, and where it certainly does not."""
        return list(self.robustness(f"not ({text})").violations), list(
            self.robustness(text).violations
        )


def scene_of(protocol: Protocol, recording: Recording) -> Scene:
    """The recording under the protocol's names.

    Raises `ProtocolError` where a unit does not fit or a `valid` names what is not there.
    """
    begin, end, damaged = _extent(recording)
    signals: dict[str, Signal] = {}
    unknown: dict[str, tuple[Unknown, ...]] = {}
    undescribed = []
    for name, source in protocol.sources.items():
        raw = _find(recording, source)
        if raw is None and not _described(recording, source):
            undescribed.append(name)
        signals[name] = _converted(name, source, raw if raw is not None else Signal([], []))
        invalid = tuple(_invalid(name, recording, source, begin, end))
        signals[name] = _masked(signals[name], invalid)
        unknown[name] = (*damaged, *invalid, *_gaps(signals[name], source, end))
    start = begin if begin < recording.start_ns else _first_instant(protocol, signals, begin)
    return Scene(
        recording.name, recording.sha256, recording.generated, begin, start, end,
        signals, unknown, recording.errors, tuple(undescribed),
    )  # fmt: skip


def own_scene(recording: Recording) -> Scene:
    """The whole recording under its own names."""
    begin, end, damaged = _extent(recording)
    return Scene(
        recording.name, recording.sha256, recording.generated, begin, begin, end,
        recording.signals, dict.fromkeys(recording.signals, damaged), recording.errors,
    )  # fmt: skip


def _extent(recording: Recording) -> tuple[int, int, tuple[Unknown, ...]]:
    """First and last instant, and what damage makes unknown between.

    One nanosecond of the unknown on either side stands for all that was lost there.
    """
    begin = recording.start_ns - any(damage.from_ns is None for damage in recording.errors)
    end = recording.end_ns + any(damage.to_ns is None for damage in recording.errors)
    return begin, end, tuple(_lost(recording.errors, begin, end))


def _first_instant(protocol: Protocol, signals: Mapping[str, Signal], begin: int) -> int:
    """When every signal has begun; one that is later than a gap may be long is not waited for."""
    start = begin
    for name, source in protocol.sources.items():
        if len(signals[name]):
            patience = protocol.lead_in_ns if source.max_gap_ns is None else source.max_gap_ns
            start = max(start, min(int(signals[name].times_ns[0]), begin + patience))
    return start


def _full_name(source: Source, name: str) -> str:
    return name if source.bus is None else f"{source.bus}:{name}"


def _find(recording: Recording, source: Source) -> Signal | None:
    if recording.frames is None:
        return recording.signals.get(source.signal)
    return recording.signals.get(_full_name(source, source.signal))


def _described(recording: Recording, source: Source) -> bool:
    return recording.describes(_full_name(source, source.signal))


def _converted(name: str, source: Source, signal: Signal) -> Signal:
    """The signal in the unit that the protocol says; a recording that names none is believed."""
    factor, offset = 1.0, 0.0
    if source.unit and signal.unit:
        try:
            factor, offset = conversion(signal.unit, source.unit)
        except UnitError as error:
            raise ProtocolError(f"{name}: signal {source.signal}: {error}") from None
    unit = source.unit if source.unit is not None else signal.unit
    return signal.scaled(factor * source.scale, offset * source.scale + source.offset, unit)


def _lost(errors: Iterable[Damage], begin: int, end: int) -> Iterable[Unknown]:
    for damage in errors:
        first = begin if damage.from_ns is None else damage.from_ns + 1
        last = end + 1 if damage.to_ns is None else damage.to_ns
        if first < last:
            yield Unknown(first, last, "damaged")


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
    values = signal.values.copy()
    for span in invalid:
        first, last = np.searchsorted(signal.times_ns, (span.from_ns, span.to_ns))
        values[first:last] = np.nan
    return Signal(signal.times_ns, values, signal.unit)


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
