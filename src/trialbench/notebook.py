"""What a notebook shows of recordings, signals, robustness and judgements.

Drawing is loaded when something is shown: an import of the bench does not wait for it.
"""

from __future__ import annotations

from trialbench.display import Plot, html, plot
from trialbench.judgement import Judgement
from trialbench.recording import Recording
from trialbench.signal import Signal
from trialbench.stl import Robustness


@html.register
def _(value: Recording) -> str:
    from trialbench.report import fragments

    return fragments.recording(value)


@html.register
def _(value: Robustness) -> str:
    from trialbench.report import fragments

    return fragments.robustness(value)


@html.register
def _(value: Judgement) -> str:
    from trialbench.report import fragments

    return fragments.judgement(value)


@plot.register
def _(value: Signal, name: str = "") -> Plot:
    from trialbench.report import fragments

    return fragments.signal(value, name)
