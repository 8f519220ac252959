"""What the sandbox costs: a trial of an artefact that does next to nothing."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import Row, best
from trialbench.artefacts import Artefact, Limits, Run, run
from trialbench.artefacts.harness import Step
from trialbench.signal import NS, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

STEP_NS = 10_000_000
LENGTH_NS = 70 * NS
SOURCE = b"""
def run(steps):
    for step in steps:
        yield {"y": step.last["x"]}
"""


def rows() -> Iterator[Row]:
    """A cold trial of the 70-second drive's length; the peer is Python's start with NumPy."""
    digest = hashlib.sha256(SOURCE).hexdigest()
    packed = Artefact("empty", "1", "python", "detector:run", (), {"detector.py": SOURCE}, digest)
    times_ns = np.arange(0, LENGTH_NS, STEP_NS, dtype=np.int64)
    inputs = {"x": Signal(times_ns, np.sin(times_ns / NS))}
    times = {"start_ns": 0, "end_ns": LENGTH_NS, "step_ns": STEP_NS}

    def trial() -> Run:
        return run(packed, inputs, ["y"], **times, limits=Limits())

    assert trial().failure is None
    ours = best(trial) - best(artefact_alone)
    peer = best(lambda: subprocess.run([sys.executable, "-c", "import numpy"], check=True))
    work = "sandbox: an empty 70 s trial at 10 ms steps"
    yield Row(work, "python -c 'import numpy'", peer, ours, "trial", 0.0)


def artefact_alone() -> None:
    """The artefact's own time: its generator over the same steps, with nobody around it."""
    names: dict[str, object] = {}
    exec(compile(SOURCE, "detector.py", "exec"), names)  # noqa: S102 - the lines above
    steps = (Step(k * STEP_NS, {"x": 0.0}, (0,), b"") for k in range(LENGTH_NS // STEP_NS + 1))
    for _ in names["run"](steps):  # type: ignore[operator]
        pass
