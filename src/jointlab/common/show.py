"""How things are shown: days, names, marks, and what the drawn components are made of."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.utils import timezone
from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from heroicons.templatetags.heroicons import heroicon_mini, heroicon_outline

from jointlab.common.names import LANGUAGES, Text, pick

# %B is English: Python keeps to the C locale, as the platform never sets another.
DAY = {
    "en": "{0.day} {0:%B} {0.year:04}",
    "zh-hans": "{0.year:04}年{0.month}月{0.day}日",
    "ko": "{0.year:04}년 {0.month}월 {0.day}일",
}


def day(value: date) -> str:
    """Write a day in the reader's language: 24 June 2019."""
    return DAY[get_language() or "en"].format(value)


def clock(value: datetime) -> str:
    """Write the time of day, to the minute: 09:30."""
    return f"{value:%H:%M}"


def zone(value: datetime) -> str:
    """Write the distance from UTC: UTC, UTC+8, UTC+5:30, UTC−3."""
    offset = value.utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")


def local(value: datetime) -> datetime:
    """Return the moment in the reader's zone."""
    return timezone.localtime(value)


# A state is an icon and a word; the colour repeats it. "ended" is over without a judgement.
STATES: dict[str, tuple[str, Text]] = {
    "waiting": ("clock", _("Waiting")),
    "going": ("play-circle", _("Going on")),
    "passed": ("check-circle", _("Passed")),
    "failed": ("x-circle", _("Failed")),
    "inconclusive": ("question-mark-circle", _("Inconclusive")),
    "ended": ("minus-circle", _("Ended")),
}

# What an edit is drawn as, and what is said before and after it.
EDITS: dict[str, tuple[str, Text, Text]] = {
    "added": ("ins", _("[put in:"), _("end]")),
    "removed": ("del", _("[taken out:"), _("end]")),
}

# What a browser and a system call themselves, the telling mark first: Edge says Chrome, too.
AGENTS: tuple[dict[str, str], ...] = (
    {
        "Edg": "Edge",
        "OPR/": "Opera",
        "MicroMessenger": "WeChat",
        "Whale/": "Whale",
        "Firefox/": "Firefox",
        "Chrome/": "Chrome",
        "Safari/": "Safari",
    },
    {
        "Android": "Android",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Windows": "Windows",
        "Mac OS X": "macOS",
        "Linux": "Linux",
    },
)


def escaped(value: Any) -> str:
    """Return a value as text for HTML; what is HTML already stays as it is."""
    text = str(value) if isinstance(value, Promise) else value
    if isinstance(text, SafeString):
        return str.__str__(text)  # a plain one, or each text that it goes into converts it anew
    return text.__html__() if hasattr(text, "__html__") else html.escape(str(text))


def as_shown(value: Any) -> str:
    """Return a value as a template writes it: in the reader's format, and escaped."""
    return escaped(value if isinstance(value, str | Promise) else localize(value))


def fill(template: str, *parts: Any) -> SafeString:
    """Return the template with each {} filled in: Django's format_html, by a tenth of its calls."""
    return SafeString(template.format(*map(escaped, parts)))


def attributes(values: Mapping[str, Any]) -> SafeString:
    """Return attributes for a tag, each after a space."""
    return SafeString("".join([f' {name}="{escaped(value)}"' for name, value in values.items()]))


@cache
def icon(name: str, *, small: bool = False) -> str:
    """Draw a heroicon that says nothing to a screen reader: the word beside it does."""
    if small:
        return heroicon_mini(name, aria_hidden="true", focusable="false")
    return heroicon_outline(name, aria_hidden="true", focusable="false")


def bcp47(code: str) -> str:
    """Write a language code for a `lang` attribute: zh-hans becomes zh-Hans."""
    first, *rest = code.replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.title() if len(part) == 4 else part for part in rest)])


def state(kind: str, word: Text = "") -> SafeString:
    """Draw a state: icon and word. The word is the state's own unless another is given."""
    symbol, usual = STATES[kind]
    return fill(
        '<span class="state state-{}">{}<span>{}</span></span>',
        kind,
        icon(symbol, small=True),
        word or usual,
    )


def when(value: date | datetime | None, only: str = "") -> SafeString:
    """Write a day, or a moment in the reader's zone with the zone said; `only="day"` drops it."""
    if value is None:
        return SafeString("")
    if not isinstance(value, datetime):
        return fill('<time datetime="{}">{}</time>', value.isoformat(), day(value))
    here = local(value)
    if only == "day":
        return fill('<time datetime="{}">{}</time>', here.isoformat(), day(here))
    return fill(
        '<time datetime="{}">{} {} <span class="zone">{}</span></time>',
        here.isoformat(timespec="seconds"),
        day(here),
        clock(here),
        zone(here),
    )


def span(since: date, until: date | None) -> SafeString:
    """Write the days from one to another, or since one that nothing ends yet."""
    if until:
        said = gettext("%(first)s to %(last)s") % {"first": when(since), "last": when(until)}
    else:
        said = gettext("since %(first)s") % {"first": when(since)}
    return SafeString(said)


def digest(value: str | bytes | memoryview, length: int = 12) -> SafeString:
    """Write a hash by its beginning; the whole of it is the title, and what a copy takes along."""
    text = value if isinstance(value, str) else bytes(value).hex()
    short = text if len(text) <= length else f"{text[:length]}…"
    return fill('<code class="hash" title="{}">{}</code>', text, short)


def name(thing: Any, href: str = "") -> SafeString:
    """Write the name of a person or a thing: its own script first, then the reader's language.

    Takes an object with `names`, a dictionary of names, a fact of history, or plain text.
    """
    reader = get_language() or "en"
    names, own_language = _names(thing, reader)
    if "own" in names:
        first, language = names["own"], own_language or "und"
        also = names.get(reader) or names.get("en") or ""
        foreign = language.split("-")[0] != reader.split("-")[0]
        also = also if foreign and also != first else ""
        also_language = reader if reader in names else "en"
    else:
        first = pick(dict(names), reader)
        language = next((code for code in (reader, *LANGUAGES) if names.get(code)), reader)
        also = also_language = ""
    text = _isolated(first, language, reader)
    if href:
        text = f'<a href="{escaped(href)}">{text}</a>'
    if also:
        text = f"{text} {_isolated(also, also_language, reader, 'name-also')}"
    return SafeString(f'<span class="name">{text}</span>')


def _names(thing: Any, reader: str) -> tuple[Mapping[str, str], str]:
    if hasattr(thing, "names"):
        return thing.names, getattr(thing, "language_own", "")
    if isinstance(thing, Mapping):
        names = thing.get("name", thing)
        return names, names.get("own_language", "")
    return {reader: str(thing)}, ""


def _isolated(text: str, language: str, reader: str, kind: str = "") -> str:
    """Keep a name's direction to itself, and say its language where it is not the page's."""
    css = f' class="{kind}"' if kind else ""
    spoken = f' lang="{escaped(bcp47(language))}"' if language != reader else ""
    return f"<bdi{css}{spoken}>{escaped(text)}</bdi>"


def button(label: Text, kind: str = "", *, href: str = "", symbol: str = "", **attrs: Any) -> str:
    """Draw a button, or a link that looks like one; kind: "", primary, quiet or danger.

    Other keywords become attributes: `name="act" value="approve"`.
    """
    css = f"button button-{kind}" if kind else "button"
    mark = icon(symbol, small=True) if symbol else ""
    given = attributes({key.replace("_", "-"): value for key, value in attrs.items()})
    if href:
        shape = '<a class="{}" href="{}"{}>{}<span>{}</span></a>'
        return fill(shape, css, href, given, mark, label)
    return fill('<button class="{}"{}>{}<span>{}</span></button>', css, given, mark, label)


def edits(pieces: Iterable[Any], only: str = "") -> SafeString:
    """Write a wording with what was put in and taken out marked, in words for who only hears it.

    A piece has a `kind` ("same", "added", "removed") and a `text`; `only` one of the two leaves
    the other out, for two wordings side by side.
    """
    shown = (piece for piece in pieces if piece.kind in ("same", only or piece.kind))
    marked = "".join(escaped(_piece(piece.kind, piece.text)) for piece in shown)
    return fill('<span class="edits">{}</span>', SafeString(marked))


def _piece(kind: str, text: str) -> SafeString | str:
    if kind not in EDITS:
        return text
    element, word, end = EDITS[kind]
    # A paragraph's end that was put in or taken out would not be seen.
    return fill(
        '<{}><span class="unseen">{} </span>{}<span class="unseen"> {}</span></{}>',
        element,
        word,
        text.replace("\n", "¶\n"),
        end,
        element,
    )


def browser(agent: str) -> str:
    """Say a browser and its system for a person: Firefox, Linux. What is not known stays as sent."""
    names = [next((said for mark, said in marks.items() if mark in agent), "") for marks in AGENTS]
    return ", ".join(name for name in names if name) or agent


@dataclass(frozen=True)
class Step:
    """A station of a life. `state` is one of the five, or "later" for what is still to come."""

    what: Text
    state: str = "later"
    when: date | None = None
    by: Any = ""


@dataclass(frozen=True)
class Rung:
    """A level of the readiness ladder, lowest first, with links to what earned it."""

    level: int
    what: Text
    state: str = "later"
    evidence: Sequence[tuple[Text, str]] = ()


@dataclass(frozen=True)
class Tab:
    """A part of a thing that has a page of its own; `count` is shown when there is one."""

    label: Text
    url: str
    count: int | None = None


@dataclass(frozen=True)
class Member:
    """A person in a list by side."""

    person: Any
    what: Text = ""
    url: str = ""
    state: str = ""
    state_word: Text = ""


@dataclass(frozen=True)
class SideOf:
    """An organisation and its people in a partnership."""

    organisation: Any
    members: Sequence[Member] = field(default=())
