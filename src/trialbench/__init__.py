"""The bench: recordings → signals → artefact → criteria → verdict → evidence."""

from trialbench import notebook as _notebook  # noqa: F401 - a value is shown once it is loaded
from trialbench.artefacts import Artefact
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
from trialbench.judge import Judgement, judge
from trialbench.protocol import Protocol
from trialbench.readers import read
from trialbench.recording import Damage, Frames, Recording, Unreadable
from trialbench.rerun import rerun
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
