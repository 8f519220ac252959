"""Steps 1 to 3 of the one story, as the people of the cast walk them: draft, send, approve, sign, unveil.

Everybody has a browser of their own. A worker's jobs are done between two acts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from jointlab.agreements.models import Agreement, Standing, State
from tests.agreements.sign import SIGNERS
from tests.cast import OWN, Cast
from tests.jobs import run_jobs
from tests.signing.make import PIN
from tests.story.accessibility import serious
from tests.story.conftest import new_context
from tests.story.test_sign_in import say_who_once_more, sign_in
from tests.story.test_walk import LANGUAGES, look

TEXT = f"/agreements/{OWN}-1"
LABORATORY = "wheel-slip"
As = Callable[[str], Page]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return Cast.tell()


@pytest.fixture
def as_(browser: Browser, site: str, cast: Cast, language: str) -> Iterator[As]:
    """Return the page of somebody who has signed in, each in a browser of their own."""
    contexts: dict[str, BrowserContext] = {}

    def page(name: str) -> Page:
        if name not in contexts:
            contexts[name] = new_context(browser, base_url=site, locale=LANGUAGES[language])
            fresh = contexts[name].new_page()
            if name != "public":
                sign_in(fresh, cast.people[name].email, language)
        return contexts[name].pages[0]

    yield page
    for context in contexts.values():
        context.close()


def work() -> None:
    """Do what a worker does, in a thread without the browser's own event loop."""

    def jobs() -> None:
        run_jobs()
        connection.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(jobs).result()


def send(page: Page) -> None:
    """Send the page's form: its first button."""
    page.locator("main form.form .buttons button").first.click()
    page.wait_for_load_state()


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.fill(f"main [name={name}]", value)


def fair(page: Page) -> None:
    """Hold that what was sent was taken."""
    assert page.locator("main .errorlist").all_inner_texts() == []


# In one language, and not the one that every developer reads; the pages in each: test_pages.py.
@pytest.mark.parametrize("language", ["zh-hans"])
def test_an_agreement_is_drafted_approved_and_signed_and_the_laboratory_unveiled(
    cast: Cast, as_: As, language: str, tmp_path: Any
) -> None:
    at = draft(as_, language)
    send_draft(as_, language, at)
    change_once(as_, language)
    approve(as_, language)
    agreement = Agreement.objects.get()
    assert agreement.state == State.APPROVED
    work()
    read_what_is_to_be_signed(as_(SIGNERS[0]), language)
    for name in SIGNERS:
        sign(as_(name), language)
        work()
    agreement.refresh_from_db()
    assert agreement.standing is Standing.IN_FORCE
    verify(as_("public"), bytes(agreement.paper.pdf), language)
    found(as_, language)
    unveil(as_, language)


def draft(as_: As, language: str) -> str:
    """Let the university's office draft it, say its terms, choose who signs; return where it is."""
    page, today = as_("university_office"), timezone.localdate()
    look(page, f"/partnerships/{OWN}/agreements/draft/", language)
    fill(
        page,
        name_en="Strategic cooperation agreement",
        name_zh="战略合作协议",
        name_ko="전략적 협력 협약",
        start=today.isoformat(),
        end=(today + timedelta(days=1000)).isoformat(),
    )
    send(page)
    expect(page).to_have_url(re.compile("/agreements/draft-[a-z0-9]+/$"))
    fair(page)
    at = re.sub("^.*(/agreements/draft-[a-z0-9]+)/$", r"\1", page.url)
    look(page, f"{at}/edit/terms/", language)
    fill(
        page,
        direction_en_0="Automotive electronics",
        direction_zh_0="汽车电子",
        direction_ko_0="자동차 전장",
        direction_en_1="Network communication",
        direction_zh_1="网络通信",
        direction_ko_1="네트워크 통신",
        direction_en_2="Artificial intelligence",
        direction_zh_2="人工智能",
        direction_ko_2="인공지능",
    )
    page.check("main [name=ip_model][value=lambert-2]")
    page.select_option("main [name=governing_law]", "CN")
    send(page)
    fair(page)
    look(page, f"{at}/edit/signers/", language)
    for place, name in enumerate(("dean", "division_head")):
        page.select_option(f"main [name=witness_{place}]", str(person_of(name)))
    send(page)
    fair(page)
    return at


def send_draft(as_: As, language: str, at: str) -> None:
    """Let nobody of the other side see the draft; then let the office send it."""
    other = as_("enterprise_office").goto(f"/{language}{at}/")
    assert other is not None
    assert other.status == 404
    page = as_("university_office")
    look(page, f"{at}/", language)
    look(page, f"{at}/send/", language)
    send(page)
    expect(page).to_have_url(re.compile(f"{TEXT}/$"))
    fair(page)


def person_of(name: str) -> Any:
    return Cast.tell().people[name].pk


def change_once(as_: As, language: str) -> None:
    """Let the enterprise's office change one term, and read what has changed."""
    page = as_("enterprise_office")
    look(page, f"{TEXT}/edit/terms/", language)
    fill(page, confidentiality_years="7")
    send(page)
    fair(page)
    look(page, f"{TEXT}/versions/", language)


def approve(as_: As, language: str) -> None:
    for name in ("university_office", "enterprise_office"):
        page = as_(name)
        look(page, f"{TEXT}/approve/", language)
        page.check("main [name=read]")
        send(page)
        expect(page).to_have_url(re.compile(f"{TEXT}/$"))
        fair(page)


def sign(page: Page, language: str) -> None:
    """Come from the desk, have a certificate issued, read the document, and sign it."""
    page.goto(f"/{language}/desk/")
    page.locator(f"main a[href*='{TEXT}/signing/']").first.click()
    page.wait_for_load_state()
    page.goto(f"/{language}/certificates/issue/")
    if "/reauthenticate/" in page.url:
        say_who_once_more(page)
    fill(page, pin_code=PIN, pin_code_again=PIN)
    send(page)
    fair(page)
    page.goto(f"/{language}{TEXT}/signing/sign/")
    shown = page.request.get(f"/{language}{TEXT}/document/")
    assert shown.body().startswith(b"%PDF-")
    fill(page, pin_code=PIN)
    send(page)
    expect(page).to_have_url(re.compile(f"{TEXT}/signing/$"))
    fair(page)


def read_what_is_to_be_signed(page: Page, language: str) -> None:
    """Look closely at the pages on which everybody signs."""
    page.goto(f"/{language}/certificates/issue/")
    say_who_once_more(page)
    for path in (
        "/certificates/issue/",
        "/certificates/",
        f"{TEXT}/signing/",
        f"{TEXT}/signing/sign/",
    ):
        look(page, path, language)


def verify(page: Page, good: bytes, language: str) -> None:
    """Let anybody drop the document, and one in whose middle a byte was flipped."""
    at = len(good) // 2
    for pdf, valid in ((good, True), (good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :], False)):
        page.goto(f"/{language}/verify/")
        page.set_input_files(
            "main [type=file]",
            {"name": "agreement.pdf", "mimeType": "application/pdf", "buffer": pdf},
        )
        send(page)
        assert serious(page) == {}
        assert bool(page.locator("main .notice-passed").count()) is valid
        assert bool(page.locator("main .notice-failed").count()) is not valid


def found(as_: As, language: str) -> None:
    """Let the offices found the laboratory and name who leads it."""
    page = as_("university_office")
    look(page, f"/partnerships/{OWN}/laboratories/found/", language)
    fill(
        page,
        code=LABORATORY,
        name_en="Joint laboratory",
        name_zh="联合实验室",
        name_ko="공동연구실",
    )
    send(page)
    fair(page)
    look(page, f"/laboratories/{LABORATORY}/directions/add/", language)
    fill(page, name_en="Wheel slip", name_zh="车轮滑移", name_ko="바퀴 슬립")
    send(page)
    fair(page)
    for office, director in (("university_office", "dean"), ("enterprise_office", "division_head")):
        page = as_(office)
        look(page, f"/laboratories/{LABORATORY}/seats/appoint/", language)
        page.select_option("main [name=person]", str(person_of(director)))
        page.check("main [name=charge][value=director]")
        send(page)
        fair(page)


def unveil(as_: As, language: str) -> None:
    """Let both sides confirm: the public page is there only then."""
    public = as_("public")
    for name in ("vice_president", "general_manager"):
        answer = public.goto(f"/{language}/laboratories/{LABORATORY}/")
        assert answer is not None
        assert answer.status == 404
        page = as_(name)
        look(page, f"/laboratories/{LABORATORY}/confirm/", language)
        send(page)
        fair(page)
    look(public, f"/laboratories/{LABORATORY}/", language)
    assert "联合实验室" in public.locator("main").inner_text()
