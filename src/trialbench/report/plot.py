"""One criterion on one recording as a drawing: its signals above one another over one axis of time.

The drawing keeps its letters' size at any width: what depends on the width is placed in percent,
and only the signals' paths are stretched. Left of zero is the gutter of the scales.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.report.axes import ticks
from trialbench.report.markup import Markup, el, joined
from trialbench.report.panel import HEAD, Panel, course, hatch, panels, percent, scale
from trialbench.report.steps import Window, shown
from trialbench.report.voice import NBSP, Voice, seconds
from trialbench.signal import NS
from trialbench.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from trialbench.report.figures import Figure

WIDTH: Final = 960
"""Of a drawing that stands alone; in a page it is as wide as the page lets it be."""
GUTTER: Final = 58
RIGHT: Final = 10
"""Both are said in page.css too."""
LINE: Final = 17
AXIS: Final = 24
STATES: Final = {Verdict.PASS: "passed", Verdict.FAIL: "failed", Verdict.INCONCLUSIVE: "unclear"}


def draw(figure: Figure, voice: Voice, style: str = "") -> Markup:
    """The figure as an `svg` element; with a style it stands alone as a file."""
    content, listed, height = _block(figure, figure.whole, voice, 0)
    if figure.zoom is not None:
        enlarged, closer, height = _block(figure, figure.zoom, voice, height + 6)
        content, listed = joined(content, enlarged), [*listed, *closer]
    kinds = [*(["violated"] if figure.result.violations else []), *shadings(listed)]
    key, height = legend(kinds, figure.number, voice, height)
    content = joined(patterns(figure.number), content, key)
    label = voice.plain(
        "plot.aria", criterion=figure.criterion.id, recording=figure.part.result.name
    )
    return drawing(content, height, voice, label, STATES[figure.result.verdict], style)


def drawing(
    content: Markup, height: int, voice: Voice, label: str, state: str = "", style: str = ""
) -> Markup:
    """What is drawn as an `svg` element; with a style it stands alone as a file."""
    told = {
        "xmlns": "http://www.w3.org/2000/svg", "role": "img", "aria_label": label,
        "lang": voice.tag, "class_": f"plot {state}".rstrip(), "height": height,
    }  # fmt: skip
    if not style:
        return el("svg", content, width="100%", **told)
    # A nested drawing, because percents are of the innermost one's width.
    inner = el("svg", content, width=WIDTH - GUTTER - RIGHT, height=height, overflow="visible")
    head = joined(el("title", label), el("style", Markup(style)))
    view = f"{-GUTTER} 0 {WIDTH} {height}"
    return el("svg", head, inner, width=WIDTH, viewBox=view, **told)


def _block(
    figure: Figure, window: Window, voice: Voice, top: int
) -> tuple[Markup, list[Panel], int]:
    """All signals over one window of time; the panels, and where the drawing may go on."""
    title = Markup("")
    if window is figure.zoom:
        told = _window_label(figure, window, voice)
        title = el("text", told, x=-GUTTER, y=top + 12, class_="heading")
        top += LINE + 4
    if figure.result.worst_ns is not None:
        top += LINE
    listed = panels(figure, window, top)
    first, last = listed[0].top, listed[-1].bottom
    violated = shown(figure.result.violations, window)
    drawn = joined(
        title,
        hatch(violated, first, last - first, "violated", f"v{figure.number}"),
        time_axis(window, figure.whole.first_ns, first, last),
        *(scale(panel) for panel in listed),
        *(course(panel, figure.number) for panel in listed),
        worst(figure.result.worst_ns, window, figure.whole.first_ns, voice, first, last),
        _zoom_mark(figure, window, last),
    )
    return drawn, listed, last + AXIS


def time_axis(window: Window, begin_ns: int, first: int, last: int) -> Markup:
    """Seconds since the beginning, under what is drawn from `first` to `last`."""
    least = (window.first_ns - begin_ns) / NS
    greatest = least + window.span_ns / NS
    marks = [el("text", f"t{NBSP}/{NBSP}s", x=-7, y=last + 16, text_anchor="end")]
    for value, label in ticks(least, greatest, 8 if greatest < 1000 else 5):
        place = (value - least) / (greatest - least)
        x = percent(place)
        marks.append(el("line", x1=x, x2=x, y1=first, y2=last + 4, class_="grid"))
        marks.append(el("text", label, x=x, y=last + 16, text_anchor=_anchor(place, 0.02)))
    return joined(*marks)


def worst(
    at: int | None, window: Window, begin_ns: int, voice: Voice, first: int, last: int
) -> Markup:
    """The worst instant, where it lies in the window."""
    if at is None or not window.first_ns <= at <= window.last_ns:
        return Markup("")
    place = float(window.place(np.array([at]))[0])
    x = percent(place)
    told = voice.plain("plot.worst", time=seconds(at - begin_ns))
    y = first - HEAD
    tip = el("path", d=f"M-4 {y - 1}h8l-4 6z", class_="worst-mark")
    return joined(
        el("line", x1=x, x2=x, y1=y, y2=last, class_="worst"),
        el("svg", tip, x=x, overflow="visible"),
        el("text", told, x=x, y=y - 5, text_anchor=_anchor(place, 0.2), class_="worst-label"),
    )


def _zoom_mark(figure: Figure, window: Window, last: int) -> Markup:
    """A bar under the axis: what is enlarged below."""
    if figure.zoom is None or window is figure.zoom:
        return Markup("")
    first, end = window.place(np.array([figure.zoom.first_ns, figure.zoom.last_ns]))
    y = last + 1.5
    return el("line", x1=percent(first), x2=percent(end), y1=y, y2=y, class_="zoomed")


def _window_label(figure: Figure, window: Window, voice: Voice) -> str:
    begin = figure.whole.first_ns
    span = {"from": seconds(window.first_ns - begin), "to": seconds(window.last_ns - begin)}
    return voice.plain("plot.zoom", **span)


def patterns(number: int) -> Markup:
    """Hatching of the `number`-th drawing.

    The violated leans one way, the unknown the other, so that no colour is needed.
    """
    kinds = (("violated", 45), ("unknown", -45))
    return el("defs", *(_hatching(f"{kind[0]}{number}", kind, lean) for kind, lean in kinds))


def _hatching(identity: str, kind: str, lean: int) -> Markup:
    return el(
        "pattern",
        el("rect", width=6, height=6, class_=f"{kind}-ground"),
        el("line", x1=0, x2=0, y1=0, y2=6, class_=f"{kind}-line"),
        id=identity, width=6, height=6, patternUnits="userSpaceOnUse",
        patternTransform=f"rotate({lean})",
    )  # fmt: skip


def shadings(listed: Sequence[Panel]) -> Iterator[str]:
    """What the panels hold that the legend explains."""
    if any(len(panel.steps.unknown) for panel in listed):
        yield "unknown"
    if any(panel.lines for panel in listed):
        yield "threshold"


def legend(kinds: Iterable[str], number: int, voice: Voice, top: int) -> tuple[Markup, int]:
    """What shadings and lines mean, of those that are drawn; and where the drawing ends."""
    parts = []
    for place, kind in enumerate(kinds):
        if kind == "threshold":
            y = top + 11.5
            swatch = el("line", x1=1, x2=19, y1=y, y2=y, class_=kind)
        else:
            fill = f"url(#{kind[0]}{number})"
            swatch = el("rect", x=1, y=top + 6, width=18, height=11, class_=kind, fill=fill)
        told = el("text", voice.plain(f"plot.{kind}"), x=25, y=top + 15)
        parts.append(el("svg", swatch, told, x=f"{place * 33}%", overflow="visible"))
    return joined(*parts), top + 22 if parts else top


def _anchor(place: float, edge: float) -> str:
    return "start" if place < edge else "end" if place > 1 - edge else "middle"
