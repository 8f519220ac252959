"""What an artefact may use, how it can fail, and what a run of it gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialbench.signal import Signal

CODES: Final = {
    "import": "a module that it imports is not there",
    "load": "its code cannot be loaded",
    "crash": "it raised an exception or was killed",
    "memory": "it used more memory than it may",
    "cpu": "it used more processor time than it may",
    "wall": "it was not done in time",
    "late": "one answer came too late",
    "output": "it answered something that is no answer",
    "ended": "it stopped answering before the recording's end",
    "processes": "it tried to start a process or a thread",
}
"""Every way in which an artefact fails by its own doing: a closed vocabulary, for anybody to be told."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an artefact may use, beyond what the interpreter and NumPy need.

    `memory_bytes` of address space; `cpu_s` and `wall_s` seconds from the loading of its module to
    its last answer; `step_s` seconds of time for one answer (None: only the whole counts). No time
    counts in which it would have run and the machine had no processor for it.
    `output_bytes` printed; `disk_bytes` in its `/tmp`.
    """

    memory_bytes: int = 1 << 30
    cpu_s: float = 60.0
    wall_s: float = 120.0
    step_s: float | None = None
    output_bytes: int = 1 << 20
    disk_bytes: int = 16 << 20


@dataclass(frozen=True, slots=True)
class Failure:
    """How an artefact failed: one of `CODES`, one line, and the time of the step it was at.

    `at_ns` is on the recording's clock; None: before the first step was answered for.
    """

    code: str
    detail: str
    at_ns: int | None = None

    def __str__(self) -> str:
        return f"{CODES[self.code]}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Run:
    """A run: per output the answers given (one a step or window, on the recording's clock), and the rest.

    `log` is what it printed; `cpu_s`, `wall_s` are seconds from the loading of its module;
    `limiter` says what held its memory and processor time on this machine.
    """

    outputs: Mapping[str, Signal]
    failure: Failure | None
    log: str = field(repr=False)
    cpu_s: float
    wall_s: float
    limiter: str
