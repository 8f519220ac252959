"""How an entry becomes a sentence, in the reader's language, with names as they were then.

The sentences are those of the rooms' events (`common.events.Event`).
The placeholders are the keyword arguments of `record(…)`, and `actor`. What stands for each:

    a row with `as_fact()`     its name then: in its own script, then in the reader's language
    {"en": …, "ko": …}         the text in the reader's language, else the next best
    a value with a label       the label
    a day, a moment            as the reader writes it; a moment in the reader's zone
    a list                     its parts, joined as the language joins them
    None, or no such fact      a dash
    anything else              itself, escaped, its direction kept to itself

Catalogues: use gettext_lazy, keep every placeholder. An event without a sentence is told by its
dotted name and its facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from babel import Locale
from babel.lists import format_list
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jointlab.common.events import Event, Facts
from jointlab.common.names import LANGUAGES, Text
from jointlab.common.rooms import all_rooms
from jointlab.common.show import name, when
from jointlab.history.fact_words import WORDS

ENGLISH = Locale("en", "GB")
LOCALES = {"en": ENGLISH, "zh-hans": Locale("zh", script="Hans"), "ko": Locale("ko")}
NAMES = frozenset({*LANGUAGES, "own", "own_language"})
DASH = "—"
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+\+\d\d:\d\d)?", re.ASCII)


@cache
def all_events() -> dict[str, Event]:
    """Return what every installed room records, by name."""
    return {event.name: event for room in all_rooms() for event in room.events}


def milestones() -> list[str]:
    """Return the names of the events that are milestones of a cooperation."""
    return [event.name for event in all_events().values() if event.milestone]


def labels_of(room: str) -> Mapping[str, Mapping[str, Text]]:
    """Return the words of a room for facts that are codes."""
    return next((each.labels for each in all_rooms() if each.code == room), {})


def sentence_of(event: str, facts: Facts) -> SafeString:
    """Return the sentence of an event, as HTML in which every fact is escaped."""
    told = _FactsAsHtml(facts, labels_of(room_of(event)))
    declared = all_events().get(event)
    if declared is None:
        return _sentence_from_facts(event, told)
    nobody = facts.get("actor") is None
    sentence = (declared.passive if nobody else None) or declared.sentence
    try:
        text = str(sentence(facts) if callable(sentence) else sentence)
        return mark_safe(escape(text) % told)  # noqa: S308 - the text is escaped, and each fact
    except (ValueError, TypeError, KeyError):
        # A sentence that does not fit what was recorded, maybe years ago: the facts still do.
        return _sentence_from_facts(event, told)


def kind_of(event: str) -> str:
    """Return what happened in a few words; the dotted name where no room has words for it."""
    declared = all_events().get(event)
    return str(declared.kind) if declared else event


def room_of(event: str) -> str:
    """Return the room that an event belongs to."""
    return event.partition(".")[0]


def room_label(room: str) -> str:
    """Return what people call the room, else its code."""
    return next((str(each.label) for each in all_rooms() if each.code == room), room)


class FactTold(NamedTuple):
    """A fact as the page of one entry tells it; `word` is empty where it is the machine's alone."""

    key: str
    word: Text
    value: SafeString


def facts_of(event: str, facts: Facts) -> list[FactTold]:
    """Return every fact with what it is called and its value, for the page of one entry.

    Not `within`, which only says who reads it (history.access).
    """
    told = _FactsAsHtml(facts, labels_of(room_of(event)))
    return [FactTold(key, WORDS.get(key, ""), told[key]) for key in facts if key != "within"]


class _FactsAsHtml(dict[str, SafeString]):
    """The facts as HTML, each made when a sentence asks for it."""

    def __init__(self, facts: Facts, labels: Mapping[str, Mapping[str, Text]]) -> None:
        super().__init__()
        self.facts = facts
        self.labels = labels

    def __missing__(self, key: str) -> SafeString:
        value = self.facts.get(key)
        if key == "actor" and value is None:
            return escape(_("the platform"))
        return _html(value, self.labels.get(key, {}))


def _sentence_from_facts(event: str, told: _FactsAsHtml) -> SafeString:
    parts = format_html_join("; ", "{}: {}", ((key, told[key]) for key in told.facts))
    return format_html(
        escape(_("%(event)s, for which there are no words here: %(facts)s"))
        % {"event": "{}", "facts": "{}"},
        format_html("<code>{}</code>", event),
        parts or DASH,
    )


def _html(value: Any, labels: Mapping[str, Text]) -> SafeString:
    """Return one fact as HTML."""
    if value is None or value in ("", [], {}):
        return escape(DASH)
    if isinstance(value, bool):
        return escape(_("yes") if value else _("no"))
    if isinstance(value, list):
        return join_parts([_html(part, labels) for part in value])
    if isinstance(value, dict):
        return _html_of_dict(value, labels)
    if isinstance(value, str) and value in labels:
        return escape(str(labels[value]))
    return _html_of_moment(value) or format_html("<bdi>{}</bdi>", str(value))


def _html_of_dict(value: dict[str, Any], labels: Mapping[str, Text]) -> SafeString:
    names = value.get("name", value)
    if isinstance(names, dict) and names and names.keys() <= NAMES:
        return name(value)
    pairs = ((key, _html(part, labels)) for key, part in value.items())
    return format_html_join("; ", "{}: {}", pairs)


def _html_of_moment(value: Any) -> SafeString | None:
    if not isinstance(value, str) or not MOMENT.fullmatch(value):
        return None
    try:
        return when(datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value))
    except ValueError:
        return None


def join_parts(parts: list[SafeString]) -> SafeString:
    """Join parts, escaped already, the way the reader's language does."""
    locale = LOCALES.get(get_language() or "en", ENGLISH)
    return mark_safe(format_list(parts, locale=locale))  # noqa: S308
