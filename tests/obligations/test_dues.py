"""What is owed when, whatever asks for it: told by that room, met and reminded of by this one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jointlab.common.rows import uuid7
from jointlab.obligations.models import Due, Obligation
from jointlab.obligations.services.dues import (
    Asked,
    add_coming_dues,
    create_obligations,
    drop_all,
    move_end,
    set_owed_until,
)
from tests.agreements.in_force import day
from tests.cast import Cast
from tests.days import on

pytestmark = pytest.mark.django_db
Subject = Any


def ask(
    cast: Cast, first: date, every: str = "once", *, subject: Subject = None, **more: Any
) -> Obligation:
    """Have the university owe a report to something of a room that there is not."""
    subject = subject or uuid7()
    asked = [Asked("report", cast.university.pk, {"en": "Report"}, first, every)]
    given = {"since": day(-100), "until": day(100)} | more
    create_obligations(
        asked, partnership=cast.partnership.pk, kind="meetings", subject=subject, **given
    )
    return Obligation.objects.get(subject=subject)


def days_of(obligation: Obligation, **which: Any) -> list[date]:
    return list(obligation.dues.filter(**which).order_by("due_on").values_list("due_on", flat=True))


def test_it_is_owed_on_its_first_and_last_day_and_not_beyond(cast: Cast) -> None:
    obligation = ask(cast, day(50), since=day(10), until=day(60))
    for offset, owed, over in (
        (9, False, False),
        (10, True, False),
        (60, True, False),
        (61, False, True),
    ):
        with on(day(offset)):
            assert (obligation.is_owed, obligation.is_over) == (owed, over), offset


def test_what_ends_before_it_begins_is_never_owed(cast: Cast) -> None:
    obligation = ask(cast, day(50), since=day(10), until=day(5))
    assert obligation.is_over
    assert not obligation.is_owed


def test_without_an_end_it_is_owed_for_good(cast: Cast) -> None:
    obligation = ask(cast, day(5), until=None)
    with on(day(5000)):
        assert obligation.is_owed


def test_what_would_fall_due_after_a_new_end_falls_away_but_not_on_it(cast: Cast) -> None:
    obligation = ask(cast, date(2027, 1, 31), "month", since=date(2027, 1, 1), until=None)
    move_end(obligation.subject, date(2027, 3, 31))
    dropped = days_of(obligation, dropped=True)
    assert days_of(obligation, dropped=False) == [
        date(2027, 1, 31),
        date(2027, 2, 28),
        date(2027, 3, 31),
    ]
    with on(date(2027, 3, 31)):
        add_coming_dues()
    with on(date(2040, 1, 1)):
        add_coming_dues()
    assert days_of(obligation, dropped=True) == dropped


def test_what_was_met_stays_met_whatever_falls_away(cast: Cast) -> None:
    obligation = ask(cast, day(50))
    Due.objects.update(met_at="2026-01-01T00:00Z", met_by=cast.researcher)
    move_end(obligation.subject, day(1))
    drop_all([obligation.subject])
    assert not Due.objects.get().dropped


def test_one_subject_ends_and_another_does_not(cast: Cast) -> None:
    first, second = ask(cast, day(50)), ask(cast, day(50))
    move_end(first.subject, day(1))
    set_owed_until([first.subject], day(7))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.ends_on, first.owed_until) == (day(1), day(7))
    assert (second.ends_on, second.owed_until) == (day(100), day(100))
    drop_all([second.subject])
    assert [due.dropped for due in Due.objects.order_by("obligation")] == [True, True]


def test_what_takes_anothers_place_keeps_who_answers_and_asks_no_second_time(cast: Cast) -> None:
    before = ask(cast, date(2027, 1, 31), "month", since=date(2027, 1, 1), until=None)
    Obligation.objects.update(owner=cast.researcher)
    met = before.dues.filter(due_on__in=[date(2027, 1, 31), date(2027, 3, 31)])
    met.update(met_at="2026-01-01T00:00Z", met_by=cast.researcher)
    after = ask(
        cast,
        date(2027, 1, 31),
        "month",
        instead_of=before.subject,
        since=date(2027, 2, 1),
        until=date(2027, 5, 1),
    )
    assert after.owner == cast.researcher
    assert days_of(after) == [date(2027, 2, 28), date(2027, 4, 30)]
