"""`jointlab taxonomy …`, as the command line calls it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jointlab.common.errors import Refusal
from jointlab.config.cli import parser
from jointlab.taxonomy.models import Field, Skill
from tests.cast import Cast


def run(*line: str) -> int:
    arguments = parser().parse_args(["taxonomy", *line])
    assert arguments.database is True
    code: int = arguments.run(arguments)
    return code


def test_the_core_lists_are_imported_and_counted(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("import-core") == 0
    assert Field.objects.filter(scheme="core").exists()
    assert Skill.objects.filter(scheme="core").exists()
    assert "fields.csv: 29 new, 0 changed" in capsys.readouterr().out


def test_a_folder_is_imported_whole_or_not_at_all(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("code,label,parent\n1,Sciences,\n")
    (tmp_path / "b.jl").write_text("no list\n")
    with pytest.raises(Refusal, match=r"b\.jl, line 1"):
        run("import-fields", "--folder", str(tmp_path))
    assert not Field.objects.exists()
    (tmp_path / "b.jl").unlink()
    assert run("import-fields", "--folder", str(tmp_path), "--by", "OPERATOR@example.org") == 0
    assert Field.objects.count() == 1


def test_a_folder_without_a_list_is_named(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="There is no list of fields in"):
        run("import-fields", "--folder", str(tmp_path))


def test_somebody_who_is_no_operator_is_refused(cast: Cast) -> None:
    with pytest.raises(Refusal, match=r"No operator has the address engineer@example\.org"):
        run("import-core", "--by", "engineer@example.org")
