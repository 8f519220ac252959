"""The report as one page: what it is and what came out first, then why, then how."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from trialbench.report import tables, telling
from trialbench.report.figures import Figure, drawn, figures
from trialbench.report.markup import Markup, code, el, escaped, joined, name
from trialbench.report.plot import draw
from trialbench.report.voice import Voice, duration, seconds, size

if TYPE_CHECKING:
    from trialbench.judge import Judgement, Part
    from trialbench.recording import Damage

LEGEND: Final = ("margin", "bar", "worst", "unknown", "inconclusive")


def render(judgement: Judgement, language: str = "en") -> str:
    """The judgement as an HTML document of its own, in "en", "zh" or "ko".

    It needs nothing from outside, runs no script, and is the same text for the same judgement.
    Raises `ValueError` for a language that it does not speak.
    """
    voice = Voice(language)
    protocol = voice.title(judgement.protocol.name)
    ruling = voice.plain(f"ruling.{judgement.verdict.value}")
    sections = [
        _head(voice, judgement),
        _criteria(voice, judgement),
        _failures(voice, judgement),
        _recordings(voice, judgement),
        _damage(voice, judgement),
        _plots(voice, judgement),
        _how(voice, judgement),
        _legend(voice),
    ]
    head = el(
        "head",
        Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'),
        el("title", voice.plain("head.title", ruling=ruling, protocol=protocol)),
        el("style", _style("tokens.css", "plot.css", "page.css")),
    )
    page = el("html", head, el("body", el("main", *sections)), lang=voice.tag)
    return f"<!DOCTYPE html>\n{page}\n"


def plots(judgement: Judgement, language: str = "en") -> dict[str, str]:
    """The report's plots, each a standalone SVG document: file name → text."""
    voice, style = Voice(language), _style("tokens.css", "plot.css", "alone.css")
    return {figure.path: f"{draw(figure, voice, style)}\n" for figure in figures(judgement)}


@cache
def _style(*names: str) -> Markup:
    return Markup("".join(files("trialbench.report").joinpath(name).read_text("utf-8") for name in names))


def _section(title: Markup, *content: object) -> Markup:
    return el("section", el("h2", title), *content)


def _head(voice: Voice, judgement: Judgement) -> Markup:
    protocol, state = judgement.protocol, tables.CLASSES[judgement.verdict]
    ruling = el("p", tables.icon(state), el("strong", voice.say(f"ruling.{judgement.verdict.value}")), class_="ruling")
    return el(
        "header",
        el("p", voice.say("head.kind"), class_="kind"),
        el("h1", voice.titled(protocol.name)),
        _generated(voice, judgement),
        el("div", ruling, el("p", telling.why(voice, judgement), class_="why"), class_=f"outcome {state}"),
        tables.listed(_identity(voice, judgement)),
    )


def _identity(voice: Voice, judgement: Judgement) -> Iterator[tuple[Markup, Markup]]:
    artefact, parts = judgement.artefact, judgement.parts
    versioned = voice.say("head.version", version=judgement.protocol.version)
    yield voice.say("head.protocol"), versioned
    if artefact is None:
        yield voice.say("head.artefact"), voice.say("head.no_artefact")
    else:
        told = voice.say("head.version", version=artefact.version)
        yield voice.say("head.artefact"), joined(el("b", name(artefact.name)), ", ", told)
    length = duration(sum(_length(part) for part in parts))
    if len(parts) == 1:
        yield voice.say("head.recordings"), voice.say("head.one", recording=code(parts[0].result.name), duration=length)
    else:
        yield voice.say("head.recordings"), voice.say("head.several", count=len(parts), duration=length)


def _length(part: Part) -> int:
    return part.scene.end_ns - part.scene.begin_ns


def _generated(voice: Voice, judgement: Judgement) -> Markup:
    made = [code(part.result.name) for part in judgement.parts if part.result.generated]
    if not made:
        return Markup("")
    text = voice.say("generated.text", recordings=joined(*made, by=", "))
    return el("div", el("strong", voice.say("generated.title")), el("p", text), class_="banner", role="note")


def _criteria(voice: Voice, judgement: Judgement) -> Markup:
    note = el("p", voice.say("criteria.several")) if len(judgement.parts) > 1 else Markup("")
    return _section(voice.say("criteria.title"), note, tables.criteria(voice, judgement))


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
            place = voice.say("failure.in", recording=where, time=seconds(failure.at_ns - part.scene.begin_ns))
        how = el("p", telling.failure(voice, failure), class_="statement")
        told.append(el("div", el("h3", place), how, el("pre", el("code", name(failure.detail)), lang="en"), class_="failure"))
    return _section(voice.say("failure.title"), *told) if told else Markup("")


def _recordings(voice: Voice, judgement: Judgement) -> Markup:
    if len(judgement.parts) == 1 and judgement.protocol.require is None:
        return Markup("")
    wide = el("div", tables.recordings(voice, judgement), class_="wide")
    return _section(voice.say("recordings.title"), wide, tables.rate(voice, judgement))


def _damage(voice: Voice, judgement: Judgement) -> Markup:
    lists = [
        joined(
            el("h3", code(part.result.name)),
            el("ul", *(el("li", _damaged(voice, damage, part.scene.begin_ns)) for damage in part.result.errors)),
        )
        for part in judgement.parts
        if part.result.errors
    ]
    if not lists:
        return Markup("")
    return _section(voice.say("damage.title"), el("p", voice.say("damage.text")), *lists)


def _damaged(voice: Voice, damage: Damage, begin_ns: int) -> Markup:
    first = voice.plain("unit.start") if damage.from_ns is None else seconds(damage.from_ns - begin_ns)
    last = voice.plain("unit.end") if damage.to_ns is None else seconds(damage.to_ns - begin_ns)
    span = voice.say("damage.span", **{"from": first, "to": last})
    return joined(el("span", name(str(damage)), lang="en"), " ", el("small", span))


def _plots(voice: Voice, judgement: Judgement) -> Markup:
    found = figures(judgement)
    shown = drawn(judgement)
    groups = [_group(voice, part, [item for item in found if item.part is part], len(shown) > 1) for part in shown]
    left = len(judgement.parts) - len(shown)
    note = el("p", voice.say("plot.undrawn", count=left)) if left else Markup("")
    return _section(voice.say("plot.title"), el("p", voice.say("plot.text")), *groups, note)


def _group(voice: Voice, part: Part, found: list[Figure], several: bool) -> Markup:
    drawings = joined(*(_figure(voice, figure) for figure in found))
    if not several:
        return drawings
    title = joined(el("h3", code(part.result.name)), tables.badge(voice, part.result.verdict))
    passed = tables.CLASSES[part.result.verdict] == "passed"
    return el("details", el("summary", title), drawings, open=None if passed else "open")


def _figure(voice: Voice, figure: Figure) -> Markup:
    outcome = telling.outcome(voice, figure.part, figure.criterion, figure.result)
    caption = el(
        "figcaption",
        el("h4", voice.titled(figure.criterion.title), " ", el("code", name(figure.criterion.id), class_="id")),
        el("p", tables.badge(voice, figure.result.verdict), " ", outcome),
    )
    drawing = draw(figure, voice) if figure.names else el("p", voice.say("plot.none"))
    more = el("p", voice.say("plot.more", count=figure.more)) if figure.more else Markup("")
    return el("figure", caption, drawing, more, id=f"figure-{figure.number}")


def _how(voice: Voice, judgement: Judgement) -> Markup:
    protocol = judgement.protocol
    facts = [
        (voice.say("how.engine"), voice.say("how.version", version=version("jointlab"))),
        (voice.say("how.disclosure"), voice.say(f"how.disclosure.{protocol.disclosure}")),
        *(_asked(voice, judgement) if judgement.artefact else ()),
        (voice.say("how.protocol"), code(protocol.sha256)),
        *([(voice.say("how.artefact"), code(judgement.artefact.sha256))] if judgement.artefact else []),
        *(
            (voice.say("how.recording", recording=code(part.result.name)), code(part.result.sha256))
            for part in judgement.parts
        ),
        *(
            (voice.say("how.dbc", file=code(file)), code(digest))
            for file, digest in sorted(judgement.dbc_sha256.items())
        ),
    ]
    return _section(voice.say("how.title"), el("p", voice.say("how.whole")), el("div", tables.listed(facts), class_="hashes"))


def _asked(voice: Voice, judgement: Judgement) -> Iterator[tuple[Markup, Markup]]:
    limits = judgement.protocol.limits
    yield voice.say("how.step"), escaped(seconds_short(judgement.protocol.step_ns))
    told = [
        voice.say("how.memory", memory=size(limits.memory_bytes)),
        voice.say("how.cpu", cpu=duration(limits.cpu_ns_per_hour)),
    ]
    if limits.wall_ns_per_hour is not None:
        told.append(voice.say("how.wall", wall=duration(limits.wall_ns_per_hour)))
    yield voice.say("how.limits"), el("ul", *(el("li", item) for item in told))


def seconds_short(nanoseconds: int) -> str:
    """A short duration in the unit that suits it: "10 ms", "1.5 s"."""
    for unit, length in (("s", 10**9), ("ms", 10**6), ("µs", 10**3)):
        if nanoseconds >= length:
            return f"{nanoseconds / length:.6g}\u00a0{unit}"
    return f"{nanoseconds}\u00a0ns"


def _legend(voice: Voice) -> Markup:
    facts = [(voice.say(f"legend.{word}"), voice.say(f"legend.{word}.text")) for word in LEGEND]
    return _section(voice.say("legend.title"), tables.listed(facts))
