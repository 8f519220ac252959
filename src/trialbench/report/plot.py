"""One criterion on one recording as a drawing: its signals above one another over one axis of time.

The drawing keeps its letters' size at any width: what depends on the width is placed in percent,
and only the signals' paths are stretched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.report.axes import span, ticks
from trialbench.report.markup import Markup, el, joined
from trialbench.report.steps import Steps, Window, shown, steps
from trialbench.report.voice import NBSP, Voice, seconds
from trialbench.signal import NS, Signal
from trialbench.verdict import Verdict

if TYPE_CHECKING:
    from trialbench.report.figures import Figure

WIDTH: Final = 960
"""Of a drawing that stands alone; in a page it is as wide as the page lets it be."""
GUTTER: Final = 58
RIGHT: Final = 10
PANEL: Final = 68
BAR: Final = 16
HEAD: Final = 19
LINE: Final = 17
AXIS: Final = 24
GRID_X: Final = 10_000
GRID_Y: Final = 1_000
STATES: Final = {Verdict.PASS: "passed", Verdict.FAIL: "failed", Verdict.INCONCLUSIVE: "unclear"}


@dataclass(frozen=True, slots=True)
class _Row:
    """One signal's place: below its name, from `top`, `height` pixels high."""

    name: str
    unit: str
    steps: Steps
    top: int
    height: int


def draw(figure: Figure, voice: Voice, style: str = "") -> Markup:
    """The figure as an `svg` element; with a style it stands alone as a file."""
    whole, height = _block(figure, figure.whole, voice, 0)
    blocks = [whole]
    if figure.zoom is not None:
        enlarged, height = _block(figure, figure.zoom, voice, height + 6)
        blocks.append(enlarged)
    legend, height = _legend(figure, voice, height)
    label = voice.plain("plot.aria", criterion=figure.criterion.id, recording=figure.part.result.name)
    return el(
        "svg",
        el("title", label) if style else "",
        el("style", Markup(style)) if style else "",
        _patterns(figure),
        *blocks,
        legend,
        xmlns="http://www.w3.org/2000/svg",
        class_=f"plot {STATES[figure.result.verdict]}",
        role="img",
        aria_label=label,
        lang=voice.tag,
        width=WIDTH if style else "100%",
        height=height,
    )


def _block(figure: Figure, window: Window, voice: Voice, top: int) -> tuple[Markup, int]:
    """All signals over one window of time, and where the drawing below may begin."""
    zoomed = window is figure.zoom
    heading = top + LINE if zoomed else top
    rows = _rows(figure, window, heading + (LINE if figure.result.worst_ns is not None else 0))
    first, last = rows[0].top if rows else heading, rows[-1].top + rows[-1].height if rows else heading
    inner = joined(
        _rects(shown(figure.result.violations, window), first, last - first, "violated", f"v{figure.number}"),
        _time_axis(figure, window, first, last),
        *(_panel(row, figure) for row in rows),
        _worst(figure, window, voice, first, last),
        _zoom_mark(figure, window, last),
    )
    area = el("svg", inner, class_="area", x=GUTTER, width=WIDTH - GUTTER - RIGHT, height="100%", overflow="visible")
    title = el("text", _window_told(figure, window, voice), x=0, y=top + 12, class_="heading") if zoomed else ""
    return joined(title, *(_scale(row) for row in rows), area), last + AXIS


def _rows(figure: Figure, window: Window, top: int) -> list[_Row]:
    rows = []
    scene = figure.part.scene
    for name in figure.names:
        signal = scene.signals.get(name, Signal([], []))
        made = steps(signal, ((item.from_ns, item.to_ns) for item in scene.unknown.get(name, ())), window)
        height = BAR if _is_event(signal) or not made.known.size else PANEL
        rows.append(_Row(name, signal.unit, made, top + HEAD, height))
        top += HEAD + height + 4
    return rows


def _is_event(signal: Signal) -> bool:
    """Whether it is only ever on or off, over the whole recording."""
    return not signal.unit and bool(np.all((signal.values == 0) | (signal.values == 1) | np.isnan(signal.values)))


def _panel(row: _Row, figure: Figure) -> Markup:
    """Name, unknown stretches and the signal itself."""
    short = row.name if len(row.name) <= 36 else f"{row.name[:35]}…"
    deciding = "name decides" if row.name in figure.result.signals else "name"
    unit = el("tspan", f"{NBSP}{NBSP}{row.unit}") if row.unit else ""
    told = el("text", el("title", row.name), el("tspan", short, class_=deciding), unit, x=0, y=row.top - 6)
    frame = el("rect", x=0, y=row.top, width="100%", height=row.height, class_="frame")
    hatched = _rects(row.steps.unknown, row.top, row.height, "unknown", f"u{figure.number}")
    return joined(told, frame, hatched, _curve(row))


def _curve(row: _Row) -> Markup:
    event = row.height == BAR
    least, greatest = (0.0, 1.0) if event else _range(row.steps)
    places = np.rint(row.steps.places * GRID_X).astype(np.int64)
    heights = GRID_Y * (greatest - row.steps.values) / (greatest - least)
    levels = np.where(np.isnan(heights), -1, np.nan_to_num(np.rint(heights))).astype(np.int64)
    path = el(
        "path", d=_path(places.tolist(), levels.tolist(), closed=event),
        class_="event" if event else "step", vector_effect="non-scaling-stroke",
    )  # fmt: skip
    return el(
        "svg", path, y=row.top, width="100%", height=row.height,
        viewBox=f"0 0 {GRID_X} {GRID_Y}", preserveAspectRatio="none",
    )  # fmt: skip


def _path(places: list[int], levels: list[int], *, closed: bool) -> str:
    """A step path; level -1 lifts the pen. A closed one is filled down to the ground line."""
    down, up = (f"{GRID_Y}V", f"V{GRID_Y}") if closed else ("", "")
    pen = -1
    path = []
    for place, level in zip(places, levels, strict=True):
        if level == pen:
            continue
        if pen >= 0:
            path.append(f"H{place}" + (f"V{level}" if level >= 0 else up))
        else:
            path.append(f"M{place} {down}{level}")
        pen = level
    if pen >= 0:
        path.append(f"H{GRID_X}{up}")
    return "".join(path)


def _range(made: Steps) -> tuple[float, float]:
    return span(float(made.known.min()), float(made.known.max()))


def _scale(row: _Row) -> Markup:
    """The signal's numbers, left of its panel."""
    if row.height == BAR:
        return Markup("")
    least, greatest = _range(row.steps)
    marks = []
    for value, label in ticks(least, greatest, 3):
        y = round(row.top + row.height * (greatest - value) / (greatest - least), 1)
        marks.append(el("line", x1=GUTTER - 4, x2=GUTTER, y1=y, y2=y, class_="frame"))
        marks.append(el("text", label, x=GUTTER - 7, y=round(y + 4, 1), text_anchor="end"))
    return joined(*marks)


def _time_axis(figure: Figure, window: Window, first: int, last: int) -> Markup:
    begin = figure.whole.first_ns
    least, greatest = (window.first_ns - begin) / NS, (window.first_ns + window.span_ns - begin) / NS
    marks = []
    listed = ticks(least, greatest, 7)
    for value, label in listed:
        place = (value - least) / (greatest - least)
        text = f"{label}{NBSP}s" if value == listed[-1][0] else label
        marks.append(el("line", x1=_percent(place), x2=_percent(place), y1=first, y2=last + 4, class_="grid"))
        marks.append(el("text", text, x=_percent(place), y=last + 16, text_anchor=_anchor(place, 0.02)))
    return joined(*marks)


def _worst(figure: Figure, window: Window, voice: Voice, first: int, last: int) -> Markup:
    at = figure.result.worst_ns
    if at is None:
        return Markup("")
    place = float(window.place(np.array([at]))[0])
    x = _percent(place)
    told = voice.plain("plot.worst", time=seconds(at - figure.whole.first_ns))
    y = first - HEAD
    return joined(
        el("line", x1=x, x2=x, y1=y, y2=last, class_="worst"),
        el("svg", el("path", d=f"M-4 {y - 1}h8l-4 6z", class_="worst-mark"), x=x, overflow="visible"),
        el("text", told, x=x, y=y - 5, text_anchor=_anchor(place, 0.2), class_="worst-label"),
    )


def _zoom_mark(figure: Figure, window: Window, last: int) -> Markup:
    """A bar under the axis: what is enlarged below."""
    if figure.zoom is None or window is figure.zoom:
        return Markup("")
    edges = window.place(np.array([figure.zoom.first_ns, figure.zoom.last_ns]))
    return el("line", x1=_percent(edges[0]), x2=_percent(edges[1]), y1=last + 1.5, y2=last + 1.5, class_="zoomed")


def _window_told(figure: Figure, window: Window, voice: Voice) -> str:
    begin = figure.whole.first_ns
    return voice.plain("plot.zoom", **{"from": seconds(window.first_ns - begin), "to": seconds(window.last_ns - begin)})


def _rects(places: object, top: int, height: int, class_: str, pattern: str) -> Markup:
    return joined(
        *(
            el(
                "rect", x=_percent(start), y=top, width=_percent(stop - start), height=height,
                class_=class_, fill=f"url(#{pattern})",
            )
            for start, stop in np.asarray(places).tolist()
        )
    )  # fmt: skip


def _patterns(figure: Figure) -> Markup:
    """Hatching: the violated leans one way, the unknown the other, so that no colour is needed."""
    return el("defs", *(_hatching(f"{kind[0]}{figure.number}", kind) for kind in ("violated", "unknown")))


def _hatching(identity: str, kind: str) -> Markup:
    lean = 45 if kind == "violated" else -45
    return el(
        "pattern",
        el("rect", width=6, height=6, class_=f"{kind}-ground"),
        el("line", x1=0, x2=0, y1=0, y2=6, class_=f"{kind}-line"),
        id=identity, width=6, height=6, patternUnits="userSpaceOnUse", patternTransform=f"rotate({lean})",
    )  # fmt: skip


def _legend(figure: Figure, voice: Voice, top: int) -> tuple[Markup, int]:
    """What the shadings mean, for those that the drawing may show."""
    parts = []
    scene = figure.part.scene
    kinds = ["violated"] if figure.result.violations else []
    if any(scene.unknown.get(name) or _begins_late(scene.signals.get(name), figure) for name in figure.names):
        kinds.append("unknown")
    for at, kind in enumerate(kinds):
        x = f"{at * 50}%"
        swatch = el("rect", x=1, y=top + 6, width=18, height=11, class_=kind, fill=f"url(#{kind[0]}{figure.number})")
        told = el("text", voice.plain(f"plot.{kind}"), x=25, y=top + 15)
        parts.append(el("svg", swatch, told, x=x, overflow="visible"))
    area = el("svg", *parts, class_="area", x=GUTTER, width=WIDTH - GUTTER - RIGHT, height="100%", overflow="visible")
    return (area, top + 22) if parts else (Markup(""), top)


def _begins_late(signal: Signal | None, figure: Figure) -> bool:
    if signal is None or not len(signal):
        return True
    return bool(signal.times_ns[0] > figure.whole.first_ns or np.isnan(signal.values).any())


def _anchor(place: float, edge: float) -> str:
    return "start" if place < edge else "end" if place > 1 - edge else "middle"


def _percent(place: float) -> str:
    return f"{round(100 * float(place), 3):g}%"
