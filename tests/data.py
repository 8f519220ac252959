"""Where the shared recordings lie, and the mark of a test that needs them."""

import os
from pathlib import Path

import pytest

DATA = Path(
    os.environ.get("JOINTLAB_DATA", Path(__file__).parents[1] / ".." / "shared" / "data")
).resolve()

with_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the shared recordings are not at {DATA}")
