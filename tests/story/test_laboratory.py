"""Step 3: the joint laboratory is founded, prepared and unveiled by both sides, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from jointlab.laboratory.models import Laboratory
from jointlab.laboratory.services.parts import add_room, appoint
from tests.cast import OWN, Cast
from tests.laboratory.make import CODE, in_force, make_laboratory, make_ready, make_unveiled
from tests.story.test_sign_in import sign_in
from tests.story.test_walk import LANGUAGES, WIDTHS, look

INSIDE = f"/laboratories/{CODE}/inside/"
CONFIRM = f"/laboratories/{CODE}/confirm/"
PUBLIC = f"/laboratories/{CODE}/"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return Cast.tell()


def furnish(cast: Cast, laboratory: Laboratory) -> None:
    """Give it a committee and a room, beside what it takes."""
    add_room(
        by=cast.university_office,
        laboratory=laboratory,
        organisation=cast.university,
        address="Building 3, room 214",
        name_en="Test bench",
        name_zh="试验台",
        name_ko="시험대",
    )
    for office, person, charge in (
        ("university_office", "vice_president", "chair"),
        ("enterprise_office", "engineer", "member"),
    ):
        appoint(
            by=cast.people[office],
            laboratory=laboratory,
            person=cast.people[person].pk,
            charge=charge,
        )


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_office_looks_at_its_laboratory(
    page: Page, cast: Cast, language: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    laboratory = make_ready(cast)
    furnish(cast, laboratory)
    sign_in(page, cast.university_office.email, language)
    base = f"/laboratories/{CODE}"
    direction = laboratory.directions.all()[0].pk
    for path in (
        "/laboratories/",
        f"/partnerships/{OWN}/laboratories/",
        f"/partnerships/{OWN}/laboratories/found/",
        INSIDE,
        f"{base}/edit/",
        f"{base}/fields/",
        f"{base}/directions/add/",
        f"{base}/directions/{direction}/drop/",
        f"{base}/seats/appoint/",
        f"{base}/rooms/add/",
    ):
        look(page, path, language)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_signatory_reads_what_everybody_will_read(
    page: Page, cast: Cast, language: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    make_laboratory(cast)
    sign_in(page, cast.vice_president.email, language)
    look(page, CONFIRM, language)
    Laboratory.objects.all().delete()
    furnish(cast, make_ready(cast))
    for path in ("/desk/", INSIDE, CONFIRM):
        look(page, path, language)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_reads_an_unveiled_laboratory(
    page: Page, cast: Cast, language: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    make_unveiled(cast)
    for path in (PUBLIC, "/laboratory/", "/"):
        look(page, path, language)
        assert page.locator("h1").is_visible()  # on the plate, beside which nothing else may stand


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
        page.get_by_text("Appointed.").wait_for()
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
