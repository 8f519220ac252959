"""How stories are drawn in a list."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from jointlab.common.show import bcp47, fill, name, when
from jointlab.newsroom.models import Kind, StoryPicture
from jointlab.newsroom.queries import StoryShown

register = template.Library()

CARD = """
  <li><article class="card">
    {}
    <{}{}><a href="{}"><bdi>{}</bdi></a></{}>
    <p class="card-note">{}</p>
    <p{}>{}</p>
  </article></li>
  """


@register.simple_tag
def story_cards(readings: Iterable[StoryShown], level: str) -> SafeString:
    """Draw a card a story; `level` is that of the titles' headings, h2 or h3."""
    drawn = "".join([_card(reading, level) for reading in readings])
    return fill('<ul class="cards">\n  {}\n</ul>\n', SafeString(drawn))


def _card(reading: StoryShown, level: str) -> SafeString:
    story, text = reading.story, reading.text
    spoken = fill(' lang="{}"', bcp47(text.language)) if reading.is_foreign else ""
    return fill(
        CARD,
        _smallest(reading.pictures[0]) if reading.pictures else "",
        level,
        spoken,
        reading.url,
        text.title,
        level,
        when(story.day) if story.kind == Kind.NEWS else name(story.partnership),
        spoken,
        text.summary,
    )


def _smallest(picture: StoryPicture) -> SafeString:
    at = [picture.pk, picture.digest, picture.widths[0], picture.suffix]
    shape = '<img src="{}" alt="" loading="lazy" decoding="async">'
    return fill(shape, reverse("picture", args=at))
