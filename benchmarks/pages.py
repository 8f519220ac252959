"""Every page of the permission matrix, on a crowded instance, beside a trivial page of the same run.

The instance: the tests' cast, and in its partnership 100,000 history entries, 10,000 people and
1,000 stories in three languages. The trivial page is the platform's head, rail and one sentence,
for a person who is signed in. Each page is asked as the first of the cast who may see it, through all
of Django's handler and middleware, over the database's pool as in production.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import Row, best

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.matrix import Row as Permission

ENTRIES, PEOPLE, STORIES = 100_000, 10_000, 1_000
MOST = 6  # times the trivial page
DOWNLOADS = {"parties:history-export"}  # as long as the history: no page

PERSONS = """
INSERT INTO parties_person (id, password, email, name_en, name_zh, name_ko, name_own, language_own,
  language, time_zone, is_active, is_operator, joined_at, version)
SELECT uuidv7(), '!', 'p' || n || '@crowd.example', 'Person ' || n, '人员 ' || n, '사람 ' || n,
  '人员 ' || n, 'zh-Hans', 'en', '', true, false, now(), 1
FROM generate_series(1, %(people)s) n
"""
MEMBERS = """
INSERT INTO parties_membership (id, partnership_id, organisation_id, person_id, title_en, title_zh,
  title_ko, roles, since, version)
SELECT uuidv7(), %(partnership)s, %(organisation)s, id, 'Engineer', '工程师', '엔지니어',
  '{engineer}', current_date, 1
FROM parties_person WHERE email LIKE '%%@crowd.example'
"""
HISTORY = """
INSERT INTO history_entry (chain, event, actor, record, number, at, previous, hash)
SELECT chain, event, actor, record, 0, now(), '', ''
FROM (SELECT * FROM history_entry WHERE chain = %(partnership)s AND event = 'parties.member_added'
      LIMIT 1) one, generate_series(1, %(entries)s)
"""


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
    from tests.test_permissions import ROWS, client_of

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    cast = Cast.tell()
    crowd(cast)
    reader = Client()
    reader.force_login(cast.university_office)
    trivial = best(lambda: read(reader, "/en/trivial/"), 5)
    clients = cache(lambda name: client_of(cast, name))  # a session each, not one a page
    asked: set[str] = set()
    for row in ROWS:
        name = next((name for name in (*EVERYBODY, "public") if row.expected(name) == 200), None)
        if row.data is None and name is not None and row.url not in asked | DOWNLOADS:
            asked.add(row.url)
            yield page(row, clients(name), cast, trivial)
    connection.close_pool()  # type: ignore[attr-defined]


def page(row: Permission, client: Any, cast: Cast, trivial: float) -> Row:
    """Time one page."""
    from django.urls import reverse

    path = reverse(row.url, kwargs=row.own(cast))
    taken = best(lambda: read(client, path), 3)
    return Row(f"page {row.url}", "a trivial page", trivial, taken, "page", round(1 / MOST, 3))


def read(client: Any, path: str) -> None:
    """Ask for a page as a browser would; anything but the page is a mistake here."""
    answer = client.get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, (path, answer.status_code)
    assert body


def crowd(cast: Cast) -> None:
    """Make the instance as full as a large one gets; the stories through their services."""
    from django.db import connection, transaction

    values = {
        "people": PEOPLE,
        "entries": ENTRIES,
        "partnership": cast.partnership.pk,
        "organisation": cast.enterprise.pk,
    }
    with connection.cursor() as cursor, transaction.atomic():
        for statement in (PERSONS, MEMBERS, HISTORY):
            cursor.execute(statement, values)
    with transaction.atomic():
        for number in range(STORIES):
            publish(cast, number)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def publish(cast: Cast, number: int) -> None:
    """Publish one story in three languages."""
    from jointlab.newsroom.models import Story
    from jointlab.newsroom.services.stories import edit_story_text, publish_story, write_story

    texts = {"title": f"Story {number}", "summary": "A summary.", "body": "A body. " * 200}
    by = cast.university_office
    story = write_story(by=by, partnership=cast.partnership, language="en", **texts)
    for language in ("zh-hans", "ko"):
        edit_story_text(by=by, story=story, language=language, version=0, **texts)
    story = Story.objects.get(pk=story.pk)
    publish_story(by=by, story=story, version=story.version)
