"""Small makers for the bench's tests."""

from __future__ import annotations

import hashlib
from pathlib import Path

import trialbench as tb

SECOND = 1_000_000_000


def make_signal(samples: dict[float, float], unit: str = "") -> tb.Signal:
    """A signal from seconds → value."""
    return tb.Signal([round(at * SECOND) for at in samples], list(samples.values()), unit)


def make_recording(
    signals: dict[str, tb.Signal],
    *,
    name: str = "drive.csv",
    end: float | None = None,
    errors: tuple[tb.Damage, ...] = (),
) -> tb.Recording:
    """A recording of plain signals, as long as they are unless `end` (seconds) says otherwise."""
    times = [int(at) for signal in signals.values() for at in signal.times_ns]
    return tb.Recording(
        name=name,
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        signals=signals,
        start_ns=min(times),
        end_ns=max(times) if end is None else round(end * SECOND),
        errors=errors,
    )


HEAD = """
[protocol]
name = "Brake warning"
version = "1.0"
"""


def make_protocol(body: str) -> tb.Protocol:
    """A protocol with a head of its own."""
    return tb.Protocol.loads((HEAD + body).encode())


def make_artefact(folder: Path, code: str, *, name: str = "Detector", requires: str = "[]") -> Path:
    """An artefact folder around the code of its `run`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "artefact.toml").write_text(
        f'[artefact]\nname = "{name}"\nversion = "1.0"\nkind = "python"\nentry = "detector:run"\nrequires = {requires}\n'
    )
    (folder / "detector.py").write_text(code)
    return folder
