"""Signals by themselves as a drawing: no recording, no criterion."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from trialbench.report.markup import Markup, joined
from trialbench.report.panel import SPACE, course, panel, scale
from trialbench.report.plot import AXIS, LINE, drawing, legend, patterns, shadings, time_axis, worst
from trialbench.report.steps import Window
from trialbench.signal import NS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialbench.report.voice import Voice
    from trialbench.signal import Signal


def curves(
    signals: Mapping[str, Signal],
    window: Window,
    voice: Voice,
    label: str,
    *,
    thresholds: tuple[float, ...] = (),
    worst_ns: int | None = None,
    state: str = "",
    style: str = "",
) -> Markup:
    """The signals above one another over one axis, its time from the window's first instant on."""
    top, listed = 0 if worst_ns is None else LINE, []
    for name, signal in signals.items():
        listed.append(panel(name, signal, window, top, thresholds))
        top = listed[-1].bottom + SPACE
    first, last, begin = listed[0].top, listed[-1].bottom, window.first_ns
    # Drawings of one page share their ids: what is drawn tells them apart.
    told = joined(label, *(joined(scale(each), course(each, 0)) for each in listed))
    number = zlib.crc32(told.encode())
    key, height = legend(shadings(listed), number, voice, last + AXIS)
    content = joined(
        patterns(number),
        time_axis(window, begin, first, last),
        *(scale(each) for each in listed),
        *(course(each, number) for each in listed),
        worst(worst_ns, window, begin, voice, first, last),
        key,
    )
    return drawing(content, height, voice, label, state, style)


def extent(signal: Signal) -> Window:
    """From the first instant that a signal tells of to the last; a single one is held for a second."""
    told = [int(signal.times_ns[at]) for at in (0, -1) if len(signal)]
    told += [at for gap in signal.unknown for at in (gap.from_ns, gap.to_ns - 1)]
    first, last = min(told, default=0), max(told, default=0)
    return Window(first, last if last > first else first + NS)
