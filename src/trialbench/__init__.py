"""The bench: recordings → signals → artefact → criteria → verdict → evidence.

A public name is loaded at its first use: whoever needs only `trialbench.dsse` does not wait for
NumPy and the compiler.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from trialbench.artefacts import Artefact
    from trialbench.damage import Damage
    from trialbench.engine import Engine, InProcess, LocalEngine
    from trialbench.errors import (
        ArtefactError,
        DbcError,
        EvidenceError,
        FormulaError,
        ProtocolError,
        RecordingError,
        SandboxUnavailable,
        SignalError,
        TrialbenchError,
        UnitError,
    )
    from trialbench.evidence import Verification, verify
    from trialbench.frames import Frames
    from trialbench.judgement import Judgement
    from trialbench.judging import judge
    from trialbench.protocol import Protocol
    from trialbench.readers import read
    from trialbench.recording import Recording, Unreadable
    from trialbench.rerunning import rerun
    from trialbench.signal import Signal, Unknown
    from trialbench.stl import Robustness, robustness
    from trialbench.verdict import Reason, Requirement, Ruling, Verdict

__all__ = [
    "Artefact", "ArtefactError", "Damage", "DbcError", "Engine", "EvidenceError", "FormulaError",
    "Frames", "InProcess", "Judgement", "LocalEngine", "Protocol", "ProtocolError", "Reason",
    "Recording", "RecordingError", "Requirement", "Robustness", "Ruling", "SandboxUnavailable",
    "Signal", "SignalError", "TrialbenchError", "UnitError", "Unknown", "Unreadable", "Verdict",
    "Verification", "judge", "read", "rerun", "robustness", "verify",
]  # fmt: skip

_DEFINED_IN: Final = {
    "artefacts": ("Artefact",),
    "damage": ("Damage",),
    "engine": ("Engine", "InProcess", "LocalEngine"),
    "errors": (
        "ArtefactError", "DbcError", "EvidenceError", "FormulaError", "ProtocolError",
        "RecordingError", "SandboxUnavailable", "SignalError", "TrialbenchError", "UnitError",
    ),
    "evidence": ("Verification", "verify"),
    "frames": ("Frames",),
    "judgement": ("Judgement",),
    "judging": ("judge",),
    "protocol": ("Protocol",),
    "readers": ("read",),
    "recording": ("Recording", "Unreadable"),
    "rerunning": ("rerun",),
    "signal": ("Signal", "Unknown"),
    "stl": ("Robustness", "robustness"),
    "verdict": ("Reason", "Requirement", "Ruling", "Verdict"),
}  # fmt: skip
_MODULE_OF: Final = {name: module for module, names in _DEFINED_IN.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a public name, and `notebook`, which says how a notebook shows the bench's values."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import_module("trialbench.notebook")
    found = getattr(import_module(f"trialbench.{_MODULE_OF[name]}"), name)
    globals()[name] = found  # the next use does not come here
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
