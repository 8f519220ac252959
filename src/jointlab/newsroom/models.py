"""Stories, their texts (a row a language) and their pictures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jointlab.common.names import LANGUAGES, Fact, first_available
from jointlab.common.rows import Versioned, uuid7
from jointlab.files.models import StoredFile
from jointlab.parties.models import Partnership

LANGUAGE_NAMES = {"en": _("English"), "zh-hans": _("Chinese"), "ko": _("Korean")}
COMPLETE = ~Q(title="") & ~Q(summary="") & ~Q(body="")


class Kind(models.TextChoices):
    """What a story is: news, or the page that a partnership's laboratory has."""

    NEWS = "news", _("news")
    LABORATORY = "laboratory", _("laboratory page")


class State(models.TextChoices):
    """Where a story stands."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Story(Versioned):
    """Something that a partnership tells everybody.

    `version` counts every change of its texts and pictures, too: who publishes says which they read.
    The slug is given at the first publication and stays: its addresses are known from then on.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="stories")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.NEWS)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    slug = models.SlugField(_("address"), max_length=80, null=True)
    day = models.DateField(_("date that the story bears"), null=True)
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="newsroom_story_kind"),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="newsroom_story_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED)
                | Q(slug__isnull=False, day__isnull=False, published_at__isnull=False),
                name="newsroom_published_story_has_address",
            ),
            models.UniqueConstraint(fields=["kind", "slug"], name="newsroom_story_one_address"),
            models.UniqueConstraint(
                fields=["partnership"],
                condition=Q(kind=Kind.LABORATORY),
                name="newsroom_one_laboratory_page",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "-day", "-published_at"],
                condition=Q(state=State.PUBLISHED),
                name="newsroom_story_published",
            ),
            models.Index(
                fields=["partnership", "state", "-changed_at"], name="newsroom_story_office"
            ),
        ]

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.state == State.PUBLISHED

    def title_fact(self, texts: Iterable[StoryText]) -> Fact:
        """Return what history keeps of a published story: its titles as they are now."""
        return {"id": str(self.pk), "name": {text.language: text.title for text in texts}}


class Texts(models.QuerySet["StoryText"]):
    """Texts by whether they can be published."""

    def complete(self) -> Self:
        """Keep those with a title, a summary and a body."""
        return self.filter(COMPLETE)

    def heads(self) -> Self:
        """Leave the bodies in the database; `is_done` says whether there is all."""
        return self.defer("body").annotate(
            is_done=ExpressionWrapper(COMPLETE, output_field=BooleanField())
        )


class StoryText(Versioned):
    """A story in one language."""

    FIELDS: ClassVar[tuple[str, ...]] = ("title", "summary", "place", "body")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    story = models.ForeignKey(Story, models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGE_NAMES)
    title = models.CharField(_("title"), max_length=150)
    summary = models.CharField(_("summary"), max_length=400, blank=True)
    place = models.CharField(_("place"), max_length=100, blank=True)
    body = models.TextField(_("text"), max_length=50_000, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    is_done: bool  # on rows that `heads()` found

    objects = Texts.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["story", "language"], name="newsroom_one_text_a_language"
            ),
            models.CheckConstraint(
                condition=Q(language__in=LANGUAGES), name="newsroom_text_in_known_language"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="newsroom_text_is_titled"),
        ]

    @property
    def is_complete(self) -> bool:
        """Whether there is all that publishing takes."""
        return bool(self.title and self.summary and self.body)

    def as_typed(self) -> dict[str, Any]:
        """Return what a form that changes it begins with."""
        return {name: getattr(self, name) for name in (*self.FIELDS, "version")}


class StoryPicture(Versioned):
    """A picture of a story; the first stands above the text, the others below it."""

    TEXTS: ClassVar[tuple[str, ...]] = (
        *(f"alt_{code}" for code in ("en", "zh", "ko")),
        *(f"caption_{code}" for code in ("en", "zh", "ko")),
        "credit",
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    story = models.ForeignKey(Story, models.CASCADE, related_name="pictures")
    digest = models.CharField(max_length=64, editable=False)
    suffix = models.CharField(max_length=4, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    widths: models.JSONField[list[int], list[int]] = models.JSONField(editable=False)
    alt_en = models.CharField(_("what it shows, in English"), max_length=300, blank=True)
    alt_zh = models.CharField(_("what it shows, in Chinese"), max_length=300, blank=True)
    alt_ko = models.CharField(_("what it shows, in Korean"), max_length=300, blank=True)
    caption_en = models.CharField(_("caption in English"), max_length=300, blank=True)
    caption_zh = models.CharField(_("caption in Chinese"), max_length=300, blank=True)
    caption_ko = models.CharField(_("caption in Korean"), max_length=300, blank=True)
    credit = models.CharField(_("made by"), max_length=150, blank=True)

    class Meta:
        ordering = ("id",)  # ids sort by the time at which they were made
        constraints = [
            models.CheckConstraint(
                condition=~Q(alt_en="", alt_zh="", alt_ko=""), name="newsroom_picture_is_described"
            ),
        ]

    @property
    def alts(self) -> dict[str, str]:
        """What it shows, by language."""
        return {"en": self.alt_en, "zh-hans": self.alt_zh, "ko": self.alt_ko}

    @property
    def captions(self) -> dict[str, str]:
        """The caption, by language."""
        return {"en": self.caption_en, "zh-hans": self.caption_zh, "ko": self.caption_ko}

    @property
    def alt(self) -> tuple[str, str]:
        """The language and the words of what it shows, for the reader."""
        return first_available(self.alts)

    @property
    def caption(self) -> tuple[str, str]:
        """The language and the words of its caption, for the reader."""
        return first_available(self.captions)

    @property
    def tallest(self) -> int:
        """The width that stands for all where only one can be named."""
        return max(self.widths)

    def as_typed(self) -> dict[str, Any]:
        """Return what a form that changes it begins with."""
        return {name: getattr(self, name) for name in (*self.TEXTS, "version")}


class PictureFile(models.Model):
    """One encoding of a picture: its bytes at one of the picture's widths."""

    picture = models.ForeignKey(StoryPicture, models.CASCADE, related_name="files")
    width = models.PositiveIntegerField(editable=False)
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["picture", "width"], name="newsroom_one_encoding_a_width"
            ),
        ]
