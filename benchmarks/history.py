"""Appends to a chain of history, beside plain inserts into the same table without its trigger.

And what it costs to write, read, export and verify entries whose names and texts lie beside the chain,
beside entries that hold them: processor time of our side alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg

from benchmarks import Row

PLAIN = "CREATE TABLE plain (LIKE history_entry INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES)"
INSERT = """
INSERT INTO plain (chain, number, at, event, actor, record, previous, hash)
VALUES (%s, %s, now(), 'parties.member_added', %s, %s, sha256(''), sha256(''))
"""
# As `history.services.record` does it.
APPEND = """
WITH entry AS (
  INSERT INTO history_entry (chain, number, at, event, actor, record, previous, hash)
  VALUES (%s, %s, now(), 'parties.member_added', %s, %s, '', '') RETURNING id)
INSERT INTO history_details (entry_id, text) SELECT id, %s FROM entry
"""
MANY = """
WITH entry AS (
  INSERT INTO history_entry (chain, number, at, event, actor, record, previous, hash)
  SELECT %s, 0, now(), 'parties.member_added', %s, %s, '', '' FROM generate_series(1, %s)
  RETURNING id)
INSERT INTO history_details (entry_id, text) SELECT id, %s FROM entry WHERE %s <> ''
"""
PERSON = UUID("01a204b5-0000-7000-8000-000000000001")
FACTS = {
    "actor": {"id": str(PERSON), "name": {"en": "Office director", "own": "主任", "own_language": "zh-Hans"}},
    "organisation": {"id": str(PERSON), "name": {"en": "Northlake University", "own": "北湖大学"}},
    "person": {"id": str(PERSON), "name": {"en": "Engineer", "own": "엔지니어", "own_language": "ko"}},
    "roles": ["engineer"], "since": "2026-12-01", "title": {"en": "Engineer"}, "unit": None, "until": None,
}  # fmt: skip
ENTRIES = 100_000
EACH = 4000  # inserts of a measurement, shared by its writers
TIMES = 3


def rows() -> Iterator[Row]:
    """One writer, sixteen on one chain, sixteen on chains of their own; a commit each."""
    from jointlab.config.postgres import EmbeddedServer

    with tempfile.TemporaryDirectory() as home, EmbeddedServer(Path(home)) as server:
        url = server.url("owner")
        _migrate(home, url)
        for writers, chains in ((1, 1), (16, 1), (16, 16)):
            yield row(url, writers, chains)
        yield from _elsewhere(home, url)


def row(url: str, writers: int, chains: int) -> Row:
    """Measure both tables by turns, the best of each."""
    taken = {"plain": float("inf"), "history_entry": float("inf")}
    for _ in range(TIMES):
        for table, shortest in taken.items():
            taken[table] = min(shortest, _inserted(url, table, writers, chains))
    ours, peer = taken["history_entry"], taken["plain"]
    where = "one chain" if chains == 1 else f"{chains} chains"
    who = "1 writer" if writers == 1 else f"{writers} writers"
    work = f"append to history, {who}, {where} ({1 / ours:,.0f} a second)"
    return Row(work, f"plain insert ({1 / peer:,.0f} a second)", peer, ours, "append", 0.0)


def _inserted(url: str, table: str, writers: int, chains: int) -> float:
    """Seconds for one insert, all writers together."""
    ids = [uuid4() for _ in range(chains)]
    barrier = threading.Barrier(writers + 1)
    with ThreadPoolExecutor(writers) as pool:
        parts = [range(first, EACH, writers) for first in range(writers)]
        done = [
            pool.submit(_write, url, table, ids[part.start % chains], part, barrier)
            for part in parts
        ]
        barrier.wait()
        begin = time.perf_counter()
        for future in done:
            future.result()
        return (time.perf_counter() - begin) / EACH


def _write(url: str, table: str, chain: UUID, numbers: range, barrier: threading.Barrier) -> None:

    from jointlab.history.details import split_details

    record, beside = split_details(FACTS)
    statement, more = (INSERT, []) if table == "plain" else (APPEND, [beside])
    with psycopg.connect(url, autocommit=True) as connection:
        barrier.wait()
        for number in numbers:
            connection.execute(statement, [chain, number, PERSON, record, *more])


def _migrate(home: str, url: str) -> None:
    """Make the tables as an instance does, and a plain one with the same columns and indexes."""
    command = [sys.executable, "-m", "django", "migrate", "--verbosity=0", "--skip-checks"]
    subprocess.run(command, check=True, env=_environment(home, url))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(PLAIN)


def _environment(home: str, url: str) -> dict[str, str]:
    settings = {"DJANGO_SETTINGS_MODULE": "jointlab.config.settings", "JOINTLAB_HOME": home}
    return {**os.environ, **settings, "DATABASE_URL": url}


def _elsewhere(home: str, url: str) -> Iterator[Row]:
    """Yield what `read` measures, in a process of its own: Django is set up once in a process."""
    command = [sys.executable, "-m", "benchmarks.history"]
    done = subprocess.run(command, check=True, env=_environment(home, url), stdout=subprocess.PIPE)
    yield from (Row(**json.loads(line)) for line in done.stdout.splitlines())


def read() -> Iterator[Row]:
    """Yield a row for each work on entries, in an instance that the environment names."""
    import django

    django.setup()
    from django.db import connection

    from jointlab.history import archive, audit, queries
    from jointlab.history.access import ReadableChain
    from jointlab.history.chain import canonical
    from jointlab.history.details import split_details
    from jointlab.history.subjects import Subject

    inside, beside = uuid4(), uuid4()
    with connection.cursor() as cursor:
        for chain, (record, text) in (
            (inside, (canonical(FACTS), "")),
            (beside, split_details(FACTS)),
        ):
            cursor.execute(MANY, [chain, PERSON, record, ENTRIES, text, text])
    exports = {chain: list(audit.export([Subject(chain)])) for chain in (inside, beside)}

    def compared(work: str, unit: str, ours: Callable[[UUID], Any], times: int, units: int) -> Row:
        taken = [
            _processor(lambda chain=chain: ours(chain), times) / units for chain in (inside, beside)
        ]
        return Row(work, "the same with names inside", *taken, unit, 0.0)

    facts = {inside: lambda: canonical(FACTS), beside: lambda: split_details(FACTS)}
    yield compared("make a record", "record", lambda chain: facts[chain](), 1000, 1)
    pages = {chain: ReadableChain(chain) for chain in (inside, beside)}
    yield compared(
        "a page of history",
        "page",
        lambda chain: queries.page(pages[chain], before=ENTRIES // 2),
        50,
        1,
    )
    yield compared(
        "export 100,000 entries",
        "entry",
        lambda chain: list(audit.export([Subject(chain)])),
        1,
        ENTRIES,
    )
    yield compared(
        "verify an export of 100,000",
        "entry",
        lambda chain: archive.examine(exports[chain]),
        1,
        ENTRIES,
    )
    connection.close_pool()  # type: ignore[attr-defined]


def _processor(work: Callable[[], Any], times: int) -> float:
    """Seconds of processor time that the work takes, the best of three rounds of that many times."""
    rounds = []
    for _ in range(3):
        begin = time.process_time()
        for _ in range(times):
            work()
        rounds.append((time.process_time() - begin) / times)
    return min(rounds)


if __name__ == "__main__":
    for found in read():
        print(json.dumps(asdict(found)))
