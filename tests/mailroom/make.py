"""Letters that failed, and other services, made as people and workers make them."""

from __future__ import annotations

from typing import Any

from django.core import mail

from jointlab.agreements.models import Agreement
from jointlab.common.letters import Pace
from jointlab.mailroom.models import Failure
from jointlab.mailroom.services.choices import choose_letters
from jointlab.mailroom.services.failures import hear
from jointlab.parties.models import Person
from tests.agreements.make import make_agreement
from tests.cast import Cast
from tests.jobs import run_jobs

SECRET = "a" * 64
ROBOT = f"https://oapi.dingtalk.com/robot/send?access_token={SECRET}"


def make_told(cast: Cast) -> Agreement:
    """Return a draft that was sent, and of which the other side has its letter."""
    agreement = make_agreement(cast)
    run_jobs()
    mail.outbox.clear()
    return agreement


def want(person: Person, **paces: str) -> None:
    """Let the person choose."""
    choose_letters(by=person, paces={kind: Pace(pace) for kind, pace in paces.items()})


def notice_to(person: Person) -> dict[str, Any]:
    """Return what the job of a notice about signing in is given."""
    return {"person": str(person.pk), "what": "totp_activated", "at": "2026-01-01T00:00:00+00:00"}


def make_failure(person: Person, why: str = "no route to host") -> Failure:
    """Return a letter to that person that failed once."""
    hear("parties.send_account_notice", notice_to(person) | {"whence": "::1"}, OSError(why))
    return Failure.objects.get(person=person)
