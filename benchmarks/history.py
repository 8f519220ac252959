"""Appends to a chain of history beside plain inserts into the same table without its trigger."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

from benchmarks import Row

PLAIN = "CREATE TABLE plain (LIKE history_entry INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES)"
INSERT = """
INSERT INTO {table} (chain, number, at, event, actor, record, previous, hash)
VALUES (%s, %s, now(), 'parties.member_added', %s, %s, '\\x{zeros}', '\\x{zeros}')
"""
RECORD = (
    '{"actor":{"id":"01a204b5-0000-7000-8000-000000000001","name":{"en":"Office director"}},"n":1}'
)
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
    statement = INSERT.format(table=table, zeros="00" * 32)
    actor = uuid4()
    with psycopg.connect(url, autocommit=True) as connection:
        barrier.wait()
        for number in numbers:
            connection.execute(statement, [chain, number, actor, RECORD])  # type: ignore[arg-type]


def _migrate(home: str, url: str) -> None:
    """Make the tables as an instance does, and a plain one with the same columns and indexes."""
    settings = {
        "DJANGO_SETTINGS_MODULE": "jointlab.config.settings",
        "JOINTLAB_HOME": home,
        "DATABASE_URL": url,
    }
    command = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
    subprocess.run([*command, "--skip-checks"], check=True, env=os.environ | settings)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(PLAIN)
