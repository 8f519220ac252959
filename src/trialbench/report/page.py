"""The report as one page: what it is and what came out first, then why, then how."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from trialbench.report import how, sentences, tables
from trialbench.report.figures import Figure, drawn, figures
from trialbench.report.markup import Markup, code, el, joined, name, section
from trialbench.report.plot import draw
from trialbench.report.styles import ALONE, style
from trialbench.report.voice import Voice, duration, seconds

if TYPE_CHECKING:
    from trialbench.judgement import Judgement, Part


def render(judgement: Judgement, language: str = "en") -> str:
    """The judgement as an HTML document of its own, in "en", "zh" or "ko".

    It needs nothing from outside, runs no script, and is the same text for the same judgement.
    Raises `ValueError` for a language that it does not speak.
    """
    voice = Voice(language)
    protocol = voice.title(judgement.protocol.name)
    ruling = voice.plain(f"ruling.{judgement.verdict.value}")
    sections = [
        *outcome(voice, judgement),
        _plots(voice, judgement),
        *how.sections(voice, judgement),
    ]
    head = el(
        "head",
        Markup(
            '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        ),
        Markup(
            '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'
        ),
        el("title", voice.plain("head.title", ruling=ruling, protocol=protocol)),
        el("style", style("tokens.css", "fonts.css", "plot.css", "page.css")),
    )
    page = el("html", head, el("body", el("main", *sections)), lang=voice.tag)
    return f"<!DOCTYPE html>\n{page}\n"


def plots(judgement: Judgement, language: str = "en") -> dict[str, str]:
    """The report's plots, each a standalone SVG document: file name → text."""
    voice = Voice(language)
    return {
        figure.path: f"{draw(figure, voice, style(*ALONE))}\n"
        for figure in figures(judgement)
        if figure.names
    }


def outcome(voice: Voice, judgement: Judgement) -> list[Markup]:
    """What came out and why, without drawings."""
    parts = (_head, _criteria, _failures, _recordings, _damage, _notes)
    return [part(voice, judgement) for part in parts]


def _head(voice: Voice, judgement: Judgement) -> Markup:
    protocol, state = judgement.protocol, tables.CLASSES[judgement.verdict]
    ruling = el(
        "p",
        tables.icon(state),
        el("strong", voice.say(f"ruling.{judgement.verdict.value}")),
        class_="ruling",
    )
    return el(
        "header",
        el("p", voice.say("head.kind"), class_="kind"),
        el("h1", voice.titled(protocol.name)),
        _generated(voice, judgement),
        el(
            "div",
            ruling,
            el("p", sentences.why(voice, judgement), class_="why"),
            class_=f"outcome {state}",
        ),
        tables.listed(_identity(voice, judgement)),
    )


def _identity(voice: Voice, judgement: Judgement) -> Iterator[tuple[Markup, Markup]]:
    artefact, parts = judgement.artefact, judgement.parts
    versioned = voice.say("head.version", version=judgement.protocol.version)
    yield voice.say("head.protocol"), versioned
    if artefact is None:
        yield voice.say("head.artefact"), voice.say("head.no_artefact")
    else:
        called = el("b", name(artefact.name))
        told = voice.say("head.named", artefact=called, version=artefact.version)
        yield voice.say("head.artefact"), told
    length = duration(sum(_length(part) for part in parts))
    if len(parts) == 1:
        yield (
            voice.say("head.recording"),
            voice.say("head.one", recording=code(parts[0].result.name), duration=length),
        )
    else:
        yield (
            voice.say("head.recordings"),
            voice.say("head.several", count=len(parts), duration=length),
        )


def _length(part: Part) -> int:
    return part.scene.end_ns - part.scene.begin_ns


def _generated(voice: Voice, judgement: Judgement) -> Markup:
    made = [code(part.result.name) for part in judgement.parts if part.result.generated]
    if not made:
        return Markup("")
    if len(made) == len(judgement.parts):
        text = voice.say("generated.all")
    else:
        names = joined(*made, by=voice.plain("unit.between"))
        text = voice.say("generated.some", recordings=names)
    return el(
        "div",
        el("strong", voice.say("generated.title")),
        el("p", text),
        class_="banner",
        role="note",
    )


def _criteria(voice: Voice, judgement: Judgement) -> Markup:
    note = el("p", voice.say("criteria.several")) if len(judgement.parts) > 1 else Markup("")
    return section(voice.say("criteria.title"), note, tables.criteria(voice, judgement))


def _failures(voice: Voice, judgement: Judgement) -> Markup:
    told = []
    for part in judgement.parts:
        failure = part.result.failure
        if failure is None:
            continue
        where = code(part.result.name)
        if failure.at_ns is None:
            place = voice.say("failure.in.bare", recording=where)
        else:
            place = voice.say(
                "failure.in", recording=where, time=seconds(failure.at_ns - part.scene.begin_ns)
            )
        how = el("p", sentences.failure(voice, failure), class_="statement")
        told.append(
            el(
                "div",
                el("h3", place),
                how,
                el("pre", el("code", name(failure.detail)), lang="en"),
                el("p", sentences.remedy(voice, failure)),
                class_="failure",
            )
        )
    return section(voice.say("failure.title"), *told) if told else Markup("")


def _recordings(voice: Voice, judgement: Judgement) -> Markup:
    if len(judgement.parts) == 1 and judgement.protocol.require is None:
        return Markup("")
    wide = el("div", tables.recordings(voice, judgement), class_="wide")
    return section(voice.say("recordings.title"), wide, tables.rate(voice, judgement))


def _damage(voice: Voice, judgement: Judgement) -> Markup:
    lists = [
        joined(
            el("h3", code(part.result.name)),
            el(
                "ul",
                *(
                    el("li", sentences.damage(voice, damage, part.scene.begin_ns))
                    for damage in part.result.errors
                ),
            ),
        )
        for part in judgement.parts
        if part.result.errors
    ]
    if not lists:
        return Markup("")
    return section(voice.say("damage.title"), el("p", voice.say("damage.text")), *lists)


def _notes(voice: Voice, judgement: Judgement) -> Markup:
    lists = [
        joined(
            el("h3", code(part.result.name)),
            el("ul", *(el("li", name(note)) for note in part.result.notes), lang="en"),
        )
        for part in judgement.parts
        if part.result.notes
    ]
    return section(voice.say("notes.title"), *lists) if lists else Markup("")


def _plots(voice: Voice, judgement: Judgement) -> Markup:
    found = figures(judgement)
    shown = drawn(judgement)
    groups = [
        _group(voice, part, [item for item in found if item.part is part], len(shown) > 1)
        for part in shown
    ]
    left = len(judgement.parts) - len(shown)
    note = el("p", voice.say("plot.undrawn", count=left)) if left else Markup("")
    return section(voice.say("plot.title"), el("p", voice.say("plot.text")), *groups, note)


def _group(voice: Voice, part: Part, found: list[Figure], several: bool) -> Markup:
    drawings = joined(*(_figure(voice, figure) for figure in found))
    if not several:
        return drawings
    title = joined(el("h3", code(part.result.name)), tables.badge(voice, part.result.verdict))
    passed = tables.CLASSES[part.result.verdict] == "passed"
    return el("details", el("summary", title), drawings, open=None if passed else "open")


def _figure(voice: Voice, figure: Figure) -> Markup:
    outcome = sentences.outcome(voice, figure.part, figure.criterion, figure.result)
    caption = el(
        "figcaption",
        el(
            "h4",
            voice.titled(figure.criterion.title),
            " ",
            code(figure.criterion.id, "id"),
        ),
        el("p", tables.badge(voice, figure.result.verdict), " ", outcome),
        *(
            el("p", el("small", each))
            for each in sentences.scope(voice, figure.part, figure.result)
        ),
    )
    drawing = draw(figure, voice) if figure.names else el("p", voice.say("plot.none"))
    more = el("p", voice.say("plot.more", count=figure.more)) if figure.more else Markup("")
    context = el("p", el("small", voice.say("plot.context"))) if figure.context else Markup("")
    return el("figure", caption, drawing, context, more, id=f"figure-{figure.number}")
