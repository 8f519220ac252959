"""A walk through the rooms, as people of the cast take it, on a desk and on a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from jointlab.newsroom.models import Story
from jointlab.parties.services.invitations import invite_person
from tests.cast import OWN, Cast
from tests.newsroom.make import make_story
from tests.story.accessibility import serious
from tests.story.test_sign_in import sign_in

LANGUAGES = {"en": "en", "zh-hans": "zh-Hans", "ko": "ko"}
WIDTHS = [1280, 360]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    cast = Cast.tell()
    invite_person(
        by=cast.university_office,
        partnership=cast.partnership,
        organisation=cast.university,
        email="expected@example.org",
        roles=["researcher"],
        title_en="Researcher",
        language="en",
    )
    return cast


@pytest.fixture
def story(cast: Cast) -> Story:
    return make_story(cast, "en", "zh-hans", "ko", published=True)


def look(page: Page, path: str, language: str) -> None:
    """Open the page; it is in that language, fits the window, and axe finds nothing serious."""
    answer = page.goto(f"/{language}{path}")
    assert answer is not None
    assert answer.status == 200, path
    assert page.get_attribute("html", "lang") == LANGUAGES[language]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} overflows"
    assert page.locator("h1").count() == 1, path
    assert serious(page) == {}, path


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_office_walks_through_its_rooms(
    page: Page, cast: Cast, story: Story, language: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, cast.university_office.email, language)
    partnership = f"/partnerships/{OWN}/"
    for path in (
        "/desk/",
        "/partnerships/",
        partnership,
        f"{partnership}people/",
        f"{partnership}people/add/",
        f"{partnership}invitations/",
        f"{partnership}history/",
        f"{partnership}history/1/",
        f"{partnership}checkpoints/",
        f"{partnership}edit/",
        f"/people/{cast.engineer.pk}/",
        f"/organisations/{cast.university.pk}/",
        "/newsroom/",
        f"/newsroom/{story.pk}/",
        "/taxonomy/",
        "/taxonomy/skills/",
    ):
        look(page, path, language)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_public_reads_the_news(page: Page, story: Story, language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/", "/news/", f"/news/{story.slug}/", "/account/login/"):
        look(page, path, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_operator_walks_through_the_instance(page: Page, cast: Cast, language: str) -> None:
    sign_in(page, cast.operator.email, language)
    for path in (
        "/desk/",
        "/operator/organisations/",
        "/operator/organisations/add/",
        "/operator/organisations/ror/",
        "/operator/partnerships/",
        "/operator/partnerships/open/",
    ):
        look(page, path, language)


def test_the_gallery_of_components_has_no_serious_fault(page: Page, cast: Cast) -> None:
    sign_in(page, cast.engineer.email)
    page.goto("/en/gallery/")
    assert serious(page) == {}


def test_the_language_switch_stays_on_the_page(page: Page, cast: Cast) -> None:
    sign_in(page, cast.engineer.email)
    page.goto(f"/en/partnerships/{OWN}/")
    page.get_by_role("link", name="한글").click()
    page.wait_for_url(f"**/ko/partnerships/{OWN}/")
    assert page.locator("h1").inner_text().startswith("노스레이크와")


def test_the_rooms_are_reached_on_a_telephone_without_javascript(
    browser: object, site: str, cast: Cast
) -> None:
    context = browser.new_context(  # type: ignore[attr-defined]
        base_url=site, java_script_enabled=False, viewport={"width": 360, "height": 700}
    )
    page = context.new_page()
    sign_in(page, cast.engineer.email)
    page.goto("/en/desk/")
    page.locator("details > summary").first.click()
    page.get_by_role("link", name="Partnerships").first.click()
    page.wait_for_url("**/en/partnerships/")
    context.close()
