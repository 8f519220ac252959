"""How the parts of a text are drawn of which a page shows many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import template
from django.forms.boundfield import BoundWidget
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from jointlab.agreements.negotiation.queries.reading import ClauseRead
from jointlab.agreements.text.paragraphs import Paragraph
from jointlab.common.show import bcp47, escaped, fill
from jointlab.common.templatetags.components import fact

register = template.Library()


@register.simple_tag
def clauses(rows: Iterable[ClauseRead], code: str) -> SafeString:
    """Write the clauses of the agreement with that code, a section each."""
    return SafeString("".join([_clause(row, code) for row in rows]))


def _clause(row: ClauseRead, code: str) -> SafeString:
    at, body = row.clause.id, "".join([_paragraph(paragraph) for paragraph in row.paragraphs])
    return fill(
        '\n  <section id="clause-{}">\n    <h3>{}. {}</h3>\n    {}\n    {}\n  </section>\n  ',
        at,
        row.number,
        row.heading,
        _comments(row.comments, f"{reverse('agreements:comments', args=[code])}?clause={at}")
        if row.comments
        else "",
        SafeString(body),
    )


def _comments(number: int, url: str) -> SafeString:
    """Say how many are open, in the reader's language: that of the text may be another."""
    said = ngettext("%(number)s open comment", "%(number)s open comments", number)
    language = bcp47(get_language() or "en")
    shape = '<p lang="{}"><a href="{}">{}</a></p>'
    return fill(shape, language, url, said % {"number": number})


def _paragraph(paragraph: Paragraph) -> str:
    if paragraph.points:
        points = "".join([f"<li>{escaped(point)}</li>" for point in paragraph.points])
        return f"<ul>{points}</ul>"
    lines = "<br>".join([escaped(line) for line in paragraph.lines])
    return f"<p>{lines}</p>"


@register.simple_tag
def ip_model(choice: BoundWidget, implied: Sequence[tuple[str, str]]) -> SafeString:
    """Draw the choice of a model of intellectual property, with what it implies."""
    label = str(choice.choice_label)
    shape = '<label for="{}">{} <span>{}</span></label>\n    {}'
    details = _implied(label, implied, chosen=choice.data["selected"]) if implied else ""
    return fill(shape, choice.id_for_label, choice.tag(), capfirst(label), details)


def _implied(label: str, implied: Iterable[tuple[str, str]], *, chosen: bool) -> SafeString:
    return fill(
        '<details class="implied"{}><summary>{}<span class="unseen">: {}</span></summary>'
        '<dl class="facts">{}</dl></details>',
        " open" if chosen else "",
        _("Details"),
        label,
        SafeString("".join([fact(value, term) for term, value in implied])),
    )
