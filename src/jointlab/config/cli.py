"""The platform's command line."""

from __future__ import annotations

import argparse
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line; the platform's rooms are not built yet, so there is only --version."""
    parser = argparse.ArgumentParser(
        prog="jointlab",
        description="The platform that runs a joint laboratory. Its rooms are not built yet; "
        "trials are held with the command trialbench.",
    )
    parser.add_argument("--version", action="version", version=f"jointlab {version('jointlab')}")
    parser.parse_args(arguments)
    parser.print_help()
    return 0
