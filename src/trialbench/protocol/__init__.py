"""The acceptance protocol: what is given to an artefact, what it is judged by, what it may use."""

from trialbench.protocol.document import Protocol
from trialbench.protocol.model import (
    DISCLOSURES,
    LANGUAGES,
    METRICS,
    Allowance,
    Criterion,
    Output,
    Source,
)

__all__ = [
    "DISCLOSURES", "LANGUAGES", "METRICS", "Allowance", "Criterion", "Output", "Protocol", "Source",
]  # fmt: skip
