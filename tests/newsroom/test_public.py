"""What everybody reads: pages, feed, sitemap, robots; in three languages."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from jointlab.newsroom.models import Story, StoryText
from jointlab.newsroom.services.stories import edit_story_text, publish_story, withdraw_story
from tests.cast import Cast
from tests.laboratory.make import make_foreign, make_ready, make_unveiled
from tests.newsroom.make import TEXTS, make_picture_row, make_story

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
LANGUAGES = ("en", "zh-hans", "ko")
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PAGES = ("home", "stories", "laboratory")


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def alternates(html: str) -> dict[str, str]:
    found = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', html)
    return dict(found)


def canonical(html: str) -> str:
    return re.findall(r'<link rel="canonical" href="([^"]+)"', html)[0]


def in_language(code: str, name: str, *arguments: Any) -> str:
    with override(code):
        return reverse(f"newsroom:{name}", args=arguments)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_story_is_read_in_each_language(cast: Cast, client: Client, code: str) -> None:
    story = make_story(cast, *LANGUAGES, published=True)
    html = page(client, f"/{code}/news/{story.slug}/")
    words = TEXTS[code]
    for part in (words["title"], words["summary"], words["place"]):
        assert part in html
    assert alternates(html) == {
        "en": f"http://testserver/en/news/{story.slug}/",
        "x-default": f"http://testserver/en/news/{story.slug}/",
        "zh-Hans": f"http://testserver/zh-hans/news/{story.slug}/",
        "ko": f"http://testserver/ko/news/{story.slug}/",
    }
    assert canonical(html) == f"http://testserver/{code}/news/{story.slug}/"
    assert f'<meta property="og:title" content="{words["title"]}">' in html
    assert f'<meta name="description" content="{words["summary"]}">' in html


def test_a_missing_language_is_said_and_points_to_what_there_is(cast: Cast, client: Client) -> None:
    story = make_story(cast, "zh-hans", published=True)
    html = page(client, f"/ko/news/{story.slug}/")
    assert '<h1 lang="zh-Hans">' in html
    assert '<div class="prose" lang="zh-Hans">' in html
    assert "아직 번역이 없어 중국어판을 표시합니다." in html
    there = f"http://testserver/zh-hans/news/{story.slug}/"
    assert alternates(html) == {"zh-Hans": there, "x-default": there}
    assert canonical(html) == there


def test_a_language_that_is_not_complete_is_not_public(cast: Cast, client: Client) -> None:
    story = make_story(cast, published=True)
    edit_story_text(
        by=cast.university_office, story=story, language="ko", version=0, title="제목만 있는 글"
    )
    for path in (
        f"/ko/news/{story.slug}/",
        "/ko/news/",
        "/ko/news/feed.atom",
        "/ko/",
        "/sitemap.xml",
    ):
        answer = client.get(path).content.decode()
        assert "제목만 있는 글" not in answer
        assert f"/ko/news/{story.slug}/</loc>" not in answer


@pytest.mark.parametrize("name", ["public", "engineer", "other_office", "university_office"])
def test_a_draft_is_nowhere_in_public(cast: Cast, name: str) -> None:
    client = Client()
    if name != "public":
        client.force_login(cast.people[name])
    draft = make_story(cast, title="A secret draft")
    gone = make_story(cast, title="A withdrawn story", published=True)
    withdraw_story(by=cast.university_office, story=gone)
    assert client.get(f"/en/news/{gone.slug}/").status_code == 404
    assert draft.slug is None
    for path in ("/en/", "/en/news/", "/en/laboratory/", "/en/news/feed.atom", "/sitemap.xml"):
        html = page(client, path)
        assert "A secret draft" not in html
        assert "A withdrawn story" not in html


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_public_page_has_its_languages(
    db: None, client: Client, code: str, name: str
) -> None:
    html = page(client, in_language(code, name))
    assert set(alternates(html)) == {"en", "zh-Hans", "ko"}
    assert canonical(html) == f"http://testserver{in_language(code, name)}"


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_feed_is_valid_atom(cast: Cast, client: Client, code: str) -> None:
    for number in range(3):
        make_story(cast, *LANGUAGES, published=True, title=f"A & B <{number}>")
    answer = client.get(f"/{code}/news/feed.atom")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.content)  # noqa: S314 - our own
    assert feed.tag == f"{ATOM}feed"
    assert feed.get(XML_LANG) == {"zh-hans": "zh-Hans"}.get(code, code)
    assert all(feed.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == f"http://testserver/{code}/news/feed.atom"
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 3
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in entries]
    assert len(set(ids)) == 3
    assert all(one.startswith("urn:uuid:") for one in ids)
    for entry in entries:
        for name in ("title", "updated", "published", "summary"):
            assert entry.findtext(f"{ATOM}{name}")
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert client.get(link.get("href") or "").status_code == 200
    if code == "en":
        assert entries[0].findtext(f"{ATOM}title") == "A & B <2>"


def test_a_summary_is_escaped_as_the_html_that_a_feed_takes_it_for(
    cast: Cast, client: Client
) -> None:
    make_story(cast, published=True, summary="1 < 2 <script>alert(1)</script>")
    feed = ET.fromstring(client.get("/en/news/feed.atom").content)  # noqa: S314
    told = feed.findtext(f"{ATOM}entry/{ATOM}summary")
    assert told == "1 &lt; 2 &lt;script&gt;alert(1)&lt;/script&gt;"


def test_control_characters_do_not_break_the_feed(cast: Cast, client: Client) -> None:
    make_story(cast, published=True, title="A\x01B\ufffe", summary="c\x0bd\x1f")
    feed = ET.fromstring(client.get("/en/news/feed.atom").content)  # noqa: S314
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == "AB"


def test_the_feed_of_a_language_holds_what_is_written_in_it(cast: Cast, client: Client) -> None:
    make_story(cast, "en", published=True)
    assert b"<entry>" in client.get("/en/news/feed.atom").content
    assert b"<entry>" not in client.get("/ko/news/feed.atom").content


def test_a_changed_story_keeps_its_entry_and_says_when(cast: Cast, client: Client) -> None:
    story = make_story(cast, published=True)

    def entry() -> dict[str, str]:
        feed = ET.fromstring(client.get("/en/news/feed.atom").content)  # noqa: S314
        found = feed.find(f"{ATOM}entry")
        assert found is not None
        return {name: found.findtext(f"{ATOM}{name}") or "" for name in ("id", "updated", "title")}

    before = entry()
    StoryText.objects.update(changed_at="2030-01-01T00:00:00Z")
    after = entry()
    assert after["id"] == before["id"]
    assert after["updated"] > before["updated"]
    withdraw_story(by=cast.university_office, story=story)
    assert b"<entry>" not in client.get("/en/news/feed.atom").content


def test_the_sitemap_lists_each_language_with_the_others(cast: Cast, client: Client) -> None:
    story = make_story(cast, "en", "ko", published=True)
    make_story(cast, kind="laboratory", published=True)
    make_story(cast, title="A draft")
    answer = client.get("/sitemap.xml")
    assert answer["Content-Type"].startswith("application/xml")
    urls = ET.fromstring(answer.content).findall(f"{MAP}url")  # noqa: S314
    found = {
        url.findtext(f"{MAP}loc"): {
            link.get("hreflang"): link.get("href") for link in url.findall(f"{XHTML}link")
        }
        for url in urls
    }
    here = f"http://testserver/en/news/{story.slug}/"
    there = f"http://testserver/ko/news/{story.slug}/"
    assert found[here] == found[there] == {"en": here, "ko": there}
    assert f"http://testserver/zh-hans/news/{story.slug}/" not in found
    assert f"http://testserver/en/laboratory/{cast.partnership.code}/" in found
    laboratory = {code: f"http://testserver/{code}/laboratories/joint-lab/" for code in LANGUAGES}
    assert list(found[laboratory["ko"]].values()) == list(laboratory.values())
    assert len(found) == 9 + 2 + 1 + 3
    for url in found:
        assert client.get(str(url), follow=True).status_code == 200


def test_robots_may_read_the_news_and_nothing_else(db: None, client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    lines = text.splitlines()
    assert "Disallow: /" in lines
    assert {"Allow: /en/news/", "Allow: /zh-hans/news/", "Allow: /ko/news/"} <= set(lines)
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"


@pytest.mark.parametrize(
    "path", ["/en/", "/en/news/", "/ko/laboratory/", "/en/news/feed.atom", "/robots.txt"]
)
def test_what_is_public_may_be_indexed(db: None, client: Client, path: str) -> None:
    assert client.get(path)["X-Robots-Tag"] == "all"


@pytest.mark.parametrize(
    "path", ["/en/newsroom/", "/en/account/login/", "/en/desk/", "/en/nowhere/"]
)
def test_nothing_else_may_be_indexed(db: None, client: Client, path: str) -> None:
    assert client.get(path)["X-Robots-Tag"] == "noindex"


def test_a_preview_may_not_be_indexed(cast: Cast, client: Client) -> None:
    client.force_login(cast.university_office)
    story = make_story(cast)
    answer = client.get(reverse("newsroom:preview", args=[story.pk, "en"]))
    assert answer["X-Robots-Tag"] == "noindex"
    assert "canonical" not in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    ["/en/", "/en/news/", "/en/news/laboratory-unveiled/", "/en/news/feed.atom", "/sitemap.xml"],
)
def test_who_has_the_page_already_is_told_so_until_it_changes(
    cast: Cast, client: Client, path: str
) -> None:
    story = make_story(cast, published=True)
    had = {"if-none-match": client.get(path)["ETag"]}
    assert client.get(path, headers=had).status_code == 304
    words = {**TEXTS["en"], "title": "New title", "summary": "New summary."}
    edit_story_text(by=cast.university_office, story=story, language="en", version=1, **words)
    assert client.get(path, headers=had).status_code == 200


def test_a_story_says_when_it_last_changed(cast: Cast, client: Client) -> None:
    story = make_story(cast, published=True)
    path = f"/en/news/{story.slug}/"
    last = client.get(path)["Last-Modified"]
    assert client.get(path, headers={"if-modified-since": last}).status_code == 304
    Story.objects.filter(pk=story.pk).update(changed_at="2040-01-01T00:00:00Z")
    assert client.get(path, headers={"if-modified-since": last}).status_code == 200


def test_what_a_person_sees_is_kept_by_no_cache(cast: Cast, client: Client) -> None:
    assert "private" not in client.get("/en/news/")["Cache-Control"]
    client.force_login(cast.engineer)
    assert "private" in client.get("/en/news/")["Cache-Control"]


def test_markup_in_a_title_is_text(cast: Cast, client: Client) -> None:
    evil = "</title><script>alert(1)</script>\"'>"
    story = make_story(cast, published=True, title=evil, summary=evil, place=evil, body=evil)
    for path in (f"/en/news/{story.slug}/", "/en/news/", "/en/"):
        assert "<script>alert" not in page(client, path)


def test_a_picture_stands_in_its_story_with_its_words(cast: Cast, client: Client) -> None:
    story = make_story(cast, published=True)
    row = make_picture_row(cast, story)
    html = page(client, f"/ko/news/{story.slug}/")
    assert 'alt="Two people beside a plate" lang="en"' in html
    assert "The unveiling" in html
    assert f"/pictures/{row.pk}/{row.digest}-64.jpg 64w" in html
    assert f'<meta property="og:image" content="http://testserver/pictures/{row.pk}/' in html


def test_the_one_laboratory_is_where_the_list_leads(cast: Cast, client: Client) -> None:
    assert "No laboratory has its page yet." in page(client, "/en/laboratory/")
    laboratory = make_unveiled(cast)
    answer = client.get("/en/laboratory/")
    assert answer["Location"] == f"/en/laboratories/{laboratory.code}/"
    assert "Laboratory of vehicle electronics" in page(client, answer["Location"])


def test_the_list_leads_to_each_laboratory_and_to_its_story(cast: Cast, client: Client) -> None:
    make_unveiled(cast)
    make_foreign(cast, unveiled=True)
    make_story(cast, *LANGUAGES, kind="laboratory", published=True)
    html = page(client, "/en/laboratory/")
    assert html.count('<article class="card">') == 2
    assert 'href="/en/laboratories/joint-lab/"' in html
    assert 'href="/en/laboratories/foreign-lab/"' in html
    assert html.count(f'href="/en/laboratory/{cast.partnership.code}/"') == 1


def test_a_laboratory_and_its_story_are_one_entry(cast: Cast, client: Client) -> None:
    make_story(cast, *LANGUAGES, kind="laboratory", published=True)
    for path in ("/ko/", "/ko/laboratory/"):
        html = page(client, path)
        assert html.count('<article class="card">') == 1
        assert html.index('href="/ko/laboratories/joint-lab/"') < html.index(
            f'href="/ko/laboratory/{cast.partnership.code}/"'
        )


def test_a_laboratory_in_preparation_is_nowhere_in_public(cast: Cast, client: Client) -> None:
    make_ready(cast)
    make_story(cast, kind="laboratory")
    client.force_login(cast.university_office)
    for path in ("/en/", "/en/laboratory/", "/sitemap.xml"):
        text = page(client, path)
        assert "Laboratory of vehicle electronics" not in text
        assert "joint-lab" not in text


def test_laboratories_fill_pages_of_their_own(cast: Cast, client: Client) -> None:
    laboratory = make_unveiled(cast)
    for number in range(21):
        again = make_ready(cast, f"lab-{number}")
        for side in (cast.university, cast.enterprise):
            again.confirmations.create(organisation=side, by=cast.dean, version=again.version)
        type(again).objects.filter(pk=again.pk).update(unveiled_on=laboratory.unveiled_on)
    html = page(client, "/en/laboratory/?page=2")
    assert html.count('<article class="card">') == 2
    assert canonical(html) == "http://testserver/en/laboratory/?page=2"
    assert "All laboratories" in page(client, "/en/")


def test_news_is_found_at_its_own_address_only(cast: Cast, client: Client) -> None:
    story = make_story(cast, published=True)
    assert client.get(f"/en/laboratory/{story.slug}/").status_code == 404
    assert client.get("/en/news/no-such-story/").status_code == 404


def test_the_latest_day_comes_first(cast: Cast, client: Client) -> None:
    for day, title in (
        (date(2019, 6, 24), "The signing"),
        (timezone.localdate(), "The news of today"),
    ):
        story = make_story(cast, title=title)
        publish_story(by=cast.university_office, story=story, version=story.version, day=day)
    html = page(client, "/en/news/")
    assert html.index("The news of today") < html.index("The signing")
    assert "24 June 2019" in html


def many(cast: Cast, number: int) -> None:
    """Add that many published stories in three languages, past the service: speed is the point."""
    now = timezone.now()
    stories = Story.objects.bulk_create(
        Story(
            partnership=cast.partnership,
            state="published",
            slug=f"story-{at}",
            day=date(2024, 1, 1),
            published_at=now,
        )
        for at in range(number)
    )
    StoryText.objects.bulk_create(
        StoryText(story=story, language=code, **TEXTS[code])
        for story in stories
        for code in LANGUAGES
    )


@pytest.mark.parametrize("name", ["public", "university_office"])
def test_pages_ask_as_little_with_many_stories_as_with_few(
    cast: Cast, name: str, django_assert_max_num_queries: Any
) -> None:
    client = Client()
    if name != "public":
        client.force_login(cast.people[name])
        page(client, "/en/")  # the first page of a session notes that it was seen
    many(cast, 120)
    make_story(cast, kind="laboratory", published=True)
    make_foreign(cast, unveiled=True)
    paths = ["/en/laboratory/", "/en/laboratories/joint-lab/"]
    paths += ["/en/", "/en/news/?page=3", "/en/news/story-7/", "/ko/news/feed.atom", "/sitemap.xml"]
    if name != "public":
        paths += ["/en/newsroom/", f"/en/newsroom/{Story.objects.latest('id').pk}/"]
        page(client, "/en/newsroom/")  # what waits is counted anew after a change
    for path in paths:
        with django_assert_max_num_queries(14):
            page(client, path)


def test_pages_of_the_news_follow_each_other(cast: Cast, client: Client) -> None:
    many(cast, 45)
    first, last, beyond = (page(client, f"/en/news/?page={n}") for n in (1, 3, 99))
    assert first.count('<article class="card">') == 20
    assert last.count('<article class="card">') == 5
    assert beyond.count('<article class="card">') == 5
    assert canonical(last) == "http://testserver/en/news/?page=3"
    assert canonical(page(client, "/en/news/?page=nonsense")) == "http://testserver/en/news/"
