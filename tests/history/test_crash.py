"""A database server that is killed under load loses no entry that was answered, and no link."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from signal import SIGKILL
from uuid import UUID, uuid4

import psycopg
import pytest

from jointlab.config.postgres import EmbeddedServer
from jointlab.history.chain import Link
from jointlab.history.details import split_details
from jointlab.history.examination import Examination
from jointlab.history.services import APPEND
from tests.config.running import descendants, kill

CRASHES, WRITERS, MOST = 6, 8, 200
KEPT = (
    "SELECT chain, number, at, event, actor, record, previous, hash, text FROM history_entry "
    "LEFT JOIN history_details ON entry_id = id WHERE chain = %s ORDER BY number"
)


@pytest.fixture(scope="module")
def durable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A server that writes before it answers, as that of an instance does."""
    home = tmp_path_factory.mktemp("durable")
    with EmbeddedServer(home) as server:
        settings = {
            "DJANGO_SETTINGS_MODULE": "jointlab.config.settings",
            "JOINTLAB_HOME": str(home),
            "DATABASE_URL": server.url("owner"),
        }
        command = [sys.executable, "-m", "django", "migrate", "history", "--skip-checks"]
        subprocess.run(command, check=True, env=os.environ | settings, stdout=subprocess.DEVNULL)
        yield server


class Load:
    """Writers of some chains, who remember what they were answered; at one answer the server dies."""

    def __init__(self, server: EmbeddedServer, seed: int) -> None:
        self.server, self.url = server, server.url("application")
        self.chains = [uuid4(), uuid4()]
        self.answered: Counter[UUID] = Counter()
        self.left = random.Random(seed).randrange(1, MOST)
        self.lock = threading.Lock()

    def run(self) -> None:
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(self.write, range(WRITERS)))

    def write(self, writer: int) -> None:
        """Append until the server is gone."""
        chain = self.chains[writer % len(self.chains)]
        with suppress(psycopg.OperationalError), psycopg.connect(self.url, autocommit=True) as own:
            while True:
                name, event = {"en": f"Writer {writer}"}, "history.tried"
                kept, beside = split_details(
                    {"actor": {"id": uuid4(), "name": name}, "why": "tried"}
                )
                own.execute(APPEND, [chain, event, uuid4(), kept, beside])
                self.answer(chain)

    def answer(self, chain: UUID) -> None:
        with self.lock:
            self.answered[chain] += 1
            self.left -= 1
            if self.left:
                return
            # While it is held, nobody counts an answer; the others are anywhere in their statement.
            assert self.server.process
            head = self.server.process.pid
            for process in descendants(head):
                with suppress(ProcessLookupError):
                    os.kill(process, SIGKILL)
            kill(head)


@pytest.mark.parametrize("seed", range(CRASHES))
def test_what_was_answered_is_there_after_a_crash(durable: EmbeddedServer, seed: int) -> None:
    load = Load(durable, seed)
    load.run()
    durable.start()
    with psycopg.connect(load.url) as reader:
        for chain in load.chains:
            found = Examination(chain, "tried")
            for row in reader.execute(KEPT, [chain]):
                found.entry(Link(*row))
            assert (found.fault, found.erased) == ("", 0)
            # Who was answered wrote on top of those before: as many are there, or more.
            assert len(found.hashes) >= load.answered[chain]
    assert sum(load.answered.values()) >= 1
