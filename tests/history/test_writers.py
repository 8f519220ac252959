"""Many writers at once, and writers that die: the chain stays whole, without a gap."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, transaction

from jointlab.common.errors import NotNow
from jointlab.history import queries
from jointlab.history.chain import Walk
from jointlab.history.models import Checkpoint, Entry, Signature
from jointlab.history.services import record
from tests.cast import Cast
from tests.history.events import TRIED
from tests.history.test_checkpoints import sign

pytestmark = pytest.mark.django_db(transaction=True)

INSERT = (
    "INSERT INTO history_entry (chain, number, at, event, record, previous, hash) "
    "VALUES (%s, 0, now(), 'history.tried', '{}', '', '')"
)


def whole(chain: UUID) -> int:
    """Return how many entries there are; every link must fit."""
    links = [entry.link for entry in Entry.objects.filter(chain=chain).order_by("number")]
    walk = Walk()
    assert not any(map(walk.fault, links))
    return len(links)


def test_sixteen_writers_at_once_leave_no_broken_link() -> None:
    chain, start = uuid4(), threading.Barrier(16)

    def write(writer: int) -> None:
        start.wait()
        for turn in range(20):
            record(TRIED, chain=chain, by=None, writer=writer, turn=turn)
        connection.close()

    with ThreadPoolExecutor(16) as writers:
        list(writers.map(write, range(16)))
    assert whole(chain) == 320
    told = [
        (entry.facts["writer"], entry.facts["turn"]) for entry in Entry.objects.filter(chain=chain)
    ]
    assert sorted(told) == [(writer, turn) for writer in range(16) for turn in range(20)]


def test_a_change_that_is_taken_back_leaves_no_entry_and_no_gap() -> None:
    chain = uuid4()
    record(TRIED, chain=chain, by=None)
    with transaction.atomic():
        record(TRIED, chain=chain, by=None)
        transaction.set_rollback(True)
    record(TRIED, chain=chain, by=None)
    assert whole(chain) == 2


WRITER = f"""
import sys, psycopg
with psycopg.connect(sys.argv[1]) as writer:
    writer.execute({INSERT!r}, [sys.argv[2]])
    print("written", flush=True)
    sys.stdin.read()
"""


def test_a_writer_that_is_killed_leaves_no_entry_and_holds_nobody_up(server: Any) -> None:
    chain = uuid4()
    record(TRIED, chain=chain, by=None)
    url = server.url("application").replace("/jointlab?", f"/{connection.settings_dict['NAME']}?")
    command = [sys.executable, "-c", WRITER, url, str(chain)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        writer.kill()
    record(TRIED, chain=chain, by=None)
    assert whole(chain) == 2


def test_a_writer_of_an_old_snapshot_is_refused_rather_than_forking_the_chain(server: Any) -> None:
    chain = uuid4()
    url = server.url("application").replace("/jointlab?", f"/{connection.settings_dict['NAME']}?")
    with psycopg.connect(url) as late:
        late.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        late.execute("SELECT 1 FROM history_entry LIMIT 1")
        record(TRIED, chain=chain, by=None)
        with pytest.raises(psycopg.errors.UniqueViolation):
            late.execute(INSERT, [chain])
        late.rollback()
    assert whole(chain) == 1


def test_chains_do_not_wait_for_each_other(server: Any) -> None:
    url = server.url("application").replace("/jointlab?", f"/{connection.settings_dict['NAME']}?")
    with psycopg.connect(url) as slow:
        slow.execute(INSERT, [uuid4()])
        quick = uuid4()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
            record(TRIED, chain=quick, by=None)
        slow.rollback()
    assert whole(quick) == 1


def test_offices_that_sign_at_once_sign_one_checkpoint_each_once() -> None:
    cast = Cast.tell()
    head = queries.head(cast.partnership.pk)
    assert head is not None
    start = threading.Barrier(4)

    def sign_now(name: str) -> str:
        start.wait()
        try:
            sign(cast, name, head)
        except NotNow:
            return "refused"
        finally:
            connection.close()
        return "signed"

    names = ["university_office", "enterprise_office"] * 2
    with ThreadPoolExecutor(4) as offices:
        said = list(offices.map(sign_now, names))
    assert sorted(said) == ["refused", "refused", "signed", "signed"]
    assert Checkpoint.objects.count() == 1
    assert Signature.objects.count() == 2
    assert whole(cast.partnership.pk) == head.number + 2
