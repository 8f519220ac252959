"""Coming into force, being followed, being terminated."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from jointlab.agreements.force.queries.endings import losing
from jointlab.agreements.force.queries.life import life_of
from jointlab.agreements.models import Agreement, Standing
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.common.errors import NotAllowed, NotNow, NotVisible, Refusal
from jointlab.obligations.services.dues import months_after
from jointlab.parties.models import Partnership, Phase
from tests.agreements import in_force
from tests.agreements.in_force import (
    day,
    dues_of,
    duty,
    let_end,
    make_in_force,
    obligation_of,
    obligations_of,
    sign_by_rows,
    told,
)
from tests.agreements.make import make_agreement
from tests.cast import Cast
from tests.days import on
from tests.jobs import run_jobs

AUTOMATIC = {"renewal": "automatic"}


def fresh(cast: Cast) -> Partnership:
    return Partnership.objects.get(pk=cast.partnership.pk)


def terminate(cast: Cast, agreement: Agreement, by: str = "vice_president", **more: Any) -> Any:
    return in_force.terminate(cast, agreement, by, **{"reason": "The project was given up."} | more)


# coming into force


def test_what_the_text_says_is_owed_becomes_an_obligation_with_its_day(cast: Cast) -> None:
    agreement = make_in_force(cast, duties=[duty(cast.university, day(40))])
    obligation = obligation_of(agreement)
    assert (obligation.organisation, obligation.what, obligation.owner) == (
        cast.university,
        "Report",
        None,
    )
    assert [due.due_on for due in dues_of(agreement)] == [day(40)]


def test_what_recurs_is_due_until_the_last_day(cast: Cast) -> None:
    start = date(2026, 1, 31)
    agreement = make_in_force(
        cast, start=start, end=date(2026, 5, 30), duties=[duty(cast.university, start, "month")]
    )
    assert [due.due_on for due in dues_of(agreement)] == [
        start,
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


def test_no_more_than_a_hundred_and_twenty_are_made_at_once(cast: Cast) -> None:
    agreement = make_in_force(
        cast, end=day(20 * 365), duties=[duty(cast.university, day(1), "month")]
    )
    assert len(dues_of(agreement)) == 120


def test_without_a_last_day_dues_stand_two_years_ahead(cast: Cast) -> None:
    agreement = make_in_force(
        cast, end=None, duties=[duty(cast.university, day(1), "quarter")], terms={"end": None}
    )
    assert len(dues_of(agreement)) == 8
    assert dues_of(agreement)[-1].due_on <= day(730)


def test_the_months_last_day_stands_for_a_day_that_it_has_not() -> None:
    assert months_after(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert months_after(date(2027, 12, 1), 1) == date(2028, 1, 1)


def test_a_strategic_agreement_carries_the_partnership_whoever_signs_last(cast: Cast) -> None:
    agreement = make_in_force(cast, signer="dean")
    partnership = fresh(cast)
    assert (partnership.in_force_since, partnership.in_force_until) == (
        agreement.starts_on,
        agreement.ends_on,
    )
    assert partnership.phase is Phase.IN_FORCE
    [entry] = told(agreement, "agreements.in_force")
    assert entry.actor == cast.dean.pk
    assert entry.facts["since"] == agreement.starts_on.isoformat()


def test_no_other_kind_carries_it(cast: Cast) -> None:
    make_in_force(cast, kind="project")
    assert fresh(cast).phase is Phase.PREPARING


def test_it_is_over_the_day_after_its_last_day_though_no_clock_ran(cast: Cast) -> None:
    agreement = make_in_force(cast, end=day(100))
    with on(day(100)):
        assert agreement.standing is Standing.IN_FORCE
        assert fresh(cast).phase is Phase.IN_FORCE
    with on(day(101)):
        assert agreement.standing is Standing.EXPIRED
        assert fresh(cast).phase is Phase.ENDED


# amendments and renewals


def follow(cast: Cast, agreement: Agreement, start: date, **more: Any) -> Agreement:
    given = {"relation": "amendment", "end": day(1000)} | more
    duties = given.pop("duties", [])
    draft = make_agreement(cast, follows=agreement, start=start, **given)
    return sign_by_rows(cast, draft, duties=duties)


def test_an_amendment_takes_the_place_of_what_it_amends_from_its_first_day(cast: Cast) -> None:
    monthly = duty(cast.university, day(-40), "month")
    agreement = make_in_force(cast, start=day(-60), end=day(700), duties=[monthly])
    start = day(10)
    amendment = follow(cast, agreement, start, duties=[monthly])
    agreement.refresh_from_db()
    assert (agreement.ends_on, agreement.ending) == (start - timedelta(days=1), "superseded")
    assert agreement.standing is Standing.IN_FORCE
    with on(start):
        assert (agreement.standing, amendment.standing) == (
            Standing.SUPERSEDED,
            Standing.IN_FORCE,
        )
    assert {due.due_on >= start for due in dues_of(agreement) if due.dropped} == {True}
    assert {due.due_on < start for due in dues_of(agreement) if not due.dropped} == {True}
    assert dues_of(amendment)[0].due_on >= start
    assert fresh(cast).in_force_since == day(-60)
    assert fresh(cast).in_force_until == day(1000)


def test_what_was_owed_before_an_amendment_stays_owed_where_it_was(cast: Cast) -> None:
    agreement = make_in_force(
        cast, start=day(-60), duties=[duty(cast.university, day(-40), "month")]
    )
    amendment = follow(cast, agreement, day(0), duties=[duty(cast.university, day(-40), "month")])
    assert not dues_of(agreement)[0].dropped
    assert all(due.due_on >= day(0) for due in dues_of(amendment))


def test_a_duty_that_an_amendment_adds_is_owed_from_its_first_time_on(cast: Cast) -> None:
    agreement = make_in_force(cast, start=day(-60))
    amendment = follow(cast, agreement, day(0), duties=[duty(cast.university, day(-2))])
    assert [due.due_on for due in dues_of(amendment)] == [day(-2)]


def test_whoever_answered_before_an_amendment_answers_after_it(cast: Cast) -> None:
    yearly = duty(cast.university, day(30), "year")
    agreement = make_in_force(cast, duties=[yearly])
    obligations_of(agreement).update(owner=cast.researcher)
    amendment = follow(cast, agreement, day(10), duties=[yearly])
    assert obligation_of(amendment).owner == cast.researcher


def test_who_answered_does_not_when_the_other_side_owes_it_now(cast: Cast) -> None:
    agreement = make_in_force(cast, duties=[duty(cast.university, day(30))])
    obligations_of(agreement).update(owner=cast.researcher)
    amendment = follow(cast, agreement, day(10), duties=[duty(cast.enterprise, day(30))])
    assert obligation_of(amendment).owner is None


def test_a_renewal_leaves_what_it_renews_to_its_end_and_carries_on(cast: Cast) -> None:
    agreement = make_in_force(cast, end=day(50))
    renewal = follow(cast, agreement, day(51), relation="renewal")
    agreement.refresh_from_db()
    assert (agreement.ends_on, agreement.ending) == (day(50), "")
    assert renewal.standing is Standing.AWAITED
    assert (fresh(cast).in_force_since, fresh(cast).in_force_until) == (day(0), day(1000))


def test_an_agreement_after_a_gap_does_not_end_what_is_in_force(cast: Cast) -> None:
    make_in_force(cast, end=day(50))
    make_in_force(cast, start=day(90), end=day(500))
    assert fresh(cast).in_force_until == day(50)


def test_when_all_are_over_the_partnership_was_last_in_force_with_the_latest(cast: Cast) -> None:
    make_in_force(cast, start=day(-90), end=day(-60))
    make_in_force(cast, start=day(-40), end=day(-10))
    assert (fresh(cast).in_force_since, fresh(cast).in_force_until) == (day(-40), day(-10))


# termination


def test_a_signatory_terminates_it_and_what_was_owed_later_falls_away(cast: Cast) -> None:
    duties = [
        duty(cast.university, day(30)),
        duty(cast.enterprise, day(31), key="car", what="A car"),
    ]
    agreement = make_in_force(cast, duties=duties)
    terminated = terminate(cast, agreement)
    assert (terminated.ends_on, terminated.ending) == (day(30), "terminated")
    assert [due.dropped for due in dues_of(agreement)] == [False, True]
    assert fresh(cast).in_force_until == day(30)
    with on(day(30)):
        assert terminated.standing is Standing.IN_FORCE
        assert fresh(cast).phase is Phase.IN_FORCE
    with on(day(31)):
        assert terminated.standing is Standing.TERMINATED
        assert fresh(cast).phase is Phase.ENDED
    [entry] = told(agreement, "agreements.terminated")
    assert (entry.facts["on"], entry.facts["reason"], entry.actor) == (
        day(30).isoformat(),
        "The project was given up.",
        cast.vice_president.pk,
    )


def test_both_offices_and_the_other_signatory_get_a_letter_of_it(cast: Cast) -> None:
    terminate(cast, make_in_force(cast))
    run_jobs()
    assert {letter.to[0] for letter in mail.outbox} == {
        "university-office@example.org",
        "enterprise-office@example.org",
        "general-manager@example.org",
    }
    assert "The project was given up." in mail.outbox[0].body
    assert "terminated" in mail.outbox[0].body


def test_the_partnership_goes_on_with_another_strategic_agreement(cast: Cast) -> None:
    make_in_force(cast, end=day(900))
    terminate(cast, make_in_force(cast, end=day(500)))
    assert fresh(cast).in_force_until == day(900)
    assert told(make_in_force(cast, kind="project"), "parties.partnership_ended") == []


def test_an_amendment_that_has_not_begun_falls_with_what_it_amends(cast: Cast) -> None:
    agreement = make_in_force(cast, start=day(-60), end=day(700))
    amendment = follow(cast, agreement, day(40), duties=[duty(cast.university, day(5))])
    another = follow(cast, amendment, day(80))
    terminate(cast, Agreement.objects.get(pk=agreement.pk), on=day(30))
    for fallen in (amendment, another):
        fallen.refresh_from_db()
        assert (fallen.standing, fallen.ends_on) == (Standing.TERMINATED, day(30))
        assert all(due.dropped for due in dues_of(fallen))
        assert "In force" not in [
            str(step.what) for step in life_of(fallen, latest_version(fallen))
        ]
    terminate(cast, Agreement.objects.get(pk=agreement.pk), on=day(20))  # they fall once
    entries = told(agreement, "agreements.amendment_fell")
    assert [entry.facts["agreement"]["id"] for entry in entries] == [
        str(amendment.pk),
        str(another.pk),
    ]
    assert fresh(cast).in_force_until == day(20)


def test_the_page_says_that_its_amendment_falls_with_it(cast: Cast) -> None:
    agreement = make_in_force(cast)
    line = "Its amendment, which has not begun, does not come into force."
    assert line not in losing(agreement)
    follow(cast, agreement, day(40))
    assert line in losing(agreement)


def test_a_renewal_stands_by_itself_when_what_it_renews_is_terminated(cast: Cast) -> None:
    agreement = make_in_force(cast, end=day(50))
    renewal = follow(cast, agreement, day(51), relation="renewal")
    terminate(cast, Agreement.objects.get(pk=agreement.pk), on=day(30))
    renewal.refresh_from_db()
    assert renewal.standing is Standing.AWAITED
    assert told(agreement, "agreements.amendment_fell") == []


def test_terminating_another_kind_leaves_the_partnership_alone(cast: Cast) -> None:
    make_in_force(cast, end=day(900))
    terminate(cast, make_in_force(cast, kind="project"))
    assert fresh(cast).in_force_until == day(900)


def test_what_is_not_in_force_yet_ends_on_its_first_day_at_the_earliest(cast: Cast) -> None:
    agreement = make_in_force(cast, start=day(40))
    with pytest.raises(Refusal, match="before it begins"):
        terminate(cast, agreement)
    terminate(cast, agreement, on=day(40))
    assert (fresh(cast).in_force_since, fresh(cast).in_force_until) == (day(40), day(40))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"on": timezone.localdate() - timedelta(days=1)}, "today or later"),
        ({"on": timezone.localdate() + timedelta(days=200)}, "already ends"),
        ({"on": timezone.localdate() + timedelta(days=300)}, "already ends"),
        ({"reason": "  "}, "Say why"),
    ],
)
def test_a_last_day_that_is_none_is_refused(cast: Cast, more: Any, why: str) -> None:
    agreement = make_in_force(cast, end=day(200))
    with pytest.raises(Refusal, match=why):
        terminate(cast, agreement, **more)
    assert told(agreement, "agreements.terminated") == []


def test_only_what_is_signed_and_has_not_ended_is_terminated(cast: Cast) -> None:
    with pytest.raises(NotNow, match="signed"):
        terminate(cast, make_agreement(cast))
    agreement = make_in_force(cast, kind="project", end=day(10))
    make_in_force(cast)
    with on(day(11)), pytest.raises(NotNow, match="not ended"):
        terminate(cast, agreement, on=day(30))


@pytest.mark.parametrize("name", ["university_office", "dean", "engineer", "auditor"])
def test_no_other_role_terminates(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        terminate(cast, make_in_force(cast), by=name)


def test_for_a_stranger_there_is_nothing_to_terminate(cast: Cast) -> None:
    with pytest.raises(NotVisible):
        terminate(cast, make_in_force(cast), by="other_manager")


# notice that it ends


@pytest.mark.parametrize("name", ["university_office", "general_manager"])
def test_an_office_or_a_signatory_lets_what_goes_on_by_itself_end(cast: Cast, name: str) -> None:
    agreement = make_in_force(cast, end=day(200), terms=AUTOMATIC)
    noticed = let_end(cast, agreement, name)
    assert noticed.notice_given_at is not None
    [entry] = told(agreement, "agreements.end_notified")
    assert entry.facts["on"] == day(200).isoformat()
    run_jobs()
    assert len(mail.outbox) == 3
    assert all("does not go on by itself" in letter.body for letter in mail.outbox)


def test_notice_is_given_ninety_days_before_the_end_at_the_latest(cast: Cast) -> None:
    agreement = make_in_force(cast, end=day(90), terms=AUTOMATIC)
    with on(day(1)), pytest.raises(NotNow, match="The last day has moved"):
        let_end(cast, agreement)
    let_end(cast, agreement)


def test_what_ends_anyway_needs_no_notice(cast: Cast) -> None:
    agreement = make_in_force(cast, end=day(200))
    with pytest.raises(NotNow, match="does not go on"):
        let_end(cast, agreement)


@pytest.mark.parametrize("name", ["dean", "engineer", "auditor"])
def test_no_other_role_lets_it_end(cast: Cast, name: str) -> None:
    agreement = make_in_force(cast, end=day(200), terms=AUTOMATIC)
    with pytest.raises(NotAllowed):
        let_end(cast, agreement, name)
