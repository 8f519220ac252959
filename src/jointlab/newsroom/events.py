"""What the room's events say. A draft is not named: the whole partnership reads its history."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import Event
from jointlab.newsroom.models import LANGUAGE_NAMES, Kind

DRAFT_WRITTEN = Event(
    "newsroom.draft_written",
    _("%(actor)s began a draft for the newsroom in %(language)s."),
    kind=_("draft begun"),
)
DRAFT_EDITED = Event(
    "newsroom.draft_edited",
    _("%(actor)s worked on a draft for the newsroom in %(language)s."),
    kind=_("draft worked on"),
)
DRAFT_WITHDRAWN = Event(
    "newsroom.draft_withdrawn",
    _("%(actor)s withdrew a draft for the newsroom."),
    kind=_("story draft withdrawn"),
)
STORY_PUBLISHED = Event(
    "newsroom.story_published",
    _("%(actor)s published “%(story)s”, dated %(day)s."),
    kind=_("story published"),
)
STORY_EDITED = Event(
    "newsroom.story_edited",
    _("%(actor)s changed what “%(story)s” says in %(language)s."),
    kind=_("story changed"),
)
STORY_WITHDRAWN = Event(
    "newsroom.story_withdrawn",
    _("%(actor)s withdrew “%(story)s” from publication."),
    kind=_("story withdrawn"),
)
PICTURE_ADDED = Event(
    "newsroom.picture_added",
    _("%(actor)s added a picture to a story."),
    kind=_("picture added"),
)
PICTURE_EDITED = Event(
    "newsroom.picture_edited",
    _("%(actor)s changed what is said about a picture of a story."),
    kind=_("picture described"),
)
PICTURE_REMOVED = Event(
    "newsroom.picture_removed",
    _("%(actor)s removed a picture from a story."),
    kind=_("picture removed"),
)

LABELS = {
    "language": LANGUAGE_NAMES,
    "kind": dict(Kind.choices),
    "changed": {
        "title": _("title"),
        "summary": _("summary"),
        "place": _("place"),
        "body": _("text"),
    },
}
