"""The pages of editing, of versions and of comments, in a browser: by eye of axe, and by hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from jointlab.agreements.models import Agreement
from jointlab.agreements.services.approving import approve_agreement
from jointlab.agreements.services.comments import comment
from jointlab.agreements.services.editing import (
    add_clause,
    edit_clause,
    edit_terms,
    move_clause,
    put_commitment,
    put_duty,
)
from jointlab.agreements.text import Clause, Commitment, Duty
from tests.agreements.make import change, make_complete, text_of
from tests.cast import Cast
from tests.story.test_sign_in import sign_in
from tests.story.test_walk import look

PAGES = (
    "",
    "edit/terms/",
    "edit/parties/",
    "edit/signers/",
    "edit/clauses/",
    "edit/clauses/purpose/",
    "edit/clauses/purpose/drop/",
    "edit/add-clause/",
    "edit/commitments/",
    "edit/commitments/add/",
    "edit/duties/",
    "edit/duties/owed/",
    "versions/",
    "versions/1/",
    "versions/compare/?old=1&new=8",
    "comments/",
)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return Cast.tell()


@pytest.fixture
def agreement(cast: Cast) -> Agreement:
    """A draft with something on each of the pages, and names that try them."""
    agreement = make_complete(cast)
    side, text = cast.university.pk, text_of(agreement)
    names = {"en": "اتفاقية 🤝 " + "W" * 120, "zh-hans": "战略合作协议", "ko": "협약"}
    change(cast, edit_terms, agreement, terms=text.terms, names=names)
    clause = Clause("odd", {"en": "سرية " + "x" * 150}, {"en": "y" * 400, "ko": ""})
    change(cast, add_clause, agreement, clause=clause)
    change(cast, move_clause, agreement, clause="purpose", up=False)
    money = Commitment("money", side, {"ko": "연구비"}, "999999999999999.9999", "KRW")
    change(cast, put_commitment, agreement, commitment=money)
    duty = Duty("owed", side, {"en": "z" * 400}, text.terms.start, "quarter")
    change(cast, put_duty, agreement, duty=duty)
    comment(by=cast.dean, agreement=agreement, text="v" * 300, clause="purpose", own_side=True)
    comment(by=cast.general_manager, agreement=agreement, text="نعم 👍")
    return agreement


@pytest.mark.parametrize(("language", "width"), [("en", 320), ("zh-hans", 1280), ("ko", 360)])
def test_axe_finds_nothing_serious_and_nothing_overflows(
    page: Page, cast: Cast, agreement: Agreement, language: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, cast.university_office.email, language)
    for path in PAGES:
        look(page, f"/agreements/{agreement.code}/{path}", language)


def test_two_offices_edit_one_clause_and_decide_between_two_wordings(
    page: Page, cast: Cast, agreement: Agreement
) -> None:
    at = f"/en/agreements/{agreement.code}/edit/clauses/purpose/"
    sign_in(page, cast.enterprise_office.email, "en")
    page.goto(at)
    words = text_of(agreement).clause("purpose")
    theirs = Clause("purpose", words.heading, {**words.body, "en": "Their words."})
    change(cast, edit_clause, agreement, clause=theirs)

    page.get_by_label("Text in English").fill("My words.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody else changed this meanwhile.")
    expect(page.get_by_role("row", name="Text in English").locator("del")).to_contain_text("Their")
    expect(page.get_by_label("Text in English")).to_have_value("My words.")

    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: it is version")).to_be_visible()
    assert text_of(agreement).clause("purpose").body["en"] == "My words."


def test_an_office_is_told_before_it_voids_an_approval(
    page: Page, cast: Cast, agreement: Agreement
) -> None:
    whole = dict.fromkeys(("en", "zh-hans", "ko"), "Whole.")
    change(cast, edit_clause, agreement, clause=Clause("odd", whole, whole))
    approve_agreement(
        by=cast.university_office, agreement=agreement, sha256=text_of(agreement).sha256
    )
    sign_in(page, cast.enterprise_office.email, "en")

    page.goto(f"/en/agreements/{agreement.code}/")
    page.get_by_role("link", name="Edit", exact=True).click()

    expect(page.get_by_role("status")).to_contain_text("An edit makes approvals void")
