"""Answers to comments: one level, read by whoever reads the comment."""

from __future__ import annotations

import pytest
from django.core import mail

from jointlab.agreements.models import Agreement, Comment, Reply
from jointlab.agreements.negotiation.services.approving import withdraw_agreement
from jointlab.agreements.negotiation.services.comments import (
    answer_comment,
    comment,
    settle_comment,
)
from jointlab.common.errors import NotAllowed, NotNow, NotVisible, Refusal
from jointlab.history.models import Entry
from tests.agreements.editor import Editor
from tests.agreements.make import make_agreement, make_draft
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.parties.told import count, last

pytestmark = pytest.mark.django_db
ANSWER = "Because eleven is the law."


def remark(cast: Cast, agreement: Agreement, *, own_side: bool = False) -> Comment:
    return comment(by=cast.dean, agreement=agreement, text="Why eleven?", own_side=own_side)


def letters(cast: Cast) -> set[str]:
    run_jobs()
    return {letter.to[0].partition("@")[0] for letter in mail.outbox}


def test_a_comment_is_answered_by_the_other_side_and_both_read_it(cast: Cast) -> None:
    agreement = make_agreement(cast)
    said = remark(cast, agreement)
    reply = answer_comment(by=cast.division_head, comment=said, text=f" {ANSWER}\r\n ")
    assert (reply.text, reply.organisation) == (ANSWER, cast.enterprise)
    entry = last(cast.partnership)
    assert entry.event == "agreements.comment_answered"
    assert "eleven" not in entry.record
    for name in ("dean", "auditor", "enterprise_office"):
        assert ANSWER in Editor(cast, agreement, name).read("comments")


def test_who_spoke_before_gets_a_letter_without_the_words(cast: Cast) -> None:
    agreement = make_agreement(cast)
    said = remark(cast, agreement)
    run_jobs()
    mail.outbox.clear()
    answer_comment(by=cast.division_head, comment=said, text=ANSWER)
    assert letters(cast) == {"dean"}
    assert ANSWER not in mail.outbox[0].body
    mail.outbox.clear()
    answer_comment(by=cast.general_manager, comment=said, text="And the custom.")
    assert letters(cast) == {"dean", "division-head"}


def test_an_answer_to_what_a_side_says_to_itself_stays_there(cast: Cast) -> None:
    agreement = make_agreement(cast)
    before = count(cast.partnership)
    said = remark(cast, agreement, own_side=True)
    with pytest.raises(NotVisible):
        answer_comment(by=cast.enterprise_office, comment=said, text=ANSWER)
    answer_comment(by=cast.university_office, comment=said, text=ANSWER)
    assert count(cast.partnership) == before
    assert last(cast.university).event == "agreements.comment_answered"
    assert ANSWER in Editor(cast, agreement, "dean").read("comments")
    other = Editor(cast, agreement, "enterprise_office")
    assert ANSWER not in other.read("comments")
    assert other.get("answer-comment", said.pk).status_code == 404
    assert not Entry.objects.filter(details__text__contains="eleven").exists()


def test_an_answer_within_a_draft_is_told_in_its_own_chain(cast: Cast) -> None:
    draft = make_draft(cast)
    said = remark(cast, draft)
    before = count(cast.university)
    answer_comment(by=cast.university_office, comment=said, text=ANSWER)
    assert last(draft).event == "agreements.comment_answered"
    assert count(cast.university) == before


def test_only_negotiators_answer(cast: Cast) -> None:
    said = remark(cast, make_agreement(cast))
    for name, refusal in (
        ("auditor", NotAllowed),
        ("engineer", NotAllowed),
        ("other_office", NotVisible),
        ("operator", NotVisible),
    ):
        with pytest.raises(refusal):
            answer_comment(by=cast.people[name], comment=said, text=ANSWER)


def test_an_answer_says_something_not_too_long_to_what_is_open(cast: Cast) -> None:
    agreement = make_agreement(cast)
    said = remark(cast, agreement)
    for text in ("", " \n ", "x" * 4001):
        with pytest.raises(Refusal):
            answer_comment(by=cast.dean, comment=said, text=text)
    settle_comment(by=cast.dean, comment=said)
    with pytest.raises(NotNow, match="resolved"):
        answer_comment(by=cast.dean, comment=said, text=ANSWER)
    other = remark(cast, agreement)
    withdraw_agreement(by=cast.university_office, agreement=agreement, reason="Another way.")
    with pytest.raises(NotNow):
        answer_comment(by=cast.dean, comment=other, text=ANSWER)
    assert not Reply.objects.exists()


def test_one_answers_on_a_page_that_shows_the_comment_and_none_counts_as_open(cast: Cast) -> None:
    agreement = make_agreement(cast)
    said = remark(cast, agreement)
    editor = Editor(cast, agreement, "enterprise_office")
    assert "Why eleven?" in editor.read("answer-comment", said.pk)
    assert editor.send("answer-comment", said.pk, text=ANSWER).status_code == 302
    page = editor.read("comments")
    assert ANSWER in page
    assert editor.get("comments").context["count"].open == 1
