"""The room's jobs: letters, the day's e-mail, messages to other services."""

from __future__ import annotations

from typing import Any

from procrastinate.contrib.django import app

from jointlab.common import letters
from jointlab.common.jobs import letter_job
from jointlab.mailroom.services import hooks, writing


@letter_job(letters.JOB)
def send_letter(letter: str, about: str, person: str, by: str | None, said: dict[str, Any]) -> None:
    """Write one letter to one reader."""
    writing.write_letter(letter=letter, about=about, person=person, by=by, said=said)


@letter_job("mailroom.write_digest")
def write_digest(person: str) -> None:
    """Write the day's e-mail to one reader."""
    writing.write_digest(person=person)


@letter_job("mailroom.ring")
def ring(hook: str) -> None:
    """Say to another service that something waits."""
    hooks.ring(hook=hook)


@app.periodic(cron="5 * * * *")
@app.task(name="mailroom.begin_digests", queueing_lock="mailroom.begin_digests")
def begin_digests(timestamp: int) -> None:
    """Every hour: it is morning for somebody."""
    writing.begin_digests()
