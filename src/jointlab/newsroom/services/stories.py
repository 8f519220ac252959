"""Stories: written a language at a time, published by an office, withdrawn by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from jointlab.common import days
from jointlab.common.errors import Changed, NotNow, Refusal
from jointlab.common.letters import send
from jointlab.common.names import LANGUAGES, TURNING
from jointlab.common.rows import edit, lock
from jointlab.history.services import record
from jointlab.laboratory.access import has_unveiled
from jointlab.newsroom import events, letters
from jointlab.newsroom.access import POLICY
from jointlab.newsroom.models import Kind, State, Story, StoryText
from jointlab.parties.models import Partnership, Person

# Control characters and the two that are none: a feed that held one would be no XML.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
NEW = 0  # the version of a text that is not there yet


@transaction.atomic
def write_story(
    *, by: Person, partnership: Partnership, language: str, kind: str = Kind.NEWS, **texts: str
) -> Story:
    """Begin a story in one language; `texts` are title, summary, place and body."""
    POLICY.require(by, "write", partnership)
    if kind == Kind.LABORATORY:
        lock(partnership)  # two pages begun at once: the second waits, then sees the first
        if Story.objects.filter(partnership=partnership, kind=kind).exists():
            raise NotNow(_("This partnership's laboratory has its page already."))
    story = Story.objects.create(partnership=partnership, kind=kind)
    StoryText.objects.create(
        story=story, language=_require_language(language), **_tidy_texts(texts)
    )
    record(
        events.DRAFT_WRITTEN,
        chain=partnership.pk,
        by=by,
        story={"id": str(story.pk)},
        kind=kind,
        language=language,
    )
    return story


@transaction.atomic
def edit_story_text(
    *, by: Person, story: Story, language: str, version: int, **texts: str
) -> StoryText:
    """Write a story in one more language (version 0), or change what it says in one."""
    POLICY.require(by, "write", story)
    story = lock(story)
    there = story.texts.filter(language=_require_language(language)).first()
    before = there is not None and there.is_complete
    text, changed = _write_text(story, there, language, version, _tidy_texts(texts))
    if story.is_public and before and not text.is_complete:
        raise Refusal(_("This is published: it needs a title, a summary and a text."))
    if changed:
        text.changed_at = timezone.now()
        text.save(update_fields=["changed_at"])
        save_changed(story)
        record(
            events.STORY_EDITED if story.is_public else events.DRAFT_EDITED,
            chain=story.partnership_id,
            by=by,
            story=story_fact(story),
            language=language,
            changed=changed,
        )
    return text


@transaction.atomic
def publish_story(*, by: Person, story: Story, version: int, day: date | None = None) -> Story:
    """Let everybody read the story, as the publisher read it: in each language that is complete.

    `day` is the date that it bears, today unless told.
    """
    POLICY.require(by, "publish", story)
    story = lock(story)
    if story.is_public:
        raise NotNow(_("This is published already."))
    if story.version != version:
        raise Changed(
            _("Somebody else changed this meanwhile. Read it again, then publish."), story
        )
    if story.kind == Kind.LABORATORY and not has_unveiled(story.partnership):
        raise NotNow(
            _(
                "A laboratory's story is published when the laboratory is unveiled: both sides do that."
            )
        )
    texts = list(story.texts.complete())
    if not texts:
        raise Refusal(
            _("Enter a title, a summary and a text in at least one language before publishing.")
        )
    story.state, story.published_at = State.PUBLISHED, timezone.now()
    story.day = day or story.day or days.today()
    story.slug = story.slug or _free_slug(story, texts)
    save_changed(story, "state", "published_at", "day", "slug")
    record(
        events.STORY_PUBLISHED,
        chain=story.partnership_id,
        by=by,
        story=story.title_fact(texts),
        kind=story.kind,
        day=story.day,
    )
    if story.kind == Kind.NEWS:
        send(letters.PUBLISHED, story, by=by)
    return story


@transaction.atomic
def withdraw_story(*, by: Person, story: Story) -> Story:
    """Take a published story back, or put a draft aside; it can be published (again) later."""
    POLICY.require(by, "withdraw", story)
    story = lock(story)
    if story.state == State.WITHDRAWN:
        raise NotNow(_("This is withdrawn already."))
    event = events.STORY_WITHDRAWN if story.is_public else events.DRAFT_WITHDRAWN
    facts = story_fact(story)
    story.state = State.WITHDRAWN
    save_changed(story, "state")
    record(event, chain=story.partnership_id, by=by, story=facts)
    return story


def save_changed(story: Story, *changed: str) -> None:
    """Save what changed of a locked story, and that it, or a part of it, did."""
    story.version += 1
    story.changed_at = timezone.now()
    story.save(update_fields=[*changed, "version", "changed_at"])


def tidy_text(text: str) -> str:
    """Return a text as it is kept: without controls, and without what would turn the text around it."""
    return UNPRINTABLE.sub("", TURNING.sub("", text.replace("\r\n", "\n"))).strip()


def story_fact(story: Story) -> dict[str, Any]:
    """Return what history may keep: of a draft its id alone, since the whole partnership reads it."""
    if not story.is_public:
        return {"id": str(story.pk)}
    return {**story.title_fact(story.texts.complete().defer("body"))}


def _write_text(
    story: Story, there: StoryText | None, language: str, version: int, texts: dict[str, str]
) -> tuple[StoryText, list[str]]:
    if there is not None:
        return edit(there, version=version, **texts)
    if version != NEW:
        raise Refusal(_("There is no text in this language."))
    return StoryText.objects.create(story=story, language=language, **texts), list(texts)


def _require_language(language: str) -> str:
    if language not in LANGUAGES:
        raise Refusal(_("Stories are written in English, Chinese and Korean."))
    return language


def _tidy_texts(texts: dict[str, str]) -> dict[str, str]:
    """Return the texts as they are kept; refuse a story without a title."""
    tidy = {name: tidy_text(text) for name, text in texts.items()}
    if not tidy.get("title", "-"):
        raise Refusal(_("Enter a title."))
    return tidy


def _free_slug(story: Story, texts: Sequence[StoryText]) -> str:
    """Return an address that nothing else has: from the English title, else from its date."""
    if story.kind == Kind.LABORATORY:
        return story.partnership.code
    with connection.cursor() as cursor:  # two publications at once take turns until they commit
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('newsroom.slug'))")
    english = next((text.title for text in texts if text.language == "en"), "")
    slug = slugify(english)[:70].strip("-") or f"{story.day}"
    taken = set(
        Story.objects.filter(kind=story.kind, slug__startswith=slug).values_list("slug", flat=True)
    )
    return next(
        candidate
        for number in range(1, len(taken) + 2)
        if (candidate := f"{slug}-{number}" if number > 1 else slug) not in taken
    )
