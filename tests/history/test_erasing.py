"""A person's details are erased, and everything still verifies."""

from __future__ import annotations

import json
import threading
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.utils import translation

from jointlab.common.errors import NotAllowed, Refusal
from jointlab.common.rooms import Subject
from jointlab.history import archive, details, queries, services
from jointlab.history.access import ReadableChain
from jointlab.history.audit import examine, export
from jointlab.history.chain import canonical
from jointlab.history.commands import add
from jointlab.history.events import DETAILS_ERASED
from jointlab.history.models import Entry
from jointlab.history.services import erase_person, record
from jointlab.history.subjects import subjects
from tests.cast import OWN, Cast
from tests.history.events import DONE
from tests.history.test_checkpoints import sign


def entry(chain: UUID, number: int) -> Entry:
    return Entry.objects.get(chain=chain, number=number)


def words() -> str:
    """Everything that the database holds of history, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record FROM history_entry UNION ALL SELECT text FROM history_details"
        )
        return "\n".join(row for (row,) in cursor.fetchall())


@pytest.fixture
def kept(cast: Cast) -> list[bytes]:
    """An export that somebody has from before."""
    sign(cast, "university_office")
    return list(export(subjects()))


def test_no_name_is_left_and_every_chain_still_verifies(cast: Cast, kept: list[bytes]) -> None:
    name = canonical(cast.university_office.as_fact()["name"])
    assert name in words()
    heads = {subject.chain: queries.head(subject.chain) for subject in subjects()}
    erased = erase_person(by=cast.operator, person=cast.university_office.pk)
    assert name not in words()
    assert cast.partnership.pk in {one.chain for one in erased}
    assert not any(one.left for one in erased)
    for subject in list(subjects()):
        found = examine(subject)
        assert not found.fault
        assert found.erased == sum(one.details for one in erased if one.chain == subject.chain)
        before = heads[subject.chain]
        assert before is not None
        assert found.hashes[before.number - 1] == before.hash
    after = archive.examine(export(subjects()))
    assert not any(found.fault for found in after)
    assert sum(found.erased for found in after) == sum(one.details for one in erased)


def test_an_export_from_before_still_verifies_and_still_holds_the_names(
    cast: Cast, kept: list[bytes]
) -> None:
    erase_person(by=cast.operator, person=cast.university_office.pk)
    found = archive.examine(kept)
    assert not any(examination.fault or examination.erased for examination in found)
    assert canonical(cast.university_office.as_fact()["name"]).encode() in b"".join(kept)


def test_the_checkpoint_that_the_person_signed_still_verifies(cast: Cast) -> None:
    sign(cast, "university_office")
    erase_person(by=cast.operator, person=cast.university_office.pk)
    sign(cast, "enterprise_office")
    found = examine(Subject(cast.partnership.pk, OWN))
    assert (found.fault, [len(signed.signers) for signed in found.signed]) == ("", [2])


def test_what_goes_is_the_names_and_what_is_told_about_the_person(cast: Cast) -> None:
    chain, dean, other = uuid4(), cast.dean, cast.engineer
    record(DONE, chain=chain, by=dean, organisation=cast.university, why="late")
    record(DONE, chain=chain, by=other, person=dean, title={"en": "Dean"}, n=3)
    record(DONE, chain=chain, by=other, all=[dean, other], on=dean.joined_at)
    record(DONE, chain=chain, by=other, why="Dean", organisation=cast.university)
    record(DONE, chain=dean.pk, by=dean, changed=["name_en"])
    before = [entry(chain, number).facts for number in range(1, 5)]
    erase_person(by=cast.operator, person=dean.pk)
    first, second, third, fourth = (entry(chain, number).facts for number in range(1, 5))
    gone = {"id": str(dean.pk), "name": {"en": "erased"}}
    assert first == before[0] | {"actor": gone}
    assert second == before[1] | {"person": gone, "title": "erased"}
    assert third == before[2] | {"all": [gone, before[2]["all"][1]]}
    assert fourth == before[3]
    own = entry(dean.pk, 1).facts
    assert own == {"actor": gone, "changed": "erased"}


@pytest.mark.parametrize(
    ("language", "word"), [("en", "erased"), ("zh-hans", "已删除"), ("ko", "삭제됨")]
)
def test_a_plain_word_stands_where_the_name_stood(cast: Cast, language: str, word: str) -> None:
    chain = uuid4()
    record(DONE, chain=chain, by=cast.dean)
    erase_person(by=cast.operator, person=cast.dean.pk)
    with translation.override(language):
        told, old = queries.page(ReadableChain(chain)).lines
        assert word in old.sentence
        ((person, fact),) = queries.person_in(ReadableChain(chain), cast.dean.pk)
        assert person == cast.dean.pk
        assert word in str(fact["name"])
        assert "for which there are no words" not in told.sentence


def test_each_chain_says_what_was_done_without_the_name(cast: Cast) -> None:
    erased = erase_person(by=cast.operator, person=cast.engineer.pk)
    for one in erased:
        last = Entry.objects.filter(chain=one.chain).latest("number")
        assert last.event == DETAILS_ERASED.name
        assert last.actor == cast.operator.pk
        assert last.facts["person"] == {"id": str(cast.engineer.pk)}
        assert (last.facts["entries"], last.facts["details"]) == (one.entries, one.details)
    assert Entry.objects.filter(event=DETAILS_ERASED.name).count() == len(erased)


def test_twice_is_once(cast: Cast) -> None:
    assert erase_person(by=cast.operator, person=cast.engineer.pk)
    count = Entry.objects.count()
    assert erase_person(by=cast.operator, person=cast.engineer.pk) == []
    assert erase_person(by=cast.operator, person=uuid4()) == []
    assert Entry.objects.count() == count


@pytest.mark.parametrize("name", ["university_office", "auditor", "engineer", "outsider"])
def test_only_an_operator_erases(cast: Cast, name: str) -> None:
    before = words()
    with pytest.raises(NotAllowed):
        erase_person(by=cast.people[name], person=cast.engineer.pk)
    cast.operator.is_active = False
    with pytest.raises(NotAllowed):
        erase_person(by=cast.operator, person=cast.engineer.pk)
    assert words() == before


def test_nobody_erases_their_own(cast: Cast) -> None:
    with pytest.raises(Refusal, match="another operator"):
        erase_person(by=cast.operator, person=cast.operator.pk)


def test_an_entry_from_before_keeps_the_name_and_is_counted(cast: Cast) -> None:
    chain = uuid4()
    text = canonical({"actor": cast.dean, "why": "late"})
    Entry.objects.create(chain=chain, event="nowhere.done", actor=cast.dean.pk, record=text)
    for _ in range(2):
        found = {one.chain: one for one in erase_person(by=cast.operator, person=cast.dean.pk)}
        assert (found[chain].details, found[chain].left) == (0, 1)
    assert not Entry.objects.filter(chain=chain, event=DETAILS_ERASED.name).exists()
    assert entry(chain, 1).facts["actor"]["name"]["own"] == "Dean"


@pytest.mark.django_db(transaction=True)
def test_whoever_is_interrupted_begins_again_and_nothing_is_done_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It breaks off in each chain in turn: after what was erased, before it is told."""
    cast = Cast.tell()
    chains = [uuid4() for _ in range(3)]
    for chain in chains:
        record(DONE, chain=chain, by=cast.dean)
    calls = 0

    def breaking(*args: Any, **facts: Any) -> None:
        nonlocal calls
        calls += 1
        if calls % 2:
            raise ConnectionError
        record(*args, **facts)

    monkeypatch.setattr(services, "record", breaking)
    while True:
        try:
            erase_person(by=cast.operator, person=cast.dean.pk)
        except ConnectionError:
            for chain in chains:
                told = Entry.objects.filter(chain=chain, event=DETAILS_ERASED.name).exists()
                assert details.details_left(entry(chain, 1).details_text) == (
                    set() if told else {"/actor/name"}
                )
            continue
        break
    for chain in chains:
        assert [one.event for one in Entry.objects.filter(chain=chain).order_by("number")] == [
            "nowhere.done",
            DETAILS_ERASED.name,
        ]
        assert (examine(Subject(chain)).fault, examine(Subject(chain)).erased) == ("", 1)


@pytest.mark.django_db(transaction=True)
def test_two_who_erase_at_once_while_others_write_tell_it_once() -> None:
    cast = Cast.tell()
    chain, start = uuid4(), threading.Barrier(3)
    for _ in range(30):
        record(DONE, chain=chain, by=cast.dean)

    def erase() -> None:
        start.wait()
        erase_person(by=cast.operator, person=cast.dean.pk)
        connection.close()

    def write() -> None:
        start.wait()
        for _ in range(30):
            record(DONE, chain=chain, by=cast.engineer)
        connection.close()

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(erase), pool.submit(erase), pool.submit(write)]:
            done.result()
    assert Entry.objects.filter(chain=chain, event=DETAILS_ERASED.name).count() == 1
    found = examine(Subject(chain))
    assert (found.fault, found.erased, len(found.hashes)) == ("", 30, 61)


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_was_not_erased() -> None:
    cast = Cast.tell()
    before = words()
    with transaction.atomic():
        assert erase_person(by=cast.operator, person=cast.dean.pk)
        transaction.set_rollback(True)
    assert words() == before


class TestTheCommand:
    def run(self, *line: str) -> int:
        parser = ArgumentParser()
        add(parser.add_subparsers())
        arguments = parser.parse_args(["history", "erase", *line])
        assert arguments.database is True
        code: int = arguments.run(arguments)
        return code

    def test_erases_by_address_or_id_and_says_where(
        self, cast: Cast, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.run(cast.engineer.email.upper()) == 0
        said = capsys.readouterr().out
        assert f"{OWN}: " in said
        assert "details erased, of" in said
        assert cast.engineer.name_own not in said
        assert self.run(str(cast.engineer.pk)) == 0
        assert capsys.readouterr().out == "no history holds a detail of this person\n"

    def test_answers_no_where_something_is_left(
        self, cast: Cast, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = canonical({"actor": cast.dean})
        Entry.objects.create(chain=uuid4(), event="nowhere.done", record=text)
        assert self.run(str(cast.dean.pk)) == 1
        assert "1 old entries name the person for good" in capsys.readouterr().out

    def test_needs_an_operator_and_somebody(self, cast: Cast) -> None:
        with pytest.raises(Refusal, match="Nobody has the address"):
            self.run("nobody@nowhere.example")
        with pytest.raises(Refusal, match="No operator has the address"):
            self.run(str(cast.dean.pk), "--by", cast.engineer.email)


def test_an_export_of_the_first_form_still_verifies(cast: Cast, tmp_path: Path) -> None:
    """As it was made before details lay beside the chain: names inside, no lines of details."""
    chain = uuid4()
    for _ in range(3):
        text = canonical({"actor": cast.dean, "why": "late"})
        Entry.objects.create(chain=chain, event="nowhere.done", actor=cast.dean.pk, record=text)
    header, *lines, _seal = (json.loads(line) for line in export([Subject(chain, "old")]))
    assert all("record" in line for line in lines)
    header["format"] = "jointlab-history-export-1"
    (found,) = archive.examine(archive.with_seal(map(canonical, [header, *lines])))
    assert (found.fault, len(found.hashes)) == ("", 3)
