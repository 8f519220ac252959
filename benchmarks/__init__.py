"""The bench measured beside its peers, in the same run: every figure is a ratio first."""

from __future__ import annotations

import gc
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

    @property
    def ratio(self) -> float:
        """How many times faster than the peer."""
        return self.peer / self.ours


def best(work: Callable[[], object], repeat: int = 5) -> float:
    """Seconds that the work takes at best, the collector out of the way.

    Short work is timed many times over, so that neither the clock nor a cold cache is measured.
    """
    shortest, times = float("inf"), 1
    for _ in range(repeat):
        gc.collect()
        gc.disable()
        begin = time.perf_counter()
        for _ in range(times):
            work()
        taken = (time.perf_counter() - begin) / times
        gc.enable()
        shortest = min(shortest, taken)
        times = max(1, int(0.02 / shortest))
    return shortest
