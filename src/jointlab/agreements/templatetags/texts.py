"""How the parts of a text are drawn of which a page shows many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import template
from django.forms.boundfield import BoundWidget
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from jointlab.agreements.text.paragraphs import Paragraph
from jointlab.common.show import escaped, fill
from jointlab.common.templatetags.components import fact

register = template.Library()


@register.filter
def body(paragraphs: Iterable[Paragraph]) -> SafeString:
    """Write the body of a clause: its paragraphs and its lists."""
    return SafeString("".join([_paragraph(paragraph) for paragraph in paragraphs]))


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
        _("What it implies"),
        label,
        SafeString("".join([fact(value, term) for term, value in implied])),
    )
