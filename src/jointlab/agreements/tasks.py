"""The room's jobs: the document of an approved text, and the clock."""

from __future__ import annotations

from jointlab.agreements.force.services import clock
from jointlab.agreements.signature.services import asking, papers
from jointlab.common.jobs import daily, job


@job("agreements.make_paper")
def make_paper(agreement: str) -> None:
    """Make the document of an approved text, and ask the first to sign it."""
    papers.make_paper(agreement_id=agreement)


@daily("agreements.pass_day")
def pass_day() -> None:
    """Every day: what has ended ends, what goes on goes on, what may appear is free.

    Whoever has not signed for a week is reminded.
    """
    asking.remind_signers()
    clock.pass_day()
