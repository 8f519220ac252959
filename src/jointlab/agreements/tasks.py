"""The room's jobs: the document of an approved text; letters. Those of its life stand beside it."""

from __future__ import annotations

from jointlab.agreements import life_tasks  # noqa: F401 - found with this module
from jointlab.agreements.services import letters, papers
from jointlab.common.jobs import job


@job("agreements.make_paper")
def make_paper(agreement: str) -> None:
    """Make the document of an approved text, and ask the first to sign it."""
    papers.make_paper(agreement_id=agreement)


@job("agreements.send_asked")
def send_asked(signature: str) -> None:
    """Write to whoever's turn it is to sign."""
    letters.send_asked(signature_id=signature)


@job("agreements.send_declined")
def send_declined(agreement: str, person: str, by: str, reason: str) -> None:
    """Write that somebody does not sign, and why."""
    letters.send_declined(agreement_id=agreement, person_id=person, by_id=by, reason=reason)


@job("agreements.send_reopened")
def send_reopened(agreement: str, person: str, by: str, reason: str) -> None:
    """Write that an approved text is negotiated again, and why."""
    letters.send_reopened(agreement_id=agreement, person_id=person, by_id=by, reason=reason)


@job("agreements.send_signed")
def send_signed(agreement: str, person: str) -> None:
    """Write that everybody has signed."""
    letters.send_signed(agreement_id=agreement, person_id=person)
