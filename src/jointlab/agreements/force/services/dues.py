"""What an agreement asks of its parties, told to the obligations whenever it binds or its end moves."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from jointlab.agreements.models import Agreement, Ending, Relation
from jointlab.agreements.text import Duty
from jointlab.obligations.services import dues
from jointlab.obligations.services.dues import Asked

KIND = "agreements"  # the room's name, as obligations know their subjects by


def owe_what_is_agreed(agreement: Agreement, duties: tuple[Duty, ...]) -> None:
    """Make obligations of a signed text; whoever answered in what it follows goes on answering."""
    dues.create_obligations(
        (Asked(row.id, row.organisation, row.what, row.due, row.every) for row in duties),
        partnership=agreement.partnership_id,
        kind=KIND,
        subject=agreement.pk,
        since=agreement.starts_on,
        until=agreement.ends_on,
        instead_of=agreement.follows_id,
    )


def end_obligations(agreement: Agreement) -> None:
    """Let what the agreement asks end on its last day, which was moved."""
    dues.move_end(agreement.pk, agreement.ends_on)
    keep_owed(agreement)


def keep_owed(agreement: Agreement) -> None:
    """Let what it asked, and what it amends asked before, be owed until its last day."""
    dues.set_owed_until(_with_amended(agreement), agreement.ends_on)


def bring_back_obligations(agreement: Agreement, *, after: date) -> None:
    """Let fall due again, until its last day, what had fallen away after that day."""
    dues.bring_back(agreement.pk, after=after, until=agreement.ends_on)
    keep_owed(agreement)


def drop_obligations(agreement: Agreement) -> None:
    """Let fall away what was not met of an agreement that has ended, and of what it amended.

    What was owed before an amendment stays owed until the amendment ends.
    """
    if agreement.ending != Ending.SUPERSEDED:
        dues.drop_all(_with_amended(agreement))


def _with_amended(agreement: Agreement) -> list[UUID]:
    """Return the ids of the agreement and of those whose place it took, one after the other."""
    rows = [agreement]
    while rows[-1].relation == Relation.AMENDMENT and rows[-1].follows is not None:
        rows.append(rows[-1].follows)
    return [row.pk for row in rows]
