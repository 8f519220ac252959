"""kill -9 while the story is told: the next telling goes on where it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jointlab.config.postgres import EmbeddedServer
from jointlab.config.steps import TO_PEOPLE
from jointlab.demo import story

# Tells the story, but dies in the middle of the chapter of that number, its work done.
DYING = """
import os, signal, sys
import django
django.setup()
from jointlab.demo import story
cut = int(sys.argv[1])
chapters = list(story.CHAPTERS)
tell_chapter = chapters[cut].tell
def die():
    tell_chapter()
    os.kill(os.getpid(), signal.SIGKILL)
chapters[cut] = chapters[cut]._replace(tell=die)
story.CHAPTERS = tuple(chapters)
story.tell()
"""


@pytest.fixture
def server() -> Iterator[Any]:
    with EmbeddedServer.throwaway() as server:
        yield server


def test_a_story_that_was_killed_in_a_chapter_is_told_to_its_end_once(
    server: Any, tmp_path: Path
) -> None:
    def run(role: Any, *line: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "JOINTLAB_HOME": str(tmp_path),
            "JOINTLAB_DEMONSTRATION": "1",
            "DATABASE_URL": server.url(role),
            "DJANGO_SETTINGS_MODULE": "jointlab.config.settings",
        }
        return subprocess.run(
            [sys.executable, *line], env=environment, capture_output=True, text=True, check=False
        )

    prepared = run("owner", "-m", "jointlab.config.steps", "prepare")
    assert prepared.returncode == 0, prepared.stderr
    for chapter in (3, 4):  # the people, and the news with its picture
        killed = run("application", "-c", DYING, str(chapter))
        assert killed.returncode == -signal.SIGKILL, killed.stderr
    told = run("application", "-m", "jointlab.config.steps", "tell")
    assert told.returncode == 0, told.stderr
    said = [line.removeprefix(TO_PEOPLE) for line in told.stdout.splitlines()]
    assert said[-len(story.sign_in_lines()) :] == story.sign_in_lines()
    with psycopg.connect(server.url("application")) as connection:
        counted = connection.execute(
            "SELECT (SELECT count(*) FROM parties_person), (SELECT count(*) FROM newsroom_story),"
            " (SELECT count(*) FROM parties_partnership)"
        ).fetchone()
    assert counted == (len(story.sign_in_lines()) - 1, 2, 1)
