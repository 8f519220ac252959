"""The frame of every page: languages, rooms, the style sheet, what stands when something breaks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.translation import override

from jointlab.common import stylesheet
from jointlab.common.rooms import rail
from jointlab.common.service_form import DecisionForm
from jointlab.common.specimens import TITLES, sample, specimens
from jointlab.common.web import confirm_page, in_language, page
from tests.common.pages import asked

LANGUAGES = ["en", "zh-hans", "ko"]


class SignedIn:
    is_authenticated = True


def test_the_other_languages_lead_to_the_same_page_with_its_parameters() -> None:
    with override("en"):
        assert in_language("/en/gallery/?a=1", "ko") == "/ko/gallery/?a=1"


def test_a_page_that_is_missing_is_missing_in_the_other_language_too() -> None:
    with override("en"):
        assert in_language("/en/nowhere/", "zh-hans") == "/zh-hans/nowhere/"


def test_an_address_outside_the_languages_stays() -> None:
    with override("en"):
        assert in_language("/health", "ko") == "/health"


def test_the_public_is_shown_public_rooms_alone() -> None:
    everywhere = {door.icon for door in rail(SignedIn(), "/en/")}
    public = {door.icon for door in page(asked())["rooms"]}
    assert public < everywhere
    assert "inbox" not in public


def test_the_nearest_room_above_the_page_is_marked() -> None:
    with override("en"):
        marked = {door.url: door.current for door in rail(SignedIn(), "/en/desk/") if door.current}
        assert marked == {"/en/desk/": "page"}
        below = {door.url: door.current for door in rail(SignedIn(), "/en/desk/x/")}
    assert below["/en/desk/"] == "true"


def test_the_style_sheet_is_one_piece_with_every_component_in_its_layer() -> None:
    entry = (stylesheet.FOLDER / "jointlab.css").read_text("utf-8")
    files = {path.name for path in (stylesheet.FOLDER / "components").glob("*.css")}
    assert set(re.findall(r"components/([\w-]+\.css)", entry)) == files
    text = stylesheet.joined()
    assert text.startswith("@layer tokens, elements, components, print;")
    assert "@import" not in text
    assert text.count("@layer components {") == len(files)
    assert ".timeline {" in text


def test_the_style_sheet_is_kept_for_ever_and_an_old_address_is_gone(client: Client) -> None:
    answer = client.get(f"/style-{stylesheet.fingerprint()}.css")
    assert "immutable" in answer["Cache-Control"]
    assert answer["Content-Type"] == "text/css; charset=utf-8"


def test_colours_stand_in_the_tokens_alone() -> None:
    coloured = [
        file.name
        for file in (stylesheet.FOLDER / "components").glob("*.css")
        if re.search(r"#[0-9a-f]{3,8}\b|rgb\(|hsl\(", file.read_text("utf-8"))
    ]
    assert coloured == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_gallery_shows_each_component(language: str) -> None:
    with override(language):
        given, request = sample(), asked(f"/{language}/gallery/")
        shown = {
            specimen.name: render_to_string(specimen.template, given, request)
            for specimen in specimens()
            if specimen.source
        }
    assert list(shown) == list(TITLES)
    assert all(text.strip() for text in shown.values())


def test_every_snippet_of_the_gallery_is_shown() -> None:
    folder = Path(stylesheet.__file__).parent / "templates" / "common" / "gallery"
    assert {path.stem for path in folder.glob("*.html")} == set(TITLES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "common/refused"])
def test_what_went_wrong_is_said_in_the_readers_language(name: str, language: str) -> None:
    with override(language):
        text = render_to_string(f"{name}.html", {"reason": "<b>"}, asked(f"/{language}/"))
    assert f'<html lang="{ {"zh-hans": "zh-Hans"}.get(language, language) }"' in text
    assert text.count("<h1>") == 1
    assert "<b>" not in text


def test_the_page_of_a_breakdown_needs_nothing_and_speaks_every_language() -> None:
    text = render_to_string("500.html")
    assert "Something broke" in text
    assert 'lang="zh-Hans"' in text
    assert 'lang="ko"' in text


@pytest.mark.parametrize("on", [True, False])
def test_a_demonstration_says_so_on_every_page(on: bool, settings: object) -> None:
    settings.DEMONSTRATION = on  # type: ignore[attr-defined]
    text = render_to_string("404.html", {}, asked())
    assert ("This is a demonstration." in text) is on


def test_what_is_lost_is_named_before_it_is() -> None:
    request = RequestFactory().get("/en/")
    page = confirm_page(
        request,
        title="End it",
        lost=["<b>Access</b>"],
        form=DecisionForm(request),
        submit="End",
        cancel="/back/",
    )
    text = page.content.decode()
    assert "&lt;b&gt;Access&lt;/b&gt;" in text
    assert "button-danger" in text
    assert 'href="/back/"' in text
