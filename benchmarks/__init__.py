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
    peak_mb: float

    @property
    def ratio(self) -> float:
        """How many times faster than the peer."""
        return self.peer / self.ours


def best(work: Callable[[], object], repeat: int = 5) -> float:
    """The shortest of `repeat` runs, in seconds, the collector out of the way."""
    shortest = float("inf")
    for _ in range(repeat):
        gc.collect()
        gc.disable()
        begin = time.perf_counter()
        work()
        shortest = min(shortest, time.perf_counter() - begin)
        gc.enable()
    return shortest
