"""Compile every kernel once, at installation, so that the first trial does not wait for it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np


def main() -> None:
    """Use each fast path on a small input; numba keeps what it compiles."""
    from trialbench.stl import robustness

    _formulas(robustness)
    with tempfile.TemporaryDirectory() as folder:
        _recordings(Path(folder))


if __name__ == "__main__":
    main()
