"""The report's tables: criteria, recordings, pass rate."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.report import sentences
from trialbench.report.markup import Markup, code, el, joined
from trialbench.report.voice import Voice, duration, percent, seconds
from trialbench.verdict import Ruling, Verdict

if TYPE_CHECKING:
    from trialbench.judgement import Judgement, Part
    from trialbench.protocol import Criterion
    from trialbench.verdict import CriterionResult

CLASSES: Final = {
    Verdict.PASS: "passed", Verdict.FAIL: "failed", Verdict.INCONCLUSIVE: "unclear",
    Ruling.ACCEPTED: "passed", Ruling.REJECTED: "failed", Ruling.INCONCLUSIVE: "unclear",
}  # fmt: skip
_SLANTED: Final = "".join(f"M{x} 8l6-6" for x in range(0, 120, 6))
_SHAPES: Final = {
    "passed": "M3.5 8.5l3 3 6-7",
    "failed": "M4 4l8 8M12 4l-8 8",
    "unclear": "M5.2 6a2.8 2.8 0 1 1 4.2 2.4q-1.4.7-1.4 2M8 12.4v.9",
}


def icon(state: str) -> Markup:
    """A tick, a cross or a question mark, each in a shape of its own."""
    edge = {
        "passed": el("circle", cx=8, cy=8, r=7.2, class_="edge"),
        "failed": el("path", d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z", class_="edge"),
        "unclear": el(
            "rect",
            x=0.8,
            y=0.8,
            width=14.4,
            height=14.4,
            rx=1.5,
            class_="edge",
            stroke_dasharray="2.4 1.6",
        ),
    }[state]
    return el(
        "svg",
        edge,
        el("path", d=_SHAPES[state], class_="mark"),
        class_="icon",
        viewBox="0 0 16 16",
        aria_hidden="true",
    )


def badge(voice: Voice, verdict: Verdict) -> Markup:
    """A verdict: shape and word."""
    state = CLASSES[verdict]
    return el(
        "span",
        icon(state),
        el("span", voice.say(f"verdict.{verdict.value}")),
        class_=f"badge {state}",
    )


def table(class_: str, heads: Sequence[object], rows: Iterable[Sequence[Markup]]) -> Markup:
    """A table that becomes a list of cards on a phone; the roles keep it a table for every reader."""
    labels = [str(head) for head in heads]
    return el(
        "table",
        el(
            "thead",
            el(
                "tr",
                *(el("th", head, scope="col", role="columnheader") for head in heads),
                role="row",
            ),
            role="rowgroup",
        ),
        el("tbody", *(_row(labels, row) for row in rows), role="rowgroup"),
        class_=class_,
        role="table",
    )


def _row(labels: Sequence[str], cells: Sequence[Markup]) -> Markup:
    first = el("th", cells[0], scope="row", role="rowheader")
    rest = (
        el(
            "td",
            el("span", label, class_="label", aria_hidden="true"),
            el("div", cell),
            role="cell",
        )
        for label, cell in zip(labels[1:], cells[1:], strict=True)
    )
    return el("tr", first, *rest, role="row")


def criteria(voice: Voice, judgement: Judgement) -> Markup:
    """Each criterion where it came out worst."""
    several = len(judgement.parts) > 1
    keys = [
        "criterion",
        "verdict",
        "margin",
        "worst",
        *(["recording"] if several else []),
        "reason",
    ]
    rows = []
    for criterion in judgement.protocol.criteria:
        part, result = sentences.part_of(judgement, criterion)
        cells = [
            _criterion(voice, criterion),
            badge(voice, result.verdict),
            _margin(voice, criterion, part, result),
            Markup("–")
            if result.worst_ns is None
            else el("span", seconds(result.worst_ns - part.scene.begin_ns), class_="figure"),
            *([code(part.result.name)] if several else []),
            _reason(voice, part, result),
        ]
        rows.append(cells)
    return table("criteria", [voice.plain(f"criteria.{key}") for key in keys], rows)


def _criterion(voice: Voice, criterion: Criterion) -> Markup:
    titled = el("span", voice.titled(criterion.title), class_="title")
    return joined(
        titled,
        " ",
        code(criterion.id, "id"),
        code(sentences.formula(criterion), "formula"),
    )


def _margin(voice: Voice, criterion: Criterion, part: Part, result: CriterionResult) -> Markup:
    told = el("span", sentences.margin(result, criterion), class_="figure")
    value = sentences.measured(voice, criterion, result)
    return joined(
        told, bar(result, scale(criterion, part, result)), el("small", value) if value else ""
    )


def _reason(voice: Voice, part: Part, result: CriterionResult) -> Markup:
    if part.result.failure is not None:
        return voice.say("criteria.not_judged")
    cause = code(result.cause) if result.cause else Markup("")
    told = [el("p", el("small", each)) for each in sentences.scope(voice, part, result)]
    if result.reason is None:
        return joined(cause or Markup("–"), *told)
    return joined(
        el("p", sentences.reason(voice, result.reason, part.scene.begin_ns)), cause, *told
    )


def scale(criterion: Criterion, part: Part, result: CriterionResult) -> float:
    """The margin that fills the bar: the range of the deciding signals, or a metric's threshold."""
    if criterion.metric is not None:
        return max(abs(criterion.at_most or 0.0), abs(criterion.at_least or 0.0))
    ranges = [0.0]
    for used in result.signals:
        values = part.scene.signals[used].values if used in part.scene.signals else np.array([])
        values = values[np.isfinite(values)]
        ranges.append(float(np.ptp(values)) if values.size else 0.0)
    return max(ranges)


def bar(result: CriterionResult, full: float) -> Markup:
    """The margin drawn from a middle line: to the right it holds, to the left it fails."""
    state = CLASSES[result.verdict]
    middle = el("line", x1=60, x2=60, y1=0, y2=10, class_="middle")
    if result.margin is None or math.isnan(result.margin):
        filled = el("path", d=_SLANTED, class_="void") if state == "unclear" else Markup("")
    else:
        share = min(1.0, abs(result.margin) / full) if full > 0 else float(result.margin != 0)
        width = round(60 * share, 1)
        filled = el(
            "rect",
            x=60 if result.margin >= 0 else 60 - width,
            y=1,
            width=width,
            height=8,
            class_="filled",
        )
    track = el("rect", x=0, y=2.5, width=120, height=5, class_="track")
    return el(
        "svg",
        track,
        filled,
        middle,
        class_=f"bar {state}",
        viewBox="0 0 120 10",
        aria_hidden="true",
    )


def recordings(voice: Voice, judgement: Judgement) -> Markup:
    """Every recording with the verdict of each criterion."""
    heads: list[object] = [
        voice.plain(f"recordings.{key}") for key in ("name", "hash", "duration", "verdict")
    ]
    heads += [criterion.id for criterion in judgement.protocol.criteria]
    rows = []
    for part in judgement.parts:
        result = part.result
        length = part.scene.end_ns - part.scene.begin_ns
        rows.append(
            [
                code(result.name),
                el("code", result.sha256[:12], title=result.sha256),
                el("span", duration(length), class_="figure"),
                badge(voice, result.verdict),
                *(badge(voice, item.verdict) for item in result.criteria),
            ]
        )
    return table("recordings", heads, rows)


def rate(voice: Voice, judgement: Judgement) -> Markup:
    """What the recordings show together; nothing where the protocol requires no rate."""
    tally, require = judgement.tally, judgement.protocol.require
    if require is None:
        return Markup("")
    confidence, required = percent(require.confidence), percent(require.pass_rate)
    facts = [
        (
            voice.say("rate.counts"),
            Markup(f"{tally.passed} · {tally.failed} · {tally.inconclusive}"),
        ),
        (voice.say("rate.rate"), Markup(percent(tally.pass_rate))),
        (
            voice.say("rate.bound", confidence=confidence),
            voice.say("rate.at_least", bound=percent(tally.confidence_bound or 0.0)),
        ),
        (voice.say("rate.required"), voice.say("rate.at_least_required", required=required)),
    ]
    needed = voice.say(
        "rate.needed", required=required, confidence=confidence, needed=tally.needed or 1
    )
    return joined(el("h3", voice.say("rate.title")), listed(facts), el("p", needed))


def listed(facts: Iterable[tuple[object, object]]) -> Markup:
    """Names and what they stand for."""
    return el("dl", *(el("div", el("dt", told), el("dd", fact)) for told, fact in facts))
