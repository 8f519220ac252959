"""Jobs on the platform's own database: deferred in the transaction of the change, run by a worker.

A room's jobs stand in its `tasks.py`, each three lines around a service, and are safe to run twice:
a worker may die between the work and the note that it is done. What is deferred names them:

    defer("parties.send_invitation", invitation=str(invitation.pk))

Letters have a queue and a slot of their own: a mail server that does not answer keeps letters
waiting, and nothing else. They are tried for two days, as mail servers do among themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.db import transaction
from procrastinate import App, BaseRetryStrategy, RetryDecision, RetryStrategy, signals
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.tasks import Task

from jointlab.common import days

P = ParamSpec("P")
Result = TypeVar("Result")

ATTEMPTS = 8
# 3, 9, 27 seconds … about an hour before the last attempt.
BACK_OFF = RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=3)
LETTERS = "letters"
QUEUES = ("default", LETTERS)  # each has a slot of its own
QUARTER = 15  # minutes
DAILY: dict[str, int] = {}  # what each day brings, with the minute after midnight
LETTER_ATTEMPTS = 30  # the last one two days after the first


class Patience(BaseRetryStrategy):
    """Try a letter again after 1, 2, 4 … 64 minutes, then every two hours, for two days."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when the next attempt is; None when there is none."""
        if job.attempts >= LETTER_ATTEMPTS:
            return None
        return RetryDecision(retry_in={"minutes": min(2**job.attempts, 120)})


def job(name: str) -> Callable[[Callable[P, Result]], Task[P, Result, P]]:
    """Register a function as the job of that name; it is tried again, later and later."""
    register: Any = app.task(name=name, retry=BACK_OFF)
    return cast("Callable[[Callable[P, Result]], Task[P, Result, P]]", register)


def letter_job(name: str) -> Callable[[Callable[..., None]], Any]:
    """Register a function that writes to people as the job of that name, in the letters' slot.

    What came of each attempt is told to the room that keeps account of it (`Room.heard`).
    """

    def register(write: Callable[..., None]) -> Any:
        @wraps(write)
        def attempt(**arguments: Any) -> None:
            try:
                write(**arguments)
            except Exception as problem:
                _tell(name, arguments, problem)
                raise
            _tell(name, arguments, None)

        return app.task(name=name, queue=LETTERS, retry=Patience())(attempt)

    return register


def daily(name: str, *, minute: int = 0) -> Callable[[Callable[[], None]], Any]:
    """Register a function as what each new day brings where the instance is, so long after midnight.

    It also runs at every start of the worker, and makes up then for days that were left out.
    """

    def register(pass_day: Callable[[], None]) -> Any:
        @wraps(pass_day)
        def tick(timestamp: int | None = None) -> None:
            if timestamp is None or _begins_a_day(timestamp):
                pass_day()

        # The scheduler knows UTC alone, and midnight is on a quarter of its hours in every zone.
        every_quarter: Any = app.periodic(cron=f"{minute}-59/{QUARTER} * * * *")
        DAILY[name] = minute
        return every_quarter(app.task(name=name, queueing_lock=name, retry=BACK_OFF)(tick))

    return register


def start_clock() -> None:
    """Have the worker that starts do first what each day brings, in the day's order."""
    for name in sorted(DAILY, key=lambda name: DAILY[name]):
        defer_once(name, name)


def _begins_a_day(timestamp: int) -> bool:
    """Whether it is another day than a quarter before that tick, which may have waited since."""
    before = datetime.fromtimestamp(timestamp, UTC) - timedelta(minutes=QUARTER)
    return days.today() != days.day_of(before)


def _tell(name: str, arguments: dict[str, Any], problem: Exception | None) -> None:
    from jointlab.common.rooms import all_rooms  # rooms hold letters, which hold jobs

    for room in all_rooms():
        if room.heard:
            room.heard(name, arguments, problem)


def defer(name: str, **arguments: Any) -> None:
    """Have a worker do the job once the transaction is committed; with it, or not at all.

    The arguments are JSON, ids rather than rows, and never a secret: anybody who reads the
    database reads them.
    """
    app.configure_task(name, allow_unknown=False).defer(**arguments)


def defer_once(name: str, lock: str, *, seconds: int = 0, **arguments: Any) -> bool:
    """Do the same in so many seconds, unless one of that lock still waits; return whether."""
    wait = {"schedule_in": {"seconds": seconds}} if seconds else {}
    try:
        with transaction.atomic():
            app.configure_task(name, allow_unknown=False, queueing_lock=lock, **wait).defer(
                **arguments
            )
    except AlreadyEnqueued:
        return False
    return True


def run_worker(*, wait: bool = True, **options: Any) -> None:
    """Run jobs until stopped; with `wait=False`, those that are due. What is done is forgotten."""
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    # Its own app: what a service defers while it runs here still goes through Django's connection.
    options |= {"wait": wait, "delete_jobs": "successful"}
    asyncio.run(_run_slots(app.with_connector(connector), **options))


async def _run_slots(running: App, *, install_signal_handlers: bool = True, **options: Any) -> None:
    """Run a worker for each queue, until a signal stops them all."""
    async with running.open_async():
        slots = [
            asyncio.ensure_future(
                running.run_worker_async(
                    queues=[queue], name=queue, install_signal_handlers=False, **options
                )
            )
            for queue in QUEUES
        ]

        def stop() -> None:
            for slot in slots:
                slot.cancel()  # a worker ends in order

        if install_signal_handlers:
            with signals.on_stop(stop):
                await _all_of(slots)
        else:
            await _all_of(slots)


async def _all_of(slots: Sequence[asyncio.Future[None]]) -> None:
    """Wait for all; when one fails, the others end and the failure is raised."""
    try:
        await asyncio.gather(*slots)
    except asyncio.CancelledError:
        pass  # they were stopped
    finally:
        for slot in slots:
            slot.cancel()
        await asyncio.gather(*slots, return_exceptions=True)


async def revive(manager: JobManager) -> None:
    """Give the jobs of workers that died to another one; not those that seem to kill each."""
    for stalled in await manager.get_stalled_jobs():
        if stalled.attempts < (LETTER_ATTEMPTS if stalled.queue == LETTERS else ATTEMPTS):
            await manager.retry_job(stalled)
        else:
            await manager.finish_job(stalled, Status.FAILED, delete_job=False)
