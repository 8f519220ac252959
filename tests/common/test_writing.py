"""What stands inside a line: escaped, isolated, in its own script and in the reader's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone as zones
from django.utils.translation import override

from jointlab.common import show
from tests.common.pages import drawn

LIN = {"own": "林晓雨", "own_language": "zh-Hans", "en": "Lin Xiaoyu", "ko": "린샤오위"}
NOON = datetime(2019, 6, 24, 12, 0, tzinfo=UTC)


def test_a_name_stands_in_its_own_script_first_then_in_the_readers_language() -> None:
    with override("ko"):
        assert show.name(LIN) == (
            '<span class="name"><bdi lang="zh-Hans">林晓雨</bdi>'
            ' <bdi class="name-also">린샤오위</bdi></span>'
        )


def test_a_name_that_the_reader_reads_anyway_stands_once() -> None:
    with override("zh-hans"):
        assert show.name(LIN) == '<span class="name"><bdi lang="zh-Hans">林晓雨</bdi></span>'


def test_a_name_without_the_readers_language_falls_back_to_english_and_says_so() -> None:
    with override("ko"):
        text = show.name({"own": "ليلى", "own_language": "ar", "en": "Layla"})
    assert '<bdi lang="ar">ليلى</bdi> <bdi class="name-also" lang="en">Layla</bdi>' in text


def test_a_fact_of_history_is_named_as_it_was_then() -> None:
    with override("en"):
        assert "林晓雨" in show.name({"id": "1", "name": LIN})


@pytest.mark.parametrize("text", ["<b>Bo</b>", '" onclick="', "👩🏽‍🔬 & co", "ليلى حداد"])
def test_any_name_is_shown_as_it_is_and_does_nothing(text: str) -> None:
    shown = drawn("{% name thing '/x/' %}{{ thing }}", thing=text)
    name, plain = shown.split("</span>")
    assert name == f'<span class="name"><a href="/x/"><bdi>{plain}</bdi></a>'
    assert "<b>" not in shown


def test_a_link_says_the_name_once() -> None:
    with override("en"):
        assert '<a href="/p/"><bdi lang="zh-Hans">林晓雨</bdi></a> <bdi' in show.name(LIN, "/p/")


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "24 June 2019"), ("zh-hans", "2019年6月24日"), ("ko", "2019년 6월 24일")],
)
def test_a_day_is_written_as_the_reader_writes_it(language: str, text: str) -> None:
    with override(language):
        assert show.when(date(2019, 6, 24)) == f'<time datetime="2019-06-24">{text}</time>'


def test_a_moment_stands_in_the_readers_zone_and_says_which() -> None:
    with override("en"), zones.override(ZoneInfo("Asia/Shanghai")):
        assert show.when(NOON) == (
            '<time datetime="2019-06-24T20:00:00+08:00">24 June 2019 20:00'
            ' <span class="zone">UTC+8</span></time>'
        )


def test_a_moment_may_be_shown_as_the_day_that_it_is_for_the_reader() -> None:
    late = datetime(2019, 6, 24, 20, 0, tzinfo=UTC)
    with override("en"), zones.override(ZoneInfo("Asia/Shanghai")):
        assert "25 June 2019</time>" in show.when(late, "day")


def test_no_moment_is_nothing() -> None:
    assert show.when(None) == ""


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "UTC"), (480, "UTC+8"), (330, "UTC+5:30"), (-210, "UTC−3:30")]
)
def test_a_zone_is_its_distance_from_utc(minutes: int, text: str) -> None:
    assert show.zone(NOON.astimezone(timezone(timedelta(minutes=minutes)))) == text


@pytest.mark.parametrize("value", [bytes(range(32)), memoryview(bytes(range(32)))])
def test_a_hash_is_short_to_look_at_and_whole_in_its_title(value: bytes) -> None:
    whole = bytes(range(32)).hex()
    assert f'title="{whole}">000102030405…<' in drawn("{% hash value %}", value=value)


@pytest.mark.parametrize("kind", show.STATES)
def test_a_state_is_said_by_icon_and_word(kind: str) -> None:
    text = show.state(kind)
    assert 'aria-hidden="true"' in text
    assert f"<span>{show.STATES[kind][1]}</span>" in text


def test_a_button_is_a_link_where_it_leads_somewhere() -> None:
    assert show.button("Sign", "primary", name="act", value='"') == (
        '<button class="button button-primary" name="act" value="&quot;"><span>Sign</span></button>'
    )
    assert show.button("<b>", href="/?a=1&b=2") == (
        '<a class="button" href="/?a=1&amp;b=2"><span>&lt;b&gt;</span></a>'
    )


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Firefox, Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("curl/8", "curl/8"),
    ],
)
def test_a_browser_is_named_for_a_person(agent: str, said: str) -> None:
    assert show.browser(agent) == said


@pytest.mark.parametrize(("code", "tag"), [("zh-hans", "zh-Hans"), ("en", "en"), ("ko", "ko")])
def test_a_language_code_is_written_as_the_standard_writes_it(code: str, tag: str) -> None:
    assert show.bcp47(code) == tag
