"""Reading stories for pages, feeds and the desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from jointlab.common.names import LANGUAGES
from jointlab.common.prepared import Prepared
from jointlab.common.rooms import Waiting
from jointlab.common.show import Tab
from jointlab.files.queries import Damaged, read_file
from jointlab.laboratory.access import unveiled_laboratories
from jointlab.laboratory.models import Direction, Laboratory
from jointlab.laboratory.queries.laboratory import directions_of
from jointlab.laboratory.queries.lists import public_laboratories
from jointlab.newsroom.access import POLICY, published_stories, stories_of_offices
from jointlab.newsroom.markdown import as_html
from jointlab.newsroom.models import (
    LANGUAGE_NAMES,
    Kind,
    State,
    Story,
    StoryPicture,
    StoryText,
)
from jointlab.parties.models import Membership, Organisation
from jointlab.parties.policy import Reader
from jointlab.parties.queries import sides_by_partnership

A_PAGE = 20
IN_A_FEED = 30
IN_A_SITEMAP = 15_000  # stories; with three languages it stays below the format's 50,000 addresses
STATES = {State.DRAFT: "waiting", State.PUBLISHED: "passed", State.WITHDRAWN: "ended"}


@dataclass(frozen=True)
class StoryShown:
    """A story as one reader gets it: in their language, else in the next best that it has."""

    story: Story
    text: StoryText
    texts: dict[str, StoryText]
    pictures: list[StoryPicture]

    @property
    def is_foreign(self) -> bool:
        """Whether the reader's own language is missing."""
        return self.text.language != get_language()

    @property
    def language_name(self) -> str:
        """What the language that it is read in is called."""
        return str(LANGUAGE_NAMES[self.text.language])

    @property
    def html(self) -> str:
        """The text, ready for the page."""
        return as_html(self.text.body)

    @property
    def url(self) -> str:
        """Where the reader finds it."""
        return address(self.story)

    @property
    def canonical(self) -> str:
        """Where a search engine finds this text: its own language's address."""
        return address(self.story, self.text.language)

    @property
    def alternates(self) -> list[tuple[str, str]]:
        """Each language that there is, with its address."""
        return [(language, address(self.story, language)) for language in self.texts]


class SitemapStory(NamedTuple):
    """A published story as a sitemap lists it."""

    kind: str
    slug: str
    changed_at: datetime
    languages: list[str]


@dataclass(frozen=True)
class LaboratoryListed:
    """An unveiled laboratory in a list, with the story that its partnership tells of it, if any."""

    laboratory: Laboratory
    sides: list[Organisation]
    directions: list[Direction]
    story: StoryShown | None

    @property
    def url(self) -> str:
        """Its public page."""
        return reverse("laboratory:public", args=[self.laboratory.code])


@dataclass(frozen=True)
class LanguageState:
    """What a story has in one language: the whole, a part, or nothing."""

    code: str
    text: StoryText | None

    @property
    def name(self) -> str:
        """What the language is called."""
        return str(LANGUAGE_NAMES[self.code])

    @property
    def is_done(self) -> bool:
        """Whether it can be published."""
        return self.text is not None and self.text.is_done

    @property
    def mark(self) -> tuple[str, str]:
        """The state as it is drawn, and its word."""
        if self.is_done:
            return "passed", _("complete")
        return ("waiting", _("incomplete")) if self.text else ("ended", _("not written yet"))


@dataclass(frozen=True)
class Draft:
    """A story as its offices get it: what there is in each language, what is missing."""

    story: Story
    texts: dict[str, StoryText]

    @property
    def title(self) -> str:
        """The title in the reader's language, else in the next best."""
        return _best_text(self.texts).title

    @property
    def language(self) -> str:
        """The language of that title."""
        return _best_text(self.texts).language

    @property
    def parts(self) -> list[LanguageState]:
        """Each of the three languages, with what there is in it."""
        return [LanguageState(code, self.texts.get(code)) for code in LANGUAGES]

    @property
    def done(self) -> list[str]:
        """The languages that can be published."""
        return [part.code for part in self.parts if part.is_done]

    @property
    def missing(self) -> list[str]:
        """The languages that cannot: nothing there, or not all of it."""
        return [code for code in LANGUAGES if code not in self.done]

    @property
    def missing_names(self) -> list[str]:
        """What those languages are called."""
        return [str(LANGUAGE_NAMES[code]) for code in self.missing]

    @property
    def mark(self) -> str:
        """The state as it is drawn."""
        return STATES[State(self.story.state)]


def address(story: Story, language: str | None = None) -> str:
    """Return the public page of a story, in the reader's language unless told."""
    with override(language or get_language()):
        if story.kind == Kind.LABORATORY:
            return reverse("newsroom:laboratory_page", args=[story.slug])
        return reverse("newsroom:story", args=[story.slug])


def news(page: str | int | None) -> Page[StoryShown]:
    """Return one page of the news, the latest first."""
    stories = published_stories().filter(kind=Kind.NEWS).select_related("partnership")
    found: Page[Any] = Paginator(stories, A_PAGE).get_page(page)
    found.object_list = stories_shown(found.object_list)
    return found


def latest_news(number: int) -> list[StoryShown]:
    """Return the latest news."""
    return stories_shown(_latest_news(number))


@Prepared
def _latest_news(number: int, /) -> QuerySet[Story]:
    rows = published_stories().filter(kind=Kind.NEWS).select_related("partnership")
    return rows[:number]


def laboratories(page: str | int | None = None) -> Page[LaboratoryListed]:
    """Return one page of the unveiled laboratories, the latest first, each with its story."""
    found: Page[Any] = Paginator(public_laboratories(), A_PAGE).get_page(page)
    rows = list(found.object_list)
    sides = sides_by_partnership(row.partnership_id for row in rows)
    directions = directions_of(rows)
    stories = {
        reading.story.partnership_id: reading
        for reading in stories_shown(_stories_of_laboratories(partnerships=list(sides)))
    }
    found.object_list = [
        LaboratoryListed(
            laboratory=row,
            sides=sides[row.partnership_id],
            directions=directions[row.pk],
            story=stories.get(row.partnership_id),
        )
        for row in rows
    ]
    return found


@Prepared
def _stories_of_laboratories(partnerships: list[UUID]) -> QuerySet[Story]:
    rows = published_stories().filter(kind=Kind.LABORATORY, partnership__any_of=partnerships)
    return rows.select_related("partnership")


def published_story(story: Story) -> StoryShown:
    """Return a published story, whole."""
    return _story_shown(story, story.texts.complete(), story.pictures.all())


def preview(story: Story, language: str) -> StoryShown | None:
    """Return a story as it would be read in that language; nothing when it has no such text."""
    texts = [text for text in story.texts.all() if text.language == language]
    return _story_shown(story, texts, story.pictures.all()) if texts else None


def draft(story: Story) -> Draft:
    """Return a story for its offices."""
    return Draft(story, _by_language(story.texts.heads()))


def initial_text(story: Story, language: str) -> dict[str, Any]:
    """Return what the form of a text begins with; version 0 where there is none yet."""
    text = story.texts.filter(language=language).first()
    return text.as_typed() if text else {"version": 0}


def tabs(story: Story) -> list[Tab]:
    """Return the parts of a story's desk: the whole, then each language."""
    whole = Tab(_("Story"), reverse("newsroom:edit", args=[story.pk]))
    return [whole] + [
        Tab(name, reverse("newsroom:text", args=[story.pk, code]))
        for code, name in LANGUAGE_NAMES.items()
    ]


def drafts(user: Reader, page: str | int | None, state: str, kind: str) -> Page[Draft]:
    """Return one page of the stories of the person's offices, the latest changed first."""
    stories = stories_of_offices(user).order_by("-changed_at")
    narrowed = {name: value for name, value in (("state", state), ("kind", kind)) if value}
    paginator = Paginator(_with_texts_without_body(stories.filter(**narrowed)), A_PAGE)
    found: Page[Any] = paginator.get_page(page)
    found.object_list = [
        Draft(story, _by_language(story.texts.all())) for story in found.object_list
    ]
    return found


def feed_texts(language: str) -> list[StoryText]:
    """Return the texts of a language's feed: the latest published first."""
    texts = StoryText.objects.complete().filter(
        language=language, story__state=State.PUBLISHED, story__kind=Kind.NEWS
    )
    return list(
        texts.defer("body")
        .select_related("story__partnership")
        .order_by("-story__published_at")[:IN_A_FEED]
    )


def sitemap_stories() -> list[SitemapStory]:
    """Return what a sitemap says of each published story."""
    complete = Q(texts__title__gt="", texts__summary__gt="", texts__body__gt="")
    rows = published_stories().annotate(languages=ArrayAgg("texts__language", filter=complete))
    columns = rows.values_list("kind", "slug", "changed_at", "languages")
    return [
        SitemapStory(kind, slug or "", at, languages)
        for kind, slug, at, languages in columns[:IN_A_SITEMAP]
    ]


def waiting_for(own: Sequence[Membership]) -> Iterator[Waiting]:
    """Yield the drafts that lack a language or wait for being published, for their offices."""
    offices = [row.partnership_id for row in POLICY.with_right(own, "see drafts")]
    if not offices:
        return
    for story in _drafts(partnerships=offices):
        there = Draft(story, _by_language(story.texts.all()))
        if not there.missing and not getattr(story, "may_appear", True):
            continue  # it waits for the unveiling, which waits elsewhere on the desks
        about = story.partnership.name
        if there.missing:
            code = there.missing[0]
            names = {"title": there.title, "language": LANGUAGE_NAMES[code]}
            what = _("The draft “%(title)s” is not complete in %(language)s.") % names
            act, url = _("Write it"), reverse("newsroom:text", args=[story.pk, code])
        else:
            what = _("The draft “%(title)s” is complete.") % {"title": there.title}
            act, url = _("Publish"), reverse("newsroom:publish", args=[story.pk])
        yield Waiting(since=story.written_at, what=what, act=act, url=url, about=about)


@Prepared
def _drafts(partnerships: list[UUID]) -> QuerySet[Story]:
    stories = Story.objects.filter(partnership__any_of=partnerships, state=State.DRAFT)
    open_to_all = unveiled_laboratories().filter(partnership=OuterRef("partnership"))
    stories = stories.annotate(may_appear=~Q(kind=Kind.LABORATORY) | Exists(open_to_all))
    return _with_texts_without_body(stories.order_by("written_at"))


def picture_contents(picture: StoryPicture, width: int) -> bytes | None:
    """Return the picture's encoding of that width, or nothing where its file is lost."""
    file = picture.files.filter(width=width).first()
    with suppress(Damaged):
        return read_file(file.stored_id) if file else None
    return None


def stories_shown(stories: Iterable[Story]) -> list[StoryShown]:
    """Return published stories as a list shows them to the reader: two queries for all of them."""
    rows = list(stories)
    if not rows:
        return []
    texts: dict[UUID, list[StoryText]] = {row.pk: [] for row in rows}
    pictures: dict[UUID, list[StoryPicture]] = {row.pk: [] for row in rows}
    for text in _complete_texts(stories=list(texts)):
        texts[text.story_id].append(text)
    for picture in _pictures(stories=list(pictures)):
        pictures[picture.story_id].append(picture)
    return [_story_shown(row, texts[row.pk], pictures[row.pk]) for row in rows]


@Prepared
def _complete_texts(stories: list[UUID]) -> QuerySet[StoryText]:
    return StoryText.objects.complete().filter(story__any_of=stories).defer("body")


@Prepared
def _pictures(stories: list[UUID]) -> QuerySet[StoryPicture]:
    return StoryPicture.objects.filter(story__any_of=stories).order_by("pk")


def _story_shown(
    story: Story, texts: Iterable[StoryText], pictures: Iterable[StoryPicture]
) -> StoryShown:
    ordered = _by_language(texts)
    return StoryShown(story, _best_text(ordered), ordered, list(pictures))


def _with_texts_without_body(stories: QuerySet[Story]) -> QuerySet[Story]:
    return stories.select_related("partnership").prefetch_related(
        Prefetch("texts", StoryText.objects.heads())
    )


def _by_language(texts: Iterable[StoryText]) -> dict[str, StoryText]:
    by_language = {text.language: text for text in texts}
    return {code: by_language[code] for code in LANGUAGES if code in by_language}


def _best_text(texts: dict[str, StoryText]) -> StoryText:
    reader = get_language() or "en"
    return texts[reader] if reader in texts else next(iter(texts.values()))
