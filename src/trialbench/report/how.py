"""The report's end: how it was judged, on what exactly, and what the words mean."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from trialbench.report.markup import Markup, code, el, escaped, section
from trialbench.report.tables import listed
from trialbench.report.voice import Voice, duration, period, size

if TYPE_CHECKING:
    from trialbench.judgement import Judgement

LEGEND: Final = ("margin", "bar", "worst", "unknown", "inconclusive")


def sections(voice: Voice, judgement: Judgement) -> Iterator[Markup]:
    """How it was judged, and the words."""
    yield section(
        voice.say("how.title"),
        el("p", voice.say("how.whole")),
        listed(_facts(voice, judgement)),
        el("h3", voice.say("how.hashes")),
        el("div", listed(_hashes(voice, judgement)), class_="hashes"),
    )
    words = ((voice.say(f"legend.{word}"), voice.say(f"legend.{word}.text")) for word in LEGEND)
    yield section(voice.say("legend.title"), listed(words))


def _facts(voice: Voice, judgement: Judgement) -> Iterator[tuple[Markup, Markup]]:
    protocol = judgement.protocol
    yield voice.say("how.engine"), voice.say("how.version", version=version("jointlab"))
    yield voice.say("how.disclosure"), voice.say(f"how.disclosure.{protocol.disclosure}")
    if judgement.artefact is None:
        return
    yield voice.say("how.step"), escaped(period(protocol.step_ns))
    limits = protocol.limits
    told = [
        voice.say("how.memory", memory=size(limits.memory_bytes)),
        voice.say("how.cpu", cpu=duration(limits.cpu_ns_per_hour)),
    ]
    if limits.wall_ns_per_hour is not None:
        told.append(voice.say("how.wall", wall=duration(limits.wall_ns_per_hour)))
    yield voice.say("how.limits"), el("ul", *(el("li", item) for item in told))


def _hashes(voice: Voice, judgement: Judgement) -> Iterator[tuple[Markup, Markup]]:
    yield voice.say("how.protocol"), code(judgement.protocol.sha256)
    if judgement.artefact is not None:
        yield voice.say("how.artefact"), code(judgement.artefact.sha256)
    for part in judgement.parts:
        name, digest = part.result.name, part.result.sha256
        yield voice.say("how.recording", recording=code(name)), code(digest)
    for file, digest in sorted(judgement.dbc_sha256.items()):
        yield voice.say("how.dbc", file=code(file)), code(digest)
