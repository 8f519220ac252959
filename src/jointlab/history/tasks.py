"""What a worker does with histories."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from jointlab.common.jobs import job
from jointlab.history import services


@app.periodic(cron="50 2 * * *")
@app.task(name="history.check_every_chain", queueing_lock="history.check_every_chain")
def check_every_chain(timestamp: int) -> None:
    """Every night: examine every chain; its pages say when that was, and what came out."""
    services.check_every_chain()


@job("history.check_chain")
def check_chain(chain: str) -> None:
    """Examine one chain, because somebody asked."""
    services.check_chain(UUID(chain))
