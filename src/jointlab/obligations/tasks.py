"""What the room does by the clock."""

from __future__ import annotations

from procrastinate.contrib.django import app

from jointlab.obligations.services import reminders


# After the rooms whose subjects it reminds of have let the day pass.
@app.periodic(cron="40 0 * * *")
@app.task(name="obligations.pass_day", queueing_lock="obligations.pass_day")
def pass_day(timestamp: int) -> None:
    """Every night: what is owed again falls due again, and people are told in time."""
    reminders.pass_day()
