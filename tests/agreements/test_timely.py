"""What is approved or signed too late, or follows what has gone another way meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from jointlab.agreements.force.services.clock import pass_day
from jointlab.agreements.models import Agreement, Standing, State
from jointlab.agreements.negotiation.services.approving import approve_agreement
from jointlab.agreements.negotiation.services.editing import edit_terms, put_duty
from jointlab.common.errors import NotNow, Refusal
from jointlab.obligations.services.obligations import meet_obligation
from jointlab.parties.models import Partnership, Phase
from tests.agreements.in_force import day, dues_of, duty, make_in_force, sign_by_rows
from tests.agreements.make import change, make_agreement, make_complete, text_of
from tests.agreements.sign import make_signing, sign
from tests.cast import Cast
from tests.days import on

pytestmark = pytest.mark.django_db
AUTOMATIC = {"renewal": "automatic"}


def follow(cast: Cast, agreement: Agreement, relation: str, offset: int) -> Agreement:
    """Draft an amendment or a renewal that begins so many days from today."""
    return make_agreement(
        cast, follows=agreement, relation=relation, start=day(offset), end=day(1000)
    )


def approve(cast: Cast, agreement: Agreement) -> Any:
    sha256 = text_of(agreement).sha256
    return approve_agreement(by=cast.university_office, agreement=agreement, sha256=sha256)


def fresh(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


def test_what_would_be_over_already_is_neither_approved_nor_signed(cast: Cast) -> None:
    late = make_complete(cast, end=day(5))
    signing = make_signing(cast, end=day(5))
    with on(day(6)):
        with pytest.raises(NotNow, match="last day has passed"):
            approve(cast, late)
        with pytest.raises(NotNow, match="last day has passed"):
            sign(cast, signing, "vice_president")
    assert Partnership.objects.get(pk=cast.partnership.pk).phase is Phase.PREPARING
    with on(day(5)):
        approve(cast, late)


def test_of_two_amendments_the_second_to_be_signed_is_refused(cast: Cast) -> None:
    agreement = make_in_force(cast)
    first = follow(cast, agreement, "amendment", 10)
    second = make_complete(cast, follows=agreement, relation="amendment", start=day(20))
    sign_by_rows(cast, first)
    with pytest.raises(NotNow, match="Another agreement follows that one"):
        approve(cast, second)
    with pytest.raises(NotNow, match="Another agreement follows that one"):
        follow(cast, fresh(agreement), "amendment", 5)


def test_the_last_signature_of_a_second_amendment_is_refused(cast: Cast) -> None:
    agreement = make_in_force(cast)
    first = follow(cast, agreement, "amendment", 10)
    second = make_signing(cast, follows=agreement, relation="amendment", start=day(20))
    second = sign(cast, second, "vice_president", "general_manager", "dean")
    sign_by_rows(cast, first)
    with pytest.raises(NotNow, match="Another agreement follows that one"):
        sign(cast, second, "division_head")
    assert fresh(second).state == State.SIGNING
    assert fresh(agreement).ends_on == day(9)


def test_an_amendment_of_what_has_ended_meanwhile_is_refused(cast: Cast) -> None:
    agreement = make_in_force(cast, end=day(10))
    draft = make_complete(cast, follows=agreement, relation="amendment", start=day(8))
    with on(day(11)), pytest.raises(Refusal, match="begins while the agreement that it amends"):
        approve(cast, draft)


def test_a_renewal_that_was_moved_before_what_it_renews_is_refused(cast: Cast) -> None:
    agreement = make_in_force(cast, end=day(50))
    draft = make_complete(cast, follows=agreement, relation="renewal", start=day(51))
    terms = replace(text_of(draft).terms, start=day(-1))
    change(cast, edit_terms, draft, terms=terms, names=text_of(draft).names)
    with pytest.raises(Refusal, match="begins after the agreement that it renews"):
        approve(cast, draft)


def test_an_agreement_is_renewed_once(cast: Cast) -> None:
    agreement = make_in_force(cast, end=day(50))
    second = make_complete(cast, follows=agreement, relation="renewal", start=day(51))
    sign_by_rows(cast, follow(cast, agreement, "renewal", 51))
    with pytest.raises(NotNow, match="Another agreement follows that one"):
        approve(cast, second)


def test_what_is_renewed_does_not_go_on_by_itself_beside_its_renewal(cast: Cast) -> None:
    agreement = make_in_force(cast, end=day(100), terms=AUTOMATIC)
    sign_by_rows(cast, follow(cast, agreement, "renewal", 101))
    with on(day(50)):
        pass_day()
    assert fresh(agreement).ends_on == day(100)


def test_what_went_on_while_its_renewal_was_drafted_ends_when_that_begins(cast: Cast) -> None:
    monthly = duty(cast.university, day(15), "month")
    agreement = make_in_force(cast, end=day(100), terms=AUTOMATIC, duties=[monthly])
    renewal = follow(cast, agreement, "renewal", 101)
    with on(day(50)):
        pass_day()
        assert fresh(agreement).ends_on != day(100)
        sign_by_rows(cast, renewal)
        pass_day()
    agreement = fresh(agreement)
    assert agreement.ends_on == day(100)
    assert all(due.dropped for due in dues_of(agreement) if due.due_on > day(100))
    with on(day(101)):
        assert (agreement.standing, fresh(renewal).standing) == (
            Standing.EXPIRED,
            Standing.IN_FORCE,
        )


def test_what_was_superseded_before_its_first_day_does_not_wait_for_it(cast: Cast) -> None:
    agreement = make_in_force(cast, start=day(30))
    amendment = sign_by_rows(cast, follow(cast, agreement, "amendment", 30))
    assert fresh(agreement).standing is Standing.SUPERSEDED
    assert amendment.standing is Standing.AWAITED


def test_what_was_met_before_an_amendment_is_not_owed_again(cast: Cast) -> None:
    report = duty(cast.university, day(30))
    agreement = make_in_force(cast, duties=[report])
    meet_obligation(by=cast.university_office, due=dues_of(agreement)[0], evidence="Sent.")
    amendment = sign_by_rows(cast, follow(cast, agreement, "amendment", 10), duties=[report])
    assert dues_of(amendment) == []


@pytest.mark.parametrize(
    ("start", "end"), [("0001-01-01", "2030-01-01"), ("2026-01-01", "9999-12-31")]
)
def test_days_at_the_ends_of_the_calendar_are_refused(cast: Cast, start: str, end: str) -> None:
    with pytest.raises(Refusal, match="A day lies from 1950-01-01 to 2199-12-31"):
        make_agreement(cast, start=date.fromisoformat(start), end=date.fromisoformat(end))


def test_a_duty_at_the_end_of_the_calendar_is_refused(cast: Cast) -> None:
    agreement, late = make_agreement(cast), duty(cast.university, date.max, "year")
    with pytest.raises(Refusal, match="A day lies from"):
        change(cast, put_duty, agreement, duty=late)
