"""Invitation, password, authenticator app and passkey, as a person of the cast does them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from jointlab.parties.models import Membership, Person
from jointlab.parties.services.invitations import invite_person
from tests.cast import OWN, PASSWORD, Cast
from tests.jobs import run_jobs
from tests.story.accessibility import serious
from tests.totp import code_of

LANGUAGES = ["en", "zh-hans", "ko"]
NAMES = {"en": ("Ada Byron", "en"), "zh-hans": ("王小明", "zh-Hans"), "ko": ("김민지", "ko")}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return Cast.tell()


@pytest.fixture
def authenticator(page: Page) -> Iterator[None]:
    """Plug an authenticator into the browser: one that holds passkeys and knows its owner."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield
    devtools.detach()


def sign_in(page: Page, email: str | None, language: str = "en") -> None:
    page.goto(f"/{language}/account/login/")
    page.fill("[name=login]", str(email))
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


def sign_out(page: Page, language: str = "en") -> None:
    page.context.clear_cookies(name="sessionid")
    page.goto(f"/{language}/account/login/")


def say_who_once_more(page: Page) -> None:
    expect(page).to_have_url(re.compile("/reauthenticate/"))
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


def add_passkey(page: Page, language: str) -> None:
    page.goto(f"/{language}/account/2fa/webauthn/add/")
    say_who_once_more(page)
    assert serious(page) == {}
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(re.compile("recovery-codes"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invited_person_joins(page: Page, cast: Cast, language: str) -> None:
    sign_in(page, cast.university_office.email)
    page.goto(f"/{language}/partnerships/{OWN}/invitations/")
    page.fill("[name=email]", "new@example.org")
    page.select_option("[name=language]", language)
    page.fill("[name=title_en]", "Visiting researcher")
    page.check("[name=roles][value=researcher]")
    page.press("[name=email]", "Enter")
    expect(page.locator("tbody th")).to_have_text("new@example.org")
    assert serious(page) == {}

    run_jobs()
    link = re.search(r"http\S+", mail.outbox[0].body)
    assert link is not None
    assert f"/{language}/invitations/" in link[0]
    sign_out(page, language)
    page.goto(link[0])
    assert serious(page) == {}
    name, script = NAMES[language]
    page.fill("[name=name_own]", name)
    page.select_option("[name=language_own]", script)
    page.fill("[name=password]", "a-long-night-in-chongqing")
    page.fill("[name=password_again]", "a-long-night-in-chongqing")
    page.press("[name=password_again]", "Enter")
    expect(page).to_have_url(re.compile(f"/{language}/partnerships/{OWN}/"))
    person = Person.objects.get(email="new@example.org")
    assert (person.name_own, person.language) == (name, language)
    assert Membership.objects.live().filter(person=person).exists()

    page.goto(link[0])
    assert (
        page.locator("h1").inner_text()
        == {
            "en": "This invitation has been used",
            "zh-hans": "此邀请已被使用",
            "ko": "이미 사용된 초대입니다",
        }[language]
    )
    assert serious(page) == {}


def test_an_account_of_the_address_joins_after_signing_in(page: Page, cast: Cast) -> None:
    invite_person(
        by=cast.university_office,
        partnership=cast.partnership,
        organisation=cast.university,
        email=cast.outsider.email or "",
        language="en",
        roles=["researcher"],
        title_en="Researcher",
    )
    run_jobs()
    link = re.search(r"http\S+", mail.outbox[0].body)
    assert link is not None
    page.goto(link[0])
    assert serious(page) == {}
    page.locator("main a.button-primary").click()
    page.fill("[name=login]", str(cast.outsider.email))
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page).to_have_url(link[0])
    assert serious(page) == {}
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile(f"/en/partnerships/{OWN}/"))
    assert Membership.objects.live().filter(person=cast.outsider).exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_in_with_a_passkey(
    page: Page, cast: Cast, authenticator: None, language: str
) -> None:
    Person.objects.filter(pk=cast.engineer.pk).update(language=language)
    sign_in(page, cast.engineer.email, language)
    add_passkey(page, language)
    assert serious(page) == {}
    page.goto(f"/{language}/account/2fa/webauthn/")
    assert serious(page) == {}

    sign_out(page, language)
    assert serious(page) == {}
    page.click("#passkey_login")
    expect(page).to_have_url(re.compile(f"/{language}/desk/"))
    page.goto(f"/{language}/account/")
    expect(page.locator("main")).to_contain_text("engineer@example.org")


@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_in_with_an_authenticator_app(page: Page, cast: Cast, language: str) -> None:
    Person.objects.filter(pk=cast.engineer.pk).update(language=language)
    sign_in(page, cast.engineer.email, language)
    page.goto(f"/{language}/account/2fa/totp/activate/")
    say_who_once_more(page)
    assert serious(page) == {}
    expect(page.locator("main img[src^='data:image/svg']")).to_be_visible()
    secret = re.search(r"\b[A-Z2-7]{32}\b", page.content())
    assert secret is not None
    page.fill("[name=code]", code_of(secret[0]))
    page.press("[name=code]", "Enter")
    page.wait_for_url(re.compile("recovery-codes"))

    sign_out(page, language)
    sign_in(page, cast.engineer.email, language)
    expect(page).to_have_url(re.compile("/2fa/authenticate/"))
    assert serious(page) == {}
    page.fill("[name=code]", code_of(secret[0], 1))
    page.press("[name=code]", "Enter")
    expect(page).to_have_url(re.compile(f"/{language}/desk/"))


def test_every_page_has_its_title_in_each_language(page: Page, cast: Cast) -> None:
    def titles(path: str) -> set[str]:
        found = set()
        for language in LANGUAGES:
            page.goto(f"/{language}/{path}")
            assert page.locator("html").get_attribute("lang", timeout=1000) is not None
            assert serious(page) == {}, page.url
            found.add(page.title())
        return found

    for path in ("account/login/", "account/password/reset/", "account/signup/"):
        assert len(titles(path)) == 3, path
    sign_in(page, cast.university_office.email)
    expect(page).to_have_url(re.compile("/desk/"))
    for path in (
        "account/",
        "account/2fa/",
        "account/2fa/webauthn/",
        "account/sessions/",
        "account/password/change/",
        f"partnerships/{OWN}/invitations/",
    ):
        assert len(titles(path)) == 3, path


def test_the_passkey_of_an_account_that_was_made_inactive_opens_nothing(
    page: Page, cast: Cast, authenticator: None
) -> None:
    sign_in(page, cast.engineer.email)
    add_passkey(page, "en")
    Person.objects.filter(pk=cast.engineer.pk).update(is_active=False)
    sign_out(page)
    with page.expect_navigation():
        page.click("#passkey_login")
    expect(page).to_have_url(re.compile("/en/account/login/"))
    expect(page.get_by_role("alert")).to_contain_text("Invalid login.")
    page.goto("/en/account/")
    expect(page).to_have_url(re.compile("/en/account/login/"))
