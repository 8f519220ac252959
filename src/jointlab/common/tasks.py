"""What a worker does by the clock, whatever the rooms ask of it."""

from __future__ import annotations

from django.core.management import call_command
from procrastinate import JobContext
from procrastinate.contrib.django import app

from jointlab.common import jobs


@app.periodic(cron="* * * * *")
@app.task(
    name="common.retry_stalled_jobs", queueing_lock="common.retry_stalled_jobs", pass_context=True
)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Every minute: take over what a worker that died was doing."""
    await jobs.revive(context.app.job_manager)


@app.periodic(cron="40 3 * * *")
@app.task(name="common.forget_sessions", queueing_lock="common.forget_sessions")
def forget_sessions(timestamp: int) -> None:
    """Every night: drop sessions that have run out."""
    call_command("clearsessions")
