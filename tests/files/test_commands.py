"""`jointlab files`: what is missing or altered is named; what nothing refers to is removed."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

import pytest

from jointlab.files.commands import add
from jointlab.files.models import StoredFile
from tests.cast import Cast
from tests.files.make import age, store, stored_in
from tests.newsroom.make import make_picture_row, make_story


def run(*line: str) -> int:
    parser = ArgumentParser()
    add(parser.add_subparsers())
    arguments = parser.parse_args(["files", *line])
    code: int = arguments.run(arguments)
    return code


@pytest.mark.django_db
def test_verify_says_that_all_is_whole(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store(b"one")
    assert run("verify") == 0
    assert capsys.readouterr().out == "0 of 1 stored files are missing or altered\n"


def test_verify_names_what_is_missing_or_altered_and_who_refers_to_it(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = make_picture_row(cast, make_story(cast))
    (path,) = stored_in(folder)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    missing = store(b"missing")
    (folder / missing.sha256[:2] / missing.sha256).unlink()
    assert run("verify") == 1
    row = picture.files.get()
    assert sorted(capsys.readouterr().out.splitlines()) == [
        "2 of 2 stored files are missing or altered",
        f"altered: {picture.digest}, to which newsroom.PictureFile {row.pk} refers",
        f"missing: {missing.sha256}, to which no row refers",
    ]


@pytest.mark.django_db
def test_sweep_says_what_it_removed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    age(store(b"old"), folder)
    store(b"fresh")
    assert run("sweep") == 0
    assert capsys.readouterr().out == "removed: 1 stored files, 0 broken uploads\n"
    assert run("sweep", "--older-than", "0") == 0
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("hours", ["-1", "nan", "soon"])
def test_sweep_wants_a_number_of_hours(hours: str) -> None:
    with pytest.raises(SystemExit) as refused:
        run("sweep", "--older-than", hours)
    assert refused.value.code == 2
