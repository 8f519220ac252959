"""What a worker does with files."""

from __future__ import annotations

from procrastinate.contrib.django import app

from jointlab.files import services


@app.periodic(cron="20 4 * * *")
@app.task(name="files.sweep", queueing_lock="files.sweep")
def sweep(timestamp: int) -> None:
    """Every night: remove what no row refers to any more."""
    services.sweep()
