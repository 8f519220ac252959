"""The fonts of the paper: Typst's own for Latin, Noto's for Chinese and Korean, and no others.

Fonts come from the folders named here, never from what else a machine has installed: one text
looks alike wherever Debian's packages are. JOINTLAB_FONTS names more folders, divided by colons.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import typst

# What the paper cannot be set without, and what brings it.
NEEDED = ("Noto Serif CJK SC", "Noto Serif CJK KR")
PACKAGE = "fonts-noto-cjk"
# Debian's and Ubuntu's fonts-noto-cjk; fonts-noto-core, for names in yet other scripts.
FOLDERS = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype/noto")
# A serif for scripts that neither Libertinus nor Noto CJK has; Typst looks further by itself.
OTHERS = (
    "Noto Naskh Arabic",
    "Noto Serif Hebrew",
    "Noto Serif Devanagari",
    "Noto Serif Thai",
    "Noto Serif Armenian",
    "Noto Serif Georgian",
)


@cache
def fonts() -> typst.Fonts:
    """Return the fonts, found once in a process (0.1 s); the object is safe to share."""
    named = filter(None, os.environ.get("JOINTLAB_FONTS", "").split(os.pathsep))
    there = [folder for folder in (*FOLDERS, *named) if Path(folder).is_dir()]
    return typst.Fonts(include_system_fonts=False, font_paths=there)


def missing_families() -> list[str]:
    """Return the families that the paper needs and that were not found."""
    families = set(fonts().families())
    return [family for family in NEEDED if family not in families]


def other_scripts() -> list[str]:
    """Return the families for yet other scripts that were found."""
    families = set(fonts().families())
    return [family for family in OTHERS if family in families]
