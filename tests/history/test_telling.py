"""How entries are told: names as they were then, in three languages, everything escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from hypothesis import given
from hypothesis import strategies as st

from jointlab.common.events import Event
from jointlab.common.rooms import all_rooms
from jointlab.history import telling
from jointlab.history.telling import kind_of, room_label, sentence_of
from tests.cast import Cast
from tests.history.events import DONE

ORGANISATION = {
    "id": "x",
    "name": {"own": "北湖大学", "own_language": "zh-Hans", "en": "Northlake", "ko": "노스레이크"},
}
ACTOR = {"id": "y", "name": {"own": "Office", "own_language": "en"}}


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, Any], None]]:
    """A room `tried`; what is yielded gives one of its events a sentence."""
    tried = {
        "tried.done": Event("tried.done", _("%(actor)s did %(what)s."), kind=_("signatory")),
        "tried.passed": Event("tried.passed", "", kind="passed", passive="It passed on %(what)s."),
    }
    labels = {"what": {"signatory": _("signatory"), "office": _("partnership office")}}
    monkeypatch.setattr(telling, "all_events", lambda: tried)
    monkeypatch.setattr(telling, "labels_of", lambda room: labels if room == "tried" else {})

    def say(name: str, sentence: Any) -> None:
        tried[name] = Event(name, sentence, kind="")

    with translation.override("en"), timezone.override("Asia/Seoul"):
        yield say


def told(what: Any, language: str = "en") -> str:
    with translation.override(language):
        text = strip_tags(sentence_of("tried.done", {"actor": ACTOR, "what": what}))
    return text.removeprefix("Office did ").removesuffix(".")


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("office", "partnership office"),
        (["signatory", "office", "other"], "signatory, partnership office and other"),
        ([], "—"),
        (None, "—"),
        ("", "—"),
        (True, "yes"),
        (12, "12"),
        ("2019-06-24", "24 June 2019"),
        ("2019-06-24T01:30:00+00:00", "24 June 2019 10:30 UTC+9"),
        ("2019-06-24T01:30:00.000005+00:00", "24 June 2019 10:30 UTC+9"),
        ("2019-02-31", "2019-02-31"),
        ({"en": "Dean", "ko": "학장"}, "Dean"),
        (ORGANISATION, "北湖大学 Northlake"),
        ([ORGANISATION, ACTOR], "北湖大学 Northlake and Office"),
        ({"from": 3, "to": 4}, "from: 3; to: 4"),
    ],
)
def test_a_fact_is_told_as_a_reader_writes_it(what: Any, text: str) -> None:
    assert told(what) == text


def test_lists_and_days_follow_the_language() -> None:
    assert told(["a", "b", "c"], "zh-hans").endswith("a、b和c")
    assert told(["a", "b", "c"], "ko").endswith("a, b 및 c")
    assert told("2019-06-24", "zh-hans").endswith("2019年6月24日")
    assert told("2019-06-24", "ko").endswith("2019년 6월 24일")
    assert told(ORGANISATION, "ko").endswith("北湖大学 노스레이크")
    assert told(ORGANISATION, "zh-hans").endswith("北湖大学")


def test_a_name_in_another_script_says_its_language() -> None:
    assert '<bdi lang="zh-Hans">北湖大学</bdi>' in sentence_of("tried.done", {"what": ORGANISATION})


@pytest.mark.parametrize(
    "what",
    [
        "<script>",
        {"id": "x", "name": {"own": "<script>"}},
        ["<script>"],
        {"<script>": "<script>"},
        {"en": "<script>"},
    ],
)
def test_every_fact_is_escaped(what: Any) -> None:
    html = sentence_of("tried.done", {"actor": ACTOR, "what": what})
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_the_sentence_itself_is_escaped(words: Callable[[str, Any], None]) -> None:
    words("tried.done", "a < b & %(what)s")
    assert sentence_of("tried.done", {"what": 1}) == "a &lt; b &amp; <bdi>1</bdi>"


@pytest.mark.parametrize(
    "name", ["עברית 12", "عربي", "👩🏽‍🔬", "\u202egnp.exe", "a%(b)s %s", "{0} {actor}"]
)
def test_a_name_of_any_script_keeps_its_direction_to_itself(name: str) -> None:
    assert f"<bdi>{name}</bdi>" in sentence_of(
        "tried.done", {"what": {"id": "x", "name": {"en": name}}}
    )
    assert f"<bdi>{name}</bdi> and" in sentence_of("tried.done", {"what": [name, "b"]})


def test_nobody_is_the_platform_unless_the_room_says_it_otherwise() -> None:
    assert strip_tags(sentence_of("tried.done", {"what": "it"})) == "the platform did it."
    assert strip_tags(sentence_of("tried.passed", {"what": "Monday"})) == "It passed on Monday."


def test_a_sentence_may_depend_on_the_facts(words: Callable[[str, Any], None]) -> None:
    words("tried.done", lambda facts: "It was %(what)s." if facts["what"] else "It was nothing.")
    assert strip_tags(sentence_of("tried.done", {"what": "late"})) == "It was late."
    assert strip_tags(sentence_of("tried.done", {"what": None})) == "It was nothing."


@pytest.mark.parametrize("event", ["tried.unknown", "nowhere.done"])
def test_an_unknown_event_is_told_by_its_name_and_facts(event: str) -> None:
    html = sentence_of(event, {"actor": ACTOR, "<what>": "<b>"})
    assert strip_tags(html).startswith(
        f"{event}, for which there are no words here: actor: Office; "
    )
    assert "<what>" not in html
    assert "<b>" not in html


@pytest.mark.parametrize(
    "sentence",
    ["%(what", "100 % of %(what)s", "%(what)d", "%s and %s", lambda facts: facts["gone"]],
)
def test_a_sentence_that_does_not_fit_falls_back_on_the_facts(
    words: Callable[[str, Any], None], sentence: Any
) -> None:
    words("tried.done", sentence)
    assert "for which there are no words" in sentence_of("tried.done", {"what": "it"})


def test_a_fact_that_an_old_entry_does_not_have_is_a_dash(
    words: Callable[[str, Any], None],
) -> None:
    words("tried.done", "%(actor)s did %(new)s.")
    assert strip_tags(sentence_of("tried.done", {"actor": ACTOR})) == "Office did —."


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.sampled_from(["name", "en", "own"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(what=JSON, language=st.sampled_from(["en", "zh-hans", "ko"]))
def test_whatever_was_recorded_is_told(what: Any, language: str) -> None:
    with translation.override(language):
        assert sentence_of("tried.done", {"what": what})
        assert sentence_of("nowhere.done", {"what": what})


def test_kinds_and_rooms_fall_back_on_their_codes() -> None:
    assert kind_of("tried.done") == "signatory"
    assert kind_of("tried.other") == "tried.other"
    assert room_label("nowhere") == "nowhere"


def test_names_are_those_of_then(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from jointlab.history.access import ReadableChain
    from jointlab.history.queries import latest
    from jointlab.history.services import record

    record(DONE, chain=cast.partnership.pk, by=cast.engineer, what=cast.enterprise)
    cast.enterprise.name_own = "Renamed"
    cast.enterprise.save()
    (line,) = latest(ReadableChain(cast.partnership.pk), 1)
    assert "Asterion Automotive" in line.sentence
    assert "Renamed" not in line.sentence


def test_every_installed_room_has_words_of_its_own_events_alone() -> None:
    for room in all_rooms():
        assert {event.name.partition(".")[0] for event in room.events} <= {room.code}


def test_no_two_events_have_one_name() -> None:
    names = [event.name for room in all_rooms() for event in room.events]
    assert len(names) == len(set(names))
