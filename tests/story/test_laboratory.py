"""Step 3: the joint laboratory is founded, prepared and unveiled by both sides, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from jointlab.laboratory.models import Laboratory
from tests.cast import OWN, Cast
from tests.laboratory.make import in_force
from tests.story.test_sign_in import sign_in


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return Cast.tell()


def test_both_sides_unveil_what_an_office_has_founded(page: Page, cast: Cast) -> None:
    in_force(cast)
    sign_in(page, cast.university_office.email)
    page.goto(f"/en/partnerships/{OWN}/laboratories/")
    page.get_by_role("link", name="Found a laboratory").click()
    page.get_by_label("Code").fill("our-lab")
    page.get_by_label("Name in English").fill("Our laboratory")
    page.get_by_label("Name in Chinese").fill("我们的联合实验室")
    page.get_by_label("Name in Korean").fill("우리 공동연구실")
    page.get_by_role("button", name="Found").click()
    page.get_by_role("link", name="Add a direction").click()
    page.get_by_label("Name in English").fill("Digital industry")
    page.get_by_role("button", name="Add").click()
    laboratory = Laboratory.objects.get(code="our-lab")
    for office, person in (("university_office", "dean"), ("enterprise_office", "division_head")):
        page.context.clear_cookies()
        sign_in(page, cast.people[office].email)
        page.goto("/en/desk/")
        page.get_by_role("link", name="Add what is missing").click()
        page.get_by_role("link", name="Appoint somebody").click()
        page.get_by_label("Person").select_option(value=str(cast.people[person].pk))
        page.get_by_label("director", exact=True).check()
        page.get_by_role("button", name="Appoint").click()
        page.get_by_text("Appointed:").wait_for()
    for signatory in ("vice_president", "general_manager"):
        page.context.clear_cookies()
        sign_in(page, cast.people[signatory].email)
        page.goto("/en/desk/")
        page.get_by_role("link", name="Confirm the unveiling").click()
        page.get_by_role("button", name="Confirm the unveiling").click()
        page.get_by_role("status").first.wait_for()
    page.wait_for_url("**/en/laboratories/our-lab/")
    page.context.clear_cookies()
    page.goto("/ko/laboratories/our-lab/")
    assert page.locator("h1").inner_text() == "우리 공동연구실"
    laboratory.refresh_from_db()
    assert laboratory.unveiled_on is not None
