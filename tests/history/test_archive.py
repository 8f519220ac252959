"""An export: what was cut, swapped, edited or added is named, without server or database."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jointlab.config.cli import main
from jointlab.history import archive, checkpoints, dsse
from jointlab.history.chain import START, Link, canonical, digest
from jointlab.history.checkpoints import Head
from jointlab.history.details import split_details

CHAIN = UUID("0191d3a0-0000-7000-8000-000000000001")
UNIVERSITY = {
    "id": "0191d3a0-0000-7000-8000-0000000000aa",
    "name": {"own": "北湖大学", "en": "Northlake"},
}
PERSON = {"id": "0191d3a0-0000-7000-8000-0000000000ab", "name": {"own": "Office"}}
NAMES = {"en": "Northlake and Asterion", "ko": "노스레이크와 아스테리온"}
BEGIN = datetime(2026, 11, 22, 8, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def chain(records: list[tuple[str, dict[str, Any]]]) -> list[Link]:
    links: list[Link] = []
    for number, (event, facts) in enumerate(records, start=1):
        bare = Link(
            chain=CHAIN, number=number, at=BEGIN + timedelta(seconds=number), event=event, actor=None,
            record=canonical(facts), previous=links[-1].hash if links else START, hash=b"",
        )  # fmt: skip
        links.append(Link(**{**vars(bare), "hash": digest(bare)}))
    return links


def tried(count: int) -> list[tuple[str, dict[str, Any]]]:
    return [("history.tried", {"n": number, "why": "因为 ☃"}) for number in range(1, count + 1)]


def signed(head: Link, *keys: tuple[Ed25519PrivateKey, dict[str, Any]]) -> dict[str, Any]:
    where = Head(CHAIN, head.number, head.hash)
    envelopes = [
        checkpoints.sign(where, key, organisation=organisation, person=PERSON, at=BEGIN)
        for key, organisation in keys or ((KEY, UNIVERSITY),)
    ]
    return checkpoints.document(where, code="northlake", names=NAMES, envelopes=envelopes)


def signing(head: Link) -> tuple[str, dict[str, Any]]:
    key = dsse.key_id(KEY.public_key())
    return "history.checkpoint_signed", {
        "organisation": UNIVERSITY, "number": head.number, "hash": head.hash.hex(), "key": key,
    }  # fmt: skip


def exported_with_details() -> list[bytes]:
    """A header, three entries with a line of details after each, the seal."""
    records, beside = zip(
        *(split_details({"n": n, "why": "因为 ☃", "by": PERSON}) for n in (1, 2, 3)), strict=True
    )
    bare = chain([("history.tried", json.loads(record)) for record in records])
    links = [replace(link, details=text) for link, text in zip(bare, beside, strict=True)]
    return list(archive.with_seal(archive.chain_lines(CHAIN, "northlake", NAMES, links, [])))


def exported() -> list[bytes]:
    """A header, ten entries of which the last tells of the signature, a checkpoint at 9, the seal."""
    first = chain(tried(9))
    links = chain([*tried(9), signing(first[-1])])
    return list(
        archive.with_seal(
            archive.chain_lines(CHAIN, "northlake", NAMES, links, [signed(first[-1])])
        )
    )


def resealed(lines: list[bytes]) -> list[bytes]:
    return list(archive.with_seal(line.decode().removesuffix("\n") for line in lines))


@pytest.fixture
def verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def verify(lines: list[bytes] | bytes, kept: Any = None) -> tuple[int, str]:
        file = tmp_path / "history.jsonl"
        file.write_bytes(lines if isinstance(lines, bytes) else b"".join(lines))
        command = ["history", "verify", "--file", str(file)]
        if kept is not None:
            checkpoint = tmp_path / "checkpoint.json"
            checkpoint.write_text(kept if isinstance(kept, str) else json.dumps(kept))
            command += ["--checkpoint", str(checkpoint)]
        code = main(command)
        said = capsys.readouterr()
        return code, (said.out + said.err).strip()

    return verify


Verify = Callable[..., tuple[int, str]]


def test_a_whole_export_verifies_and_says_its_head_and_who_signed(verify: Verify) -> None:
    code, said = verify(exported())
    assert code == 0
    whole, checkpoint = said.split("\n")
    assert whole.startswith("northlake: whole, 10 entries, head ")
    key = dsse.key_id(KEY.public_key())[:16]
    assert checkpoint == f"  checkpoint at entry 9, signed by Northlake (key {key})"


def swapped(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[4], lines[3], *lines[5:]]


DAMAGE: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "swapped": (swapped, "line 4: entry 4 does not fit: number 4 stands where 3 is due"),
    "missing": (lambda x: [*x[:5], *x[6:]], "line 6: entry 6 does not fit: number 6 stands where 5 is due"),
    "twice": (lambda x: [*x[:5], x[4], *x[5:]], "line 6: entry 4 does not fit: number 4 stands where 5 is due"),
    "edited record": (
        lambda x: [*x[:5], x[5].replace(b'\\"n\\":5', b'\\"n\\":6'), *x[6:]],
        "line 6: entry 5 does not fit: its content does not give its hash",
    ),
    "edited spacing": (
        lambda x: [*x[:5], x[5].replace(b'"number":5', b'"number": 5'), *x[6:]],
        "line 6: not written as an export writes it: it was edited",
    ),
    "edited time": (
        lambda x: [*x[:5], x[5].replace(b"+00:00", b"Z"), *x[6:]],
        "line 6: not written as an export writes it: it was edited",
    ),
    "edited name": (
        lambda x: [x[0].replace(b"Asterion", b"Hysterion"), *x[1:]],
        "line 13: the lines before it are not those that were written",
    ),
    "garbage": (lambda x: [*x[:5], b"\xff\x00garbage\n", *x[5:]], "line 6: not a line of an export"),
    "deep garbage": (lambda x: [*x[:5], b"[" * 100_000 + b"\n", *x[5:]], "line 6: not a line of an export"),
    "another object": (lambda x: [*x[:5], b'{"a":1}\n', *x[5:]], "line 6: not a line of an export"),
    "cut within a line": (lambda x: [*x[:5], x[5][:40]], "line 6: the file is cut off within this line"),
    "cut between lines": (lambda x: x[:6], "the file is cut off: its last line, the seal, is missing"),
    "something after it": (lambda x: [*x, x[5]], "line 14: something stands after the seal"),
    "wrong count": (lambda x: [*x[:-1], x[-1].replace(b":12,", b":11,")], "line 13: 11 lines were written, 12 are here"),
    "entries cut, sealed anew": (
        lambda x: resealed([*x[:9], x[11]]),
        "line 10: the checkpoint at entry 9 does not fit: the chain ends at entry 8",
    ),
    "the signature's entry cut, sealed anew": (
        lambda x: resealed([*x[:10], x[11]]),
        f"line 11: the checkpoint at entry 9 does not fit: no entry tells that {UNIVERSITY['id']} signed it",
    ),
    "checkpoint of another hash": (
        lambda x: resealed([*x[:11], x[11].replace(json.loads(x[11])["hash"].encode(), b"ab" * 32)]),
        "line 12: what was signed is another head than the checkpoint's",
    ),
    "the chain twice": (lambda x: resealed([*x[:-1], *x[:-1]]), "line 13: this chain stands in the file already"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_what_was_done_to_an_export_is_named_in_one_line(verify: Verify, name: str) -> None:
    damage, said = DAMAGE[name]
    assert verify(damage(exported())) == (1, f"northlake: {said}")


def test_every_single_edited_byte_is_noticed() -> None:
    whole = b"".join(exported())
    for position in range(0, len(whole), 7):
        edited = bytearray(whole)
        edited[position] ^= 1
        try:
            found = archive.examine(bytes(edited).splitlines(keepends=True))
        except dsse.Faulty:
            continue
        assert any(examination.fault for examination in found), whole[position - 20 : position + 20]


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"{}\n", b"PK\x03\x04", b'{"format":"other"}\n', b"null\n"]
)
def test_what_is_no_export_is_said_to_be_none(verify: Verify, content: bytes) -> None:
    code, said = verify(content)
    assert code == 2
    assert said.endswith("history.jsonl: not an export of a history")


def test_a_file_that_is_not_there_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "verify", "--file", "nowhere.jsonl"]) == 2
    assert capsys.readouterr().err == "jointlab history: nowhere.jsonl: No such file or directory\n"


def test_several_chains_in_one_file_are_examined_each(verify: Verify) -> None:
    other = UUID(int=7)
    lines = exported()[:-1]
    part = list(archive.chain_lines(other, "", {}, [], []))
    code, said = verify(resealed([*lines, *(f"{line}\n".encode() for line in part)]))
    assert code == 0
    assert said.split("\n")[-1] == f"{other}: whole, 0 entries"


class TestAKeptCheckpoint:
    def test_that_the_chain_still_contains_fits(self, verify: Verify) -> None:
        assert verify(exported(), signed(chain(tried(5))[-1]))[0] == 0

    def test_beyond_the_end_betrays_a_cut(self, verify: Verify) -> None:
        code, said = verify(exported(), signed(chain(tried(11))[-1]))
        assert (code, said) == (
            1,
            "northlake: the checkpoint at entry 11 does not fit: the chain ends at entry 10",
        )

    def test_betrays_a_chain_that_was_written_anew(self, verify: Verify) -> None:
        kept = signed(chain([*tried(4), ("history.tried", {"n": "otherwise"})])[-1])
        code, said = verify(exported(), kept)
        assert code == 1
        assert said.endswith("does not fit: entry 5 is another one than that which was signed")

    def test_of_another_chain_is_said_so(self, verify: Verify) -> None:
        head = Head(UUID(int=9), 1, b"x" * 32)
        envelope = checkpoints.sign(head, KEY, organisation=UNIVERSITY, person=PERSON, at=BEGIN)
        code, said = verify(
            exported(), checkpoints.document(head, code="", names={}, envelopes=[envelope])
        )
        assert code == 1
        assert (
            said.split("\n")[-1]
            == f"the checkpoint is of the chain {UUID(int=9)}, which is not here"
        )

    @pytest.mark.parametrize(
        "kept", ["", "[]", "{}", "nonsense", '{"format":"jointlab-history-checkpoint-1"}']
    )
    def test_that_is_none_is_said_so(self, verify: Verify, kept: str) -> None:
        code, said = verify(exported(), kept)
        assert code == 2
        assert "checkpoint.json: " in said

    def test_whose_signature_was_altered_is_said_so(self, verify: Verify) -> None:
        kept = signed(chain(tried(5))[-1])
        kept["signatures"][0]["signatures"][0]["sig"] = "A" * 86 + "=="
        code, said = verify(exported(), kept)
        assert code == 2
        assert "the signature is not by key" in said

    def test_whose_number_was_altered_is_said_so(self, verify: Verify) -> None:
        kept = signed(chain(tried(5))[-1]) | {"number": 4}
        assert "another head than the checkpoint's" in verify(exported(), kept)[1]

    def test_with_nobody_under_it_is_none(self, verify: Verify) -> None:
        kept = signed(chain(tried(5))[-1]) | {"signatures": []}
        assert "nobody signed the checkpoint" in verify(exported(), kept)[1]

    def test_with_one_organisation_twice_under_it_is_none(self, verify: Verify) -> None:
        kept = signed(
            chain(tried(5))[-1], (KEY, UNIVERSITY), (Ed25519PrivateKey.generate(), UNIVERSITY)
        )
        assert "one organisation signed the checkpoint twice" in verify(exported(), kept)[1]


def test_an_export_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "history.jsonl"
    target.write_bytes(b"the one before")

    def breaking() -> Any:
        yield b"half\n"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        archive.write(target, breaking())
    assert target.read_bytes() == b"the one before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_is_verified_without_django(tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    file.write_bytes(b"".join(exported()))
    program = (
        "import sys; from jointlab.config.cli import main; code = main(sys.argv[1:]);"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'django', 'psycopg', 'numpy', 'babel'}));"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "history", "verify", "--file", str(file)],
        env={}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split("\n")[-2] == "[]"


HOWTO = Path(__file__).parents[2] / "docs/howto/verify-the-history.md"


@pytest.mark.parametrize(
    ("old", "new"), [(b"", b""), (b'"event":"history.tried"', b'"event":"history.denied"')]
)
def test_the_guides_own_program_finds_what_ours_finds(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    (tmp_path / "history.jsonl").write_bytes(b"".join(exported()).replace(old, new, 1))
    program = HOWTO.read_text("utf-8").split("```python\n")[1].split("```")[0]
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-W", "ignore", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )  # fmt: skip
    whole = chain([*tried(9), signing(chain(tried(9))[-1])])[-1]
    if new:
        assert done.stderr.strip().endswith("entry 1 does not fit")
    else:
        assert done.stdout == f"whole: 10 {whole.hash.hex()}\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", "whole: 3 "),
        ('"value":"因为 ☃"', '"value":"因为 !"', "entry 1: /why was altered"),
        ('"details":{"/by/name"', '"details":{"/till"', "entry 1: /till was altered"),
    ],
)
def test_the_guides_own_program_finds_altered_details(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = b"".join(exported_with_details()).decode()
    (tmp_path / "history.jsonl").write_text(text.replace(old, new, 1), "utf-8")
    program = HOWTO.read_text("utf-8").split("```python\n")[1].split("```")[0]
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-W", "ignore", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert said in done.stdout + done.stderr


DETAILED: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "a value": (
        lambda x: [*x[:4], x[4].replace("因为".encode(), "所以".encode()), *x[5:]],
        "line 5: entry 2 does not fit: its detail /why was altered",
    ),
    "of the next entry": (
        lambda x: [*x[:4], x[6], *x[5:]],
        "line 5: details of entry 3 do not stand after it",
    ),
    "of the next entry under another number": (
        lambda x: [*x[:4], x[6].replace(b'"number":3', b'"number":2'), *x[5:]],
        "line 5: entry 2 does not fit: its detail /by/name was altered",
    ),
    "twice": (
        lambda x: [*x[:4], x[4], *x[4:]],
        "line 6: entry 2 does not fit: the chain knows nothing of its detail /by/name",
    ),
    "before every entry": (
        lambda x: [x[0], x[2], *x[1:]],
        "line 2: details of entry 1 do not stand after it",
    ),
    "none": (
        lambda x: [*x[:4], b'{"details":[],"number":2}\n', *x[5:]],
        "line 5: entry 2 does not fit: its details cannot be read",
    ),
    "no number": (
        lambda x: [*x[:4], x[4].replace(b',"number":2', b""), *x[5:]],
        "line 5: not a line of an export",
    ),
    "edited spacing": (
        lambda x: [*x[:4], x[4].replace(b'"number":2', b'"number": 2'), *x[5:]],
        "line 5: not written as an export writes it: it was edited",
    ),
}


@pytest.mark.parametrize("name", DETAILED)
def test_what_was_done_to_the_details_of_an_export_is_named(verify: Verify, name: str) -> None:
    damage, said = DETAILED[name]
    assert verify(resealed(damage(exported_with_details()[:-1]))) == (1, f"northlake: {said}")


@pytest.mark.parametrize(
    ("damage", "count"),
    [
        (lambda x: x, 0),
        (lambda x: [*x[:4], *x[5:]], 2),
        (lambda x: [*x[:4], b'{"details":{"/by/name":null},"number":2}\n', *x[5:]], 2),
    ],
    ids=["nothing", "a line", "all but what was there"],
)
def test_what_was_erased_of_an_export_is_counted(
    verify: Verify, damage: Callable[[list[bytes]], list[bytes]], count: int
) -> None:
    code, said = verify(resealed(damage(exported_with_details()[:-1])))
    assert code == 0
    assert said.split("\n")[1:] == ([f"  {count} details are erased"] if count else [])


def test_every_single_edited_byte_of_the_details_is_noticed() -> None:
    whole = b"".join(exported_with_details())
    for position in range(0, len(whole), 3):
        edited = bytearray(whole)
        edited[position] ^= 1
        try:
            found = archive.examine(bytes(edited).splitlines(keepends=True))
        except dsse.Faulty:
            continue
        assert any(examination.fault for examination in found), whole[position - 20 : position + 20]


def test_a_line_is_written_as_canonical_json_is() -> None:
    for line in exported() + exported_with_details():
        assert canonical(json.loads(line)).encode() + b"\n" == line


def rehashed(link: Link, **changed: Any) -> Link:
    bare = Link(**{**vars(link), **changed})
    return Link(**{**vars(bare), "hash": digest(bare)})


def exported_of(links: list[Link], *documents: dict[str, Any]) -> list[bytes]:
    return list(archive.with_seal(archive.chain_lines(CHAIN, "northlake", NAMES, links, documents)))


def test_time_that_goes_back_is_named(verify: Verify) -> None:
    first, second = chain(tried(2))
    said = verify(exported_of([first, rehashed(second, at=BEGIN)]))
    assert said == (
        1,
        "northlake: line 3: entry 2 does not fit: its time is before that of the entry before it",
    )


def test_an_entry_of_a_signature_that_does_not_say_what_was_signed_is_named(verify: Verify) -> None:
    for facts in ({}, {"organisation": "x"}, {"organisation": UNIVERSITY, "number": 1}):
        said = verify(exported_of(chain([("history.checkpoint_signed", facts)])))
        assert said == (1, "northlake: entry 1 does not say what was signed")


def test_a_checkpoint_of_another_chain_is_named(verify: Verify) -> None:
    head = Head(UUID(int=9), 1, b"x" * 32)
    envelope = checkpoints.sign(head, KEY, organisation=UNIVERSITY, person=PERSON, at=BEGIN)
    document = checkpoints.document(head, code="", names={}, envelopes=[envelope])
    said = verify(exported_of(chain(tried(1)), document))
    assert said == (1, "northlake: line 3: a checkpoint of another chain")


def sealed_statement(**changed: Any) -> dict[str, Any]:
    """A checkpoint whose signature fits a statement that was changed before it was signed."""
    head = chain(tried(5))[-1]
    kept = signed(head)
    statement = json.loads(dsse.payload_of(json.dumps(kept["signatures"][0])))
    envelope = dsse.sign_envelope(canonical(statement | changed).encode(), KEY)
    return kept | {"signatures": [json.loads(envelope)]}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"predicateType": "urn:other"}, "what was signed is not a checkpoint"),
        ({"subject": []}, "what was signed is another head"),
        ({"predicate": {}}, "the signed statement cannot be read"),
        ({"predicate": {"key": "x"}}, "public key cannot be read"),
        ({"predicate": {"key": dsse.pem(KEY.public_key()), "organisation": UNIVERSITY, "person": PERSON, "at": "x"}}, "cannot be read"),
        ({"predicate": {"key": dsse.pem(KEY.public_key()), "organisation": {"id": 1, "name": {}}, "person": PERSON, "at": "2026-01-01T00:00:00+00:00"}}, "cannot be read"),
        ({"predicate": {"key": dsse.pem(KEY.public_key()), "organisation": UNIVERSITY, "person": PERSON, "at": "2026-01-01"}}, "cannot be read"),
    ],
)  # fmt: skip
def test_a_signed_statement_that_says_something_else_is_no_checkpoint(
    verify: Verify, changed: dict[str, Any], said: str
) -> None:
    code, told = verify(exported(), sealed_statement(**changed))
    assert code == 2
    assert said in told
