"""How the entries of a history are drawn."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jointlab.common.show import digest, fill
from jointlab.common.templatetags.components import entry
from jointlab.history.queries import TimelineEntry

register = template.Library()


@register.simple_tag
def entries(lines: Iterable[TimelineEntry], base: str = "") -> SafeString:
    """Draw a timeline; `base` is the address of the whole one, where each entry has its page."""
    drawn = "".join([f"\n  {_entry(line, base)}\n  " for line in lines])
    return fill('<ol class="timeline">\n  {}\n</ol>\n', SafeString(drawn))


def _entry(line: TimelineEntry, base: str) -> str:
    shape = '\n  <p id="entry-{}">{}</p>\n  {}\n  '
    return entry(fill(shape, line.number, line.sentence, _page(line, base)), line.at)


def _page(line: TimelineEntry, base: str) -> SafeString | str:
    if not base:
        return ""
    return fill(
        '<p class="quiet"><small><a href="{}{}/">{}</a> {}</small></p>',
        base,
        line.number,
        _("Entry %(number)s") % {"number": line.number},
        digest(line.hash),
    )
