"""Artefacts made of a few lines, and a short trial of them in the real sandbox."""

import hashlib
import shutil
import subprocess
from collections.abc import Mapping
from textwrap import dedent

import numpy as np
import pytest

from trialbench.artefacts import Artefact, Limits, Run, run
from trialbench.signal import Signal

START = 1_700_000_000_000_000_000
STEP = 10_000_000
STEPS = 5


def _confines() -> bool:
    """Whether bubblewrap works here at all, asked without any of our code."""
    if shutil.which("bwrap") is None:
        return False
    plain = [
        "bwrap",
        "--unshare-all",
        "--unshare-user",
        "--disable-userns",
        "--ro-bind",
        "/",
        "/",
        "true",
    ]
    return subprocess.run(plain, check=False, capture_output=True).returncode == 0


sandboxed = pytest.mark.skipif(
    not _confines(), reason="bubblewrap is missing or may make no user namespace"
)


def artefact(source: str, *, requires: tuple[str, ...] = (), **files: bytes) -> Artefact:
    """An artefact whose one module is `source`."""
    content = {"detector.py": dedent(source).encode(), **files}
    digest = hashlib.sha256(repr(sorted(content.items())).encode()).hexdigest()
    return Artefact("test", "1", "python", "detector:run", requires, content, digest)


def ramp(steps: int = STEPS) -> Signal:
    """A value each step: its number."""
    return Signal(
        START + STEP * np.arange(steps, dtype=np.int64), np.arange(steps, dtype=np.float64)
    )


def try_out(
    source: str,
    inputs: Mapping[str, Signal] | None = None,
    *,
    steps: int = STEPS,
    requires: tuple[str, ...] = (),
    **limits: float,
) -> Run:
    """Run a module over a few steps with small limits; its one output is `y`."""
    small: dict[str, float] = {"memory_bytes": 256 << 20, "cpu_s": 5.0, "wall_s": 10.0, **limits}
    return run(
        artefact(source, requires=requires),
        {"x": ramp(steps)} if inputs is None else inputs,
        ["y"],
        start_ns=START,
        end_ns=START + STEP * (steps - 1),
        step_ns=STEP,
        limits=Limits(**small),  # type: ignore[arg-type]
    )
