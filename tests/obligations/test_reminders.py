"""Telling people in time of what is due, also when days were left out and when the clock dies."""

from __future__ import annotations

from datetime import date
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from jointlab.agreements.models import Agreement
from jointlab.obligations.models import Due, Obligation
from jointlab.obligations.services import reminders
from jointlab.obligations.services.dues import add_coming_dues
from jointlab.parties.models import Membership
from jointlab.parties.services.memberships import end_membership
from tests.agreements.in_force import (
    all_dues_of,
    day,
    dues_of,
    duty,
    make_in_force,
    obligation_of,
    obligations_of,
    pass_day,
)
from tests.cast import Cast
from tests.days import on
from tests.jobs import run_jobs
from tests.mailroom.make import want

OFFICES = {"university-office@example.org", "enterprise-office@example.org"}


def owing(cast: Cast, due: int = 100, **more: Any) -> Agreement:
    given = {"end": day(2000)} | more
    agreement = make_in_force(cast, duties=[duty(cast.university, day(due))], **given)
    run_jobs()  # the letter that the draft was sent is no reminder
    return agreement


def test_what_recurs_goes_on_falling_due_without_an_end(cast: Cast) -> None:
    agreement = make_in_force(
        cast, end=None, duties=[duty(cast.university, date(2027, 1, 31), "month")]
    )
    all_dues_of(agreement).filter(due_on__gt=date(2027, 2, 28)).delete()
    with on(date(2027, 2, 1)):
        add_coming_dues()
        add_coming_dues()
    days = [due.due_on for due in dues_of(agreement)]
    assert days[:4] == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]
    assert days[-1] == date(2029, 1, 31)
    with on(date(2040, 1, 1)):
        add_coming_dues()
    assert dues_of(agreement)[-1].due_on == date(2041, 12, 31)


@pytest.mark.parametrize(
    ("left", "level"), [(91, None), (90, 90), (61, 90), (60, 60), (30, 30), (0, 30), (-1, -1)]
)
def test_a_threshold_is_passed_on_its_day(left: int, level: int | None) -> None:
    assert reminders.threshold_passed(day(left), day(0)) == level


def test_each_threshold_is_told_once(cast: Cast) -> None:
    agreement = owing(cast, due=100)
    obligations_of(agreement).update(owner=cast.researcher)
    sent = {offset: len(pass_day(offset)) for offset in (9, 10, 11, 40, 41, 70, 100, 101, 102)}
    assert sent == {9: 0, 10: 1, 11: 0, 40: 1, 41: 0, 70: 1, 100: 0, 101: 1, 102: 0}


def test_running_twice_on_a_day_tells_once(cast: Cast) -> None:
    owing(cast, due=80)
    assert len(pass_day(0)) == 1
    assert pass_day(0) == []


def test_after_weeks_without_a_clock_only_the_nearest_is_told(cast: Cast) -> None:
    owing(cast, due=100)
    assert len(pass_day(75)) == 1
    assert pass_day(76) == []


def test_one_letter_tells_a_person_everything(cast: Cast) -> None:
    duties = [
        duty(cast.university, day(20), key=f"duty-{number}", what=f"Report {number}")
        for number in range(25)
    ]
    make_in_force(cast, start=day(-9), duties=duties, end=day(80))
    agreement = Agreement.objects.get()
    Due.objects.filter(obligation__key="duty-3").update(due_on=day(-2))
    letters = pass_day(0)
    assert {letter.to[0] for letter in letters} == OFFICES
    [body] = [letter.body for letter in letters if letter.to == ["university-office@example.org"]]
    assert all(f"Report {number}\n" in body for number in range(25))
    assert body.index("Overdue:") < body.index("Report 3\n") < body.index("Due soon:")
    assert str(agreement) in body.split("Ending soon:")[1]


def test_the_owner_is_told_and_not_the_office(cast: Cast) -> None:
    obligations_of(owing(cast, due=20)).update(owner=cast.researcher)
    [letter] = pass_day(0)
    assert letter.to == ["researcher@example.org"]
    assert "Report" in letter.body


def test_when_the_owner_has_left_the_office_is_told_and_that_they_left(cast: Cast) -> None:
    obligations_of(owing(cast, due=20)).update(owner=cast.researcher)
    end_membership(by=cast.university_office, membership=cast.membership("researcher"))
    [letter] = pass_day(0)
    assert letter.to == ["university-office@example.org"]
    assert "Researcher, who was responsible, is no longer on your side" in letter.body


def test_where_nobody_was_named_the_office_is_told_so(cast: Cast) -> None:
    owing(cast, due=20)
    [letter] = pass_day(0)
    assert "Nobody is named as responsible" in letter.body


def test_the_letter_is_in_the_readers_language(cast: Cast) -> None:
    cast.university_office.language = "zh-hans"
    cast.university_office.save()
    owing(cast, due=20)
    [letter] = pass_day(0)
    assert "即将到期" in letter.body
    assert "Report 报告" in letter.body
    assert "/zh-hans/" in letter.body


def test_what_is_met_or_fell_away_or_is_not_in_force_is_not_told(cast: Cast) -> None:
    agreement = owing(cast, due=20)
    all_dues_of(agreement).update(met_at=agreement.signed_at, met_by=cast.university_office)
    all_dues_of(owing(cast, due=20, kind="project")).update(dropped=True)
    owing(cast, due=20, kind="project", start=day(10))
    assert pass_day(0) == []


def test_what_was_done_before_the_letter_was_written_is_left_out(cast: Cast) -> None:
    agreement = owing(cast, due=20)
    reminders.pass_day()
    all_dues_of(agreement).update(met_at=agreement.signed_at, met_by=cast.university_office)
    run_jobs()
    assert mail.outbox == []


def test_a_clock_that_dies_has_told_nobody_and_the_next_tells_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    owing(cast, due=20)
    make_in_force(cast, kind="project", duties=[duty(cast.enterprise, day(20))])
    deferred = []

    def die(letter: Any, about: Any, **said: Any) -> None:
        if deferred:
            raise KeyboardInterrupt
        deferred.append(letter)

    with monkeypatch.context() as patched:
        patched.setattr(reminders, "send", die)
        with pytest.raises(KeyboardInterrupt):
            reminders.send_reminders()
    assert not Due.objects.exclude(noticed=None).exists()
    assert {letter.to[0] for letter in pass_day(0)} == OFFICES


def test_the_clock_of_many_obligations_asks_the_database_no_more(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    agreement = owing(cast, due=20)
    run_jobs()  # the letters of its making
    fill(agreement, 3000)
    with django_assert_max_num_queries(40):
        reminders.pass_day()
    [job] = ProcrastinateJob.objects.filter(task_name="common.send_letter")
    assert len(job.args["said"]["dues"]) == 3001
    run_jobs()
    assert "and 2901 more on the page." in mail.outbox[-1].body
    assert Due.objects.filter(noticed=30).count() == 3001


def fill(agreement: Agreement, count: int) -> None:
    """Let a side owe so many things more."""
    obligation = obligation_of(agreement)
    rows = Obligation.objects.bulk_create(
        Obligation(
            partnership=agreement.partnership,
            subject_kind="agreements",
            subject=agreement.pk,
            key=f"more-{number}",
            organisation=obligation.organisation,
            what_en=f"Thing {number}",
            first_on=day(20),
            owed_from=agreement.starts_on,
        )
        for number in range(count)
    )
    Due.objects.bulk_create(
        Due(obligation=row, subject=agreement.pk, due_on=day(20)) for row in rows
    )


def test_a_threshold_counts_as_told_when_a_letter_has_gone_out(cast: Cast, settings: Any) -> None:
    owing(cast, due=20)
    settings.EMAIL_BACKEND = "tests.worker.Refusing"
    for _ in range(2):  # the second night queues no second letter: the first still waits
        with pytest.raises(SMTPServerDisconnected):
            pass_day(0)
    assert ProcrastinateJob.objects.filter(task_name="common.send_letter").count() == 1
    assert Due.objects.get().noticed is None

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert len(pass_day(0)) == 1
    assert Due.objects.get().noticed == 30
    assert pass_day(1) == []


def test_a_threshold_of_which_nobody_was_told_is_told_when_there_is_somebody(cast: Cast) -> None:
    owing(cast, due=20)
    Membership.objects.filter(person=cast.university_office).update(roles=["student"])
    assert pass_day(0) == []
    assert Due.objects.get().noticed is None
    Membership.objects.filter(person=cast.university_office).update(roles=["office"])
    assert len(pass_day(1)) == 1


def test_whoever_wants_no_reminders_was_not_told(cast: Cast) -> None:
    owing(cast, due=20)
    want(cast.university_office, reminders="never")
    assert pass_day(0) == []
    assert Due.objects.get().noticed is None


def test_the_end_of_an_agreement_counts_as_told_when_a_letter_has_gone_out(
    cast: Cast, settings: Any
) -> None:
    agreement = make_in_force(cast, end=day(20))
    settings.EMAIL_BACKEND = "tests.worker.Refusing"
    with pytest.raises(SMTPServerDisconnected):
        pass_day(0)
    agreement.refresh_from_db()
    assert agreement.noticed is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert len(pass_day(0)) == 2
    agreement.refresh_from_db()
    assert agreement.noticed == 30


def test_a_due_of_somebody_who_changed_roles_goes_to_the_office(cast: Cast) -> None:
    obligations_of(owing(cast, due=20)).update(owner=cast.researcher)
    Membership.objects.filter(person=cast.researcher).update(roles=["student"])
    [letter] = pass_day(0)
    assert letter.to == ["university-office@example.org"]


def test_the_daily_job_is_the_clock(cast: Cast) -> None:
    from procrastinate.contrib.django import app

    owing(cast, due=20)
    run_jobs()
    app.tasks["obligations.pass_day"].func()
    assert run_jobs() == ["common.send_letter"]
