"""Details: what the chain fixes without holding it, and every way to put something else there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import DataError, IntegrityError, ProgrammingError, connection, transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from jointlab.common.rooms import Subject
from jointlab.history import archive, details, queries
from jointlab.history.access import ReadableChain
from jointlab.history.audit import examine, export
from jointlab.history.chain import canonical
from jointlab.history.details import COMMITMENTS, commitment, join_details, split_details
from jointlab.history.models import Details, Entry
from jointlab.history.services import record
from tests.cast import Cast
from tests.history.events import DONE
from tests.history.tampering import owning

ANY = UUID("0191d3a0-0000-7000-8000-000000000001")
HASH = "ab" * 32
PERSON = {"id": str(ANY), "name": {"own": "院长", "en": "Dean"}}


def divided(**facts: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the open facts, and the values beside them by their place."""
    kept, beside = (json.loads(text) for text in split_details(facts))
    assert kept.pop(COMMITMENTS, {}).keys() == beside.keys()
    return kept, {place: detail["value"] for place, detail in beside.items()}


@pytest.mark.parametrize(
    ("value", "kept", "beside"),
    [
        (12, 12, {}),
        (True, True, {}),
        (None, None, {}),
        ("", "", {}),
        ([], [], {}),
        (date(2019, 6, 24), "2019-06-24", {}),
        (datetime(2019, 6, 24, 1, tzinfo=UTC), "2019-06-24T01:00:00+00:00", {}),
        (ANY, str(ANY), {}),
        (HASH, HASH, {}),
        ({"from": 3, "to": date(2019, 6, 24)}, {"from": 3, "to": "2019-06-24"}, {}),
        ("because", None, {"/fact": "because"}),
        ("2019-06-24", None, {"/fact": "2019-06-24"}),
        ("12", None, {"/fact": "12"}),
        (HASH.upper(), None, {"/fact": HASH.upper()}),
        (Decimal("1.50"), None, {"/fact": "1.50"}),
        (["office", 3], None, {"/fact": ["office", 3]}),
        ({"ko": "학장", "en": "Dean"}, None, {"/fact": {"en": "Dean", "ko": "학장"}}),
        (PERSON, {"id": str(ANY), "name": None}, {"/fact/name": PERSON["name"]}),
        ({"id": "7"}, {"id": "7"}, {}),
        (
            [PERSON, "and", {"within": [PERSON], "a/b~c": "x"}],
            [{"id": str(ANY), "name": None}, None, {"within": [{"id": str(ANY), "name": None}], "a/b~c": None}],
            {"/fact/0/name": PERSON["name"], "/fact/1": "and", "/fact/2/within/0/name": PERSON["name"], "/fact/2/a~1b~0c": "x"},
        ),
    ],
)  # fmt: skip
def test_the_chain_holds_what_tells_nobodys_details(value: Any, kept: Any, beside: Any) -> None:
    assert divided(fact=value) == ({"fact": kept}, beside)


def test_a_commitment_is_what_the_guide_says(cast: Cast) -> None:
    kept, beside = (json.loads(text) for text in split_details({"why": "ä"}))
    salt = bytes.fromhex(beside["/why"]["salt"])
    assert len(salt) == 16
    made = hashlib.sha256(b"jointlab-history-detail-1" + salt + '"ä"'.encode())
    assert kept == {COMMITMENTS: {"/why": made.hexdigest()}, "why": None}


def test_two_equal_facts_have_nothing_in_common_in_the_chain() -> None:
    (first, _), (second, _) = (
        split_details({"a": "x", "b": "x"}),
        split_details({"a": "x", "b": "x"}),
    )
    found = [*json.loads(first)[COMMITMENTS].values(), *json.loads(second)[COMMITMENTS].values()]
    assert len(set(found)) == 4


def test_nobody_takes_the_place_of_the_commitments() -> None:
    with pytest.raises(TypeError, match=COMMITMENTS):
        split_details({COMMITMENTS: {}})


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-100, 100) | st.text() | st.dates() | st.uuids(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text() | st.sampled_from(["id", "name"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text().filter(lambda key: key != COMMITMENTS), VALUES, max_size=4))
def test_what_was_divided_is_joined_again(facts: dict[str, Any]) -> None:
    facts = json.loads(canonical(facts))  # an id is text, as in `as_fact()`
    kept, beside = split_details(facts)
    assert join_details(kept, beside, str) == facts
    assert list(join_details(kept, beside, str)) == list(json.loads(canonical(facts)))
    found = details.commitments_of(kept)
    assert details.check_details(found, json.loads(beside)) == (len(found), "")


def test_what_the_database_or_a_file_may_hold_instead_does_no_harm() -> None:
    for kept in ('{"@commitments":{"/a/b":"x","nonsense":"y"}}', '{"@commitments":7}', "{}"):
        for beside in ("", "{}", "null", "[", '{"/a/b":{"value":1}}', '{"/a/b":7}', "[" * 100_000):
            with_none = kept if kept != '{"@commitments":7}' else "{}"
            assert isinstance(join_details(with_none, beside, str), dict)
            there, fault = details.check_details(
                details.commitments_of(kept), details.read_details(beside)
            )
            assert not there
            assert bool(fault) == beside.startswith('{"/a')


class TestAPage:
    def test_tells_names_and_texts_with_one_query(
        self, cast: Cast, django_assert_num_queries: Any
    ) -> None:
        chain = uuid4()
        for number in range(20):
            record(DONE, chain=chain, by=cast.dean, why=f"because {number}")
        with django_assert_num_queries(1):
            page = queries.page(ReadableChain(chain))
        assert all("because" in line.sentence and "Dean" in line.sentence for line in page.lines)
        with django_assert_num_queries(2):
            ((_, fact),) = queries.people_in(ReadableChain(chain), 5)
        assert fact["name"]["own"] == "Dean"

    def test_of_one_entry_shows_that_no_name_is_hashed(self, cast: Cast) -> None:
        chain = uuid4()
        record(DONE, chain=chain, by=cast.dean, why="because")
        entry = queries.entry_in_full(ReadableChain(chain), 1)
        assert entry is not None
        assert {fact.key: fact.value for fact in entry.facts}["why"] == "<bdi>because</bdi>"
        assert "because" not in entry.hashed
        assert "Dean" not in entry.hashed


@pytest.mark.django_db
def test_an_entry_from_before_is_told_and_verified_as_it_was(cast: Cast) -> None:
    chain, facts = uuid4(), {"actor": cast.dean, "why": "because"}
    Entry.objects.create(chain=chain, event="nowhere.done", record=canonical(facts))
    record(DONE, chain=chain, by=cast.dean, why="because")
    old, new = queries.page(ReadableChain(chain)).lines
    assert old.sentence == new.sentence
    found = examine(Subject(chain))
    assert (found.fault, found.erased, len(found.hashes)) == ("", 0, 2)


# What somebody may write beside the chain, given the details that lie there.
Damage = Callable[[dict[str, Any]], dict[str, Any]]
WHY, NAME = "/why", "/actor/name"
DAMAGE: dict[str, tuple[Damage, str]] = {
    "an altered value": (lambda x: x | {WHY: x[WHY] | {"value": "otherwise"}}, f"its detail {WHY} was altered"),
    "an altered salt": (lambda x: x | {WHY: x[WHY] | {"salt": "00" * 16}}, f"its detail {WHY} was altered"),
    "swapped salts": (
        lambda x: x | {WHY: x[WHY] | {"salt": x[NAME]["salt"]}, NAME: x[NAME] | {"salt": x[WHY]["salt"]}},
        f"its detail {NAME} was altered",
    ),
    "swapped details": (lambda x: x | {WHY: x[NAME], NAME: x[WHY]}, f"its detail {NAME} was altered"),
    "no salt": (lambda x: x | {WHY: {"value": x[WHY]["value"]}}, f"its detail {WHY} was altered"),
    "a salt that takes a part of the value": (
        lambda x: x | {WHY: {"salt": x[WHY]["salt"] + b'"'.hex(), "value": x[WHY]["value"]}}, f"its detail {WHY} was altered",
    ),
    "something more": (lambda x: x | {WHY: x[WHY] | {"more": 1}}, f"its detail {WHY} was altered"),
    "a text": (lambda x: x | {WHY: "because"}, f"its detail {WHY} was altered"),
    "a float": (lambda x: x | {WHY: x[WHY] | {"value": 0.5}}, f"its detail {WHY} was altered"),
    "a lone surrogate": (lambda x: x | {WHY: x[WHY] | {"value": "\ud800"}}, f"its detail {WHY} was altered"),
    "a detail that it never had": (lambda x: x | {"/until": x[WHY]}, "the chain knows nothing of its detail /until"),
}  # fmt: skip


@pytest.fixture
def subject(transactional_db: None) -> Subject:
    """Three entries, each with a name and a reason."""
    cast = Cast.tell()
    chain = uuid4()
    for number in range(1, 4):
        record(DONE, chain=chain, by=cast.dean, why=f"because {number}", n=number)
    return Subject(chain, "tried")


def put(server: Any, chain: UUID, number: int, text: str) -> None:
    """Write beside an entry, as who owns the server does."""
    entry = Entry.objects.get(chain=chain, number=number)
    with owning(server) as owner:
        owner.execute("ALTER TABLE history_details DISABLE TRIGGER history_details_lose")
        owner.execute("UPDATE history_details SET text = %s WHERE entry_id = %s", [text, entry.pk])
        owner.execute("ALTER TABLE history_details ENABLE TRIGGER history_details_lose")


def beside(chain: UUID, number: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Entry.objects.get(chain=chain, number=number).details_text)
    return found


@pytest.mark.parametrize("name", DAMAGE)
def test_what_was_altered_beside_the_chain_is_named(
    server: Any, subject: Subject, name: str
) -> None:
    damage, fault = DAMAGE[name]
    put(server, subject.chain, 2, json.dumps(damage(beside(subject.chain, 2)), sort_keys=True))
    assert examine(subject).fault == f"entry 2 does not fit: {fault}"
    (found,) = archive.examine(export([subject]))
    assert found.fault.startswith("line 5: ")
    assert queries.page(ReadableChain(subject.chain)).lines


def test_the_details_of_another_entry_are_named(server: Any, subject: Subject) -> None:
    put(server, subject.chain, 2, canonical(beside(subject.chain, 3)))
    assert examine(subject).fault == f"entry 2 does not fit: its detail {NAME} was altered"


def test_what_is_gone_is_no_fault_and_is_counted(server: Any, subject: Subject) -> None:
    put(server, subject.chain, 2, "{}")
    with owning(server) as owner:
        owner.execute("ALTER TABLE history_details DISABLE TRIGGER history_details_lose")
        last = Entry.objects.get(chain=subject.chain, number=3)
        owner.execute("DELETE FROM history_details WHERE entry_id = %s", [last.pk])
        owner.execute("ALTER TABLE history_details ENABLE TRIGGER history_details_lose")
    for found in (examine(subject), *archive.examine(export([subject]))):
        assert (found.fault, found.erased) == ("", 4)
        assert found.lines()[1] == "  4 details are erased"
    for language, word in (("en", "erased"), ("zh-hans", "已删除"), ("ko", "삭제됨")):
        with translation.override(language):
            gone, *_, told = queries.page(ReadableChain(subject.chain)).lines
            assert gone.sentence.count(word) == 2
            assert "id" not in gone.sentence
            assert word not in told.sentence


class TestTheTable:
    """What the application's role may do with it, and even its owner."""

    def refused(self, statement: str, *values: Any) -> None:
        with (
            pytest.raises(
                (ProgrammingError, DataError), match=r"erased, not changed|invalid input"
            ),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, values)

    @pytest.fixture
    def row(self, cast: Cast) -> Details:
        chain = uuid4()
        record(DONE, chain=chain, by=cast.dean, why="because")
        return Details.objects.get(entry__chain=chain)

    def update(self, row: Details, text: str) -> None:
        self.refused("UPDATE history_details SET text = %s WHERE entry_id = %s", text, row.pk)

    @pytest.mark.parametrize("name", DAMAGE)
    def test_takes_no_other_value(self, row: Details, name: str) -> None:
        self.update(row, json.dumps(DAMAGE[name][0](json.loads(row.text)), sort_keys=True))

    def test_loses_values_one_by_one_and_takes_none_back(self, row: Details) -> None:
        whole = row.text
        for pointers in ([WHY], [NAME, WHY]):
            row.text = details.erase_details(row.text, pointers)
            row.save()
            self.update(row, whole)
            self.update(row, json.dumps(json.loads(whole) | {NAME: {"salt": "", "value": ""}}))
        Details.objects.filter(pk=row.pk).update(text="{}")
        self.update(row, whole)
        with pytest.raises(IntegrityError, match="duplicate key"), transaction.atomic():
            Details.objects.create(entry_id=row.pk, text=whole)

    def test_is_not_misled_by_a_detail_that_stands_twice(self, row: Details) -> None:
        kept = json.loads(row.text)
        forged = json.dumps(kept[WHY] | {"value": "otherwise"})
        self.update(row, f'{{"{WHY}":{forged},"{WHY}":{json.dumps(kept[WHY])}}}')
        twice = canonical({WHY: kept[WHY]}).replace("}}", '},"/why":null}')
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE history_details SET text = %s WHERE entry_id = %s", [twice, row.pk]
            )
        self.update(row, row.text)

    @pytest.mark.parametrize("text", ["a\x00b", "\U0001f600", "\u2028", '\\u0000"'])
    def test_loses_what_was_hard_to_write(self, cast: Cast, text: str) -> None:
        record(DONE, chain=cast.dean.pk, by=None, why=text, other=text)
        row = Details.objects.latest("pk")
        row.text = details.erase_details(row.text, [WHY])
        row.save()
        (found,) = Entry.objects.filter(chain=cast.dean.pk)
        assert found.facts == {"other": text, "why": "erased"}

    @pytest.mark.parametrize("text", ["", "[]", "{", '{"a":\n1}'])
    def test_holds_an_object_in_one_line_of_json(self, cast: Cast, text: str) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Details.objects.create(entry_id=2**40, text=text)

    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM history_details",
            "TRUNCATE history_details",
            "UPDATE history_details SET entry_id = entry_id + 1000000",
            "ALTER TABLE history_details DISABLE TRIGGER ALL",
        ],
    )
    def test_keeps_its_rows_and_its_guard(self, row: Details, statement: str) -> None:
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    @pytest.mark.parametrize(
        "statement",
        ["DELETE FROM history_details", "UPDATE history_details SET entry_id = entry_id + 1000000"],
    )
    def test_is_guarded_from_its_owner_too(self, cast: Cast, server: Any, statement: str) -> None:
        with (
            psycopg.connect(server.url("owner"), dbname=connection.settings_dict["NAME"]) as owner,
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="erased, not changed"),
        ):
            owner.execute(statement)  # type: ignore[arg-type]


def test_whoever_guesses_the_value_learns_nothing_without_the_salt(cast: Cast) -> None:
    """A name out of three: each fits as well as the others, with a salt of one's own choice."""
    chain = uuid4()
    record(DONE, chain=chain, by=None, grade="pass")
    entry = Entry.objects.get(chain=chain)
    salt = bytes.fromhex(json.loads(entry.details_text)["/grade"]["salt"])
    Details.objects.filter(pk=entry.pk).update(
        text=details.erase_details(entry.details_text, ["/grade"])
    )
    entry = Entry.objects.get(chain=chain)
    assert salt.hex() not in entry.details_text + entry.record
    (committed,) = details.commitments_of(entry.record).values()
    guesses = {
        commitment(salt_of_theirs, grade)
        for grade in ("pass", "fail", "inconclusive")
        for salt_of_theirs in (b"", bytes(16), entry.pk.to_bytes(16), chain.bytes, bytes(entry.hash)[:16])
    }  # fmt: skip
    assert committed not in guesses
    assert committed == commitment(salt, "pass")
