"""What the room's events say. A draft is not named: the whole partnership reads its history."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jointlab.newsroom.models import LANGUAGE_NAMES, Kind

SENTENCES = {
    "newsroom.draft_written": _("%(actor)s began a draft for the newsroom in %(language)s."),
    "newsroom.draft_edited": _("%(actor)s worked on a draft for the newsroom in %(language)s."),
    "newsroom.draft_withdrawn": _("%(actor)s put a draft for the newsroom aside."),
    "newsroom.story_published": _("%(actor)s published “%(story)s”, dated %(day)s."),
    "newsroom.story_edited": _("%(actor)s changed what “%(story)s” says in %(language)s."),
    "newsroom.story_withdrawn": _("%(actor)s withdrew “%(story)s” from publication."),
    "newsroom.picture_added": _("%(actor)s added a picture to a story."),
    "newsroom.picture_edited": _("%(actor)s changed what is said about a picture of a story."),
    "newsroom.picture_removed": _("%(actor)s removed a picture from a story."),
}
KINDS = {
    "newsroom.draft_written": _("draft begun"),
    "newsroom.draft_edited": _("draft worked on"),
    "newsroom.draft_withdrawn": _("draft put aside"),
    "newsroom.story_published": _("story published"),
    "newsroom.story_edited": _("story changed"),
    "newsroom.story_withdrawn": _("story withdrawn"),
    "newsroom.picture_added": _("picture added"),
    "newsroom.picture_edited": _("picture described"),
    "newsroom.picture_removed": _("picture removed"),
}
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
