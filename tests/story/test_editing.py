"""The pages of editing, of versions and of comments, in a browser: by eye of axe, and by hand."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from jointlab.agreements.models import Agreement
from jointlab.agreements.negotiation.queries.texts import latest_version
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


@pytest.mark.parametrize(
    ("language", "differ", "name"),
    [
        ("en", "translations differ", "All languages say the same"),
        ("zh-hans", "各语言文本不一致", "我已逐一核对"),
        ("ko", "언어별 문구 불일치", "저장하는 언어별 문구를 모두 대조했으며"),
    ],
    ids=["en", "zh-hans", "ko"],
)
def test_an_office_goes_from_what_differs_to_its_place_confirms_it_and_approves(
    page: Page, cast: Cast, language: str, differ: str, name: str
) -> None:
    agreement = make_complete(cast)
    clause = text_of(agreement).clause("purpose")
    thirty = Clause("purpose", clause.heading, {**clause.body, "en": "Within thirty days."})
    change(cast, edit_clause, agreement, by="enterprise_office", clause=thirty)
    at = f"/{language}/agreements/{agreement.code}/"
    sign_in(page, cast.university_office.email, language)

    page.goto(f"{at}approve/")
    expect(page.locator("main [name=read]")).to_have_count(0)
    for code in ("en", "zh-Hans", "ko"):
        expect(page.locator(f"#clause-purpose [lang={code}] h3")).to_be_visible()
    expect(page.locator("#clause-purpose [lang=en] ins")).to_contain_text("Within thirty days")
    page.get_by_role("link", name=differ).click()
    expect(page).to_have_url(re.compile(f"{at}edit/clauses/purpose/$"))
    page.get_by_label(name).check()
    page.locator("main form .buttons button").first.click()
    expect(page).to_have_url(re.compile(f"{at}edit/clauses/$"))

    page.goto(f"{at}approve/")
    page.check("main [name=read]")
    page.locator("main form .buttons button").first.click()
    expect(page).to_have_url(re.compile(f"{at}$"))
    agreement.refresh_from_db()
    assert latest_version(agreement).approvals.get().organisation == cast.university
