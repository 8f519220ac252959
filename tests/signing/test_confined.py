"""The process in which a stranger's file is judged."""

from __future__ import annotations

import subprocess
import sys

IMPORTED = """
import sys
import jointlab.signing.signatures.addition
sys.exit("aiohttp" not in sys.modules)
"""


def test_pyhanko_imports_a_client_of_the_network_if_it_can() -> None:
    """Where this fails, it does so no more: take confined._disconnect out."""
    assert subprocess.run([sys.executable, "-I", "-c", IMPORTED], check=False).returncode == 0
