"""The components as template tags: a builtin library, so no page needs to load it.

The gallery (/gallery/) shows each with its snippet. Everything that is given is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jointlab.common import show, stylesheet
from jointlab.common.names import LANGUAGES, Text, pick
from jointlab.common.show import STATES, Rung, SideOf, Step, Tab, icon

register = template.Library()
register.filter(show.bcp47)
register.filter(show.browser)
register.filter(show.edits)
register.simple_tag(show.digest, name="hash")
for write in (show.icon, show.state, show.when, show.name, show.button):
    register.simple_tag(write)

MARKS = {"passed": "check", "failed": "x-mark", "waiting": "ellipsis-horizontal"}
MARKS |= {"going": "arrow-right", "inconclusive": "question-mark-circle"}
NOTICES = {"success": "passed", "warning": "waiting", "error": "failed", "info": "", "debug": ""}


@register.simple_tag
def style_address() -> str:
    """Return the address of the style sheet in one piece; empty where it is not mounted."""
    try:
        return reverse("style", args=[stylesheet.fingerprint()])
    except NoReverseMatch:
        return ""


@register.inclusion_tag("common/components/act.html")
def act(
    url: str, label: Text, kind: str = "", *, symbol: str = "", **values: Any
) -> dict[str, Any]:
    """Draw a button that acts at once: a form of its own with the token. Keywords are its values."""
    return {"url": url, "label": label, "kind": kind, "symbol": symbol, "values": values}


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


@register.inclusion_tag("common/components/plate.html")
def plate(thing: Any, sides: Iterable[Any], *, level: str = "h1") -> dict[str, Any]:
    """Draw the brass plate of what several houses run together: its names, the reader's first.

    `thing` and `sides` have `names` by language; `level` is that of the heading.
    """
    reader, houses = get_language() or "en", list(sides)
    languages = sorted(
        (code for code in LANGUAGES if thing.names.get(code)), key=lambda code: code != reader
    )
    lines = [
        (code, thing.names[code], [pick(house.names, code) for house in houses])
        for code in languages
    ]
    return {"lines": lines, "level": level}


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


@register.inclusion_tag("common/components/form.html")
def form(
    form: Any, submit: Text, *, cancel: str = "", action: str = "", kind: str = "primary"
) -> dict[str, Any]:
    """Draw a whole form that posts: token, fields, the one button, a way back."""
    return {"form": form, "submit": submit, "cancel": cancel, "action": action, "kind": kind}


@register.inclusion_tag("common/components/filters.html", takes_context=True)
def filters(context: Context, form: Any) -> dict[str, Any]:
    """Draw a list's filters: a form that gets."""
    return {"form": form, "path": context["request"].path, "narrowed": bool(context["request"].GET)}
