"""Agreements, their texts, approvals and signatures; publication notices."""

from jointlab.agreements.models.agreements import (
    GOES_ON,
    Agreement,
    Approval,
    Comment,
    Reply,
    Version,
)
from jointlab.agreements.models.choices import (
    BINDING,
    Ending,
    How,
    Kind,
    Relation,
    Renewal,
    Standing,
    State,
)
from jointlab.agreements.models.endings import EndKind, EndNotice
from jointlab.agreements.models.publications import Publication
from jointlab.agreements.models.signing import Paper, Signature

__all__ = [
    "BINDING",
    "GOES_ON",
    "Agreement",
    "Approval",
    "Comment",
    "EndKind",
    "EndNotice",
    "Ending",
    "How",
    "Kind",
    "Paper",
    "Publication",
    "Relation",
    "Renewal",
    "Reply",
    "Signature",
    "Standing",
    "State",
    "Version",
]
