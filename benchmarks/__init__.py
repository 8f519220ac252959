"""The bench measured beside its peers, in the same run: every figure is a ratio first."""

from __future__ import annotations

import gc
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: `ours` and `peer` in seconds for one `unit` of the work."""

    work: str
    peer_name: str
    peer: float
    ours: float
    unit: str
    least: float
    peak_mb: float = 0.0
    """0 where it was not measured."""
    calls: float = 0.0
    """Python calls of ours, in those of the peer; 0 where they were not counted."""
    wall: float = 0.0
    """Seconds on the clock, where `ours` is of the processor; 0 where it was not measured."""

    @property
    def ratio(self) -> float:
        """How many times faster than the peer."""
        return self.peer / self.ours

    @property
    def missed(self) -> bool:
        """Whether it is slower than it may be, or calls more."""
        return self.ratio < self.least or self.calls * self.least > 1


def best(
    work: Callable[[], object], repeat: int = 5, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Seconds that the work takes at best, the collector out of the way.

    Short work is timed many times over, so that neither the clock nor a cold cache is measured.
    The clock may be `time.process_time`: then what the database does, a process of its own, is out.
    """
    shortest, times = float("inf"), 1
    for _ in range(repeat):
        gc.collect()
        gc.disable()
        begin = clock()
        for _ in range(times):
            work()
        taken = (clock() - begin) / times
        gc.enable()
        shortest = min(shortest, taken)
        times = max(1, int(0.02 / shortest))
    return shortest


def calls(work: Callable[[], object]) -> int:
    """How many Python functions the work calls: the same on every machine, and on a busy one."""
    count = 0

    def seen(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count
