"""What the owner of the server changes past every guard is named by verify."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from jointlab.common.rooms import Subject
from jointlab.history.audit import examine, export
from jointlab.history.services import record
from tests.history.events import TRIED
from tests.history.tampering import HASHED, intruder

pytestmark = pytest.mark.django_db(transaction=True)

CASES = {
    "UPDATE history_entry SET record = '{{\"n\":99}}' WHERE {five}": "entry 5 does not fit: its content does not give its hash",
    "UPDATE history_entry SET at = at + interval '1 microsecond' WHERE {five}": "entry 5 does not fit: its content does not give its hash",
    "UPDATE history_entry SET actor = gen_random_uuid() WHERE {five}": "entry 5 does not fit: its content does not give its hash",
    "UPDATE history_entry SET event = 'history.denied' WHERE {five}": "entry 5 does not fit: its content does not give its hash",
    "DELETE FROM history_entry WHERE {five}": "entry 6 does not fit: number 6 stands where 5 is due",
    "DELETE FROM history_entry WHERE chain = '{chain}' AND number = 1": "entry 2 does not fit: number 2 stands where 1 is due",
    "DELETE FROM history_entry WHERE chain = '{chain}'": "it has no entries",
    "UPDATE history_entry SET number = 100 WHERE {five};"
    "UPDATE history_entry SET number = 5 WHERE chain = '{chain}' AND number = 6;"
    "UPDATE history_entry SET number = 6 WHERE chain = '{chain}' AND number = 100": "entry 5 does not fit: it does not name the hash of the entry before it",
    "UPDATE history_entry SET chain = gen_random_uuid() WHERE {five}": "entry 6 does not fit: number 6 stands where 5 is due",
}


@pytest.fixture
def subject() -> Subject:
    chain = uuid4()
    for number in range(1, 9):
        record(TRIED, chain=chain, by=None, n=number)
    return Subject(chain, "tried")


def five(chain: UUID) -> str:
    return f"chain = '{chain}' AND number = 5"


def test_what_nobody_touched_is_whole(subject: Subject) -> None:
    found = examine(subject)
    assert not found.fault
    assert len(found.hashes) == 8


@pytest.mark.parametrize(("statement", "fault"), CASES.items(), ids=range(len(CASES)))
def test_what_was_changed_is_named(
    server: Any, subject: Subject, statement: str, fault: str
) -> None:
    with intruder(server) as owner:
        for one in statement.split(";"):
            owner.execute(one.format(chain=subject.chain, five=five(subject.chain)))  # type: ignore[arg-type]
    assert examine(subject).fault == fault


def test_an_entry_that_was_hashed_anew_is_betrayed_by_the_next(
    server: Any, subject: Subject
) -> None:
    with intruder(server) as owner:
        owner.execute(
            "UPDATE history_entry SET record = '{}' WHERE chain = %s AND number = 5",
            [subject.chain],
        )
        owner.execute(HASHED, {"chain": subject.chain, "number": 5})
    assert (
        examine(subject).fault
        == "entry 6 does not fit: it does not name the hash of the entry before it"
    )


def test_an_export_of_a_tampered_chain_does_not_verify(
    server: Any, subject: Subject, tmp_path: Path
) -> None:
    from jointlab.history import archive

    with intruder(server) as owner:
        owner.execute("DELETE FROM history_entry WHERE chain = %s AND number = 5", [subject.chain])
    (found,) = archive.examine(export([subject]))
    assert found.fault == "line 6: entry 6 does not fit: number 6 stands where 5 is due"
