"""Letters that failed: noted from the first attempt, sent again, set aside."""

from __future__ import annotations

import hashlib
import json
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from jointlab.common.events import Event
from jointlab.common.jobs import defer
from jointlab.common.rows import get_visible
from jointlab.history.chain import INSTANCE
from jointlab.history.services import record
from jointlab.mailroom import events
from jointlab.mailroom.access import failures_visible_to
from jointlab.mailroom.models import Failure, Hook
from jointlab.parties.models import Invitation, Person

LONGEST = 300


def hear(job: str, arguments: dict[str, Any], problem: Exception | None) -> None:
    """Note what came of an attempt: what went out is no failure any more."""
    key = hashlib.sha256(json.dumps([job, arguments], sort_keys=True).encode()).hexdigest()
    if problem is None:
        Failure.objects.filter(key=key).delete()
        return
    row, _new = Failure.objects.get_or_create(
        key=key, defaults={"job": job, "arguments": arguments, **_whose(job, arguments)}
    )
    Failure.objects.filter(pk=row.pk).update(
        attempts=F("attempts") + 1, last_at=timezone.now(), reason=why(problem)
    )


def why(problem: Exception) -> str:
    """Return what the mail server, or the way to it, said."""
    if isinstance(problem, SMTPRecipientsRefused):
        answers = [f"{code} {_text(said)}" for code, said in problem.recipients.values()]
        return "; ".join(answers)[:LONGEST]
    if isinstance(problem, SMTPResponseException):
        return f"{problem.smtp_code} {_text(problem.smtp_error)}"[:LONGEST]
    return (str(problem) or type(problem).__name__)[:LONGEST]


@transaction.atomic
def send_again(*, by: Person, failure: Failure) -> None:
    """Try it now, and for two days more."""
    row = _lock(by, failure)
    _forget_jobs_of(row)
    defer(row.job, **row.arguments)
    row.attempts = 0
    row.save(update_fields=["attempts"])
    _record(events.SENT_AGAIN, by, row)


@transaction.atomic
def set_aside(*, by: Person, failure: Failure) -> None:
    """Give it up: it is not tried again, nor shown."""
    row = _lock(by, failure)
    _forget_jobs_of(row)
    _record(events.SET_ASIDE, by, row)
    row.delete()


def _whose(job: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return whom it was for, as far as that is known."""
    if job == "parties.send_invitation":
        invited = Invitation.objects.filter(pk=arguments["invitation"]).first()
        return {
            "address": invited.email if invited else "",
            "partnership": invited.partnership if invited else None,
            "organisation": invited.organisation if invited else None,
        }
    if "email" in arguments:
        person = Person.objects.filter(email=arguments["email"]).first()
    elif "hook" in arguments:
        hook = Hook.objects.filter(pk=arguments["hook"]).select_related("person").first()
        return {"person": hook.person if hook else None}
    else:
        person = Person.objects.filter(pk=arguments["person"]).first()
    return {"person": person, "address": person.email or "" if person else ""}


def _lock(by: Person, failure: Failure) -> Failure:
    rows = failures_visible_to(by).select_for_update(no_key=True, of=("self",))
    return get_visible(rows, pk=failure.pk)


def _forget_jobs_of(row: Failure) -> None:
    """Remove the letter's jobs, but for one that a worker has in hand: what waits, what was given up."""
    jobs = ProcrastinateJob.objects.filter(task_name=row.job, status__in=("todo", "failed"))
    keys = list(jobs.filter(args=row.arguments).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = ANY(%s)", [keys])


def _record(event: Event, by: Person, row: Failure) -> None:
    """Record it in the chain of whom it was for: an invitation, in its partnership's."""
    record(event, chain=row.person_id or row.partnership_id or INSTANCE, by=by)


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
