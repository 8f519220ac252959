from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from jointlab.common.errors import Refusal
from jointlab.parties import commands
from jointlab.parties.models import Organisation, Person
from tests.cast import Cast
from tests.data import DATA, with_data
from tests.parties.test_ror import PUBLISHED, REDUCED, written
from tests.parties.told import count, last


def run(*line: Any) -> int:
    parser = argparse.ArgumentParser()
    commands.add(parser.add_subparsers())
    arguments = parser.parse_args(["organisation", "import-ror", *map(str, line)])
    assert arguments.database is True
    code: int = arguments.run(arguments)
    return code


def test_an_import_adds_what_is_new_and_a_second_one_changes_nothing(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "ror.jsonl", REDUCED)
    assert run("--file", file) == 0
    assert capsys.readouterr().out == "1 added, 0 there already\n"
    organisation = Organisation.objects.get(ror="03cve4549")
    assert run("--file", file) == 0
    assert capsys.readouterr().out == "0 added, 1 there already\n"
    assert count(organisation) == 1


def test_a_broken_line_is_named_and_the_rest_imported(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blank = {**REDUCED, "id": "https://ror.org/03dgaqz26", "names": [["\u3164", "zh", ["label"]]]}
    file = written(tmp_path / "ror.jsonl", "{", blank, PUBLISHED)
    assert run("--file", file) == 1
    told = capsys.readouterr()
    assert told.out == "1 added, 0 there already\n"
    assert "line 1: " in told.err
    assert "03dgaqz26" in told.err
    assert "no visible character" in told.err


def test_only_the_ids_that_are_asked_for_are_taken(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = {**REDUCED, "id": "https://ror.org/05kxbz959"}
    withdrawn = {**REDUCED, "id": "https://ror.org/03dgaqz26", "status": "withdrawn"}
    file = written(tmp_path / "ror.jsonl", REDUCED, other, withdrawn)
    asked = ("https://ror.org/03cve4549", "03DGAQZ26")
    assert run("--file", file, "--id", *asked) == 1
    told = capsys.readouterr()
    assert told.out == "1 added, 0 there already\n"
    assert told.err == "03dgaqz26: not among the active organisations\n"
    assert not Organisation.objects.filter(ror="05kxbz959").exists()


@pytest.mark.parametrize("content", [None, b"\x1f\x8b\x08", b"no archive"])
def test_a_file_that_cannot_be_read_is_said(
    cast: Cast, tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ror.jsonl.gz"
    if content is not None:
        file.write_bytes(content)
    assert run("--file", file) == 2
    assert str(file) in capsys.readouterr().err


def test_where_there_are_several_operators_one_is_named(cast: Cast, tmp_path: Path) -> None:
    file = written(tmp_path / "ror.jsonl", REDUCED)
    second = Person.objects.create(name_own="Second", email="second@example.org", is_operator=True)
    with pytest.raises(Refusal, match=r"several operators.*--by"):
        run("--file", file)
    with pytest.raises(Refusal, match="No operator has the address"):
        run("--file", file, "--by", cast.engineer.email)
    assert run("--file", file, "--by", "Second@example.org") == 0

    assert last(Organisation.objects.get(ror="03cve4549")).actor == second.pk


def test_where_there_is_no_operator_that_is_said(cast: Cast, tmp_path: Path) -> None:
    Person.objects.filter(is_operator=True).update(is_active=False)
    with pytest.raises(Refusal, match="There is no operator yet"):
        run("--file", written(tmp_path / "ror.jsonl", REDUCED))


@with_data
def test_the_universities_of_the_shared_data_are_imported(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    file = DATA / "organisations-ror" / "ror_subset.jsonl.gz"
    assert run("--file", file, "--id", "03dgaqz26", "03cve4549") == 0
    assert capsys.readouterr().out == "2 added, 0 there already\n"
    assert Organisation.objects.get(ror="03dgaqz26").name_zh == "重庆邮电大学"
