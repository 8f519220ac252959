"""Pictures of stories: added, described, removed."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from jointlab.common.errors import Refusal
from jointlab.common.events import Event
from jointlab.common.rows import edit, lock
from jointlab.files.services import release, storing
from jointlab.history.services import record
from jointlab.newsroom import events
from jointlab.newsroom.access import POLICY
from jointlab.newsroom.models import PictureFile, Story, StoryPicture
from jointlab.newsroom.pictures import Picture
from jointlab.newsroom.services.stories import save_changed, tidy_text
from jointlab.parties.models import Person

MOST = 20


def add_picture(*, by: Person, story: Story, picture: Picture, **texts: str) -> StoryPicture:
    """Add a picture; `texts` are alt_en … caption_ko (what it shows, in one language at least).

    Its files are there before its row commits, and gone when it does not.
    """
    POLICY.require(by, "write", story)
    row = StoryPicture(
        story=story,
        digest=picture.digest,
        suffix=picture.suffix,
        width=picture.width,
        height=picture.height,
        widths=picture.widths,
        **_tidy_descriptions(texts),
    )
    with storing() as put:
        row.story = story = lock(story)
        if story.pictures.count() >= MOST:
            raise Refusal(_("A story has %(most)d pictures at most.") % {"most": MOST})
        row.save(force_insert=True)
        PictureFile.objects.bulk_create(
            PictureFile(picture=row, width=width, stored=put(data))
            for width, data in picture.files.items()
        )
        save_changed(story)
        _record(events.PICTURE_ADDED, by, row)
    return row


@transaction.atomic
def edit_picture(*, by: Person, picture: StoryPicture, version: int, **texts: str) -> StoryPicture:
    """Change what is said about a picture."""
    POLICY.require(by, "write", picture.story)
    story = lock(picture.story)
    picture, changed = edit(picture, version=version, **_tidy_descriptions(texts))
    if changed:
        save_changed(story)
        _record(events.PICTURE_EDITED, by, picture, changed=changed)
    return picture


@transaction.atomic
def remove_picture(*, by: Person, picture: StoryPicture) -> None:
    """Remove a picture; its files go when this has committed, never before."""
    POLICY.require(by, "write", picture.story)
    story = lock(picture.story)
    files = list(picture.files.values_list("stored", flat=True))
    gone, _rows = StoryPicture.objects.filter(pk=picture.pk).delete()
    if not gone:
        raise Refusal(_("This picture has been removed already."))
    save_changed(story)
    release(files)
    _record(events.PICTURE_REMOVED, by, picture)


def _tidy_descriptions(texts: dict[str, str]) -> dict[str, str]:
    tidy = {name: tidy_text(text) for name, text in texts.items()}
    if not any(tidy.get(name) for name in ("alt_en", "alt_zh", "alt_ko")):
        raise Refusal(_("Say in one language at least what the picture shows."))
    return tidy


def _record(event: Event, by: Person, picture: StoryPicture, **more: list[str]) -> None:
    """Record without the story's title: drafts have pictures, too."""
    record(
        event,
        chain=picture.story.partnership_id,
        by=by,
        story={"id": str(picture.story_id)},
        picture={"id": str(picture.pk), "sha256": picture.digest},
        **more,
    )
