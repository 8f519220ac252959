"""Every page of one prepared instance in each language and width, by the eye of axe.

What people do on these pages is told once, by the other modules.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.cast import OWN
from tests.story.conftest import opened
from tests.story.instance import Instance
from tests.story.test_first_steps import verify
from tests.story.test_sign_in import say_who_once_more, sign_in
from tests.story.test_walk import LANGUAGES, WIDTHS, look

EDITING = (
    "",
    "edit/terms/",
    "edit/parties/",
    "edit/signers/",
    "edit/clauses/",
    "edit/clauses/purpose/",
    "edit/clauses/purpose/drop/",
    "edit/add-clause/",
    "edit/import/",
    "edit/commitments/",
    "edit/commitments/add/",
    "edit/duties/",
    "edit/duties/owed/",
    "versions/",
    "versions/1/",
    "versions/compare/?old=1&new=8",
    "comments/",
)
OPERATOR = (
    "/desk/",
    "/operator/organisations/",
    "/operator/organisations/add/",
    "/operator/organisations/ror/",
    "/operator/partnerships/",
    "/operator/partnerships/open/",
)


@pytest.fixture(scope="module")
def served(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[str, Instance]]:
    """Return the address of an instance with something on every page.

    It is committed, as a server's threads must see it, and gone when the module is done.
    """
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)
        server = LiveServer("localhost")
        with override_settings(ORIGIN=server.url):
            yield server.url, Instance.make()
        server.stop()
        call_command("flush", interactive=False, verbosity=0)
        connections.close_all()


@pytest.fixture
def instance(served: tuple[str, Instance]) -> Instance:
    return served[1]


@pytest.fixture
def page(browser: Browser, served: tuple[str, Instance]) -> Iterator[Page]:
    with opened(browser, served[0]) as page:
        yield page


def office(instance: Instance) -> list[str]:
    partnership, cast = f"/partnerships/{OWN}/", instance.cast
    laboratory = f"/laboratories/{instance.ready.code}"
    direction = instance.ready.directions.all()[0].pk
    return [
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
        f"/newsroom/{instance.story.pk}/",
        "/taxonomy/",
        "/taxonomy/skills/",
        "/laboratories/",
        f"{partnership}laboratories/",
        f"{partnership}laboratories/found/",
        f"{laboratory}/inside/",
        f"{laboratory}/edit/",
        f"{laboratory}/fields/",
        f"{laboratory}/directions/add/",
        f"{laboratory}/directions/{direction}/drop/",
        f"{laboratory}/seats/appoint/",
        f"{laboratory}/rooms/add/",
        f"{partnership}agreements/draft/",
        f"/agreements/{instance.whole.code}/approve/",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_an_office(page: Page, instance: Instance, language: str) -> None:
    sign_in(page, instance.cast.university_office.email, language)
    for path in office(instance):
        look(page, path, language, *WIDTHS)


@pytest.mark.parametrize(("language", "width"), [("en", 320), ("zh-hans", 1280), ("ko", 360)])
def test_the_pages_of_an_agreement_that_is_edited(
    page: Page, instance: Instance, language: str, width: int
) -> None:
    sign_in(page, instance.cast.university_office.email, language)
    for path in EDITING:
        look(page, f"/agreements/{instance.draft.code}/{path}", language, width)
    for path in ("edit/terms/", "edit/signers/", "versions/"):
        look(page, f"/agreements/{instance.draft.code}/{path}", language)
    comment = instance.draft.comments.earliest("at").pk
    look(page, f"/agreements/{instance.draft.code}/comments/{comment}/answer/", language, width)
    for path in ("", "send/", "versions/", "comments/"):
        look(page, f"/agreements/{instance.own.code}/{path}", language, width)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_signatory(page: Page, instance: Instance, language: str) -> None:
    sign_in(page, instance.cast.vice_president.email, language)
    for path in (
        "/desk/",
        f"/laboratories/{instance.begun.code}/confirm/",
        f"/laboratories/{instance.ready.code}/inside/",
        f"/laboratories/{instance.ready.code}/confirm/",
    ):
        look(page, path, language, *WIDTHS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_signing(page: Page, instance: Instance, language: str) -> None:
    sign_in(page, instance.cast.vice_president.email, language)
    page.goto(f"/{language}/certificates/issue/")
    say_who_once_more(page)
    for path in (
        "/certificates/issue/",
        "/certificates/",
        f"/agreements/{instance.signing.code}/signing/",
        f"/agreements/{instance.signing.code}/signing/sign/",
    ):
        look(page, path, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_an_end(page: Page, instance: Instance, language: str) -> None:
    sign_in(page, instance.cast.vice_president.email, language)
    agreement, notice = instance.ending, instance.ending.end_notices.get()
    for path in (
        "",
        "terminate/",
        "ending/",
        f"ending/{notice.pk}/take-back/",
        f"ending/{notice.pk}/keep/",
    ):
        look(page, f"/agreements/{agreement.code}/{path}", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_the_operator(page: Page, instance: Instance, language: str) -> None:
    sign_in(page, instance.cast.operator.email, language)
    for path in OPERATOR:
        look(page, path, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_the_public(page: Page, instance: Instance, language: str) -> None:
    for path in ("/news/", f"/news/{instance.story.slug}/", "/account/login/"):
        look(page, path, language, *WIDTHS)
    for path in (f"/laboratories/{instance.unveiled.code}/", "/laboratory/", "/"):
        look(page, path, language, *WIDTHS)
        assert page.locator("h1").is_visible()  # on the plate, beside which nothing else may stand
    page.set_viewport_size({"width": 1280, "height": 800})
    verify(page, instance.document, language)
