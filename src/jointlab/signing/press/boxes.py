"""Where on a document one signs: the empty boxes that its source has marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# The size of a box and of a stamp, in points: look.typ has the same numbers.
WIDTH, HEIGHT = 208, 72


@dataclass(frozen=True)
class Box:
    """The empty room for one signature: its page from 0, its corners in points from bottom left."""

    name: str
    page: int
    x0: float
    y0: float
    x1: float
    y1: float


def box_of(mark: Mapping[str, float | int | str]) -> Box:
    """Return the box that look.typ's `signature-box` marked.

    A mark counts from the top of the sheet, what PDF counts in from its bottom.
    """
    left, top, sheet = float(mark["x"]), float(mark["y"]), float(mark["sheet"])
    right, bottom = left + float(mark["width"]), top + float(mark["height"])
    page = int(mark["page"]) - 1
    return Box(str(mark["name"]), page, left, sheet - bottom, right, sheet - top)
