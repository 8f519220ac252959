"""The picture beside the news: a plate, its cloth half drawn aside. Drawn here, of nobody."""

from __future__ import annotations

import math
from io import BytesIO

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1440, 960
FINER = 2  # drawn larger, then scaled down: smooth edges
WALL, PLATE, EDGE, INK = "#ece7de", "#d8b873", "#a7843f", "#2b2a27"
FOLDS = ("#8f2b2b", "#a93a36", "#b9483f", "#a93a36")
Points = list[tuple[float, float]]


def unveiling() -> bytes:
    """Return the picture as PNG, the same bytes each time."""
    image = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), WALL)
    draw = ImageDraw.Draw(image)
    _plate(draw)
    for number in range(26):
        draw.polygon(_fold(number), fill=FOLDS[number % len(FOLDS)])
    draw.rounded_rectangle(_box(600, 66, 1500, 84), _px(9), fill=EDGE)
    draw.polygon(_floor(), fill="#d9d2c5")
    written = BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(written, "PNG")
    return written.getvalue()


def _plate(draw: ImageDraw.ImageDraw) -> None:
    """Two rings that share a part, on brass: the mark of the platform."""
    draw.rounded_rectangle(_box(330, 215, 1110, 695), _px(18), fill=EDGE)
    draw.rounded_rectangle(_box(342, 227, 1098, 683), _px(12), fill=PLATE)
    draw.rounded_rectangle(_box(366, 251, 1074, 659), _px(6), outline=EDGE, width=_px(4))
    for x in (640, 790):
        draw.ellipse(_box(x - 135, 320, x + 135, 590), outline=INK, width=_px(22))
    for x in (390, 1050):
        for y in (275, 635):
            draw.ellipse(_box(x - 7, y - 7, x + 7, y + 7), fill=EDGE)


def _fold(number: int) -> Points:
    """Return one fold of the cloth, which hangs from the right and is drawn up to the left."""
    left, right = _edge(number), _edge(number + 1.15)
    return [*left, *reversed(right)]


def _edge(number: float) -> Points:
    """Return the line between two folds, from the rail to the floor."""
    top = 610 + number * 34
    points: Points = []
    for step in range(41):
        share = step / 40
        drawn = 210 * math.sin(math.pi * share * 0.9) ** 2 * (1 - number / 30)
        wave = 9 * math.sin(7 * share + number)
        points.append((_px(top + drawn + wave), _px(80 + share * 800)))
    return points


def _floor() -> Points:
    return [(0, _px(862)), (_px(WIDTH), _px(862)), (_px(WIDTH), _px(HEIGHT)), (0, _px(HEIGHT))]


def _px(length: float) -> int:
    return round(length * FINER)


def _box(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
    return _px(left), _px(top), _px(right), _px(bottom)
