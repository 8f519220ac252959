"""The text of an agreement: the frozen value that is approved by its hash, and how it reads."""

from jointlab.agreements.text.value import (
    FORMAT,
    Clause,
    Commitment,
    Duty,
    Party,
    Signer,
    Terms,
    Text,
)

__all__ = ["FORMAT", "Clause", "Commitment", "Duty", "Party", "Signer", "Terms", "Text"]
