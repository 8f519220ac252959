"""A letter that failed is seen, and can be sent again."""

from __future__ import annotations

from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from jointlab.common.errors import NotVisible
from jointlab.common.jobs import LETTER_ATTEMPTS
from jointlab.history.models import Entry
from jointlab.mailroom.models import Failure
from jointlab.mailroom.services.failures import send_again, set_aside, why
from jointlab.parties.services.accounts import queue_account_notice
from jointlab.parties.services.invitations import invite_person
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.mailroom.make import make_failure

pytestmark = pytest.mark.django_db
PAGE = "/en/notifications/undelivered/"


def fail(settings: Any) -> None:
    """Run the jobs while the mail server hangs up."""
    settings.EMAIL_BACKEND = "tests.worker.Refusing"
    with pytest.raises(Exception, match=r"Connection|hang|^$"):
        run_jobs()


def queue(cast: Cast) -> None:
    queue_account_notice(
        person=cast.researcher, what="totp_activated", at=timezone.now(), whence="::1"
    )


def test_a_failure_is_noted_once_and_forgotten_when_the_letter_went_out(
    cast: Cast, settings: Any
) -> None:
    queue(cast)
    fail(settings)
    fail(settings)
    found = Failure.objects.get()
    assert (found.person, found.attempts) == (cast.researcher, 2)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    run_jobs()
    assert not Failure.objects.exists()
    assert len(mail.outbox) == 1


def test_what_the_mail_server_said_stands_on_the_page(cast: Cast, client: Client) -> None:
    refused = SMTPRecipientsRefused({"researcher@example.org": (550, b"No such user")})
    make_failure(cast.researcher, why(refused))
    client.force_login(cast.researcher)
    page = client.get(PAGE).content.decode()
    assert "550 No such user" in page
    assert "Notice about signing in" in page
    assert "will be tried again" in page


def test_a_letter_that_was_given_up_says_so(cast: Cast, client: Client) -> None:
    make_failure(cast.researcher)
    Failure.objects.update(attempts=LETTER_ATTEMPTS + 1)
    client.force_login(cast.operator)
    assert "given up" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("researcher", True),
        ("university_office", True),
        ("operator", True),
        ("enterprise_office", False),
        ("dean", False),
        ("other_office", False),
    ],
)
def test_those_see_it_who_can_mend_it(cast: Cast, client: Client, name: str, sees: bool) -> None:
    make_failure(cast.researcher)
    client.force_login(cast.people[name])
    assert ("researcher@example.org" in client.get(PAGE).content.decode()) is sees


def test_it_waits_on_the_desk_of_its_sides_office(cast: Cast, client: Client) -> None:
    make_failure(cast.researcher)
    for name, waits in (("university_office", True), ("enterprise_office", False)):
        client.force_login(cast.people[name])
        desk = client.get("/en/desk/").content.decode()
        assert ("1 e-mail to your people could not be delivered." in desk) is waits


def test_an_invitation_that_failed_is_its_offices(
    cast: Cast, client: Client, settings: Any
) -> None:
    invite_person(
        by=cast.university_office,
        partnership=cast.partnership,
        organisation=cast.university,
        email="nobody@example.invalid",
        language="en",
        roles=["researcher"],
        title_en="Researcher",
    )
    fail(settings)
    client.force_login(cast.university_office)
    page = client.get(PAGE).content.decode()
    assert "nobody@example.invalid" in page
    assert "Invitation" in page
    client.force_login(cast.enterprise_office)
    assert "nobody@example.invalid" not in client.get(PAGE).content.decode()


def test_it_is_sent_again_with_two_days_more(cast: Cast, settings: Any) -> None:
    queue(cast)
    fail(settings)
    Failure.objects.update(attempts=LETTER_ATTEMPTS + 1)
    send_again(by=cast.university_office, failure=Failure.objects.get())
    assert Failure.objects.get().attempts == 0
    assert ProcrastinateJob.objects.filter(task_name="parties.send_account_notice").count() == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    run_jobs()
    assert len(mail.outbox) == 1
    entry = Entry.objects.get(chain=cast.researcher.pk)
    assert (entry.event, entry.actor) == ("mailroom.sent_again", cast.university_office.pk)


def test_it_is_set_aside_and_tried_no_more(cast: Cast, settings: Any) -> None:
    queue(cast)
    fail(settings)
    set_aside(by=cast.researcher, failure=Failure.objects.get())
    assert not Failure.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="parties.send_account_notice").exists()
    assert Entry.objects.get(chain=cast.researcher.pk).event == "mailroom.set_aside"


@pytest.mark.parametrize("act", [send_again, set_aside])
def test_nobody_else_mends_it(cast: Cast, act: Any) -> None:
    with pytest.raises(NotVisible):
        act(by=cast.enterprise_office, failure=make_failure(cast.researcher))


def test_the_buttons_do_it(cast: Cast, client: Client) -> None:
    row = make_failure(cast.researcher)
    client.force_login(cast.researcher)
    answer = client.post(f"{PAGE}{row.pk}/send-again/", follow=True)
    assert "It is tried again now." in answer.content.decode()
    answer = client.post(f"{PAGE}{row.pk}/set-aside/", follow=True)
    assert "No e-mail has failed." in answer.content.decode()
