"""The room's jobs of agreements in force: the clock, and the letters that it and people send."""

from __future__ import annotations

from procrastinate.contrib.django import app

from jointlab.agreements.services import clock, life_letters
from jointlab.common.jobs import job


@app.periodic(cron="20 0 * * *")
@app.task(name="agreements.pass_day", queueing_lock="agreements.pass_day")
def pass_day(timestamp: int) -> None:
    """Every night: what has ended ends, what goes on goes on, what may appear is free."""
    clock.pass_day()


@job("agreements.send_terminated")
def send_terminated(agreement: str, person: str, by: str, reason: str) -> None:
    """Write that an agreement is over."""
    life_letters.send_terminated(agreement_id=agreement, person_id=person, by_id=by, reason=reason)


@job("agreements.send_end_notified")
def send_end_notified(agreement: str, person: str, by: str) -> None:
    """Write that an agreement does not go on by itself."""
    life_letters.send_end_notified(agreement_id=agreement, person_id=person, by_id=by)


@job("agreements.send_publication")
def send_publication(publication: str, person: str) -> None:
    """Write that notice of a publication was given."""
    life_letters.send_publication(publication_id=publication, person_id=person)


@job("agreements.send_publication_answer")
def send_publication_answer(publication: str) -> None:
    """Write what came of a notice."""
    life_letters.send_publication_answer(publication_id=publication)
