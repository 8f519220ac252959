"""One signal of a plot: its name, its scale, where it is unknown, and its course."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.report.axes import span, ticks
from trialbench.report.markup import Markup, el, joined
from trialbench.report.steps import Steps, Window, steps
from trialbench.report.voice import NBSP
from trialbench.signal import Signal

if TYPE_CHECKING:
    from trialbench.report.figures import Figure

HEAD: Final = 19
"""Pixels above a panel, for its name."""
PANEL: Final = 68
LOW: Final = 40
"""Of a signal that is shown for its context alone."""
BAR: Final = 16
CONTEXT: Final = "name context"
"""The role of a signal that is shown for its context alone."""
SPACE: Final = 4
GRID_X: Final = 10_000
GRID_Y: Final = 1_000
NARROW: Final = 0.01
"""A narrower stretch is begun by a line: on a phone it would hardly be a pixel wide."""
LONGEST: Final = 36
"""Letters of a name that are shown; the whole of it shows under the pointer."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A signal's place: below its name, from `top`, `height` pixels high."""

    name: str
    unit: str
    steps: Steps
    thresholds: tuple[float, ...]
    top: int
    height: int
    role: str = "name"

    @property
    def bottom(self) -> int:
        """Where it ends."""
        return self.top + self.height

    @property
    def is_bar(self) -> bool:
        """Whether it is only on or off, and is drawn as a thin bar."""
        return self.height == BAR

    @property
    def range(self) -> tuple[float, float]:
        """What the scale shows: the values, and the thresholds that lie near them."""
        if self.is_bar:
            return 0.0, 1.0
        least, greatest = float(self.steps.known.min()), float(self.steps.known.max())
        reach = greatest - least
        near = [at for at in self.thresholds if least - reach <= at <= greatest + reach]
        return span(min(least, *near, least), max(greatest, *near, greatest))

    @property
    def lines(self) -> list[float]:
        """The thresholds that lie on its scale."""
        least, greatest = self.range
        return [] if self.is_bar else [at for at in self.thresholds if least <= at <= greatest]

    def y(self, value: float) -> float:
        """Where a value lies, in pixels."""
        least, greatest = self.range
        return round(self.top + self.height * (greatest - value) / (greatest - least), 1)


def panels(figure: Figure, window: Window, top: int) -> list[Panel]:
    """The figure's signals above one another."""
    made = []
    for name in (*figure.names, *figure.context):
        signal = figure.part.scene.signals.get(name, Signal([], []))
        deciding = "name decides" if name in figure.result.signals else "name"
        role = CONTEXT if name in figure.context else deciding
        made.append(panel(name, signal, window, top, figure.thresholds.get(name, ()), role))
        top = made[-1].bottom + SPACE
    return made


def panel(
    name: str,
    signal: Signal,
    window: Window,
    top: int,
    thresholds: tuple[float, ...] = (),
    role: str = "name",
) -> Panel:
    """One signal's place, its name from `top` on."""
    drawn = steps(signal, ((gap.from_ns, gap.to_ns) for gap in signal.unknown), window)
    height = LOW if role == CONTEXT else PANEL
    if is_event(signal) or not drawn.known.size:
        height = BAR
    return Panel(name, signal.unit, drawn, thresholds, top + HEAD, height, role)


def is_event(signal: Signal) -> bool:
    """Whether it is only ever off or on; one that never changes is so only without a unit."""
    on, off = signal.values == 1, signal.values == 0
    only = bool(np.all(on | off | np.isnan(signal.values)))
    return only and (not signal.unit or bool(on.any() and off.any()))


def scale(panel: Panel) -> Markup:
    """The signal's numbers, left of it."""
    if panel.is_bar:
        return Markup("")
    marks = []
    for value, label in ticks(*panel.range, 3 if panel.height == LOW else 4):
        y = panel.y(value)
        marks.append(el("line", x1=-4, x2=0, y1=y, y2=y, class_="frame"))
        marks.append(el("text", label, x=-7, y=round(y + 4, 1), text_anchor="end"))
    return joined(*marks)


def course(panel: Panel, number: int) -> Markup:
    """Name, unknown stretches, thresholds and the signal itself, in the `number`-th drawing."""
    cut = len(panel.name) > LONGEST
    short = f"{panel.name[: LONGEST - 1]}…" if cut else panel.name
    unit = el("tspan", f"{NBSP}{NBSP}{panel.unit[:LONGEST]}") if panel.unit else ""
    whole = el("title", panel.name) if cut else ""
    told = el("text", whole, el("tspan", short, class_=panel.role), unit, x=5, y=HEAD - 6)
    told = el("svg", told, y=panel.top - HEAD, width="100%", height=HEAD)  # cut where it is narrow
    frame = el("rect", x=0, y=panel.top, width="100%", height=panel.height, class_="frame")
    unknown = panel.steps.unknown
    hatched = hatch(unknown, panel.top, panel.height, "unknown", f"u{number}")
    return joined(told, frame, hatched, _thresholds(panel), _signal(panel))


def _thresholds(panel: Panel) -> Markup:
    heights = map(panel.y, panel.lines)
    return joined(*(el("line", x1=0, x2="100%", y1=y, y2=y, class_="threshold") for y in heights))


def _signal(panel: Panel) -> Markup:
    least, greatest = panel.range
    places = np.rint(panel.steps.places * GRID_X).astype(np.int64)
    heights = GRID_Y * (greatest - panel.steps.values) / (greatest - least)
    levels = np.where(np.isnan(heights), -1, np.nan_to_num(np.rint(heights))).astype(np.int64)
    drawn = el(
        "path",
        d=path(places.tolist(), levels.tolist(), closed=panel.is_bar),
        class_="event" if panel.is_bar else "step",
        vector_effect="non-scaling-stroke",
    )
    return el(
        "svg", drawn, y=panel.top, width="100%", height=panel.height,
        viewBox=f"0 0 {GRID_X} {GRID_Y}", preserveAspectRatio="none",
    )  # fmt: skip


def path(places: list[int], levels: list[int], *, closed: bool) -> str:
    """A step path; level -1 lifts the pen. A closed one is filled down to the ground line."""
    down, up = (f"{GRID_Y}V", f"V{GRID_Y}") if closed else ("", "")
    pen = -1
    drawn = []
    for place, level in zip(places, levels, strict=True):
        if level == pen:
            continue
        if pen >= 0:
            drawn.append(f"H{place}" + (f"V{level}" if level >= 0 else up))
        else:
            drawn.append(f"M{place} {down}{level}")
        pen = level
    if pen >= 0:
        drawn.append(f"H{GRID_X}{up}")
    return "".join(drawn)


def hatch(places: object, top: int, height: int, class_: str, pattern: str) -> Markup:
    """Stretches, shape (n, 2), as hatched rectangles over the full height.

    One that is too narrow to be seen, be it a single instant, is drawn as a line too.
    """
    drawn = []
    for start, stop in np.asarray(places).tolist():
        x, width = percent(start), percent(stop - start)
        fill = f"url(#{pattern})"
        drawn.append(el("rect", x=x, y=top, width=width, height=height, class_=class_, fill=fill))
        if stop - start < NARROW:
            drawn.append(el("line", x1=x, x2=x, y1=top, y2=top + height, class_=class_))
    return joined(*drawn)


def percent(place: float) -> str:
    """A place, 0.0 to 1.0, as SVG takes it."""
    return f"{round(100 * float(place), 3):g}%"
