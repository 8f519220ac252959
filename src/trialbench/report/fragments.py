"""What a notebook shows: parts of a page, each with its own style, in English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.display import Plot
from trialbench.report import page, sentences, tables
from trialbench.report.curves import curves, extent
from trialbench.report.markup import Markup, code, el, joined, name
from trialbench.report.steps import Window
from trialbench.report.styles import ALONE, style, within
from trialbench.report.voice import Voice, duration, number, quantity, seconds
from trialbench.signal import Signal

if TYPE_CHECKING:
    from trialbench.judgement import Judgement
    from trialbench.recording import Recording
    from trialbench.stl import Robustness

ENGLISH: Final = Voice("en")
CLASS: Final = "trialbench"
SIGNALS: Final = 50
"""Of a recording, by name: each that is shown must be decoded."""


def fragment(*content: object) -> str:
    """The content with its style, fit to stand in a page of others."""
    return el("div", el("style", within(CLASS)), *content, class_=CLASS, lang=ENGLISH.tag)


def recording(given: Recording) -> str:
    """What a recording is, what is wrong with it, and its first signals."""
    damage = (sentences.damage(ENGLISH, each, given.start_ns) for each in given.errors)
    return fragment(
        el("h3", code(given.name)),
        tables.listed(_facts(given)),
        _list(ENGLISH.say("damage.title"), damage),
        _list(ENGLISH.say("notes.title"), map(name, given.notes)),
        _list("DBC files, left out", map(name, given.dbc_problems)),
        _signals(given),
    )


def _facts(given: Recording) -> Iterator[tuple[object, object]]:
    yield "SHA-256", el("code", given.sha256[:12], title=given.sha256)
    yield "Duration", duration(given.end_ns - given.start_ns)
    if given.generated:
        yield "Origin", ENGLISH.say("generated.title")
    if given.frames is not None:
        told = f"{len(given.frames):,}, {given.undecoded_frames:,} not described by a DBC"
        yield "Frames", told
    if given.skipped_events:
        counts = (f"{kind} {count:,}" for kind, count in given.skipped_events.items())
        yield "Events that are no CAN frames, skipped", ", ".join(counts)
    yield "Signals", f"{len(given.signals):,}"


def _list(title: object, items: Iterator[Markup]) -> Markup:
    told = [el("li", item) for item in items]
    return joined(el("h4", title), el("ul", *told)) if told else Markup("")


def _signals(given: Recording) -> Markup:
    names = sorted(given.signals)
    if not names:
        return Markup("")
    rows = []
    for each in names[:SIGNALS]:
        signal = given.signals[each]
        limits = ("–", "–") if signal.extremes is None else map(number, signal.extremes)
        cells = (f"{len(signal):,}", *limits)
        figures = (el("span", cell, class_="figure") for cell in cells)
        rows.append([code(each), name(signal.unit), *figures])
    left = len(names) - SIGNALS
    more = el("p", el("small", f"{left:,} more signals, not shown.")) if left > 0 else ""
    return joined(
        tables.table("signals", ["Signal", "Unit", "Samples", "Least", "Greatest"], rows), more
    )


def judgement(given: Judgement) -> str:
    """What came out of a trial and why, as its report says it."""
    return fragment(*page.outcome(ENGLISH, given))


def robustness(given: Robustness) -> str:
    """The verdict on a formula, what decided it, and its robustness over time."""
    unit, begin = given.cause.unit or "", given.start_ns
    margin = "–" if given.margin is None else quantity(given.margin, unit)
    facts: list[tuple[object, object]] = [(ENGLISH.say("criteria.margin"), margin)]
    if given.worst_ns is not None:
        facts.append((ENGLISH.say("criteria.worst"), seconds(given.worst_ns - begin)))
    facts.append((ENGLISH.say("criteria.reason"), code(given.cause.text)))
    if given.reason is not None:
        told = sentences.reason(ENGLISH, given.reason, begin)
        facts.append((ENGLISH.say("verdict.inconclusive"), told))
    return fragment(
        el("p", tables.badge(ENGLISH, given.verdict), " ", code(str(given.formula))),
        tables.listed(facts),
        _course(given, unit),
    )


def _course(given: Robustness, unit: str) -> Markup:
    """The robustness from each instant on, between its least and its greatest."""
    bounds = {"robustness": given.lo}
    if given.lo is not given.hi:
        bounds = {"robustness, at least": given.lo, "robustness, at most": given.hi}
    drawn = curves(
        {told: Signal(given.times_ns, values, unit) for told, values in bounds.items()},
        Window(given.start_ns, given.end_ns),
        ENGLISH,
        f"Robustness of {given.formula}",
        thresholds=(0.0,),
        worst_ns=given.worst_ns,
        state=tables.CLASSES[given.verdict],
    )
    if all(bool(np.isfinite(values).all()) for values in bounds.values()):
        return drawn
    return joined(drawn, el("p", el("small", "Hatched, too, where a bound is infinite.")))


def signal(given: Signal, called: str) -> Plot:
    """A signal's course over all that it tells of, from its first instant on."""
    label = called or "signal"

    def drawn(style: str = "") -> Markup:
        return curves({called: given}, extent(given), ENGLISH, label, style=style)

    return Plot(svg=drawn(style(*ALONE)), html=fragment(drawn()))
