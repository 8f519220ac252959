"""What is owed: who answers for it, reporting it as done, returning it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail

from jointlab.agreements.models import Agreement
from jointlab.common.errors import Changed, NotAllowed, NotNow, NotVisible, Refusal
from jointlab.files.queries import read_file
from jointlab.obligations.models import Due
from jointlab.obligations.services import reminders
from jointlab.obligations.services.obligations import (
    MOST_BYTES,
    MOST_FILES,
    Upload,
    accept_obligation,
    assign_obligation,
    meet_obligation,
    return_obligation,
)
from jointlab.parties.services.memberships import end_membership
from tests.agreements.in_force import (
    day,
    dues_of,
    duty,
    make_in_force,
    obligation_of,
    obligations_of,
    sign_by_rows,
    terminate,
    told,
)
from tests.agreements.make import make_agreement
from tests.cast import Cast
from tests.days import on
from tests.jobs import run_jobs


def owing(cast: Cast, **more: Any) -> Agreement:
    return make_in_force(cast, duties=[duty(cast.university, day(20))], **more)


def assign(cast: Cast, agreement: Agreement, name: str, by: str = "university_office") -> Any:
    return assign_obligation(
        by=cast.people[by],
        obligation=obligation_of(agreement),
        version=1,
        owner=cast.people[name] if name else None,
    )


def meet(cast: Cast, agreement: Agreement, by: str = "university_office", **more: Any) -> Due:
    given = {"evidence": "Sent by post on Monday."} | more
    return meet_obligation(by=cast.people[by], due=dues_of(agreement)[0], **given)


def give_back(cast: Cast, agreement: Agreement, by: str = "enterprise_office", **more: Any) -> Due:
    given = {"reason": "A page is missing."} | more
    return return_obligation(by=cast.people[by], due=dues_of(agreement)[0], **given)


# who answers


def test_the_owing_sides_office_names_who_answers(cast: Cast) -> None:
    agreement = owing(cast)
    assert assign(cast, agreement, "researcher").owner == cast.researcher
    [entry] = told(agreement, "obligations.assigned")
    assert entry.facts["owner"]["id"] == str(cast.researcher.pk)
    assert entry.facts["what"]["en"] == "Report"


def test_naming_nobody_leaves_it_to_the_office(cast: Cast) -> None:
    agreement = owing(cast)
    obligations_of(agreement).update(owner=cast.researcher)
    assert assign(cast, agreement, "").owner is None
    [entry] = told(agreement, "obligations.assigned")
    assert entry.facts["owner"] is None


def test_naming_the_same_again_says_nothing(cast: Cast) -> None:
    agreement = owing(cast)
    assign(cast, agreement, "")
    assert told(agreement, "obligations.assigned") == []


@pytest.mark.parametrize("name", ["engineer", "former", "outsider", "student", "other_engineer"])
def test_only_somebody_of_that_side_who_may_read_it_answers(cast: Cast, name: str) -> None:
    with pytest.raises(Refusal, match="must belong to the obliged side"):
        assign(cast, owing(cast), name)


@pytest.mark.parametrize("name", ["enterprise_office", "dean", "vice_president"])
def test_nobody_else_names_who_answers(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        assign(cast, owing(cast), "researcher", by=name)


def test_whoever_names_second_is_told_and_nothing_is_lost(cast: Cast) -> None:
    agreement = owing(cast)
    assign(cast, agreement, "researcher")
    with pytest.raises(Changed) as changed:
        assign(cast, agreement, "dean")
    assert changed.value.row.owner == cast.researcher


# done


@pytest.mark.parametrize("name", ["university_office", "researcher"])
def test_its_owner_or_the_office_reports_it_as_done(cast: Cast, name: str) -> None:
    agreement = owing(cast)
    obligations_of(agreement).update(owner=cast.researcher)
    due = meet(cast, agreement, by=name, link="https://example.org/report")
    assert (due.met_by, due.evidence, due.link) == (
        cast.people[name],
        "Sent by post on Monday.",
        "https://example.org/report",
    )
    [entry] = told(agreement, "obligations.met")
    assert (entry.facts["due"], entry.facts["files"]) == (day(20).isoformat(), [])


def test_a_file_is_kept_under_a_name_without_a_way(cast: Cast) -> None:
    agreement = owing(cast)
    due = meet(
        cast,
        agreement,
        evidence="",
        uploads=[Upload("..\\..\\C:/etc/报告 😀\n.pdf", "text/html", b"<script>")],
    )
    [file] = due.files.all()
    assert (file.name, file.stored.size) == ("报告 😀 .pdf", 8)
    assert read_file(file.stored_id) == b"<script>"
    [entry] = told(agreement, "obligations.met")
    assert entry.facts["files"] == [file.stored_id]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"evidence": "  "}, "evidence"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"evidence": "x" * 2001}, "evidence"),
        ({"uploads": [Upload("a", "", b"x" * (MOST_BYTES + 1))]}, "larger than 10 MB"),
        ({"uploads": [Upload("a", "", b"x")] * (MOST_FILES + 1)}, "at most 10 files"),
    ],
)
def test_evidence_that_is_none_is_refused(cast: Cast, more: Any, why: str) -> None:
    agreement = owing(cast)
    with pytest.raises(Refusal, match=why):
        meet(cast, agreement, **more)
    assert told(agreement, "obligations.met") == []
    assert dues_of(agreement)[0].is_open


@pytest.mark.parametrize("name", ["enterprise_office", "researcher", "dean", "general_manager"])
def test_nobody_else_reports_it(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        meet(cast, owing(cast), by=name)


def test_an_owner_who_has_left_reports_nothing_and_the_office_does(cast: Cast) -> None:
    agreement = owing(cast)
    obligations_of(agreement).update(owner=cast.researcher)
    end_membership(by=cast.university_office, membership=cast.membership("researcher"))
    with pytest.raises(NotVisible):
        meet(cast, agreement, by="researcher")
    assert meet(cast, agreement).met_by == cast.university_office


def test_it_is_reported_once(cast: Cast) -> None:
    agreement = owing(cast)
    meet(cast, agreement)
    with pytest.raises(NotNow, match="already"):
        meet(cast, agreement)


def test_nothing_is_reported_after_the_end_though_no_clock_ran(cast: Cast) -> None:
    agreement = owing(cast, kind="project", end=day(30))
    make_in_force(cast)
    with on(day(31)), pytest.raises(NotNow, match="Nothing is owed"):
        meet(cast, agreement)


def test_what_fell_away_is_not_reported(cast: Cast) -> None:
    agreement = owing(cast)
    terminate(cast, agreement, on=day(10))
    with pytest.raises(NotNow, match="ended with the agreement"):
        meet(cast, agreement)


def test_what_was_owed_before_an_amendment_is_still_reported(cast: Cast) -> None:
    monthly = duty(cast.university, day(-10), "month")
    agreement = make_in_force(cast, start=day(-30), duties=[monthly])
    draft = make_agreement(cast, follows=agreement, relation="amendment", start=day(0))
    sign_by_rows(cast, draft, duties=[monthly])
    assert meet(cast, agreement).met_at is not None


# returned


def test_the_other_sides_office_returns_it_and_it_is_open_again(cast: Cast) -> None:
    agreement = owing(cast)
    obligations_of(agreement).update(owner=cast.researcher)
    meet(cast, agreement)
    due = give_back(cast, agreement)
    assert (due.is_open, due.returned_for, due.evidence) == (
        True,
        "A page is missing.",
        "Sent by post on Monday.",
    )
    [entry] = told(agreement, "obligations.returned")
    assert entry.facts["reason"] == "A page is missing."
    run_jobs()
    [letter] = mail.outbox
    assert letter.to == ["researcher@example.org"]
    assert "A page is missing." in letter.body
    meet(cast, agreement)
    assert dues_of(agreement)[0].returned_for == ""


def test_the_office_is_told_where_nobody_answers(cast: Cast) -> None:
    agreement = owing(cast)
    meet(cast, agreement)
    give_back(cast, agreement)
    run_jobs()
    assert [letter.to for letter in mail.outbox] == [["university-office@example.org"]]


def test_what_was_reported_again_meanwhile_sends_no_letter(cast: Cast) -> None:
    agreement = owing(cast)
    meet(cast, agreement)
    give_back(cast, agreement)
    meet(cast, agreement)
    run_jobs()
    assert "Returned: Report" not in [letter.subject for letter in mail.outbox]


@pytest.mark.parametrize("name", ["university_office", "general_manager", "engineer"])
def test_nobody_else_returns_it(cast: Cast, name: str) -> None:
    agreement = owing(cast)
    meet(cast, agreement)
    with pytest.raises(NotAllowed):
        give_back(cast, agreement, by=name)


def test_only_what_was_reported_is_returned_and_with_a_reason(cast: Cast) -> None:
    agreement = owing(cast)
    with pytest.raises(NotNow, match="not been reported"):
        give_back(cast, agreement)
    meet(cast, agreement)
    for reason in (" ", "x" * 2001):
        with pytest.raises(Refusal, match="Say why"):
            give_back(cast, agreement, reason=reason)
    assert told(agreement, "obligations.returned") == []


# accepted


def accept(cast: Cast, agreement: Agreement, by: str = "enterprise_office") -> Due:
    return accept_obligation(by=cast.people[by], due=dues_of(agreement)[0])


def test_the_other_sides_office_is_told_of_a_report_and_where_to_answer(cast: Cast) -> None:
    agreement = owing(cast)
    meet(cast, agreement)
    run_jobs()
    [letter] = mail.outbox
    assert letter.to == ["enterprise-office@example.org"]
    assert letter.subject == "Reported as done: Report"
    assert str(dues_of(agreement)[0].pk) in letter.body


def test_the_other_sides_office_accepts_it_and_whoever_answers_for_it_is_told(cast: Cast) -> None:
    agreement = owing(cast)
    obligations_of(agreement).update(owner=cast.researcher)
    meet(cast, agreement)
    run_jobs()
    mail.outbox.clear()
    due = accept(cast, agreement)
    assert (due.is_reported, due.accepted_by) == (False, cast.enterprise_office)
    [entry] = told(agreement, "obligations.accepted")
    assert (entry.facts["due"], entry.facts["what"]["en"]) == (day(20).isoformat(), "Report")
    run_jobs()
    [letter] = mail.outbox
    assert letter.to == ["researcher@example.org"]
    assert letter.subject == "Accepted: Report"


def test_what_was_answered_before_the_letter_was_written_sends_none(cast: Cast) -> None:
    agreement = owing(cast)
    meet(cast, agreement)
    give_back(cast, agreement)
    run_jobs()
    assert [letter.subject for letter in mail.outbox] == ["Returned: Report"]


@pytest.mark.parametrize("name", ["university_office", "general_manager", "engineer", "auditor"])
def test_nobody_else_accepts_it(cast: Cast, name: str) -> None:
    agreement = owing(cast)
    meet(cast, agreement)
    with pytest.raises(NotAllowed):
        accept(cast, agreement, by=name)


def test_only_what_was_reported_is_accepted_and_once(cast: Cast) -> None:
    agreement = owing(cast)
    with pytest.raises(NotNow, match="not been reported"):
        accept(cast, agreement)
    meet(cast, agreement)
    accept(cast, agreement)
    with pytest.raises(NotNow, match="accepted already"):
        accept(cast, agreement)
    assert len(told(agreement, "obligations.accepted")) == 1


def test_what_was_accepted_is_not_returned(cast: Cast) -> None:
    agreement = owing(cast)
    meet(cast, agreement)
    accept(cast, agreement)
    with pytest.raises(NotNow, match="accepted already"):
        give_back(cast, agreement)


def test_what_was_reported_in_time_is_accepted_after_the_end_too(cast: Cast) -> None:
    agreement = owing(cast, kind="project", end=day(30))
    make_in_force(cast)
    meet(cast, agreement)
    with on(day(31)):
        assert accept(cast, agreement).accepted_at is not None


def test_silence_accepts_nothing(cast: Cast) -> None:
    agreement = owing(cast)
    meet(cast, agreement)
    with on(day(400)):
        reminders.pass_day()
    assert dues_of(agreement)[0].is_reported
