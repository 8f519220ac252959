"""The offices' pages: writing, previewing, publishing, withdrawing; the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from jointlab.history.models import Entry
from jointlab.history.telling import sentence_of
from jointlab.newsroom.models import Story, StoryText
from jointlab.newsroom.queries import waiting_for
from jointlab.newsroom.services.stories import edit_story_text, withdraw_story
from jointlab.parties.policy import own_memberships
from tests.cast import Cast
from tests.newsroom.make import TEXTS, make_picture_row, make_story


@pytest.fixture
def office(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.university_office)
    return client


def address(name: str, *arguments: Any) -> str:
    return reverse(f"newsroom:{name}", args=arguments)


def body(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def test_an_office_writes_a_story(cast: Cast, office: Client) -> None:
    typed = {"kind": "news", "language": "ko", **TEXTS["ko"]}
    answer = office.post(address("write", cast.partnership.code), typed)
    story = Story.objects.get()
    assert answer["Location"] == address("edit", story.pk)
    assert story.texts.get().body == TEXTS["ko"]["body"]


def test_what_was_typed_is_kept_when_something_is_missing(cast: Cast, office: Client) -> None:
    typed = {
        "kind": "news",
        "language": "en",
        "title": "",
        "body": "A long text, typed for an hour",
    }
    answer = office.post(address("write", cast.partnership.code), typed)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["title"]
    assert "A long text, typed for an hour" in body(answer)


def test_an_office_adds_a_language(cast: Cast, office: Client) -> None:
    story = make_story(cast)
    path = address("text", story.pk, "zh-hans")
    assert 'lang="zh-Hans"' in body(office.get(path))
    assert office.post(path, {**TEXTS["zh-hans"], "version": "0"}).status_code == 302
    assert story.texts.get(language="zh-hans").title == TEXTS["zh-hans"]["title"]


def test_the_second_of_two_editors_is_told_and_saves_knowingly(cast: Cast, office: Client) -> None:
    story = make_story(cast)
    path = address("text", story.pk, "en")
    assert office.get(path).context["form"]["version"].value() == 1
    words = {**TEXTS["en"], "summary": "What the other office wrote."}
    edit_story_text(by=cast.enterprise_office, story=story, language="en", version=1, **words)
    typed = {**TEXTS["en"], "summary": "What I wrote.", "version": "1"}
    told = office.post(path, typed)
    assert told.status_code == 200
    assert "Somebody else changed this meanwhile" in body(told)
    assert "What the other office wrote." in body(told)
    assert "What I wrote." in body(told)
    typed["version"] = told.context["form"]["version"].value()
    assert office.post(path, typed).status_code == 302
    assert story.texts.get().summary == "What I wrote."


def test_a_text_that_is_too_long_is_told_beside_the_field(cast: Cast, office: Client) -> None:
    typed = {**TEXTS["en"], "title": "long " * 40, "body": "x" * 50_001, "version": "1"}
    answer = office.post(address("text", make_story(cast).pk, "en"), typed)
    assert set(answer.context["form"].errors) == {"title", "body"}


def test_a_preview_shows_what_would_be_read(cast: Cast, office: Client) -> None:
    story = make_story(cast, "en", "ko")
    html = body(office.get(address("preview", story.pk, "en")))
    assert "<strong>visited</strong>" in html
    assert "This is a preview." in html
    assert office.get(address("preview", story.pk, "zh-hans")).status_code == 404


def test_an_office_publishes_what_it_read(cast: Cast, office: Client) -> None:
    story = make_story(cast)
    path = address("publish", story.pk)
    assert "Everybody can read it from then on" in body(office.get(path))
    answer = office.post(path, {"day": "2019-06-24", "version": "1"}, follow=True)
    assert "Published: everybody can read it now." in body(answer)
    assert "24 June 2019" in body(answer)
    assert answer.redirect_chain == [("/en/news/laboratory-unveiled/", 302)]


def test_who_publishes_another_version_is_told(cast: Cast, office: Client) -> None:
    story = make_story(cast)
    edit_story_text(by=cast.enterprise_office, story=story, language="ko", version=0, **TEXTS["ko"])
    answer = office.post(address("publish", story.pk), {"day": "2019-06-24", "version": "1"})
    assert "Read it again, then publish." in body(answer)
    assert answer.context["form"]["version"].value() == "2"
    assert not Story.objects.get(pk=story.pk).is_public


@pytest.mark.parametrize("day", ["", "2019-02-30", "yesterday"])
def test_a_day_that_is_none_is_told_beside_the_field(cast: Cast, office: Client, day: str) -> None:
    story = make_story(cast)
    answer = office.post(address("publish", story.pk), {"day": day, "version": "1"})
    assert list(answer.context["form"].errors) == ["day"]


def test_an_office_withdraws(cast: Cast, office: Client) -> None:
    story = make_story(cast, published=True)
    path = address("withdraw", story.pk)
    assert "Withdraw this story?" in body(office.get(path))
    assert "only the offices see it now" in body(office.post(path, follow=True))
    assert "withdrawn already" in body(office.post(path))


def test_missing_languages_are_said_to_the_office(cast: Cast, office: Client) -> None:
    story = make_story(cast, "en", "ko", published=True)
    html = body(office.get(address("edit", story.pk)))
    assert "Not complete in: Chinese." in html


def test_the_list_narrows_by_state_and_kind(cast: Cast, office: Client) -> None:
    make_story(cast, title="A draft")
    make_story(cast, title="A published story", published=True)
    make_story(cast, by="other_office", partnership=cast.other_partnership, title="A foreign draft")
    every = body(office.get(address("editing")))
    assert "A draft" in every
    assert "A published story" in every
    assert "A foreign draft" not in every
    drafts = body(office.get(address("editing"), {"state": "draft", "kind": "news"}))
    assert "A draft" in drafts
    assert "A published story" not in drafts
    assert "A published story" in body(office.get(address("editing"), {"state": "nonsense"}))


def test_a_removal_names_what_is_lost(cast: Cast, office: Client) -> None:
    row = make_picture_row(cast, make_story(cast))
    path = address("remove_picture", row.pk)
    assert "are lost" in body(office.get(path))
    assert office.post(path).status_code == 302
    assert office.get(path).status_code == 404


def test_a_description_is_changed(cast: Cast, office: Client) -> None:
    row = make_picture_row(cast, make_story(cast))
    path = address("describe_picture", row.pk)
    assert "Two people beside a plate" in body(office.get(path))
    assert office.post(path, {"alt_ko": "현판", "version": "1"}).status_code == 302
    row.refresh_from_db()
    assert (row.alt_en, row.alt_ko) == ("", "현판")
    assert "what the picture shows" in body(office.post(path, {"version": "2"}))


def test_engineers_see_no_way_to_write_and_offices_do(
    cast: Cast, office: Client, client: Client
) -> None:
    client.force_login(cast.engineer)
    story = make_story(cast, published=True)
    for path in ("/en/", "/en/news/"):
        assert address("editing") in body(office.get(path))
        assert address("editing") not in body(client.get(path))
    assert address("edit", story.pk) in body(office.get(f"/en/news/{story.slug}/"))
    assert address("edit", story.pk) not in body(client.get(f"/en/news/{story.slug}/"))
    assert client.get(address("edit", story.pk)).status_code == 403


def test_a_draft_waits_for_its_missing_languages_then_for_being_published(cast: Cast) -> None:
    story = make_story(cast)
    for code in ("zh-hans", "ko"):
        (waiting,) = waiting_for(own_memberships(cast.enterprise_office))
        assert waiting.url == address("text", story.pk, code)
        assert waiting.act == "Write it"
        assert "Laboratory unveiled" in waiting.what
        edit_story_text(
            by=cast.university_office, story=story, language=code, version=0, **TEXTS[code]
        )
    (waiting,) = waiting_for(own_memberships(cast.university_office))
    assert waiting.url == address("publish", story.pk)
    assert waiting.since == story.written_at
    withdraw_story(by=cast.university_office, story=story)
    assert not list(waiting_for(own_memberships(cast.university_office)))


@pytest.mark.parametrize("name", ["engineer", "vice_president", "other_office", "outsider"])
def test_drafts_wait_for_their_offices_alone(cast: Cast, name: str) -> None:
    make_story(cast)
    assert not list(waiting_for(own_memberships(cast.people[name])))


def test_what_is_published_waits_for_nobody(cast: Cast) -> None:
    make_story(cast, published=True)
    assert not list(waiting_for(own_memberships(cast.university_office)))


def test_the_desk_asks_little_whatever_waits(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    stories = Story.objects.bulk_create(Story(partnership=cast.partnership) for _ in range(60))
    StoryText.objects.bulk_create(StoryText(story=one, language="en", title="T") for one in stories)
    with django_assert_max_num_queries(3):
        assert len(list(waiting_for(own_memberships(cast.university_office)))) == 60


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "published “Laboratory unveiled”, dated "),
        ("zh-hans", "发布了“联合实验室揭牌”，日期为"),
        ("ko", "님이 “공동연구실 현판 제막” 게시글을 "),
    ],
)
def test_history_tells_a_publication_in_three_languages(cast: Cast, code: str, said: str) -> None:
    make_story(cast, "en", "zh-hans", "ko", published=True)
    entry = Entry.objects.get(event="newsroom.story_published")
    with override(code):
        told = sentence_of(entry.event, entry.facts)
    plain = (
        told.replace("<bdi>", "")
        .replace("</bdi>", "")
        .replace('<span class="name">', "")
        .replace("</span>", "")
    )
    assert said in plain


def test_every_event_of_the_room_has_its_sentence(cast: Cast) -> None:
    story = make_story(cast, "en", "ko", published=True)
    row = make_picture_row(cast, story)
    withdraw_story(by=cast.university_office, story=story)
    entries = Entry.objects.filter(event__startswith="newsroom.")
    assert entries.count() == 5
    for entry in entries:
        assert "no words here" not in sentence_of(entry.event, entry.facts)
    assert row.digest in entries.get(event="newsroom.picture_added").record
