"""Agreements, their texts, approvals and signatures; obligations and publication notices."""

from jointlab.agreements.models.agreements import Agreement, Approval, Comment, Version
from jointlab.agreements.models.choices import (
    BINDING,
    Ending,
    Every,
    How,
    Kind,
    Relation,
    Renewal,
    Standing,
    State,
)
from jointlab.agreements.models.duties import Due, EvidenceFile, Obligation, Publication
from jointlab.agreements.models.signing import Paper, Signature

__all__ = [
    "BINDING",
    "Agreement",
    "Approval",
    "Comment",
    "Due",
    "Ending",
    "Every",
    "EvidenceFile",
    "How",
    "Kind",
    "Obligation",
    "Paper",
    "Publication",
    "Relation",
    "Renewal",
    "Signature",
    "Standing",
    "State",
    "Version",
]
