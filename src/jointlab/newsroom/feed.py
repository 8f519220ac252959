"""The news as an Atom feed, one a language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from jointlab.common.show import bcp47
from jointlab.newsroom.models import StoryText
from jointlab.newsroom.queries import address


def write_feed(
    texts: Sequence[StoryText],
    *,
    language: str,
    title: str,
    link: str,
    feed: str,
    absolute: Callable[[str], str],
) -> str:
    """Return the feed: a text is an entry, known by its own id whatever happens to its address."""
    atom = Atom1Feed(
        title=title,
        link=absolute(link),
        description=None,
        language=bcp47(language),
        feed_url=absolute(feed),
        author_name=title,
    )
    for text in texts:
        story = text.story
        atom.add_item(
            title=text.title,
            link=absolute(address(story, text.language)),
            description=escape(text.summary),  # a summary is HTML in a feed
            unique_id=f"urn:uuid:{text.pk}",
            author_name=story.partnership.name,
            pubdate=story.published_at,
            updateddate=max(text.changed_at, story.published_at or text.changed_at),
        )
    document: str = atom.writeString("utf-8")
    return document
