"""Comments: for both sides, or kept to one's own."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail

from jointlab.agreements.models import Comment
from jointlab.agreements.negotiation.services.comments import comment, settle_comment
from jointlab.agreements.negotiation.services.editing import drop_clause
from tests.agreements.editor import Editor, said
from tests.agreements.make import change, make_agreement, make_approved
from tests.cast import Cast

pytestmark = pytest.mark.django_db

SECRET = "Our lowest offer is eleven."


def test_a_comment_on_a_clause_is_read_by_both_sides(cast: Cast) -> None:
    agreement = make_agreement(cast)

    Editor(cast, agreement, "dean").save(
        "comments", text="Too short 🙂\nSay more.", clause="purpose"
    )

    page = Editor(cast, agreement, "enterprise_office").read("comments")
    assert "Too short 🙂<br>Say more." in page
    assert "1. Purpose" in page
    assert "Only" not in page.split("Add a comment")[0]


def test_a_comment_on_the_whole_text_is_the_usual_one(cast: Cast) -> None:
    agreement = make_agreement(cast)
    Editor(cast, agreement).save("comments", text="Well begun.", clause="-")
    row = Comment.objects.get()
    assert (row.clause, row.own_side) == ("", False)


def test_one_that_is_kept_to_a_side_says_whose_it_is(cast: Cast) -> None:
    agreement = make_agreement(cast)
    editor = Editor(cast, agreement)
    editor.save("comments", text=SECRET, clause="purpose", own_side="on")
    assert Comment.objects.get().own_side
    page = editor.read("comments")
    assert SECRET in page
    assert "Only Northlake University sees this" in page.split("Add a comment")[0]


def test_the_other_side_never_learns_of_it(cast: Cast) -> None:
    agreement = make_agreement(cast)
    other = Editor(cast, agreement, "enterprise_office")
    pages = ("comments", "edit-clauses", "agreement", "versions", "drop-clause")
    arguments: dict[str, list[str]] = {"drop-clause": ["purpose"]}
    history = f"/en/partnerships/{cast.partnership.code}/"

    def shown() -> list[Any]:
        counts = [
            other.get("comments").context["count"],
            other.get("comments", settled="").context["count"],
            [row.comments for row in other.get("edit-clauses").context["rows"]],
            [row.comments for row in other.get("agreement").context["reading"].clauses],
        ]
        timelines = [
            said(other.client.get(at)).count('class="entry"')
            for at in (history, f"{history}history/")
        ]
        return [*counts, *timelines]

    before = shown()
    letters = len(mail.outbox)
    row = comment(
        by=cast.university_office,
        agreement=agreement,
        text=SECRET,
        clause="purpose",
        own_side=True,
    )
    settled = comment(by=cast.university_office, agreement=agreement, text=SECRET, own_side=True)
    settle_comment(by=cast.dean, comment=settled)

    assert shown() == before
    assert len(mail.outbox) == letters
    for page in pages:
        assert SECRET not in other.read(page, *arguments.get(page, []))
    assert other.send("settle-comment", row.pk).status_code == 404
    assert other.get("set-comment-aside", row.pk).status_code == 404
    row.refresh_from_db()
    assert row.settled_at is None


def test_a_clause_shows_how_many_of_its_comments_are_open(cast: Cast) -> None:
    agreement = make_agreement(cast)
    for words in ("One.", "Two."):
        last = comment(by=cast.dean, agreement=agreement, text=words, clause="purpose")
    settle_comment(by=cast.university_office, comment=last)
    editor = Editor(cast, agreement, "enterprise_office")
    assert "1 open comment<" in editor.read("agreement")
    assert "?clause=purpose" in editor.read("edit-clauses")
    assert "Two." not in editor.read("comments", clause="purpose")
    assert "One." in editor.read("comments", clause="purpose")
    assert "One." not in editor.read("comments", clause="directions")


def test_a_settled_comment_moves_to_the_settled_ones(cast: Cast) -> None:
    agreement = make_agreement(cast)
    row = comment(by=cast.dean, agreement=agreement, text="Too short.")
    editor = Editor(cast, agreement, "university_office")

    assert editor.send("settle-comment", row.pk).status_code == 302

    page = editor.read("comments")
    assert "The comment is resolved." in page
    assert "Too short." not in page
    assert "Resolved comments: 1" in page
    assert "Too short." in editor.read("comments", settled="")


def test_one_that_is_set_aside_shows_the_reason_to_both_sides(cast: Cast) -> None:
    agreement = make_agreement(cast)
    row = comment(by=cast.dean, agreement=agreement, text="Too short.")
    editor, other = Editor(cast, agreement), Editor(cast, agreement, "enterprise_office")
    assert "Too short." in editor.read("set-comment-aside", row.pk)
    assert editor.send("set-comment-aside", row.pk, reason=" ").status_code == 200

    assert editor.send("set-comment-aside", row.pk, reason="Five years do.").status_code == 302

    assert "Too short." not in editor.read("comments")
    page = other.read("comments", settled="")
    assert "Set aside" in page
    assert "Five years do." in page


def test_the_other_side_is_offered_neither_to_settle_nor_to_set_aside(cast: Cast) -> None:
    agreement = make_agreement(cast)
    row = comment(by=cast.dean, agreement=agreement, text="Too short.")
    other = Editor(cast, agreement, "enterprise_office")
    page, own = other.read("comments"), Editor(cast, agreement, "vice_president").read("comments")
    for act in ("settle", "set-aside"):
        assert f"{row.pk}/{act}/" not in page
        assert f"{row.pk}/{act}/" in own
    assert other.send("settle-comment", row.pk).status_code == 403
    assert other.get("set-comment-aside", row.pk).status_code == 403


def test_settling_twice_says_so(cast: Cast) -> None:
    agreement = make_agreement(cast)
    row = comment(by=cast.dean, agreement=agreement, text="Too short.")
    editor = Editor(cast, agreement)
    editor.send("settle-comment", row.pk)
    editor.send("settle-comment", row.pk)
    assert "This comment is resolved already." in editor.read("comments")


def test_a_comment_on_a_clause_that_was_dropped_stays(cast: Cast) -> None:
    agreement = make_agreement(cast)
    comment(by=cast.dean, agreement=agreement, text="Needed?", clause="purpose")
    change(cast, drop_clause, agreement, clause="purpose")
    page = Editor(cast, agreement).read("comments")
    assert "Needed?" in page
    assert "A clause that is not in the text any more" in page


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "x" * 4001])
def test_a_comment_says_something_and_ends(cast: Cast, text: str) -> None:
    agreement = make_agreement(cast)
    answer = Editor(cast, agreement).save("comments", text=text, clause="purpose")
    assert answer.status_code == 200
    assert not Comment.objects.exists()


def test_an_auditor_reads_and_says_nothing(cast: Cast) -> None:
    agreement = make_agreement(cast)
    comment(by=cast.dean, agreement=agreement, text="Too short.")
    editor = Editor(cast, agreement, "auditor")
    page = editor.read("comments")
    assert "Too short." in page
    assert "<textarea" not in page
    assert "settle/" not in page
    assert editor.send("comments", text="Hm.", clause="-").status_code == 403


def test_what_is_approved_takes_no_more_comments(cast: Cast) -> None:
    agreement = make_approved(cast)
    editor = Editor(cast, agreement)
    assert "<textarea" not in editor.read("comments")
    assert "Reopen it, then edit." in said(editor.send("comments", text="Late.", clause="-"))


def test_a_thousand_comments_ask_no_more_of_the_database(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    agreement = make_agreement(cast)
    editor = Editor(cast, agreement)
    comment(by=cast.dean, agreement=agreement, text="One.")
    editor.read("comments")
    with django_assert_max_num_queries(15) as few:
        editor.read("comments")
    Comment.objects.bulk_create(
        Comment(
            agreement=agreement,
            version=1,
            clause="purpose",
            by=cast.dean,
            organisation=cast.university,
            text=f"Remark {number}",
        )
        for number in range(1000)
    )
    with django_assert_max_num_queries(len(few)):
        page = editor.read("comments")
    assert page.count('<li class="entry">') == 30
