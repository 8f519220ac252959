"""Homes to start from, and a disk to fill."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.running import copy, jointlab


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose database is up to date, at rest: to be copied."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    for command in ("migrate", "createcachetable"):
        done = jointlab(home, "manage", command, "--verbosity=0")
        assert (done.returncode, done.stderr) == (0, "")
    return home


@pytest.fixture
def ready(prepared: Path, tmp_path: Path) -> Path:
    """A home of the test's own whose database is up to date."""
    return copy(prepared, tmp_path / "ready")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=90m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a disk can be mounted by root alone, and not in every container")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
