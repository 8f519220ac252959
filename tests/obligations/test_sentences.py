"""The history tells of what is owed in whole sentences, in each language."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.html import strip_tags

from jointlab.history.models import Entry
from jointlab.history.telling import room_label, sentence_of
from jointlab.obligations.services.obligations import (
    assign_obligation,
    meet_obligation,
    return_obligation,
)
from tests.agreements.in_force import day, dues_of, duty, make_in_force, obligation_of
from tests.cast import Cast


def story(cast: Cast) -> None:
    """Let everything happen once that these sentences tell."""
    agreement = make_in_force(cast, duties=[duty(cast.university, day(9))])
    for owner, version in ((cast.researcher, 1), (None, 2)):
        assign_obligation(
            by=cast.university_office,
            obligation=obligation_of(agreement),
            version=version,
            owner=owner,
        )
    due = meet_obligation(by=cast.university_office, due=dues_of(agreement)[0], evidence="Sent.")
    return_obligation(by=cast.enterprise_office, due=due, reason="A page is missing.")


def told(language: str) -> list[str]:
    with translation.override(language):
        entries = Entry.objects.filter(event__startswith="obligations.").order_by("number")
        return [
            " ".join(strip_tags(sentence_of(entry.event, entry.facts)).split()) for entry in entries
        ]


def test_the_room_has_a_name_though_it_has_no_door() -> None:
    with translation.override("ko"):
        assert room_label("obligations") == "의무"


def test_a_sentence_reads_as_one_would_say_it(cast: Cast) -> None:
    story(cast)
    name = "Strategic cooperation agreement"
    assigned, unassigned, met, returned = told("en")
    assert assigned == (
        f"University office named Researcher as the person responsible for “Report”, owed by {name}."
    )
    assert unassigned.endswith(f"“Report”, owed by {name}: the partnership office is.")
    assert met.endswith(f"by {name}, as done.")
    assert returned.endswith(f"by {name}: A page is missing.")


@pytest.mark.parametrize("language", ["zh-hans", "ko"])
def test_everything_is_told_whole_in_the_other_languages(cast: Cast, language: str) -> None:
    story(cast)
    said, english = told(language), told("en")
    assert len(said) == 4
    assert not set(said) & set(english)
    assert not any("—" in line or "%(" in line or "obligations." in line for line in said)
