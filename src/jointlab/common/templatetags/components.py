"""The components as template tags: a builtin library, so no page needs to load it.

The gallery (/gallery/) shows each with its snippet. Everything that is given is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from heroicons.templatetags.heroicons import heroicon_mini, heroicon_outline

from jointlab.common import moments, stylesheet
from jointlab.common.names import LANGUAGES, Text, pick
from jointlab.common.parts import Rung, SideOf, Step, Tab

register = template.Library()

# A state is an icon and a word; the colour repeats it. "ended" is over without a judgement.
STATES: dict[str, tuple[str, Text]] = {
    "waiting": ("clock", _("Waiting")),
    "going": ("play-circle", _("Going on")),
    "passed": ("check-circle", _("Passed")),
    "failed": ("x-circle", _("Failed")),
    "inconclusive": ("question-mark-circle", _("Inconclusive")),
    "ended": ("minus-circle", _("Ended")),
}
MARKS = {"passed": "check", "failed": "x-mark", "waiting": "ellipsis-horizontal"}
MARKS |= {"going": "arrow-right", "inconclusive": "question-mark-circle"}
NOTICES = {"success": "passed", "warning": "waiting", "error": "failed", "info": "", "debug": ""}


@register.simple_tag
def icon(name: str, *, small: bool = False) -> str:
    """Draw a heroicon that says nothing to a screen reader: the word beside it does."""
    if small:
        return heroicon_mini(name, aria_hidden="true", focusable="false")
    return heroicon_outline(name, aria_hidden="true", focusable="false")


@register.simple_tag
def style_address() -> str:
    """Return the address of the style sheet in one piece; empty where it is not mounted."""
    try:
        return reverse("style", args=[stylesheet.fingerprint()])
    except NoReverseMatch:
        return ""


@register.filter
def bcp47(code: str) -> str:
    """Write a language code for a `lang` attribute: zh-hans becomes zh-Hans."""
    first, *rest = code.replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.title() if len(part) == 4 else part for part in rest)])


@register.simple_tag
def state(kind: str, word: Text = "") -> SafeString:
    """Draw a state: icon and word. The word is the state's own unless another is given."""
    symbol, usual = STATES[kind]
    return format_html(
        '<span class="state state-{}">{}<span>{}</span></span>',
        kind,
        icon(symbol, small=True),
        word or usual,
    )


@register.simple_tag
def when(value: date | datetime | None, only: str = "") -> SafeString:
    """Write a day, or a moment in the reader's zone with the zone said; `only="day"` drops it."""
    if value is None:
        return SafeString("")
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), moments.day(value))
    here = moments.local(value)
    if only == "day":
        return format_html('<time datetime="{}">{}</time>', here.isoformat(), moments.day(here))
    return format_html(
        '<time datetime="{}">{} {} <span class="zone">{}</span></time>',
        here.isoformat(timespec="seconds"),
        moments.day(here),
        moments.clock(here),
        moments.zone(here),
    )


@register.simple_tag(name="hash")
def digest(value: str | bytes | memoryview, length: int = 12) -> SafeString:
    """Write a hash by its beginning; the whole of it is the title, and what a copy takes along."""
    text = value if isinstance(value, str) else bytes(value).hex()
    short = text if len(text) <= length else f"{text[:length]}…"
    return format_html('<code class="hash" title="{}">{}</code>', text, short)


@register.simple_tag
def name(thing: Any, href: str = "") -> SafeString:
    """Write the name of a person or a thing: its own script first, then the reader's language.

    Takes an object with `names`, a dictionary of names, a fact of history, or plain text.
    """
    names, own_language = _names(thing)
    reader = get_language() or "en"
    if "own" in names:
        first, language = names["own"], own_language or "und"
        also = names.get(reader) or names.get("en") or ""
        foreign = language.split("-")[0] != reader.split("-")[0]
        also = also if foreign and also != first else ""
        also_language = reader if reader in names else "en"
    else:
        first = pick(dict(names))
        language = next((code for code in (reader, *LANGUAGES) if names.get(code)), reader)
        also = also_language = ""
    text = _isolated(first, language, "")
    if also:
        text = format_html("{} {}", text, _isolated(also, also_language, "name-also"))
    if href:
        return format_html('<a class="name" href="{}">{}</a>', href, text)
    return format_html('<span class="name">{}</span>', text)


def _names(thing: Any) -> tuple[Mapping[str, str], str]:
    if hasattr(thing, "names"):
        return thing.names, getattr(thing, "language_own", "")
    if isinstance(thing, Mapping):
        names = thing.get("name", thing)
        return names, names.get("own_language", "")
    return {get_language() or "en": str(thing)}, ""


def _isolated(text: str, language: str, kind: str) -> SafeString:
    """Keep a name's direction to itself, and say its language where it is not the page's."""
    attributes = [("class", kind)] if kind else []
    if language != (get_language() or "en"):
        attributes.append(("lang", bcp47(language)))
    return format_html("<bdi{}>{}</bdi>", format_html_join("", ' {}="{}"', attributes), text)


@register.simple_tag
def button(label: Text, kind: str = "", *, href: str = "", symbol: str = "", **attrs: Any) -> str:
    """Draw a button, or a link that looks like one; kind: "", primary, quiet or danger.

    Other keywords become attributes: `name="act" value="approve"`.
    """
    css = f"button button-{kind}" if kind else "button"
    inner = format_html("{}<span>{}</span>", icon(symbol, small=True) if symbol else "", label)
    attributes = format_html_join(
        "", ' {}="{}"', ((key.replace("_", "-"), value) for key, value in attrs.items())
    )
    if href:
        return format_html('<a class="{}" href="{}"{}>{}</a>', css, href, attributes, inner)
    return format_html('<button class="{}"{}>{}</button>', css, attributes, inner)


@register.inclusion_tag("common/components/act.html", takes_context=True)
def act(
    context: Context, url: str, label: Text, kind: str = "", *, symbol: str = "", **values: Any
) -> dict[str, Any]:
    """Draw a button that acts at once: a form of its own with the token. Keywords are its values."""
    token = context.get("csrf_token")
    return {
        "url": url,
        "label": label,
        "kind": kind,
        "symbol": symbol,
        "values": values,
        "csrf_token": token,
    }


@register.inclusion_tag("common/components/page_header.html")
def page_header(
    title: Any, *, lead: Text = "", state: str = "", word: Text = "", named: bool = False
) -> dict[str, Any]:
    """Say what this is and what state it is in; `named` writes the title as a name."""
    return {"title": title, "lead": lead, "state": state, "word": word, "named": named}


@register.simple_tag
def breadcrumb(*pairs: Any) -> str:
    """Draw the way here: label, address, label, address …; the page itself is not in it."""
    crumbs = list(zip(pairs[::2], pairs[1::2], strict=True))
    return render_to_string("common/components/breadcrumb.html", {"crumbs": crumbs})


@register.simple_block_tag
def notice(content: str, kind: str = "", title: Text = "") -> str:
    """Say what happened, why, what to do; kind: "" or a state."""
    symbol = STATES[kind][0] if kind else "information-circle"
    head = format_html("<p><strong>{}</strong></p>", title) if title else ""
    css = f"notice notice-{kind}" if kind else "notice"
    return format_html(
        '<div class="{}" role="{}">{}<div>{}{}</div></div>',
        css,
        "alert" if kind == "failed" else "status",
        icon(symbol, small=True),
        head,
        content,
    )


@register.filter
def notice_kind(level_tag: str) -> str:
    """Return the notice that a message of Django's is shown as."""
    return NOTICES.get(level_tag, "")


@register.simple_block_tag
def card(content: str, title: Any, href: str = "", note: Any = "") -> str:
    """Draw one thing among others; use `<ul class="cards">` and a card in each item."""
    return render_to_string(
        "common/components/card.html",
        {"content": content, "title": title, "href": href, "note": note},
    )


@register.simple_block_tag
def fact(content: str, term: Text) -> str:
    """Write a term and what it is; inside `<dl class="facts">`."""
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", term, content)


@register.simple_block_tag
def table(content: str, caption: Text, note: Text = "", *, stack: bool = False) -> str:
    """Wrap rows into a table with its caption, in a region that scrolls by itself."""
    return render_to_string(
        "common/components/table.html",
        {"content": content, "caption": caption, "note": note, "stack": stack},
    )


@register.inclusion_tag("common/components/sort.html", takes_context=True)
def sort(context: Context, label: Text, key: str, *, number: bool = False) -> dict[str, Any]:
    """Draw a column's head that sorts by it: `?sort=key`, and `?sort=-key` the other way."""
    query = context["request"].GET.copy()
    now = query.get("sort", "")
    order = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    query["sort"] = f"-{key}" if now == key else key
    query.pop("page", None)
    return {"label": label, "order": order, "query": query.urlencode(), "number": number}


@register.inclusion_tag("common/components/pagination.html", takes_context=True)
def pagination(context: Context, page: Any) -> dict[str, Any]:
    """Draw the pages of a list: Django's page object; other parameters stay as they are."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": list(numbers), "query": query.urlencode()}


@register.inclusion_tag("common/components/tabs.html", takes_context=True)
def tabs(context: Context, label: Text, parts: Iterable[Tab]) -> dict[str, Any]:
    """Draw the parts of a thing as links; the one that is this page is marked."""
    return {"label": label, "parts": list(parts), "path": context["request"].path}


@register.inclusion_tag("common/components/steps.html")
def steps(label: Text, stations: Iterable[Step]) -> dict[str, Any]:
    """Draw a life as a stepped line with dates and names."""
    marked = [
        (station, MARKS.get(station.state, ""), STATES.get(station.state, ("", _("To come")))[1])
        for station in stations
    ]
    return {"label": label, "stations": marked}


@register.inclusion_tag("common/components/ladder.html")
def ladder(label: Text, rungs: Iterable[Rung]) -> dict[str, Any]:
    """Draw readiness as a ladder: rungs lowest first, drawn from the foot up."""
    return {"label": label, "rungs": list(rungs)}


@register.simple_block_tag
def entry(
    content: str, at: date | datetime, by: Any = "", *, href: str = "", strong: bool = False
) -> str:
    """Write one entry of a timeline; inside `<ol class="timeline">`."""
    return render_to_string(
        "common/components/entry.html",
        {"content": content, "at": at, "by": by, "href": href, "strong": strong},
    )


@register.inclusion_tag("common/components/people.html")
def people_by_side(sides: Iterable[SideOf]) -> dict[str, Any]:
    """List people by organisation."""
    return {"sides": list(sides)}


@register.inclusion_tag("common/components/picture.html")
def picture(
    src: str, alt: Text, *, caption: Text = "", credit: Text = "", width: int = 0, height: int = 0
) -> dict[str, Any]:
    """Show a picture with its caption and who made it."""
    return {
        "src": src,
        "alt": alt,
        "caption": caption,
        "credit": credit,
        "width": width,
        "height": height,
    }


@register.inclusion_tag("common/components/progress.html")
def progress(label: Text, done: int | None = None, of: int = 100) -> dict[str, Any]:
    """Show how far long work is; without `done`, that it goes on."""
    share = round(100 * done / of) if done is not None else None
    return {"label": label, "done": done, "of": of, "share": share}


@register.simple_block_tag
def empty_state(content: str, what: Text, symbol: str = "") -> str:
    """Say that there is nothing here, and what would bring something."""
    return format_html(
        '<div class="empty">{}<p class="what">{}</p>{}</div>',
        icon(symbol) if symbol else "",
        what,
        content,
    )


@register.inclusion_tag("common/components/form.html", takes_context=True)
def form(
    context: Context,
    form: Any,
    submit: Text,
    *,
    cancel: str = "",
    action: str = "",
    kind: str = "primary",
) -> dict[str, Any]:
    """Draw a whole form that posts: token, fields, the one button, a way back."""
    return {
        "form": form,
        "submit": submit,
        "cancel": cancel,
        "action": action,
        "kind": kind,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("common/components/filters.html", takes_context=True)
def filters(context: Context, form: Any) -> dict[str, Any]:
    """Draw a list's filters: a form that gets."""
    return {"form": form, "path": context["request"].path, "narrowed": bool(context["request"].GET)}
