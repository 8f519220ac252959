"""Every page of the permission matrix, on a crowded instance, beside a trivial page of the same run.

The instance: the tests' cast, and in its partnership 100,000 history entries, 10,000 people,
1,000 stories in three languages, and 1,000 agreements with 20,000 obligations. The trivial page is the
platform's head, rail and one sentence,
for a person who is signed in. Each page is asked as the first of the cast who may see it, through all
of Django's handler and middleware, over the database's pool as in production.

A page is held to its Python calls and to the processor's time, both of this process. The calls are the
same on every machine; the time is taken in turns with the trivial page's, so that a busy machine slows
both. What the database takes shows in the time on the clock, which stands beside.
"""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import Row, agreements, best, calls
from benchmarks.crowd import crowd

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.matrix import Row as Permission

MOST = 3  # times the trivial page
MOST_OF_EXCEPTIONS = 4
EXCEPTIONS = frozenset(  # at most five
    {
        "sitemap",  # a thousand stories in three languages
        "agreements:edit-signers",  # a hundred members to choose from, for each place
        "parties:history",  # twenty entries, each a sentence of its own
        "newsroom:editing",  # twenty stories with three languages each
        "desk:desk",  # what every room says; held to a time of its own
    }
)
Work = Callable[[], object]
TURNS = 7  # of the page beside the trivial one
DESK = 0.020  # seconds of the processor
# As long as the history, and no page; the way to the only laboratory there is.
LEFT_OUT = {"parties:history-export", "newsroom:laboratory"}


def rows() -> Iterator[Row]:
    """Yield a row a page."""
    from jointlab.config.postgres import EmbeddedServer

    with tempfile.TemporaryDirectory() as home, EmbeddedServer(Path(home)) as server:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "jointlab.config.settings",
            "JOINTLAB_HOME": home,
            "JOINTLAB_HOSTS": "testserver",
            "DATABASE_URL": server.url("owner"),
        }
        import django
        from django.conf import settings

        django.setup()
        settings.ROOT_URLCONF = "benchmarks.pages_urls"
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        yield from measured()


def measured() -> Iterator[Row]:
    """Fill the instance, then time each page that the matrix lets somebody read."""
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from tests.cast import EVERYBODY, Cast
    from tests.test_permissions import ROWS, client_of, sign_everybody_in

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    cast = Cast.tell()
    crowd(cast)
    gc.collect()
    gc.freeze()  # or each measurement first walks through all that filling has left
    reader = Client()
    reader.force_login(cast.university_office)
    trivial = partial(read, reader, "/en/trivial/")
    trivial()
    sessions = sign_everybody_in()
    clients = cache(lambda name: client_of(sessions, name))
    asked: set[str] = set()
    for row in ROWS:
        name = next((name for name in (*EVERYBODY, "public") if row.expected(name) == 200), None)
        if row.data is None and name is not None and row.url not in asked | LEFT_OUT:
            asked.add(row.url)
            yield from page(row, clients(name), cast, trivial)
    yield from agreements.measured(cast)
    connection.close_pool()  # type: ignore[attr-defined]


def page(row: Permission, client: Any, cast: Cast, trivial: Work) -> Iterator[Row]:
    """Measure one page; the desk, where everybody begins, is held to a time of its own, too."""
    from django.urls import reverse

    work = partial(read, client, reverse(row.url, kwargs=row.own(cast)))
    work()  # its templates are compiled now
    peer, ours = in_turns(trivial, work)
    wall = best(work, 3)
    most = MOST_OF_EXCEPTIONS if row.url in EXCEPTIONS else MOST
    yield Row(
        f"page {row.url}",
        "a trivial page",
        peer,
        ours,
        "page",
        round(1 / most, 3),
        calls=calls(work) / calls(trivial),
        wall=wall,
    )
    if row.url == "desk:desk":
        limit = f"{DESK * 1e3:g} ms of the processor"
        yield Row(f"page {row.url}", limit, DESK, ours, "page", 1, wall=wall)


def in_turns(trivial: Work, work: Work) -> tuple[float, float]:
    """Return the seconds of the processor of both, of the turn whose ratio is the median."""
    turns = [
        (best(trivial, 2, time.process_time), best(work, 2, time.process_time))
        for _ in range(TURNS)
    ]
    return sorted(turns, key=lambda turn: turn[1] / turn[0])[TURNS // 2]


def read(client: Any, path: str) -> None:
    """Ask for a page as a browser would; anything but the page is a mistake here."""
    answer = client.get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, (path, answer.status_code)
    assert body
