"""The sizes that CONTRIBUTING.md names: what the linter does not count."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command

TOP = Path(__file__).parents[1]
LISTED = subprocess.run(
    ["git", "ls-files"], cwd=TOP, capture_output=True, text=True, check=True
).stdout.split("\n")
TRACKED = [TOP / name for name in LISTED if (TOP / name).is_file()]
PYTHON = [path for path in TRACKED if path.suffix == ".py" and "migrations" not in path.parts]
MOST_LINES = {".py": 500, ".html": 200, ".css": 150}


@pytest.mark.parametrize("suffix", MOST_LINES)
def test_no_file_grows_beyond_what_one_reads_in_a_sitting(suffix: str) -> None:
    long = {
        path.relative_to(TOP).as_posix(): lines
        for path in TRACKED
        if path.suffix == suffix
        and "migrations" not in path.parts  # written by makemigrations
        and (lines := path.read_text().count("\n")) > MOST_LINES[suffix]
    }
    assert not long, "split by noun"


def test_no_view_is_longer_than_forty_lines() -> None:
    long = [
        f"{path.relative_to(TOP)}:{node.lineno} {node.name}"
        for path in PYTHON
        if "views" in path.parts or path.name == "views.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 40
    ]
    assert not long, "move rules into a service, queries into access or queries"


def test_every_package_says_what_it_is() -> None:
    silent = [
        path.relative_to(TOP).as_posix()
        for path in PYTHON
        if path.is_relative_to(TOP / "src") and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent


def test_the_pins_name_no_index() -> None:
    named = [path.name for path in (TOP / "requirements").iterdir() if "://" in path.read_text()]
    assert not named


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
