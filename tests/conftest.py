"""One throw-away PostgreSQL a test process, on which the application's role does all the work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

# How long an example takes says nothing here: other tests run beside it.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

# Playwright's own loop runs in the thread of the browser tests.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def server() -> Iterator[Any]:
    from jointlab.config.postgres import EmbeddedServer

    with EmbeddedServer.throwaway() as server:
        yield server


@pytest.fixture(scope="session")
def django_db_setup(server: Any, django_test_environment: None, django_db_blocker: Any) -> None:
    """Migrate as the owner, then become the application; the cast is there from the start."""
    from django.core.management import call_command

    from tests.cast import Cast

    with django_db_blocker.unblock():
        become(server.url("owner"), server)
        call_command("migrate", verbosity=0)
        call_command("createcachetable")
        become(server.url("application"), server)
        Cast.tell()


def become(url: str, server: Any) -> None:
    """Let Django's connection be that role's."""
    import dj_database_url
    from django.db import connections

    wrapper = connections["default"]
    wrapper.close()
    wrapper.settings_dict |= {
        name: value for name, value in dj_database_url.parse(url).items() if name != "ENGINE"
    }
    wrapper.settings_dict["OWNER_URL"] = server.url("owner")


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """A command closes what it writes to others; the next test writes as it is used to."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture(autouse=True)
def english() -> None:
    """Let each test begin in English, whatever language the last page was asked in."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture
def cast(db: None) -> Any:
    """The fixed people, at the start of a test."""
    from tests.cast import Cast

    return Cast.tell()
