"""What a day brings, also when days were left out, and when the clock runs twice or dies."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from jointlab.agreements.models import Agreement, Due, Obligation, Standing
from jointlab.agreements.services import clock, notices
from jointlab.agreements.services.dues import look_further_ahead, months_after
from jointlab.agreements.services.life import give_notice_of_end, terminate_agreement
from jointlab.parties.models import Membership, Partnership, Phase
from jointlab.parties.services.memberships import end_membership
from tests.agreements.in_force import (
    day,
    dues_of,
    duty,
    make_in_force,
    obligation_of,
    sign_by_rows,
    told,
)
from tests.agreements.make import make_agreement
from tests.cast import Cast
from tests.days import on
from tests.jobs import run_jobs

AUTOMATIC = {"renewal": "automatic"}
OFFICES = {"university-office@example.org", "enterprise-office@example.org"}


def pass_day(offset: int) -> list[Any]:
    """Let the clock run on that day; return the letters that it sent."""
    mail.outbox.clear()
    with on(day(offset)):
        clock.pass_day()
        run_jobs()
    return list(mail.outbox)


def owing(cast: Cast, due: int = 100, **more: Any) -> Agreement:
    given = {"end": day(2000)} | more
    return make_in_force(cast, duties=[duty(cast.university, day(due))], **given)


# ends


def test_what_has_ended_is_written_down_once_and_what_was_owed_falls_away(cast: Cast) -> None:
    agreement = owing(cast, due=5, end=day(10))
    pass_day(10)
    assert told(agreement, "agreements.expired") == []
    pass_day(11)
    pass_day(12)
    [entry] = told(agreement, "agreements.expired")
    assert (entry.facts["on"], entry.actor) == (day(10).isoformat(), None)
    assert [due.dropped for due in dues_of(agreement)] == [True]


def test_a_termination_was_written_down_when_it_was_decided(cast: Cast) -> None:
    agreement = owing(cast)
    terminate_agreement(by=cast.general_manager, agreement=agreement, on=day(3), reason="Over.")
    pass_day(4)
    assert told(agreement, "agreements.expired") == []
    assert Agreement.objects.get(pk=agreement.pk).closed


def test_what_was_owed_before_an_amendment_falls_away_when_the_amendment_ends(cast: Cast) -> None:
    agreement = owing(cast, due=5)
    draft = make_agreement(
        cast, follows=agreement, relation="amendment", start=day(10), end=day(40)
    )
    sign_by_rows(cast, draft)
    pass_day(11)
    assert not dues_of(agreement)[0].dropped
    pass_day(41)
    assert dues_of(agreement)[0].dropped


# goes on by itself


def test_what_goes_on_by_itself_is_prolonged_by_a_year_when_no_notice_can_be_given(
    cast: Cast,
) -> None:
    agreement = owing(cast, end=day(200), terms=AUTOMATIC)
    pass_day(110)
    agreement.refresh_from_db()
    assert agreement.ends_on == day(200)
    pass_day(111)
    pass_day(112)
    agreement.refresh_from_db()
    assert agreement.ends_on == months_after(day(200), 12)
    [entry] = told(agreement, "agreements.went_on")
    assert entry.facts["until"] == agreement.ends_on.isoformat()
    assert Partnership.objects.get(pk=cast.partnership.pk).in_force_until == agreement.ends_on


def test_a_clock_that_stood_for_years_lets_it_go_on_all_the_same(cast: Cast) -> None:
    agreement = owing(cast, end=day(200), terms=AUTOMATIC)
    pass_day(1000)
    agreement.refresh_from_db()
    assert agreement.ends_on == months_after(day(200), 36)
    with on(day(1000)):
        assert agreement.standing is Standing.IN_FORCE
        assert Partnership.objects.get(pk=cast.partnership.pk).phase is Phase.IN_FORCE
    assert told(agreement, "agreements.expired") == []


def test_notice_lets_it_end(cast: Cast) -> None:
    agreement = owing(cast, end=day(200), terms=AUTOMATIC)
    give_notice_of_end(by=cast.university_office, agreement=agreement)
    pass_day(150)
    pass_day(201)
    agreement.refresh_from_db()
    assert agreement.ends_on == day(200)
    assert len(told(agreement, "agreements.expired")) == 1


def test_what_recurs_goes_on_falling_due_without_an_end(cast: Cast) -> None:
    agreement = make_in_force(
        cast, end=None, duties=[duty(cast.university, date(2027, 1, 31), "month")]
    )
    agreement.dues.filter(due_on__gt=date(2027, 2, 28)).delete()
    with on(date(2027, 2, 1)):
        look_further_ahead()
        look_further_ahead()
    days = [due.due_on for due in dues_of(agreement)]
    assert days[:4] == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]
    assert days[-1] == date(2029, 1, 31)
    with on(date(2040, 1, 1)):
        look_further_ahead()
    assert dues_of(agreement)[-1].due_on == date(2041, 12, 31)


def test_what_was_prolonged_goes_on_falling_due(cast: Cast) -> None:
    agreement = make_in_force(
        cast, end=day(200), terms=AUTOMATIC, duties=[duty(cast.university, day(10), "month")]
    )
    pass_day(120)
    agreement.refresh_from_db()
    assert agreement.ends_on is not None
    assert day(400) < dues_of(agreement)[-1].due_on <= agreement.ends_on


def test_an_agreement_after_a_gap_brings_the_partnership_into_force_again(cast: Cast) -> None:
    make_in_force(cast, end=day(50))
    make_in_force(cast, start=day(90), end=day(500))
    pass_day(90)
    partnership = Partnership.objects.get(pk=cast.partnership.pk)
    assert (partnership.in_force_since, partnership.in_force_until) == (day(90), day(500))


# telling in time


@pytest.mark.parametrize(
    ("left", "level"), [(91, None), (90, 90), (61, 90), (60, 60), (30, 30), (0, 30), (-1, -1)]
)
def test_a_threshold_is_passed_on_its_day(left: int, level: int | None) -> None:
    assert notices.level_of(day(left), day(0)) == level


def test_each_threshold_is_told_once(cast: Cast) -> None:
    agreement = owing(cast, due=100)
    agreement.obligations.update(owner=cast.researcher)
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
    Due.objects.filter(obligation__duty="duty-3").update(due_on=day(-2))
    letters = pass_day(0)
    assert {letter.to[0] for letter in letters} == OFFICES
    [body] = [letter.body for letter in letters if letter.to == ["university-office@example.org"]]
    assert all(f"Report {number}\n" in body for number in range(25))
    assert body.index("Overdue:") < body.index("Report 3\n") < body.index("Due soon:")
    assert str(agreement) in body.split("Ending soon:")[1]


def test_the_owner_is_told_and_not_the_office(cast: Cast) -> None:
    owing(cast, due=20).obligations.update(owner=cast.researcher)
    [letter] = pass_day(0)
    assert letter.to == ["researcher@example.org"]
    assert "Report" in letter.body


def test_when_the_owner_has_left_the_office_is_told_and_that_they_left(cast: Cast) -> None:
    owing(cast, due=20).obligations.update(owner=cast.researcher)
    end_membership(by=cast.university_office, membership=cast.membership("researcher"))
    [letter] = pass_day(0)
    assert letter.to == ["university-office@example.org"]
    assert "Researcher, who answered for it, is no longer on your side" in letter.body


def test_where_nobody_was_named_the_office_is_told_so(cast: Cast) -> None:
    owing(cast, due=20)
    [letter] = pass_day(0)
    assert "Nobody is named to answer for it" in letter.body


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
    agreement.dues.update(met_at=agreement.signed_at, met_by=cast.university_office)
    owing(cast, due=20, kind="project").dues.update(dropped=True)
    owing(cast, due=20, kind="project", start=day(10))
    assert pass_day(0) == []


def test_what_was_done_before_the_letter_was_written_is_left_out(cast: Cast) -> None:
    agreement = owing(cast, due=20)
    clock.pass_day()
    agreement.dues.update(met_at=agreement.signed_at, met_by=cast.university_office)
    run_jobs()
    assert mail.outbox == []


def test_both_offices_are_told_before_an_agreement_ends(cast: Cast) -> None:
    make_in_force(cast, end=day(100))
    told_on = {offset: len(pass_day(offset)) for offset in (9, 10, 39, 40, 70, 71, 101)}
    assert told_on == {9: 0, 10: 2, 39: 0, 40: 2, 70: 2, 71: 0, 101: 0}


def test_before_an_agreement_goes_on_they_are_told_in_time_to_give_notice(cast: Cast) -> None:
    make_in_force(cast, end=day(200), terms=AUTOMATIC)
    assert pass_day(19) == []
    letters = pass_day(20)
    assert {letter.to[0] for letter in letters} == OFFICES
    assert "goes on for a year after" in letters[0].body
    assert "unless a side gives notice by" in letters[0].body


def test_what_was_terminated_needs_no_further_letter(cast: Cast) -> None:
    agreement = make_in_force(cast, end=day(500))
    terminate_agreement(by=cast.general_manager, agreement=agreement, on=day(30), reason="Over.")
    run_jobs()
    assert pass_day(1) == []


def test_a_clock_that_dies_has_told_nobody_and_the_next_tells_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    owing(cast, due=20)
    make_in_force(cast, kind="project", duties=[duty(cast.enterprise, day(20))])
    deferred = []

    def die(name: str, **arguments: Any) -> None:
        if deferred:
            raise KeyboardInterrupt
        deferred.append(name)

    with monkeypatch.context() as patched:
        patched.setattr(notices, "defer", die)
        with pytest.raises(KeyboardInterrupt):
            notices.tell_what_comes()
    assert not Due.objects.exclude(noticed=None).exists()
    assert {letter.to[0] for letter in pass_day(0)} == OFFICES


def test_the_clock_of_many_obligations_asks_the_database_no_more(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    agreement = owing(cast, due=20)
    fill(agreement, 3000)
    with django_assert_max_num_queries(40):
        clock.pass_day()
    assert Due.objects.filter(noticed=30).count() == 3001
    [job] = ProcrastinateJob.objects.filter(task_name="agreements.send_notices")
    assert len(job.args["dues"]) == 3001
    run_jobs()
    assert "and 2901 more on the page." in mail.outbox[-1].body


def fill(agreement: Agreement, count: int) -> None:
    """Let a side owe so many things more."""
    obligation = obligation_of(agreement)
    rows = Obligation.objects.bulk_create(
        Obligation(
            agreement=agreement,
            duty=f"more-{number}",
            organisation=obligation.organisation,
            what_en=f"Thing {number}",
        )
        for number in range(count)
    )
    Due.objects.bulk_create(
        Due(obligation=row, agreement=agreement, due_on=day(20)) for row in rows
    )


def test_a_due_of_somebody_who_changed_roles_goes_to_the_office(cast: Cast) -> None:
    owing(cast, due=20).obligations.update(owner=cast.researcher)
    Membership.objects.filter(person=cast.researcher).update(roles=["student"])
    [letter] = pass_day(0)
    assert letter.to == ["university-office@example.org"]


def test_the_night_job_is_the_clock(cast: Cast) -> None:
    from procrastinate.contrib.django import app

    owing(cast, due=20)
    app.tasks["agreements.pass_day"].func(timestamp=0)
    assert run_jobs() == ["agreements.send_notices"]
