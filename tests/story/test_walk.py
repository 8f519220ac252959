"""What leads from room to room, also on a telephone without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.cast import OWN, Cast
from tests.story.accessibility import serious
from tests.story.conftest import new_context
from tests.story.test_sign_in import sign_in

LANGUAGES = {"en": "en", "zh-hans": "zh-Hans", "ko": "ko"}
WIDTHS = [1280, 360]
# What a style may say for one language alone: how letters look and lines are set. Bold is 600.
LETTERS = {
    *("--line", "--line-tight", "--mono", "--sans", "font-family", "font-style", "letter-spacing"),
    *("line-break", "line-height", "word-break"),
}
SAID_OF_LANGUAGES = """() => {
  const said = [];
  const read = (rules, within) => {
    for (const rule of rules) {
      const of = within || /:lang\\(|\\[(href)?lang/.test(rule.selectorText ?? "");
      if (of && rule.style)
        for (const name of rule.style) said.push([name, rule.style.getPropertyValue(name)]);
      read(rule.cssRules ?? [], of);
    }
  };
  for (const sheet of document.styleSheets) read(sheet.cssRules, false);
  return said;
}"""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return Cast.tell()


def look(page: Page, path: str, language: str, *widths: int) -> None:
    """Open the page; it is in that language, fits each window, and axe finds nothing serious."""
    answer = page.goto(f"/{language}{path}")
    assert answer is not None
    assert answer.status == 200, path
    assert page.get_attribute("html", "lang") == LANGUAGES[language]
    assert page.locator("h1").count() == 1, path
    for width in widths or (1280,):
        page.set_viewport_size({"width": width, "height": 800})
        fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert fits, f"{path} overflows at {width}"
        assert serious(page) == {}, f"{path} at {width}"


def test_the_gallery_of_components_has_no_serious_fault(page: Page, cast: Cast) -> None:
    sign_in(page, cast.engineer.email)
    page.goto("/en/gallery/")
    assert serious(page) == {}


def test_no_language_has_colours_of_its_own(page: Page, cast: Cast) -> None:
    page.goto("/en/account/login/")
    said = page.evaluate(SAID_OF_LANGUAGES)
    assert {name for name, value in said if (name, value) != ("font-weight", "600")} == LETTERS


def test_the_language_switch_stays_on_the_page(page: Page, cast: Cast) -> None:
    sign_in(page, cast.engineer.email)
    page.goto(f"/en/partnerships/{OWN}/")
    page.get_by_role("link", name="한국어").click()
    page.wait_for_url(f"**/ko/partnerships/{OWN}/")
    assert page.locator("h1").inner_text().startswith("노스레이크와")


def test_the_rooms_are_reached_on_a_telephone_without_javascript(
    browser: Browser, site: str, cast: Cast
) -> None:
    context = new_context(
        browser, base_url=site, java_script_enabled=False, viewport={"width": 360, "height": 700}
    )
    page = context.new_page()
    sign_in(page, cast.engineer.email)
    page.goto("/en/desk/")
    page.locator("details > summary").first.click()
    page.get_by_role("link", name="Partnerships").first.click()
    page.wait_for_url("**/en/partnerships/")
    context.close()
