"""The components as template tags: a builtin library, so no page needs to load it.

The gallery (/gallery/) shows each with its snippet. Everything that is given is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from jointlab.common import show, stylesheet, tables
from jointlab.common.names import LANGUAGES, Text, pick
from jointlab.common.show import (
    STATES,
    Member,
    Rung,
    SideOf,
    Step,
    Tab,
    as_shown,
    escaped,
    fill,
    icon,
)

register = template.Library()
register.filter(show.bcp47)
register.filter(show.browser)
register.filter(show.edits)
register.simple_tag(show.digest, name="hash")
for write in (show.icon, show.state, show.when, show.span, show.name, show.button, tables.rows):
    register.simple_tag(write)

TOKEN = CsrfTokenNode()
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


@register.simple_tag(takes_context=True)
def act(
    context: Context, url: str, label: Text, kind: str = "", *, symbol: str = "", **values: Any
) -> SafeString:
    """Draw a button that acts at once: a form of its own with the token. Keywords are its values."""
    hidden = [
        f'<input type="hidden" name="{escaped(key)}" value="{as_shown(value)}">'
        for key, value in values.items()
    ]
    return fill(
        '<form method="post" action="{}">{}{}{}</form>\n',
        url,
        TOKEN.render(context),
        SafeString("".join(hidden)),
        show.button(label, kind, symbol=symbol),
    )


@register.simple_tag
def page_header(
    title: Any, *, lead: Text = "", state: str = "", word: Text = "", named: bool = False
) -> SafeString:
    """Say what this is and what state it is in; `named` writes the title as a name."""
    return fill(
        '<div class="page-header">\n  <h1>{}</h1>\n  {}\n  {}\n</div>\n',
        show.name(title) if named else title,
        show.state(state, word) if state else "",
        fill('<p class="lead">{}</p>', lead) if lead else "",
    )


@register.simple_tag
def breadcrumb(*pairs: Any) -> str:
    """Draw the way here: label, address, label, address …; the page itself is not in it."""
    return breadcrumb_of(zip(pairs[::2], pairs[1::2], strict=True))


@register.simple_tag
def breadcrumb_of(crumbs: Iterable[tuple[Text, str]]) -> str:
    """Draw the way here, of labels with their addresses."""
    links = (fill('<li><a href="{}"><bdi>{}</bdi></a></li>', url, label) for label, url in crumbs)
    return fill(
        '<nav aria-label="{}"><ol class="breadcrumb">\n  {}\n</ol></nav>\n',
        gettext("Breadcrumb"),
        SafeString("".join(links)),
    )


@register.simple_block_tag
def notice(content: str, kind: str = "", title: Text = "") -> str:
    """Say what happened, why, what to do; kind: "" or a state."""
    symbol = STATES[kind][0] if kind else "information-circle"
    head = fill("<p><strong>{}</strong></p>", title) if title else ""
    css = f"notice notice-{kind}" if kind else "notice"
    return fill(
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
    name = fill("<bdi>{}</bdi>", title)
    return fill(
        '<article class="card">\n  <h3>{}</h3>\n  {}\n  {}\n</article>\n',
        fill('<a href="{}">{}</a>', href, name) if href else name,
        fill('<p class="card-note">{}</p>', note) if note else "",
        content,
    )


@register.simple_block_tag
def fact(content: str, term: Text) -> str:
    """Write a term and what it is; inside `<dl class="facts">`."""
    return fill("<div><dt>{}</dt><dd>{}</dd></div>", term, content)


@register.simple_block_tag
def table(content: str, caption: Text, note: Text = "", *, stack: bool = False) -> str:
    """Wrap rows into a table with its caption, in a region that scrolls by itself."""
    return fill(
        '<div class="table-region" role="region" aria-label="{}" tabindex="0">\n  '
        '<table class="table{}">\n    <caption>{}{}</caption>\n    {}\n  </table>\n</div>\n',
        caption,
        " table-stack" if stack else "",
        caption,
        fill(" <small>{}</small>", note) if note else "",
        content,
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


@register.simple_tag(takes_context=True)
def pagination(context: Context, page: Any) -> SafeString:
    """Draw the pages of a list: Django's page object; other parameters stay as they are."""
    if not page.has_other_pages():
        return SafeString("\n")
    query = context["request"].GET.copy()
    query.pop("page", None)
    start = "?" + (f"{query.urlencode()}&" if query else "") + "page="
    before = after = ""
    if page.has_previous():
        inner = fill("{}<span>{}</span>", icon("chevron-left", small=True), gettext("Previous"))
        before = _turn("prev", f"{start}{page.previous_page_number()}", inner)
    if page.has_next():
        inner = fill("<span>{}</span>{}", gettext("Next"), icon("chevron-right", small=True))
        after = _turn("next", f"{start}{page.next_page_number()}", inner)
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    listed = [f"\n      <li>{_page(number, page, start)}</li>\n    " for number in numbers]
    shown = {"first": page.start_index(), "last": page.end_index(), "all": page.paginator.count}
    return fill(
        '\n<nav class="pagination" aria-label="{}">\n  <ul>\n    {}\n    {}\n    {}\n  </ul>\n  '
        "<p>{}</p>\n</nav>\n\n",
        gettext("Pages"),
        before,
        SafeString("".join(listed)),
        after,
        gettext("%(first)s to %(last)s of %(all)s")
        % {key: as_shown(value) for key, value in shown.items()},
    )


def _turn(relation: str, url: str, inner: SafeString) -> SafeString:
    return fill('<li><a rel="{}" href="{}">{}</a></li>', relation, url, inner)


def _page(number: Any, page: Any, start: str) -> SafeString:
    """Return a page's number: the one that is shown, a gap, or a link."""
    said = SafeString(as_shown(number))
    if number == page.number:
        return fill('<span aria-current="page">{}</span>', said)
    if number == page.paginator.ELLIPSIS:
        return fill('<span class="gap">{}</span>', said)
    return fill('<a href="{}{}">{}</a>', start, said, said)


@register.simple_tag(takes_context=True)
def tabs(context: Context, label: Text, parts: Iterable[Tab]) -> SafeString:
    """Draw the parts of a thing as links; the one that is this page is marked."""
    path = context["request"].path
    return fill(
        '<nav aria-label="{}"><ul class="tabs">\n  {}\n</ul></nav>\n',
        label,
        SafeString("".join([_tab(part, path) for part in parts])),
    )


def _tab(part: Tab, path: str) -> SafeString:
    here = SafeString(' aria-current="page"') if part.url == path else ""
    count = "" if part.count is None else f' <span class="count">{as_shown(part.count)}</span>'
    inner = SafeString(escaped(part.label) + count)
    return fill('<li><a href="{}"{}>{}</a></li>', part.url, here, inner)


@register.simple_tag
def steps(label: Text, stations: Iterable[Step]) -> SafeString:
    """Draw a life as a stepped line with dates and names."""
    drawn = "".join([_step(station) for station in stations])
    return fill('<ol class="steps" aria-label="{}">\n  {}\n</ol>\n', label, SafeString(drawn))


def _step(station: Step) -> SafeString:
    mark = MARKS.get(station.state)
    return fill(
        '\n  <li class="step step-{}"{}>\n    <span class="mark">{}</span>\n    '
        '<span class="what">{} <span class="unseen">{}</span></span>\n    {}\n    {}\n  </li>\n  ',
        station.state,
        SafeString(' aria-current="step"') if station.state == "going" else "",
        icon(mark, small=True) if mark else "",
        station.what,
        STATES.get(station.state, ("", _("To come")))[1],
        fill('<span class="when">{}</span>', show.when(station.when, "day"))
        if station.when
        else "",
        fill('<span class="by">{}</span>', show.name(station.by)) if station.by else "",
    )


@register.simple_tag
def ladder(label: Text, rungs: Iterable[Rung]) -> SafeString:
    """Draw readiness as a ladder: rungs lowest first, drawn from the foot up."""
    drawn = "".join([_rung(rung) for rung in rungs])
    return fill('<ol class="ladder" aria-label="{}">\n  {}\n</ol>\n', label, SafeString(drawn))


def _rung(rung: Rung) -> SafeString:
    links = ", ".join([fill('<a href="{}">{}</a>', url, label) for label, url in rung.evidence])
    return fill(
        '\n  <li class="rung rung-{}">\n    <span class="level">{}</span>\n    '
        '<span class="what">{}</span>\n    {}\n    {}\n  </li>\n  ',
        rung.state,
        rung.level,
        rung.what,
        show.state(rung.state) if rung.state != "later" else "",
        fill('<span class="evidence">{}</span>', SafeString(links)) if links else "",
    )


@register.simple_block_tag
def entry(
    content: str, at: date | datetime, by: Any = "", *, href: str = "", strong: bool = False
) -> str:
    """Write one entry of a timeline; inside `<ol class="timeline">`."""
    moment = show.when(at)
    return fill(
        '<li class="entry{}">\n  <span class="entry-when">{}</span>\n  '
        '<div class="entry-what">{}</div>\n  {}\n</li>\n',
        " entry-strong" if strong else "",
        fill('<a href="{}">{}</a>', href, moment) if href else moment,
        content,
        fill('<span class="entry-by">{}</span>', show.name(by)) if by else "",
    )


@register.simple_tag
def people_by_side(sides: Iterable[SideOf]) -> SafeString:
    """List people by organisation."""
    drawn = "".join([_side(side) for side in sides])
    return fill('<div class="sides">\n  {}\n</div>\n', SafeString(drawn))


def _side(side: SideOf) -> SafeString:
    nobody = fill('\n      <li class="quiet">{}</li>\n      ', gettext("Nobody yet."))
    people = "".join([f"\n      <li>{_member(member)}</li>\n      " for member in side.members])
    return fill(
        '\n  <section class="side">\n    <h3>{}</h3>\n    <ul class="people">\n      {}\n    </ul>\n  '
        "</section>\n  ",
        show.name(side.organisation),
        SafeString(people) or nobody,
    )


def _member(member: Member) -> SafeString:
    return fill(
        "{}{}{}",
        show.name(member.person, member.url),
        fill('<span class="what">{}</span>', member.what) if member.what else "",
        show.state(member.state, member.state_word) if member.state else "",
    )


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
    return fill(
        '<div class="empty">{}<p class="what">{}</p>{}</div>',
        icon(symbol) if symbol else "",
        what,
        content,
    )


@register.simple_tag(takes_context=True)
def form(
    context: Context,
    form: Any,
    submit: Text,
    *,
    cancel: str = "",
    action: str = "",
    kind: str = "primary",
) -> SafeString:
    """Draw a whole form that posts: token, fields, the one button, a way back."""
    return fill(
        '<form class="form" method="post"{}{}>\n  {}\n  {}\n  <div class="buttons">\n    {}\n    {}\n  '
        "</div>\n</form>\n",
        fill(' action="{}"', action) if action else "",
        SafeString(' enctype="multipart/form-data"') if form.is_multipart() else "",
        TOKEN.render(context),
        form,
        show.button(submit, kind),
        show.button(gettext("Cancel"), "quiet", href=cancel) if cancel else "",
    )


@register.simple_tag
def field_notes(field: BoundField) -> SafeString:
    """Write what is to be known of a field, and what is wrong with it; nothing where nothing is."""
    auto_id, errors, parts = escaped(field.auto_id), field.errors, []
    if field.help_text:
        here = f' id="{auto_id}_helptext"' if auto_id else ""
        parts.append(f'<div class="help"{here}>{field.help_text}</div>')
    if errors:
        here = f' id="{auto_id}_error"' if auto_id else ""
        symbol = icon("exclamation-circle", small=True)
        parts.append(f'<div class="errorlist"{here}>{symbol}<ul>{error_items(errors)}</ul></div>')
    return SafeString("\n".join(parts))


def error_items(errors: Iterable[Any]) -> str:
    """Return each error as an item of a list."""
    return "".join(f"<li>{as_shown(error)}</li>" for error in errors)


@register.simple_tag(takes_context=True)
def filters(context: Context, form: Any) -> SafeString:
    """Draw a list's filters: a form that gets."""
    request = context["request"]
    return fill(
        '<form class="filters" method="get" action="{}" role="search">\n  {}\n  '
        '<div class="buttons">\n    {}\n    {}\n  </div>\n</form>\n',
        request.path,
        form,
        show.button(gettext("Show")),
        show.button(gettext("Show all"), "quiet", href=request.path) if request.GET else "",
    )
