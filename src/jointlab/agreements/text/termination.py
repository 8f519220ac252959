"""The notice by which a party may terminate an agreement, as its text has it."""

from __future__ import annotations

from collections.abc import Mapping

from jointlab.agreements.models.choices import Kind
from jointlab.agreements.text import Text

# What the clauses of each kind say unless another number is agreed; and what they said in words
# before the notice was a term.
USUAL_DAYS: Mapping[str, int] = {
    Kind.STRATEGIC: 90,
    Kind.CONFIDENTIALITY: 30,
    Kind.PROJECT: 60,
    Kind.PLACEMENT: 60,
}


def notice_days(text: Text) -> int:
    """Return how many days before the last day a party says that it terminates the agreement."""
    agreed = text.terms.termination_notice_days
    return USUAL_DAYS[text.kind] if agreed is None else agreed
