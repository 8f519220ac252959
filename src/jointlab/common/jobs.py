"""Jobs on the platform's own database: deferred in the transaction of the change, run by a worker.

A room's jobs stand in its `tasks.py`, each three lines around a service, and are safe to run twice:
a worker may die between the work and the note that it is done. What is deferred names them:

    defer("parties.send_invitation", invitation=str(invitation.pk))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.tasks import Task

P = ParamSpec("P")
Result = TypeVar("Result")

ATTEMPTS = 8
# 3, 9, 27 seconds … about an hour before the last attempt.
BACK_OFF = RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=3)


def job(name: str) -> Callable[[Callable[P, Result]], Task[P, Result, P]]:
    """Register a function as the job of that name; it is tried again, later and later."""
    register: Any = app.task(name=name, retry=BACK_OFF)
    return cast("Callable[[Callable[P, Result]], Task[P, Result, P]]", register)


def defer(name: str, **arguments: Any) -> None:
    """Have a worker do the job once the transaction is committed; with it, or not at all.

    The arguments are JSON, ids rather than rows, and never a secret: anybody who reads the
    database reads them.
    """
    app.configure_task(name, allow_unknown=False).defer(**arguments)


def run_worker(*, wait: bool = True, **options: Any) -> None:
    """Run jobs until stopped; with `wait=False`, those that are due. What is done is forgotten."""
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    # Its own app: what a service defers while it runs here still goes through Django's connection.
    app.with_connector(connector).run_worker(wait=wait, delete_jobs="successful", **options)


async def revive(manager: JobManager) -> None:
    """Give the jobs of workers that died to another one; not those that seem to kill each."""
    for stalled in await manager.get_stalled_jobs():
        if stalled.attempts < ATTEMPTS:
            await manager.retry_job(stalled)
        else:
            await manager.finish_job(stalled, Status.FAILED, delete_job=False)
