"""What the room writes to people: that their partnership has published something."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jointlab.common.letters import Kind, Letter, Pace
from jointlab.common.names import first_available
from jointlab.newsroom.models import Kind as StoryKind
from jointlab.newsroom.models import State, Story
from jointlab.parties.models import Person
from jointlab.parties.policy import membership_of

NEWS = Kind("news", _("News of your partnerships"), Pace.DAILY)


def _stories() -> QuerySet[Story]:
    rows = Story.objects.filter(kind=StoryKind.NEWS, state=State.PUBLISHED)
    return rows.select_related("partnership")


def _members(story: Story) -> QuerySet[Person]:
    live = story.partnership.memberships.live()
    return Person.objects.filter(pk__in=live.values("person")).order_by("pk")


def _title(story: Story, _person: Person, _said: dict[str, Any]) -> dict[str, Any] | None:
    titles = dict(story.texts.complete().values_list("language", "title"))
    return {"title": first_available(titles)[1]} if titles else None


PUBLISHED = Letter(
    "newsroom/mail/published",
    rows=_stories,
    readers=_members,
    may_read=lambda person, story: membership_of(person, story.partnership) is not None,
    name="story",
    page="newsroom:story",
    arguments=lambda story: {"slug": story.slug},
    context=_title,
    kind=NEWS,
)
