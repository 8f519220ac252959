"""Where the files of these tests lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.files.make import files_in


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """A disk of the test's own."""
    return files_in(settings, tmp_path / "files")
