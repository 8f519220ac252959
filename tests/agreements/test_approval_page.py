"""Whoever approves sees the whole text in every language, and what changed since their side knew it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from django.utils.html import strip_tags

from jointlab.agreements.models import Agreement
from jointlab.agreements.negotiation.queries.approving import abreast, known_to
from jointlab.agreements.negotiation.services.approving import (
    approve_agreement,
    reopen_agreement,
    withdraw_approval,
)
from jointlab.agreements.negotiation.services.editing import (
    add_clause,
    drop_clause,
    edit_clause,
    edit_terms,
    put_duty,
)
from jointlab.agreements.text import Clause, Duty
from tests.agreements.editor import Editor
from tests.agreements.make import change, make_approved, make_complete, text_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db

EVERY = ("en", "zh-hans", "ko")
BODY = {"en": "Paid within sixty days.", "zh-hans": "六十日内付款。", "ko": "60일 이내에 지급한다."}
PAYMENT = Clause("payment", {"en": "Payment", "zh-hans": "付款", "ko": "지급"}, BODY)
THIRTY = replace(
    PAYMENT,
    body={
        "en": "Paid within thirty days.",
        "zh-hans": "三十日内付款。",
        "ko": "30일 이내에 지급한다.",
    },
)


def approve(cast: Cast, agreement: Agreement, name: str) -> None:
    sha256 = text_of(agreement).sha256
    approve_agreement(by=cast.people[name], agreement=agreement, sha256=sha256)


def known(cast: Cast, agreement: Agreement, side: str) -> tuple[int, str]:
    agreement.refresh_from_db()
    found = known_to(agreement, cast.organisations[side].pk)
    return found.version.number, found.by


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "every language"), ("zh-hans", "全文（全部语言）"), ("ko", "모든 언어의 전문")],
)
def test_the_whole_text_is_there_in_every_language_the_readers_first(
    cast: Cast, language: str, title: str
) -> None:
    agreement = make_complete(cast)
    editor = Editor(cast, agreement, "vice_president")
    page = editor.client.get(f"/{language}/agreements/{agreement.code}/approve/")
    text = page.content.decode()
    assert title in text
    for clause in text_of(agreement).clauses:
        for code in EVERY:
            assert clause.heading[code] in text
    assert text.count('class="across"') > len(text_of(agreement).clauses)
    assert "{start}" not in text
    first = re.search(r'<div class="across">\s*<div lang="([\w-]+)"', text)
    assert first
    assert first[1].lower() == language


def test_what_the_other_side_changed_is_marked_in_each_language(cast: Cast) -> None:
    agreement = make_complete(cast)
    change(cast, add_clause, agreement, clause=PAYMENT)
    change(cast, edit_clause, agreement, by="enterprise_office", clause=THIRTY)

    page = Editor(cast, agreement).read("approve")

    assert "the last before the other side changed anything" in page
    plain = strip_tags(page)
    for old, new in (("sixty", "thirty"), ("60", "30")):
        assert re.search(rf"<del>.*?{old}.*?</del>", page)
        assert re.search(rf"<ins>.*?{new}.*?</ins>", page)
    assert "六" in plain
    assert 'href="#clause-payment"' in page
    assert page.count("Edited") >= 2


def test_a_clause_shows_the_terms_that_it_names_as_they_changed(cast: Cast) -> None:
    agreement = make_complete(cast)
    text = text_of(agreement)
    terms = replace(text.terms, confidentiality_years=9)
    change(cast, edit_terms, agreement, by="enterprise_office", terms=terms, names=text.names)
    rows = {row.id: row for row in abreast(text, text_of(agreement)).clauses}
    assert rows["confidentiality"].kind == "changed"
    assert rows["purpose"].kind == "same"
    marked = [
        [piece.text for piece in said.pieces if piece.kind == "added"]
        for said in rows["confidentiality"].said
    ]
    assert all("9" in "".join(words) for words in marked)


def test_clauses_that_were_added_or_taken_out_say_so(cast: Cast) -> None:
    agreement = make_complete(cast)
    old = text_of(agreement)
    change(cast, add_clause, agreement, clause=PAYMENT)
    change(cast, drop_clause, agreement, clause="purpose")
    rows = abreast(old, text_of(agreement)).clauses
    assert {row.id: row.kind for row in rows if row.kind != "same"} == {
        "payment": "added",
        "purpose": "removed",
    }
    assert rows[-1].id == "purpose"


def test_what_a_side_knew_is_what_it_approved_last_also_when_that_is_void(cast: Cast) -> None:
    agreement = make_complete(cast)
    approve(cast, agreement, "vice_president")
    approved = text_of(agreement) and agreement.latest
    change(cast, add_clause, agreement, by="enterprise_office", clause=PAYMENT)
    assert known(cast, agreement, "university") == (approved, "approved")
    assert "which your side approved last" in Editor(cast, agreement).read("approve")
    approve(cast, agreement, "university_office")
    withdraw_approval(by=cast.university_office, agreement=agreement)
    assert known(cast, agreement, "university") == (agreement.latest, "approved")


def test_a_text_that_was_reopened_shows_what_changed_since_all_had_approved(cast: Cast) -> None:
    agreement = make_approved(cast)
    approved = agreement.latest
    reopen_agreement(by=cast.enterprise_office, agreement=agreement, reason="A sum.")
    change(cast, add_clause, agreement, by="enterprise_office", clause=PAYMENT)
    for side in ("university", "enterprise"):
        assert known(cast, agreement, side) == (approved, "approved")


def test_a_side_that_never_approved_is_shown_all_that_the_other_wrote(cast: Cast) -> None:
    agreement = make_complete(cast)
    begun = agreement.latest
    assert known(cast, agreement, "university") == (begun, "own")
    assert known(cast, agreement, "enterprise") == (1, "first")
    change(cast, add_clause, agreement, by="enterprise_office", clause=PAYMENT)
    # An edit of one's own elsewhere does not mean that one has read the other's.
    change(cast, drop_clause, agreement, clause="purpose")
    assert known(cast, agreement, "university") == (begun, "own")


def test_another_agreements_approval_says_nothing_of_this_one(cast: Cast) -> None:
    make_approved(cast)
    agreement = make_complete(cast)
    assert known(cast, agreement, "university")[1] == "own"


def test_a_text_of_which_nothing_changed_says_so(cast: Cast) -> None:
    agreement = make_complete(cast)
    page = Editor(cast, agreement).read("approve")
    assert "Nobody but your side has changed this text so far" in page
    assert "<ins>" not in page
    clause = text_of(agreement).clause("purpose")
    for words in (PAYMENT.body, clause.body):
        again = replace(clause, body=words)
        change(cast, edit_clause, agreement, by="enterprise_office", clause=again)
    assert "Nothing was changed since then." in Editor(cast, agreement).read("approve")


def test_what_is_not_written_in_a_language_says_so_where_another_speaks(cast: Cast) -> None:
    agreement = make_complete(cast)
    duty = Duty("report", cast.university.pk, {"en": "Deliver a report"}, date(2099, 1, 1))
    change(cast, put_duty, agreement, duty=duty)
    change(cast, add_clause, agreement, clause=replace(PAYMENT, body={"en": BODY["en"]}))
    page = Editor(cast, agreement).read("approve")
    assert page.count("Not yet written") == 4
    text = text_of(agreement)
    [row] = abreast(text, text).duties
    assert {said.language: said.is_written for said in row} == {
        "en": True,
        "zh-hans": False,
        "ko": False,
    }
