"""What a day brings, also when days were left out, and when the clock runs twice or dies."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from jointlab.agreements.access import POLICY
from jointlab.agreements.force.queries.endings import last_day
from jointlab.agreements.force.queries.standing import carrying, in_force_on
from jointlab.agreements.force.services.taking_back import propose_to_take_back, take_back_notice
from jointlab.agreements.glance import glance
from jointlab.agreements.models import Agreement, Standing, State
from jointlab.obligations.services.dues import months_after
from jointlab.parties.models import Partnership, Phase
from tests.agreements.in_force import (
    day,
    dues_of,
    duty,
    let_end,
    make_in_force,
    pass_day,
    sign_by_rows,
    terminate,
    told,
)
from tests.agreements.make import make_agreement
from tests.cast import Cast
from tests.days import on
from tests.jobs import run_jobs

AUTOMATIC = {"renewal": "automatic"}
OFFICES = {"university-office@example.org", "enterprise-office@example.org"}


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
    terminate(cast, agreement, on=day(3))
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


def test_what_goes_on_by_itself_is_in_force_although_no_clock_has_run(cast: Cast) -> None:
    agreement = owing(cast, end=day(200), terms=AUTOMATIC)
    late, further = day(250), months_after(day(200), 12)
    with on(late):
        assert agreement.standing is Standing.IN_FORCE
        assert list(in_force_on(late)) == [agreement]
        assert last_day(agreement) == further
        partnership = Partnership.objects.get(pk=cast.partnership.pk)
        assert partnership.phase is Phase.IN_FORCE
        assert carrying(partnership, late) == agreement
        read = glance(cast.university_office, partnership)
        assert read is not None
        assert "days left" in read.lines[0][0]
        assert not Partnership.objects.filter(Partnership.ended_by(late)).exists()
        assert POLICY.holders("terminate").filter(partnership=partnership).exists()
        let_end(cast, agreement, ends_on=further)  # what is late is written down first
    assert [entry.facts["until"] for entry in told(agreement, "agreements.went_on")] == [
        further.isoformat()
    ]
    with on(further + timedelta(days=1)):
        agreement.refresh_from_db()
        assert agreement.standing is Standing.EXPIRED
        assert Partnership.objects.get(pk=cast.partnership.pk).phase is Phase.ENDED


def test_what_was_signed_before_knows_that_it_goes_on(cast: Cast) -> None:
    agreement = owing(cast, end=day(200), terms=AUTOMATIC)
    Agreement.objects.update(goes_on_after=None)
    Partnership.objects.update(goes_on=False)
    import_module("jointlab.agreements.migrations.0013_agreements_that_go_on").tell_what_goes_on(
        apps, None
    )
    agreement.refresh_from_db()
    assert agreement.goes_on_after == day(200)
    assert list(Partnership.objects.filter(goes_on=True)) == [cast.partnership]


def test_taking_back_a_notice_lets_the_partnership_go_on_again(cast: Cast) -> None:
    agreement = owing(cast, end=day(200), terms=AUTOMATIC)
    let_end(cast, agreement)
    assert not Partnership.objects.get(pk=cast.partnership.pk).goes_on
    notice = agreement.end_notices.get()
    propose_to_take_back(by=cast.university_office, notice=notice, reason="We were wrong.")
    take_back_notice(by=cast.enterprise_office, notice=notice, ends_on=day(200))
    assert Partnership.objects.get(pk=cast.partnership.pk).goes_on
    assert len(told(agreement, "parties.partnership_in_force")) == 1


def test_each_year_that_the_clock_missed_has_its_entry(cast: Cast) -> None:
    agreement = owing(cast, end=day(200), terms=AUTOMATIC)
    pass_day(1000)
    assert [entry.facts["until"] for entry in told(agreement, "agreements.went_on")] == [
        months_after(day(200), months).isoformat() for months in (12, 24, 36)
    ]


@given(
    end=st.dates(date(2027, 1, 1), date(2100, 1, 1)) | st.just(date(2028, 2, 29)),
    gaps=st.lists(st.integers(0, 1500), min_size=1, max_size=5),
)
@example(end=date(2028, 2, 29), gaps=[300] * 8)
def test_what_goes_on_keeps_the_day_of_its_terms(end: date, gaps: list[int]) -> None:
    agreement = Agreement(
        state=State.SIGNED, starts_on=end, ends_on=end, goes_on_after=end, signed_at=timezone.now()
    )
    today = end
    for gap in gaps:  # the clock runs now and then
        today += timedelta(days=gap)
        with on(today):
            agreement.ends_on = last_day(agreement)
        assert agreement.ends_on is not None
        assert today + timedelta(days=90) <= agreement.ends_on <= today + timedelta(days=457)
        assert agreement.ends_on == months_after(end, 12 * (agreement.ends_on.year - end.year))


def test_notice_lets_it_end(cast: Cast) -> None:
    agreement = owing(cast, end=day(200), terms=AUTOMATIC)
    let_end(cast, agreement)
    pass_day(150)
    pass_day(201)
    agreement.refresh_from_db()
    assert agreement.ends_on == day(200)
    assert len(told(agreement, "agreements.expired")) == 1


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


# told before it ends


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
    terminate(cast, agreement)
    run_jobs()
    assert pass_day(1) == []
