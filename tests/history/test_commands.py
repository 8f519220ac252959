"""`jointlab history` on the database. Of a file: test_archive."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import pytest

from jointlab.common.errors import Refusal
from jointlab.history import queries
from jointlab.history.commands import add
from jointlab.parties.history_subjects import subject_of_partnership
from tests.cast import OWN, Cast
from tests.history.events import TRIED
from tests.history.tampering import intruder
from tests.history.test_checkpoints import sign


def parsed(*line: str) -> Namespace:
    parser = ArgumentParser()
    add(parser.add_subparsers())
    return parser.parse_args(["history", *line])


def run(*line: str) -> int:
    arguments = parsed(*line)
    code: int = arguments.run(arguments)
    return code


@pytest.fixture
def kept(cast: Cast, tmp_path: Path) -> Path:
    """A checkpoint that both sides signed, as a file."""
    sign(cast, "university_office")
    sign(cast, "enterprise_office")
    (document,) = queries.checkpoint_documents(cast.partnership.pk, OWN, cast.partnership.names)
    path = tmp_path / "checkpoint.json"
    path.write_text(json.dumps(document))
    return path


def test_verify_says_every_chain(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify") == 0
    said = capsys.readouterr().out
    for title in (OWN, cast.other_partnership.code, str(cast.university.pk)):
        assert f"{title}: whole, " in said


def test_verify_says_one_chain_by_code_or_by_id(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    for code in (OWN, str(cast.partnership.pk)):
        assert run("verify", code) == 0
        (line,) = capsys.readouterr().out.splitlines()
        head = queries.head(cast.partnership.pk)
        assert head is not None
        assert line == f"{OWN}: whole, {head.number} entries, head {head.hash.hex()}"


def test_a_code_of_nothing_is_refused(cast: Cast) -> None:
    for command in (["verify", "nowhere"], ["export", "--out", "x", "nowhere"]):
        with pytest.raises(Refusal, match="There is no history of nowhere"):
            run(*command)


def test_a_chain_that_no_room_names_is_examined_too(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    from uuid import UUID

    from jointlab.history.services import record

    chain = UUID(int=3)
    record(TRIED, chain=chain, by=None)
    assert run("verify") == 0
    assert f"{chain}: whole, 1 entry, head" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_a_partnership_whose_chain_was_emptied_is_named(
    server: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    cast = Cast.tell()
    with intruder(server) as owner:
        owner.execute("DELETE FROM history_entry WHERE chain = %s", [cast.partnership.pk])
    assert run("verify") == 1
    assert f"{OWN}: it has no entries" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_the_first_entry_that_does_not_fit_is_named(
    server: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    cast = Cast.tell()
    with intruder(server) as owner:
        owner.execute(
            "UPDATE history_entry SET record = '{}' WHERE chain = %s AND number IN (3, 5)",
            [cast.partnership.pk],
        )
    assert run("verify", OWN) == 1
    said = capsys.readouterr().out
    assert said == f"{OWN}: entry 3 does not fit: its content does not give its hash\n"


def test_a_kept_checkpoint_is_held_against_the_database(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("verify", "--checkpoint", str(kept)) == 0
    assert "signed by Northlake University (key " in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_a_kept_checkpoint_betrays_a_history_written_anew(
    server: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything after the first entry is dropped and told otherwise: each hash fits."""
    from jointlab.history.services import record

    cast = Cast.tell()
    chain = cast.partnership.pk
    sign(cast, "university_office")
    (document,) = queries.checkpoint_documents(chain, OWN, {})
    path = tmp_path / "checkpoint.json"
    path.write_text(json.dumps(document))
    with intruder(server) as owner:
        owner.execute("ALTER TABLE history_signature DISABLE TRIGGER history_signature_closed")
        owner.execute("ALTER TABLE history_checkpoint DISABLE TRIGGER history_checkpoint_closed")
        owner.execute("DELETE FROM history_signature")
        owner.execute("DELETE FROM history_checkpoint")
        owner.execute("DELETE FROM history_entry WHERE chain = %s AND number > 1", [chain])
        owner.execute("ALTER TABLE history_signature ENABLE TRIGGER history_signature_closed")
        owner.execute("ALTER TABLE history_checkpoint ENABLE TRIGGER history_checkpoint_closed")
    for _ in range(document["number"] + 5):
        record(TRIED, chain=chain, by=None)
    assert run("verify", OWN) == 0
    assert run("verify", OWN, "--checkpoint", str(path)) == 1
    assert "is another one than that which was signed" in capsys.readouterr().out


def test_an_export_of_everything_verifies_without_the_database(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "all.jsonl"
    assert run("export", "--out", str(file)) == 0
    assert run("verify", "--file", str(file), "--checkpoint", str(kept)) == 0
    said = capsys.readouterr().out
    assert run("verify") == 0
    assert set(capsys.readouterr().out.splitlines()) <= set(said.splitlines())


def test_an_exports_lines_are_a_header_entries_with_details_checkpoints_and_the_seal(
    cast: Cast, kept: Path, tmp_path: Path
) -> None:
    file = tmp_path / "one.jsonl"
    assert run("export", OWN, "--out", str(file)) == 0
    header, *lines, checkpoint, seal = map(json.loads, file.read_text().splitlines())
    entries = [line for line in lines if "record" in line]
    subject = subject_of_partnership(cast.partnership)
    assert header == {
        "format": "jointlab-history-export-2", "chain": str(subject.chain), "code": OWN, "name": dict(subject.names),
    }  # fmt: skip
    assert [entry["number"] for entry in entries] == list(range(1, len(entries) + 1))
    assert checkpoint == json.loads(kept.read_text())
    beside = [line for line in lines if "details" in line]
    assert [line["number"] for line in beside] == [entry["number"] for entry in entries]
    assert lines == [line for pair in zip(entries, beside, strict=True) for line in pair]
    assert seal["lines"] == len(lines) + 2


def test_an_export_to_where_nothing_can_be_written_says_so(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", OWN, "--out", "/nowhere/x.jsonl") == 2
    assert "No such file or directory" in capsys.readouterr().err


def test_only_a_file_is_verified_without_the_database() -> None:
    assert parsed("verify").database(parsed("verify")) is True
    assert parsed("verify", "--file", "x").database(parsed("verify", "--file", "x")) is False
    assert parsed("export", "--out", "x").database is True


def test_a_code_and_a_file_do_not_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parsed("verify", OWN, "--file", "x")
    assert "not allowed with" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_where_there_is_no_history_there_is_nothing_to_verify_or_export(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from django.core.management import call_command

    call_command("flush", interactive=False, verbosity=0)
    file = tmp_path / "nothing.jsonl"
    for command in (["verify"], ["export", "--out", str(file)]):
        assert run(*command) == 2
        assert "there is no history yet" in capsys.readouterr().err
    assert not file.exists()
