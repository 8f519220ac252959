"""The style sheet in one piece.

`jointlab.css` imports a file a component. A browser would fetch the entry first and only then the
two dozen others; joined here, once a process, it is one request that can be kept for ever, because
its address carries its hash. There is no build step, and the entry still works by itself.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "common" / "css"
IMPORT = re.compile(r'@import "(?P<file>[^"]+)" layer\((?P<layer>\w+)\);')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@cache
def joined() -> str:
    """Return all of the style sheet, each import replaced by its file inside its layer."""

    def inlined(found: re.Match[str]) -> str:
        text = (FOLDER / found["file"]).read_text("utf-8")
        return f"@layer {found['layer']} {{\n{text}}}"

    entry = (FOLDER / "jointlab.css").read_text("utf-8")
    return COMMENT.sub("", IMPORT.sub(inlined, entry)).lstrip()


@cache
def fingerprint() -> str:
    """Return what the style sheet's address ends with: it changes when a rule does."""
    return hashlib.sha256(joined().encode()).hexdigest()[:16]
