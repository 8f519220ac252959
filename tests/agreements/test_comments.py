"""Comments on a text under negotiation, for both sides or for one's own."""

from __future__ import annotations

import pytest

from jointlab.agreements.access import comments_visible_to
from jointlab.agreements.models import Agreement, Comment
from jointlab.agreements.negotiation.services.approving import withdraw_agreement
from jointlab.agreements.negotiation.services.comments import (
    comment,
    set_comment_aside,
    settle_comment,
)
from jointlab.common.errors import NotAllowed, NotNow, NotVisible, Refusal
from jointlab.history.models import Entry
from tests.agreements.make import make_agreement, make_approved, text_of
from tests.cast import Cast
from tests.parties.told import count, last

pytestmark = pytest.mark.django_db
SECRET = "We could go down to five years."


def own_side(cast: Cast, agreement: Agreement) -> Comment:
    return comment(by=cast.dean, agreement=agreement, text=SECRET, own_side=True)


def test_both_sides_read_what_is_said_to_both(cast: Cast) -> None:
    agreement = make_agreement(cast)
    clause = text_of(agreement).clauses[2].id
    said = comment(
        by=cast.division_head,
        agreement=agreement,
        text=" لماذا؟ 🤔\r\n\r\nWhy?\x00 ",
        clause=clause,
    )
    assert (said.text, said.version, said.clause) == ("لماذا؟ 🤔\n\nWhy?", 1, clause)
    assert said.organisation == cast.enterprise
    for name in ("dean", "vice_president", "auditor", "enterprise_office"):
        assert list(comments_visible_to(cast.people[name], agreement)) == [said]
    assert last(cast.partnership).event == "agreements.commented"
    assert "Why" not in last(cast.partnership).record


def test_what_a_side_says_to_itself_the_other_never_learns_of(cast: Cast) -> None:
    agreement = make_agreement(cast)
    before = count(cast.partnership)
    said = own_side(cast, agreement)
    assert list(comments_visible_to(cast.university_office, agreement)) == [said]
    assert not comments_visible_to(cast.enterprise_office, agreement).exists()
    assert count(cast.partnership) == before
    assert last(cast.university).event == "agreements.commented"
    assert not Entry.objects.filter(record__contains=SECRET).exists()
    assert not Entry.objects.filter(details__text__contains=SECRET).exists()
    with pytest.raises(NotVisible):
        settle_comment(by=cast.division_head, comment=said)
    with pytest.raises(NotVisible):
        set_comment_aside(by=cast.enterprise_office, comment=said, reason="Never mind.")


def test_a_comment_is_settled_once_by_the_side_that_wrote_it(cast: Cast) -> None:
    agreement = make_agreement(cast)
    said = comment(by=cast.dean, agreement=agreement, text="Why?")
    for name in ("division_head", "enterprise_office", "general_manager"):
        with pytest.raises(NotAllowed, match="The side that wrote"):
            settle_comment(by=cast.people[name], comment=said)
        with pytest.raises(NotAllowed, match="The side that wrote"):
            set_comment_aside(by=cast.people[name], comment=said, reason="Never mind.")
    settled = settle_comment(by=cast.university_office, comment=said)
    assert settled.settled_by == cast.university_office
    assert settled.settled_at is not None
    assert last(cast.partnership).event == "agreements.comment_settled"
    with pytest.raises(NotNow, match="already"):
        settle_comment(by=cast.dean, comment=said)


def test_a_comment_is_set_aside_with_a_reason_that_its_readers_read(cast: Cast) -> None:
    agreement = make_agreement(cast)
    said = comment(by=cast.dean, agreement=agreement, text="Why?")
    before = count(cast.partnership)
    for reason in ("", " \n ", "x" * 2001):
        with pytest.raises(Refusal):
            set_comment_aside(by=cast.dean, comment=said, reason=reason)
    assert count(cast.partnership) == before
    aside = set_comment_aside(by=cast.university_office, comment=said, reason="Five  years do.")
    assert (aside.set_aside, aside.settled_by) == ("Five years do.", cast.university_office)
    entry = last(cast.partnership)
    assert (entry.event, entry.facts["reason"]) == (
        "agreements.comment_set_aside",
        "Five years do.",
    )
    with pytest.raises(NotNow, match="already"):
        set_comment_aside(by=cast.dean, comment=said, reason="Again.")


def test_why_a_side_sets_aside_what_it_says_to_itself_is_in_no_history(cast: Cast) -> None:
    agreement = make_agreement(cast)
    said, before = own_side(cast, agreement), count(cast.partnership)
    set_comment_aside(by=cast.university_office, comment=said, reason=SECRET)
    assert count(cast.partnership) == before
    assert last(cast.university).event == "agreements.comment_set_aside"
    assert not Entry.objects.filter(record__contains=SECRET).exists()
    assert not Entry.objects.filter(details__text__contains=SECRET).exists()


def test_only_negotiators_comment_and_settle(cast: Cast) -> None:
    agreement = make_agreement(cast)
    said = comment(by=cast.dean, agreement=agreement, text="Why?")
    for name in ("auditor", "engineer", "student", "hr"):
        with pytest.raises(NotAllowed):
            comment(by=cast.people[name], agreement=agreement, text="Why?")
        with pytest.raises(NotAllowed):
            settle_comment(by=cast.people[name], comment=said)
    for name in ("other_office", "former", "operator"):
        with pytest.raises(NotVisible):
            comment(by=cast.people[name], agreement=agreement, text="Why?")


def test_a_comment_says_something_not_too_long_about_a_clause_that_is_there(cast: Cast) -> None:
    agreement = make_agreement(cast)
    for text, clause in (("", ""), (" \n ", ""), ("x" * 4001, ""), ("Why?", "no-such-clause")):
        with pytest.raises(Refusal):
            comment(by=cast.dean, agreement=agreement, text=text, clause=clause)
    assert not Comment.objects.exists()


def test_what_is_approved_or_withdrawn_is_not_commented_on(cast: Cast) -> None:
    approved, withdrawn = make_approved(cast), make_agreement(cast)
    withdraw_agreement(by=cast.university_office, agreement=withdrawn, reason="Another way.")
    for agreement in (approved, withdrawn):
        with pytest.raises(NotNow):
            comment(by=cast.dean, agreement=agreement, text="Why?")
