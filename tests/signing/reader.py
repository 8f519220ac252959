"""Another reader of PDF: Poppler's."""

from __future__ import annotations

import subprocess
from pathlib import Path


def words(pdf: bytes, tmp_path: Path) -> list[str]:
    """Return the words of each page as another reader finds them, without spaces."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return ["".join(page.split()) for page in told.stdout.decode().split("\f")[:-1]]
