"""Stories: each service's success, refusals and history."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from jointlab.common.errors import Changed, NotAllowed, NotNow, NotVisible, Refusal
from jointlab.history.models import Entry
from jointlab.laboratory.models import Laboratory
from jointlab.newsroom.models import Story
from jointlab.newsroom.queries import waiting_for
from jointlab.newsroom.services.pictures import edit_picture
from jointlab.newsroom.services.stories import (
    edit_story_text,
    publish_story,
    withdraw_story,
    write_story,
)
from jointlab.parties.policy import own_memberships
from tests.cast import Cast
from tests.laboratory.make import confirm, make_foreign, make_ready
from tests.newsroom.make import TEXTS, make_picture_row, make_story

LANGUAGES = ("en", "zh-hans", "ko")


def last(cast: Cast) -> Entry:
    return Entry.objects.filter(chain=cast.partnership.pk).latest("number")


def entries(cast: Cast) -> int:
    return Entry.objects.filter(chain=cast.partnership.pk).count()


def published(cast: Cast, *languages: str, **texts: str) -> Story:
    return make_story(cast, *languages, published=True, **texts)


def publish(cast: Cast, story: Story, **more: Any) -> Story:
    story.refresh_from_db()
    return publish_story(by=cast.enterprise_office, story=story, version=story.version, **more)


def test_an_office_begins_a_draft(cast: Cast) -> None:
    story = make_story(cast, "ko")
    assert story.state == "draft"
    assert story.slug is None
    assert [text.language for text in story.texts.all()] == ["ko"]
    entry = last(cast)
    assert entry.event == "newsroom.draft_written"
    assert entry.facts["language"] == "ko"
    assert entry.actor == cast.university_office.pk


def test_history_does_not_tell_what_a_draft_says(cast: Cast) -> None:
    before = entries(cast)
    story = make_story(cast, "en", "ko")
    withdraw_story(by=cast.university_office, story=story)
    entries_since = Entry.objects.filter(chain=cast.partnership.pk, number__gt=before)
    records = list(entries_since.order_by("number"))
    assert [entry.event for entry in records] == [
        "newsroom.draft_written",
        "newsroom.draft_edited",
        "newsroom.draft_withdrawn",
    ]
    for words in TEXTS.values():
        assert not any(words["title"] in entry.record for entry in records)


@pytest.mark.parametrize("name", ["engineer", "vice_president", "auditor"])
def test_only_offices_write(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        make_story(cast, by=name)


@pytest.mark.parametrize("name", ["other_office", "outsider", "operator", "former"])
def test_for_everybody_else_there_is_nothing_to_write(cast: Cast, name: str) -> None:
    with pytest.raises(NotVisible):
        make_story(cast, by=name)


def test_a_story_takes_a_title(cast: Cast) -> None:
    with pytest.raises(Refusal, match="Enter a title"):
        make_story(cast, title=" \x07 ")


def test_a_story_is_written_in_the_three_languages(cast: Cast) -> None:
    with pytest.raises(Refusal, match="English, Chinese and Korean"):
        write_story(
            by=cast.university_office, partnership=cast.partnership, language="de", title="Neues"
        )


def test_a_laboratorys_story_appears_only_when_the_laboratory_is_unveiled(cast: Cast) -> None:
    story = make_story(cast, *LANGUAGES, kind="laboratory")
    make_foreign(cast, unveiled=True)
    for found in (None, make_ready):  # no laboratory, then one that is not unveiled
        if found is not None:
            found(cast)
        with pytest.raises(NotNow, match="when the laboratory is unveiled"):
            publish_story(by=cast.university_office, story=story, version=story.version)
        story.refresh_from_db()
        assert not story.is_public
    for name in ("vice_president", "general_manager"):
        confirm(cast, name, Laboratory.objects.get(code="joint-lab"))
    assert publish_story(by=cast.university_office, story=story, version=story.version).is_public


def test_a_laboratorys_complete_story_waits_on_no_desk_before_the_unveiling(cast: Cast) -> None:
    make_story(cast, *LANGUAGES, kind="laboratory")
    make_ready(cast)
    assert list(waiting_for(own_memberships(cast.university_office))) == []
    for name in ("vice_president", "general_manager"):
        confirm(cast, name, Laboratory.objects.get(code="joint-lab"))
    (waiting,) = waiting_for(own_memberships(cast.university_office))
    assert waiting.act == "Publish"


def test_a_laboratory_has_one_page(cast: Cast) -> None:
    make_story(cast, kind="laboratory")
    with pytest.raises(NotNow, match="has its page already"):
        write_story(
            by=cast.enterprise_office,
            partnership=cast.partnership,
            kind="laboratory",
            language="en",
            title="Again",
        )


def test_a_text_is_changed_by_who_read_its_last_version(cast: Cast) -> None:
    story = make_story(cast)
    text = story.texts.get()
    words = {**TEXTS["en"], "title": "Another title", "body": "Line\r\nline\x00 \x0b"}
    saved = edit_story_text(
        by=cast.enterprise_office, story=story, language="en", version=text.version, **words
    )
    assert (saved.title, saved.body, saved.version) == ("Another title", "Line\nline", 2)
    assert last(cast).facts["changed"] == ["title", "body"]
    with pytest.raises(Changed) as told:
        edit_story_text(
            by=cast.university_office, story=story, language="en", version=text.version, **words
        )
    assert told.value.row.title == "Another title"


def test_two_offices_that_begin_the_same_language_are_told(cast: Cast) -> None:
    story = make_story(cast, "en", "ko")
    with pytest.raises(Changed):
        edit_story_text(
            by=cast.enterprise_office, story=story, language="ko", version=0, **TEXTS["ko"]
        )


def test_a_text_that_is_not_there_has_no_version(cast: Cast) -> None:
    with pytest.raises(Refusal, match="no text in this language"):
        edit_story_text(
            by=cast.university_office,
            story=make_story(cast),
            language="ko",
            version=3,
            **TEXTS["ko"],
        )


def test_saving_what_is_there_already_is_no_change(cast: Cast) -> None:
    story = make_story(cast)
    before = entries(cast)
    edit_story_text(by=cast.university_office, story=story, language="en", version=1, **TEXTS["en"])
    assert entries(cast) == before


def test_publishing_takes_one_complete_language(cast: Cast) -> None:
    story = make_story(cast, body="")
    with pytest.raises(Refusal, match="in at least one language"):
        publish(cast, story)


def test_a_published_story_is_dated_named_and_told(cast: Cast) -> None:
    story = publish(cast, make_story(cast, "en", "zh-hans"), day=date(2019, 6, 24))
    assert (story.state, story.day, story.slug) == (
        "published",
        date(2019, 6, 24),
        "laboratory-unveiled",
    )
    facts = last(cast).facts
    assert last(cast).event == "newsroom.story_published"
    assert facts["story"]["name"] == {"en": "Laboratory unveiled", "zh-hans": "联合实验室揭牌"}
    assert facts["day"] == "2019-06-24"


def test_a_story_is_dated_today_unless_told(cast: Cast) -> None:
    assert publish(cast, make_story(cast)).day == timezone.localdate()


def test_who_publishes_has_read_the_last_version(cast: Cast) -> None:
    story = make_story(cast)
    read = story.version
    edit_story_text(by=cast.enterprise_office, story=story, language="ko", version=0, **TEXTS["ko"])
    with pytest.raises(Changed, match="Read it again"):
        publish_story(by=cast.university_office, story=story, version=read)


def test_a_story_is_published_once(cast: Cast) -> None:
    with pytest.raises(NotNow, match="published already"):
        publish(cast, published(cast))


def test_two_stories_of_one_title_have_two_addresses(cast: Cast) -> None:
    slugs = [published(cast).slug for _ in range(3)]
    assert slugs == ["laboratory-unveiled", "laboratory-unveiled-2", "laboratory-unveiled-3"]


def test_a_story_without_english_is_found_by_its_date(cast: Cast) -> None:
    story = publish(cast, make_story(cast, "ko"), day=date(2019, 6, 24))
    assert story.slug == "2019-06-24"


def test_a_long_title_makes_a_short_address(cast: Cast) -> None:
    assert len(published(cast, title="word " * 29).slug or "") <= 70


def test_an_address_stays_when_the_title_changes_and_when_it_is_published_again(cast: Cast) -> None:
    story = published(cast)
    words = {**TEXTS["en"], "title": "Quite another"}
    edit_story_text(by=cast.university_office, story=story, language="en", version=1, **words)
    withdraw_story(by=cast.university_office, story=story)
    again = publish(cast, story)
    assert (again.slug, again.day) == (story.slug, story.day)


def test_what_is_published_stays_complete(cast: Cast) -> None:
    story = published(cast)
    words = {**TEXTS["en"], "summary": ""}
    with pytest.raises(Refusal, match="needs a title, a summary and a text"):
        edit_story_text(by=cast.university_office, story=story, language="en", version=1, **words)


def test_a_change_of_a_published_story_is_told_with_its_title(cast: Cast) -> None:
    story = published(cast)
    words = {**TEXTS["en"], "place": "Elsewhere"}
    edit_story_text(by=cast.university_office, story=story, language="en", version=1, **words)
    assert last(cast).event == "newsroom.story_edited"
    assert last(cast).facts["story"]["name"] == {"en": "Laboratory unveiled"}


def test_an_office_of_either_side_withdraws(cast: Cast) -> None:
    story = published(cast)
    withdraw_story(by=cast.enterprise_office, story=story)
    assert last(cast).event == "newsroom.story_withdrawn"
    assert last(cast).facts["story"]["name"] == {"en": "Laboratory unveiled"}
    with pytest.raises(NotNow, match="withdrawn already"):
        withdraw_story(by=cast.university_office, story=story)


@pytest.mark.parametrize("name", ["engineer", "other_office", "outsider"])
def test_nobody_else_publishes_or_withdraws(cast: Cast, name: str) -> None:
    story = make_story(cast)
    with pytest.raises((NotAllowed, NotVisible)):
        publish_story(by=cast.people[name], story=story, version=story.version)
    with pytest.raises((NotAllowed, NotVisible)):
        withdraw_story(by=cast.people[name], story=story)


def test_after_the_partnership_has_ended_its_news_can_only_be_withdrawn(cast: Cast) -> None:
    story = published(cast)
    yesterday = timezone.localdate() - timedelta(days=1)
    cast.partnership.in_force_since = cast.partnership.in_force_until = yesterday
    cast.partnership.save()
    story = Story.objects.get(pk=story.pk)
    with pytest.raises(NotAllowed):
        make_story(cast, partnership=cast.partnership)
    withdraw_story(by=cast.university_office, story=story)
    with pytest.raises(NotAllowed):
        publish(cast, Story.objects.get(pk=story.pk))


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "published", "slug": None},
        {"state": "gone"},
        {"kind": "advertisement"},
    ],
)
def test_the_database_refuses_a_story_in_no_known_state(cast: Cast, broken: dict[str, Any]) -> None:
    story = make_story(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Story.objects.filter(pk=story.pk).update(**broken)


def test_a_refused_publication_leaves_no_trace(cast: Cast) -> None:
    story = make_story(cast, body="")
    before = entries(cast)
    with pytest.raises(Refusal):
        publish(cast, story)
    assert entries(cast) == before
    assert connection.connection is not None
    assert Story.objects.get(pk=story.pk).state == "draft"


def test_what_would_turn_the_text_around_it_is_taken_out_of_stories_and_captions(
    cast: Cast,
) -> None:
    turned = "a\u202eb\u2066c\u200fd"
    story = make_story(
        cast, title=turned, summary=turned, place=turned, body=f"{turned}\n\n{turned}"
    )
    text = story.texts.get()
    kept = "abc\u200fd"  # a mark of direction belongs to scripts
    assert (text.title, text.summary, text.place) == (kept,) * 3
    assert text.body == f"{kept}\n\n{kept}"
    picture = make_picture_row(cast, story)
    edited = edit_picture(
        by=cast.university_office, picture=picture, version=picture.version, alt_en=turned
    )
    assert edited.alt_en == kept
