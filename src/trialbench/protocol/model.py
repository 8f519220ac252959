"""What a protocol is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trialbench import stl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialbench.stl import Formula

LANGUAGES: Final = ("en", "zh", "ko")
DISCLOSURES: Final = ("verdict", "margin", "trace")
METRICS: Final = {
    "rmse": "value", "mae": "value", "max_abs_error": "value",
    "precision": "event", "recall": "event", "f1": "event",
    "detection_latency": "event", "false_alarms_per_hour": "event",
}  # fmt: skip
"""Each metric, and whether it compares values or events."""
EVENT_UNITS: Final = {
    "precision": "1", "recall": "1", "f1": "1", "detection_latency": "s", "false_alarms_per_hour": "1/h",
}  # fmt: skip
"""What a metric of events is told in; its threshold may be given in another unit."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a name of the protocol comes from in a recording.

    The value is `scale * v + offset`, v being the recording's value converted into `unit` (None:
    as recorded). It is unknown where `valid`, an expression over the recording's own names, does
    not hold, and across a gap longer than `max_gap_ns`; so are the raw values that J1939 reserves
    for "error" and "not available", unless `not_available` is "value".
    """

    signal: str
    unit: str | None = None
    bus: int | None = None
    valid: str | None = None
    max_gap_ns: int | None = None
    scale: float = 1.0
    offset: float = 0.0
    not_available: str = "unknown"


@dataclass(frozen=True, slots=True)
class Output:
    """What the artefact answers: an `event` (0 or 1) or a `value`."""

    kind: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to hold: either an STL formula, or a metric with its threshold.

    A threshold is in `unit`; `at_most` and `at_least` exclude each other. `tolerance_ns` is how far
    two events may lie apart and be taken for one; `quantile` belongs to `detection_latency`. Judging
    begins no sooner than `from_ns` after the recording's start; in the formula each implication's
    left side must have held `occurrences` times.
    """

    id: str
    title: Mapping[str, str]
    stl: str | None = None
    metric: str | None = None
    of: str = ""
    against: str = ""
    tolerance_ns: int = 0
    quantile: float = 0.5
    at_most: float | None = None
    at_least: float | None = None
    unit: str = ""
    from_ns: int = 0
    occurrences: int = 0

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """What it is judged by: its formula, or its metric's `of` and `against`."""
        return tuple(stl.parse(text) for text in (self.stl, self.of, self.against) if text)

    @property
    def names(self) -> frozenset[str]:
        """The signals that it reads."""
        return frozenset[str]().union(*map(stl.names, self.formulas))


@dataclass(frozen=True, slots=True)
class Allowance:
    """What an artefact may use; time grows with the recording, by the hour of it."""

    memory_bytes: int = 2**30
    cpu_ns_per_hour: int = 600 * 10**9
    wall_ns_per_hour: int | None = None
