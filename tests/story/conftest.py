"""A real browser before a real server."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

# How long a page takes says nothing here: other tests run beside it. Milliseconds.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)

REFUSED = re.compile(r"status of 4(03|04|09|10|29) ")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """Return the platform's address; letters name it, too."""
    settings.ORIGIN = live_server.url
    return str(live_server.url)


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """Return a page of a browser of its own."""
    with opened(browser, site) as page:
        yield page


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """Return a fresh context, which waits for slow pages."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    return context


@contextmanager
def opened(browser: Browser, site: str) -> Iterator[Page]:
    """Lend a page of a fresh context; what its console complains of fails the test."""
    context = new_context(browser, base_url=site)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    yield page
    context.close()
    # That a page itself is missing or gone may be what the test is about.
    assert [said for said in complaints if not REFUSED.search(said)] == []
