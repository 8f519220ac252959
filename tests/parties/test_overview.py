"""A partnership at a glance: four facts on one screen, before any list."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from jointlab.history.fact_words import WORDS
from jointlab.history.models import Entry
from jointlab.history.telling import all_events
from jointlab.obligations.models import Due
from tests.agreements.in_force import day, duty, make_in_force
from tests.agreements.make import make_agreement
from tests.agreements.reader import text
from tests.cast import OWN, Cast
from tests.days import on
from tests.laboratory.make import make_ready, make_unveiled


def page(cast: Cast, name: str = "vice_president", language: str = "en", to: str = "") -> str:
    client = Client()
    client.force_login(cast.people[name])
    with translation.override(language):
        answer = client.get(reverse(f"parties:{to or 'partnership'}", args=[OWN]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_says_which_agreements_bind_and_how_many_days_are_left(cast: Cast) -> None:
    assert "None is in force." in text(page(cast))
    agreement = make_in_force(cast, start=day(-30), end=day(214))
    said = text(page(cast))
    assert f"{agreement.name_en}: 214 days left, until" in said
    with on(day(214)):
        assert ": 0 days left, until" in text(page(cast))
    with on(day(215)):
        assert "None is in force." in text(page(cast, "university_office"))


def test_a_draft_is_no_agreement_that_binds(cast: Cast) -> None:
    make_agreement(cast)
    assert "None is in force." in text(page(cast))


def test_it_says_what_is_owed_by_us_and_by_them(cast: Cast) -> None:
    duties = [
        duty(cast.university, day(20)),
        duty(cast.university, day(200), key="later"),
        duty(cast.enterprise, day(30), key="car", what="A test car"),
        duty(cast.enterprise, day(10), key="data", what="Data"),
    ]
    make_in_force(cast, start=day(-30), duties=duties)
    Due.objects.filter(obligation__key="data").update(due_on=day(-1))
    ours, theirs = "1 due in 90 days", "1 overdue, 1 due in 90 days"
    said = text(page(cast))
    assert f"By us: {ours}" in said
    assert f"By the other side: {theirs}" in said
    said = text(page(cast, "general_manager"))
    assert f"By us: {theirs}" in said
    assert f"By the other side: {ours}" in said


def test_it_says_which_laboratories_there_are_and_where_they_stand(cast: Cast) -> None:
    assert "There is none that you can see." in text(page(cast))
    laboratory = make_ready(cast)
    assert f"{laboratory.name_en}: in preparation" in text(page(cast))
    assert "in preparation" not in text(page(cast, "student"))


def test_an_unveiled_laboratory_stands_with_its_day(cast: Cast) -> None:
    laboratory = make_unveiled(cast)
    assert f"{laboratory.name_en}: unveiled on" in text(page(cast, "student"))


def test_it_says_what_changed_to_whoever_reads_the_history(cast: Cast) -> None:
    number = Entry.objects.filter(chain=cast.partnership.pk).count()
    assert f"{number} entries in 30 days, the last on" in text(page(cast))
    with on(day(1) + timedelta(days=31)):
        assert "Nothing in 30 days" in text(page(cast))
    said = text(page(cast, "student"))
    for hidden in ("What changed", "What is owed", "Milestones"):
        assert hidden not in said


@pytest.mark.parametrize("language", ["en", "zh-hans", "ko"])
def test_the_four_facts_stand_before_the_people(cast: Cast, language: str) -> None:
    said = page(cast, language=language)
    assert said.index('id="glance"') < said.index('id="people"')
    assert said[said.index('id="glance"') : said.index('id="people"')].count('class="card"') == 4


def test_milestones_are_the_turns_of_the_cooperation_and_nothing_else(cast: Cast) -> None:
    make_agreement(cast)
    make_in_force(cast)
    said = page(cast, to="milestones")
    shown = [int(number) for number in re.findall(r'id="entry-(\d+)"', said)]
    events = dict(Entry.objects.filter(chain=cast.partnership.pk).values_list("number", "event"))
    assert sorted({events[number] for number in shown}) == [
        "agreements.in_force",
        "parties.partnership_in_force",
        "parties.partnership_opened",
    ]


# entries in words


def test_whatever_a_sentence_names_has_a_word_on_the_page_of_the_entry() -> None:
    sentences = [
        str(said)
        for event in all_events().values()
        for said in (event.sentence, event.passive)
        if said and not callable(said)
    ]
    named = {key for said in sentences for key in re.findall(r"%\((\w+)\)s", said)}
    assert named - WORDS.keys() == set()


def test_the_page_of_an_entry_names_its_facts_in_the_readers_language(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.dean)
    for language, word in {"en": "Roles", "zh-hans": "角色", "ko": "역할"}.items():
        with translation.override(language):
            url = reverse("parties:history-entry", args=[OWN, 3])
        shown = client.get(url).content.decode()
        main = shown[shown.index("<main") :]
        words = main[: main.index('<details class="fold"')]
        assert f"<dt>{word}</dt>" in words
        assert not re.findall(r"<dt>(actor|person|roles|organisation|title|unit)</dt>", main)
        assert "parties.member_added" not in words
        assert "parties.member_added" in main
