"""What the room does by the clock."""

from __future__ import annotations

from jointlab.common.jobs import daily
from jointlab.obligations.services import reminders


# After the rooms whose subjects it reminds of have let the day pass.
@daily("obligations.pass_day", minute=5)
def pass_day() -> None:
    """Every day: what is owed again falls due again, and people are told in time."""
    reminders.pass_day()
