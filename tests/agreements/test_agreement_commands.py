"""`jointlab agreement list` and `export`. Of `verify`: test_verify_command."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from jointlab.agreements import commands
from tests.agreements.make import make_agreement
from tests.agreements.sign import make_signing
from tests.cast import Cast


def run(*line: Any) -> int:
    parser = argparse.ArgumentParser()
    commands.add(parser.add_subparsers())
    arguments = parser.parse_args(["agreement", *map(str, line)])
    assert arguments.database is True
    code: int = arguments.run(arguments)
    return code


def test_list_prints_code_state_and_title_a_line_each(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = make_signing(cast), make_agreement(cast)

    assert run("list") == 0

    assert capsys.readouterr().out.splitlines() == [
        f"{first.code}\tsigning\t{first.name_en}",
        f"{second.code}\tdraft\t{second.name_en}",
    ]


def test_list_prints_nothing_where_there_is_nothing(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("list") == 0
    assert capsys.readouterr().out == ""


def test_export_writes_the_document_as_it_is(cast: Cast, tmp_path: Path) -> None:
    agreement = make_signing(cast)

    assert run("export", agreement.code, "--out", tmp_path / "agreement.pdf") == 0

    assert (tmp_path / "agreement.pdf").read_bytes() == bytes(agreement.paper.pdf)
    assert [file.name for file in tmp_path.iterdir()] == ["agreement.pdf"]


def test_an_unknown_code_is_named(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", "nowhere-1", "--out", tmp_path / "x.pdf") == 2
    assert capsys.readouterr().err == "jointlab agreement: there is no agreement nowhere-1\n"


def test_an_agreement_without_a_document_says_where_it_stands(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agreement = make_agreement(cast)

    assert run("export", agreement.code, "--out", tmp_path / "x.pdf") == 2
    said = f"jointlab agreement: {agreement.code} has no document yet: it is draft\n"
    assert capsys.readouterr().err == said


def test_a_file_that_is_there_is_not_overwritten(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "agreement.pdf"
    file.write_text("mine")

    assert run("export", make_signing(cast).code, "--out", file) == 2

    assert file.read_text() == "mine"
    assert capsys.readouterr().err == f"jointlab agreement: {file}: is there already\n"


def test_a_path_that_cannot_be_written_is_named(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "no" / "x.pdf", tmp_path / "file" / "x.pdf"):
        assert run("export", make_signing(cast).code, "--out", place) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"jointlab agreement: {place}: ")
