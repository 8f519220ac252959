"""Notices of publications, and their clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from jointlab.agreements.force.queries.publications import notices
from jointlab.agreements.force.services.clock import free_publications
from jointlab.agreements.force.services.publications import (
    clear_publication,
    give_publication_notice,
    object_to_publication,
    speaks_of_publications,
    withdraw_publication,
)
from jointlab.agreements.models import Agreement, Publication
from jointlab.common.errors import NotAllowed, NotNow, Refusal
from tests.agreements.in_force import day, make_in_force, told
from tests.agreements.make import make_agreement, text_of
from tests.cast import Cast
from tests.days import on
from tests.jobs import run_jobs


def give(cast: Cast, agreement: Agreement, by: str = "researcher", **more: Any) -> Publication:
    given = {"title": "Doors", "abstract": "How doors open.", "venue": "A journal"} | more
    return give_publication_notice(by=cast.people[by], agreement=agreement, **given)


def clear(cast: Cast, row: Publication, by: str = "enterprise_office") -> Publication:
    return clear_publication(by=cast.people[by], publication=row)


def refuse(cast: Cast, row: Publication, by: str = "division_head", why: str = "A patent.") -> Any:
    return object_to_publication(by=cast.people[by], publication=row, reason=why)


def letters() -> set[str]:
    run_jobs()
    return {letter.to[0] for letter in mail.outbox}


def test_a_notice_runs_as_long_as_the_agreement_says_and_the_other_side_is_told(
    cast: Cast,
) -> None:
    agreement = make_in_force(cast, terms={"publication_notice_days": 45})
    row = give(cast, agreement)
    assert (row.answer_by, row.free_on, row.is_free) == (day(45), day(46), False)
    [entry] = told(agreement, "agreements.publication_notified")
    assert (entry.facts["title"], entry.facts["answer_by"]) == ("Doors", day(45).isoformat())
    assert letters() == {"enterprise-office@example.org", "division-head@example.org"}


def test_silence_frees_it_though_no_clock_ran(cast: Cast) -> None:
    row = give(cast, make_in_force(cast))
    with on(row.answer_by):
        assert (row.waits, row.is_free) == (True, False)
    with on(row.answer_by + timedelta(days=1)):
        assert (row.waits, row.is_free) == (False, True)
        with pytest.raises(NotNow, match="time to answer is over"):
            refuse(cast, row)
        with pytest.raises(NotNow, match="already cleared"):
            clear(cast, row)


def test_the_clock_tells_the_giver_once_that_it_is_free(cast: Cast) -> None:
    agreement = make_in_force(cast)
    row = give(cast, agreement)
    letters()
    mail.outbox.clear()
    for days in (1, 1, 9):
        with on(row.answer_by + timedelta(days=days)):
            free_publications()
            run_jobs()
    assert [letter.to for letter in mail.outbox] == [["researcher@example.org"]]
    assert "may appear" in mail.outbox[0].body
    assert len(told(agreement, "agreements.publication_free")) == 1


@pytest.mark.parametrize("name", ["enterprise_office", "division_head"])
def test_the_other_side_clears_it(cast: Cast, name: str) -> None:
    agreement = make_in_force(cast)
    row = clear(cast, give(cast, agreement), by=name)
    assert row.is_free
    assert told(agreement, "agreements.publication_cleared")[0].facts["title"] == "Doors"
    mail.outbox.clear()
    assert "researcher@example.org" in letters()


def test_an_objection_delays_it_as_long_as_the_agreement_lets_one(cast: Cast) -> None:
    agreement = make_in_force(cast, terms={"publication_delay_days": 90})
    row = refuse(cast, give(cast, agreement))
    assert (row.objection, row.not_before, row.is_free) == ("A patent.", day(90), False)
    [entry] = told(agreement, "agreements.publication_objected")
    assert entry.facts["not_before"] == day(90).isoformat()
    letters()
    assert any("A patent." in letter.body for letter in mail.outbox)
    mail.outbox.clear()
    with on(day(90)):
        assert row.is_free
        free_publications()
        run_jobs()
    assert [letter.subject for letter in mail.outbox] == ["Can be published: Doors"]


def test_a_delay_is_not_over_before_the_time_to_answer(cast: Cast) -> None:
    terms = {"publication_notice_days": 60, "publication_delay_days": 30}
    row = refuse(cast, give(cast, make_in_force(cast, terms=terms)))
    assert row.not_before == day(61)


def test_an_objection_can_be_lifted(cast: Cast) -> None:
    row = refuse(cast, give(cast, make_in_force(cast)))
    assert clear(cast, row).is_free


def test_where_consent_is_required_silence_frees_nothing(cast: Cast) -> None:
    row = give(cast, make_in_force(cast, terms={"ip_model": "lambert-5"}))
    with on(day(500)):
        assert (row.free_on, row.is_free, row.waits) == (None, False, True)
        free_publications()
        assert clear(cast, row).is_free
    assert told(row.agreement, "agreements.publication_free") == []


def test_it_is_withdrawn_by_its_giver_or_their_office_and_then_never_free(cast: Cast) -> None:
    agreement = make_in_force(cast)
    for name in ("researcher", "university_office"):
        row = withdraw_publication(by=cast.people[name], publication=give(cast, agreement))
        assert (row.free_on, row.waits) == (None, False)
    assert len(told(agreement, "agreements.publication_withdrawn")) == 2
    with pytest.raises(NotNow, match="withdrawn already"):
        withdraw_publication(by=cast.researcher, publication=row)
    with pytest.raises(NotNow, match="withdrawn already"):
        clear(cast, row)
    with on(day(500)):
        free_publications()
    assert told(agreement, "agreements.publication_free") == []


def test_a_withdrawn_notice_sends_no_more_letters(cast: Cast) -> None:
    row = give(cast, make_in_force(cast))
    withdraw_publication(by=cast.researcher, publication=row)
    assert letters() == set()


@pytest.mark.parametrize("name", ["dean", "enterprise_office", "engineer"])
def test_nobody_else_withdraws_it(cast: Cast, name: str) -> None:
    row = give(cast, make_in_force(cast))
    with pytest.raises(NotAllowed):
        withdraw_publication(by=cast.people[name], publication=row)


@pytest.mark.parametrize("name", ["university_office", "dean", "engineer", "general_manager"])
def test_nobody_else_answers_it(cast: Cast, name: str) -> None:
    row = give(cast, make_in_force(cast))
    with pytest.raises(NotAllowed):
        clear(cast, row, by=name)
    with pytest.raises(NotAllowed):
        refuse(cast, row, by=name)


def test_it_is_answered_once_and_an_objection_takes_a_reason(cast: Cast) -> None:
    agreement = make_in_force(cast)
    row = give(cast, agreement)
    for why in (" ", "x" * 2001):
        with pytest.raises(Refusal, match="Say why"):
            refuse(cast, row, why=why)
    refuse(cast, row)
    with pytest.raises(NotNow, match="answered"):
        refuse(cast, row)
    assert len(told(agreement, "agreements.publication_objected")) == 1


@pytest.mark.parametrize("name", ["hr", "auditor", "vice_president"])
def test_no_other_role_gives_notice(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        give(cast, make_in_force(cast), by=name)


def test_notice_is_given_only_under_an_agreement_in_force(cast: Cast) -> None:
    with pytest.raises(NotNow, match="not in force"):
        give(cast, make_agreement(cast))


def test_notice_is_given_only_where_the_text_speaks_of_it(cast: Cast) -> None:
    agreement = make_in_force(cast, kind="confidentiality")
    with pytest.raises(NotNow, match="says nothing"):
        give(cast, agreement)
    text = text_of(make_in_force(cast))
    assert speaks_of_publications(text)
    assert not speaks_of_publications(replace(text, clauses=()))


@pytest.mark.parametrize("more", [{"title": ""}, {"abstract": " "}, {"venue": "x" * 301}])
def test_a_notice_says_what_and_where(cast: Cast, more: Any) -> None:
    agreement = make_in_force(cast)
    with pytest.raises(Refusal):
        give(cast, agreement, **more)
    assert told(agreement, "agreements.publication_notified") == []


def test_the_page_draws_it_as_steps_with_their_days(cast: Cast) -> None:
    agreement = make_in_force(cast)
    row = give(cast, agreement)

    def steps() -> list[tuple[str, str, Any]]:
        [shown] = notices([row], cast.researcher, agreement)
        return [(str(step.what), step.state, step.when) for step in shown.steps]

    today = timezone.localdate()
    assert steps() == [
        ("Notice given", "passed", today),
        ("The other side answers by", "waiting", day(30)),
        ("Can be published", "later", day(31)),
    ]
    with on(day(31)):
        assert [step[:2] for step in steps()][1:] == [
            ("Nobody objected", "passed"),
            ("Can be published", "passed"),
        ]
    row = refuse(cast, row)
    assert steps()[1:] == [("Objected to", "failed", today), ("Can be published", "later", day(90))]
    row = withdraw_publication(by=cast.researcher, publication=row)
    assert steps()[1:] == [("Withdrawn", "failed", today)]
