from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued, TaskNotFound

from jointlab.common.jobs import (
    ATTEMPTS,
    DAILY,
    LETTER_ATTEMPTS,
    LETTERS,
    Patience,
    daily,
    defer,
    run_worker,
    start_clock,
)
from jointlab.parties.models import Invitation
from jointlab.parties.services.invitations import invite_person
from tests.cast import Cast
from tests.jobs import run_jobs


def work() -> None:
    """Do what is due, in a real worker: its connections see what is committed and no more."""
    run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def invite(cast: Cast) -> Invitation:
    return invite_person(
        by=cast.university_office,
        partnership=cast.partnership,
        organisation=cast.university,
        email="new@example.org",
        language="en",
        roles=["researcher"],
        title_en="Researcher",
    )


@pytest.fixture
def committed(transactional_db: None) -> Cast:
    return Cast.tell()


def letters() -> Any:
    """Return the jobs that write letters; the worker's own clock may have deferred others."""
    return ProcrastinateJob.objects.filter(task_name="parties.send_invitation")


def a_minute_passes() -> None:
    with suppress(AlreadyEnqueued):  # the clock of the worker process may have come first
        defer("common.retry_stalled_jobs", timestamp=0)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def stuck_worker(server: Any) -> Iterator[subprocess.Popen[str]]:
    """Start a worker process and wait until it is in the middle of a letter."""
    line = [sys.executable, "-m", "tests.worker", server.url("application"), "tests.worker.Stuck"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "stuck\n"
            yield process
        finally:
            process.kill()


def test_a_job_is_done_after_the_change_is_committed(committed: Cast) -> None:
    with transaction.atomic():
        invite(committed)
        work()
        assert mail.outbox == []
    work()
    assert len(mail.outbox) == 1


def test_a_job_goes_with_the_change_that_is_rolled_back(committed: Cast) -> None:
    def fail() -> None:
        with transaction.atomic():
            invite(committed)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not letters().exists()


def test_what_is_done_is_forgotten(committed: Cast) -> None:
    invite(committed)
    work()
    assert not letters().exists()


def test_a_job_that_fails_is_tried_again_later(committed: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.worker.Refusing"
    invite(committed)
    work()
    job = letters().get()
    assert (job.status, job.attempts) == ("todo", 1)
    assert job.scheduled_at is not None

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    work()
    assert mail.outbox == []  # it is not due yet
    sql("UPDATE procrastinate_jobs SET scheduled_at = now()")
    work()
    assert len(mail.outbox) == 1


def test_each_attempt_waits_longer_than_the_one_before() -> None:
    from procrastinate.jobs import Job

    from jointlab.common.jobs import BACK_OFF

    def decision(attempts: int) -> Any:
        job = Job(
            id=1,
            queue="default",
            lock=None,
            queueing_lock=None,
            task_name="t",
            attempts=attempts,
        )
        return BACK_OFF.get_retry_decision(exception=ValueError(), job=job)

    times = [decision(attempts).retry_at for attempts in range(ATTEMPTS)]
    assert times == sorted(times)
    assert decision(ATTEMPTS) is None


def test_a_letter_is_tried_for_two_days() -> None:
    from procrastinate.jobs import Job
    from procrastinate.utils import utcnow

    waits = []
    for attempts in range(LETTER_ATTEMPTS + 1):
        job = Job(id=1, queue=LETTERS, lock=None, queueing_lock=None, task_name="t")
        decision = Patience().get_retry_decision(
            exception=OSError(), job=job.evolve(attempts=attempts)
        )
        if decision is not None and decision.retry_at is not None:
            waits.append((decision.retry_at - utcnow()).total_seconds() / 3600)
    assert len(waits) == LETTER_ATTEMPTS
    assert 48 <= sum(waits) + 0.01 < 50
    assert max(waits) <= 2


def test_a_mail_server_that_is_silent_stops_nothing_but_letters(
    committed: Cast, server: Any
) -> None:
    invite(committed)
    with stuck_worker(server) as process:
        app.configure_task("tests.worker.say").defer()  # that process knows the job
        assert process.stdout is not None
        assert process.stdout.readline() == "said\n"
        assert letters().get().status == "doing"


def test_a_mail_server_that_never_answers_is_given_up_soon(committed: Cast, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it accepts, and says nothing
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        assert 0 < settings.EMAIL_TIMEOUT <= 60
        settings.EMAIL_TIMEOUT = 1
        invite(committed)
        work()
    assert letters().get().status == "todo"


def test_a_job_whose_worker_was_killed_is_done_once_by_another(
    committed: Cast, server: Any
) -> None:
    invitation = invite(committed)
    with stuck_worker(server) as process:
        assert letters().get().status == "doing"
        process.kill()
        process.wait()
    work()
    assert mail.outbox == []  # the dead worker still counts as alive

    sql("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")
    a_minute_passes()
    work()
    work()  # the letters' slot had nothing to do when the other one took the letter over
    assert len(mail.outbox) == 1
    invitation.refresh_from_db()
    assert invitation.sent_at is not None
    assert not letters().exists()


def test_a_job_that_kills_every_worker_is_given_up(committed: Cast, server: Any) -> None:
    invite(committed)
    with stuck_worker(server) as process:
        process.kill()
        process.wait()
    sql("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")
    sql("UPDATE procrastinate_jobs SET attempts = %s", LETTER_ATTEMPTS)
    a_minute_passes()
    work()
    assert letters().get().status == "failed"
    assert mail.outbox == []


def test_a_job_of_a_living_worker_is_left_to_it(committed: Cast, server: Any) -> None:
    invite(committed)
    with stuck_worker(server):
        a_minute_passes()
        work()
        assert letters().get().status == "doing"
    assert mail.outbox == []


def test_a_job_without_a_task_is_refused_at_once(db: None) -> None:
    with pytest.raises(TaskNotFound):
        defer("common.no_such_job")


def test_stalled_jobs_are_looked_for_every_minute() -> None:
    found = {
        periodic.task.name: periodic.cron
        for periodic in app.periodic_registry.periodic_tasks.values()
    }
    assert found["common.retry_stalled_jobs"] == "* * * * *"
    assert found.keys() >= {"common.forget_sessions"}


def passes_a_day(tick: int, waited: int = 1) -> bool:
    passed: list[bool] = []
    clock = daily("tests.common.day")(lambda: passed.append(True))
    DAILY.pop("tests.common.day")
    del app.tasks["tests.common.day"]
    app.periodic_registry.periodic_tasks.pop(("tests.common.day", ""))
    now = datetime.fromtimestamp(tick + waited, UTC)
    with mock.patch("django.utils.timezone.now", return_value=now):
        clock.func(timestamp=tick)
    return bool(passed)


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("Asia/Seoul", "2026-12-01T15:00+00:00"),
        ("Asia/Shanghai", "2026-12-01T16:00+00:00"),
        ("Asia/Kathmandu", "2026-12-01T18:15+00:00"),
        ("America/Santiago", "2026-09-06T04:00+00:00"),  # the day begins at one o'clock
    ],
)
def test_a_day_begins_once_at_midnight_where_the_instance_is(
    settings: Any, zone: str, moment: str
) -> None:
    settings.TIME_ZONE = zone
    midnight = int(datetime.fromisoformat(moment).timestamp())
    for late in (0, 5 * 60):  # what comes first, and what comes after it
        ticks = [midnight + late + quarter * 900 for quarter in range(-40, 40)]
        assert [tick for tick in ticks if passes_a_day(tick)] == [midnight + late]
    # One that waited over midnight, when no other could be queued, does not lose the day.
    assert passes_a_day(midnight - 900, waited=1000)


def test_a_worker_that_starts_lets_the_day_pass_in_order(db: None) -> None:
    start_clock()
    start_clock()  # two workers that start at once
    assert run_jobs() == ["agreements.pass_day", "obligations.pass_day"]
    crons = {
        periodic.task.name: periodic.cron
        for periodic in app.periodic_registry.periodic_tasks.values()
    }
    assert crons["agreements.pass_day"] == "0-59/15 * * * *"
    assert crons["obligations.pass_day"] == "5-59/15 * * * *"


def test_sessions_that_ran_out_are_dropped(db: None) -> None:
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    from jointlab.common.tasks import forget_sessions

    for age in (-1, 60):
        session = SessionStore()
        session.set_expiry(age)
        session.save()
    forget_sessions(0)
    assert Session.objects.count() == 1
