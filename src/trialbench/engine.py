"""Where the work of a trial runs: in this process, or in several on this machine."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from typing import Protocol as Interface

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Job = TypeVar("Job")
Done = TypeVar("Done")


class Engine(Interface):
    """Runs one picklable function on each of many picklable jobs, in the jobs' order."""

    def map(self, work: Callable[[Job], Done], jobs: Iterable[Job]) -> Iterator[Done]:
        """The results, in the order of the jobs, as they come."""


@dataclass(frozen=True, slots=True)
class InProcess:
    """One after another, here."""

    def map(self, work: Callable[[Job], Done], jobs: Iterable[Job]) -> Iterator[Done]:
        """The results, each when it is asked for."""
        return map(work, jobs)


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """At most `workers` processes of this machine side by side."""

    workers: int = 2

    def map(self, work: Callable[[Job], Done], jobs: Iterable[Job]) -> Iterator[Done]:
        """The results, in the order of the jobs."""
        # Spawned, not forked: the parent has threads (numba's, a web server's), and a fork of a
        # process with threads may deadlock.
        with ProcessPoolExecutor(self.workers, multiprocessing.get_context("spawn")) as pool:
            yield from pool.map(work, jobs)
