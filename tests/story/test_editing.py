"""The pages of editing, of versions and of comments, in a browser: by eye of axe, and by hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from jointlab.agreements.models import Agreement
from jointlab.agreements.negotiation.services.approving import approve_agreement
from jointlab.agreements.negotiation.services.editing import (
    edit_clause,
)
from jointlab.agreements.text import Clause
from tests.agreements.make import change, make_complete, text_of
from tests.cast import Cast
from tests.story.instance import make_trying
from tests.story.test_sign_in import sign_in


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return Cast.tell()


@pytest.fixture
def agreement(cast: Cast) -> Agreement:
    return make_trying(cast)


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


def test_an_office_is_told_before_it_voids_an_approval(page: Page, cast: Cast) -> None:
    agreement = make_complete(cast)
    approve_agreement(
        by=cast.university_office, agreement=agreement, sha256=text_of(agreement).sha256
    )
    sign_in(page, cast.enterprise_office.email, "en")

    page.goto(f"/en/agreements/{agreement.code}/")
    page.get_by_role("link", name="Edit", exact=True).click()

    expect(page.get_by_role("status")).to_contain_text("An edit makes approvals void")
