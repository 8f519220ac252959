from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import timezone, translation
from django.utils.html import strip_tags

import jointlab.parties
from jointlab.common.events import events_of
from jointlab.history.models import Entry
from jointlab.history.telling import sentence_of
from jointlab.parties import events
from jointlab.parties.events import LABELS
from jointlab.parties.services.memberships import add_member, change_membership, end_membership
from jointlab.parties.services.organisations import edit_organisation
from jointlab.parties.services.partnerships import (
    bring_into_force,
    edit_partnership,
    end_partnership,
)
from jointlab.parties.services.units import add_unit, close_unit, edit_unit
from tests.cast import Cast

ROOM = Path(jointlab.parties.__path__[0])
RECORDED = {
    getattr(events, name).name
    for path in ROOM.glob("services/*.py")
    for name in re.findall(r"events\.([A-Z_]+)", path.read_text("utf-8"))
}


def test_every_event_that_is_declared_is_recorded() -> None:
    assert len(RECORDED) == 20
    assert {event.name for event in events_of(events)} == RECORDED


def test_every_field_that_can_change_has_its_words(cast: Cast) -> None:
    from jointlab.parties.forms.memberships import MembershipForm
    from jointlab.parties.forms.organisations import OrganisationForm, UnitForm

    fields = {
        name
        for form in (MembershipForm, OrganisationForm, UnitForm)
        for name in form.base_fields
        if name not in ("version", "since")
    }
    assert set(LABELS["changed"]) >= fields


def story(cast: Cast) -> None:
    office = cast.university_office
    today = timezone.localdate()
    unit = add_unit(
        by=office,
        organisation=cast.university,
        parent=cast.automation,
        kind="centre",
        name_en="Robotics centre",
        name_zh="机器人中心",
        name_ko="로봇센터",
    )
    edit_unit(by=office, unit=unit, version=1, parent=None, name_en="Robots")
    close_unit(by=office, unit=unit, on=today)
    edit_organisation(
        by=office,
        organisation=cast.university,
        version=1,
        website="https://example.org",
        name_ko="북호대학교",
    )
    edit_partnership(by=office, partnership=cast.partnership, version=1, name_ko="새 이름")
    added = add_member(
        by=cast.enterprise_office,
        partnership=cast.partnership,
        organisation=cast.enterprise,
        person=cast.former,
        roles=["engineer", "head"],
        until=today,
        title_en="Chief engineer",
        title_zh="总工程师",
    )
    change_membership(
        by=cast.enterprise_office,
        membership=added,
        version=1,
        roles=["engineer"],
        unit=None,
        until=None,
    )
    end_membership(by=cast.enterprise_office, membership=added)
    signed = {"by": cast.vice_president, "partnership": cast.partnership}
    bring_into_force(**signed, since=today, until=None)
    bring_into_force(**signed, since=today, until=today)
    end_partnership(**signed, on=today, reason="Both sides agreed.")


def told(language: str) -> list[str]:
    with translation.override(language):
        return [
            strip_tags(sentence_of(entry.event, entry.facts))
            for entry in Entry.objects.order_by("pk")
        ]


@pytest.mark.parametrize("language", ["en", "zh-hans", "ko"])
def test_every_entry_is_told_in_words_of_the_readers_language(cast: Cast, language: str) -> None:
    story(cast)
    sentences = told(language)
    assert len(sentences) > 30
    for sentence in sentences:
        assert "parties." not in sentence
        assert "name_" not in sentence
        assert "%(" not in sentence
        if language != "en":
            assert re.search("[\u4e00-\u9fff]" if language == "zh-hans" else "[가-힣]", sentence)


def test_a_sentence_reads_as_one_would_say_it(cast: Cast) -> None:
    story(cast)
    english = told("en")
    assert any(
        re.fullmatch(
            r"Enterprise office added Former, Chief engineer, to the side of Asterion Automotive"
            r" until \d+ \w+ \d{4}, with the roles: head of a school or division and engineer\.",
            sentence,
        )
        for sentence in english
    )
    assert (
        "University office changed the website and the name in Korean of 北湖大学 Northlake University."
        in [re.sub(r"\s+", " ", sentence) for sentence in english]
    )
    assert any(
        sentence.startswith("Vice president ended the partnership; its last day is ")
        and sentence.endswith(": Both sides agreed.")
        for sentence in english
    )
    assert any(
        sentence.startswith("Enterprise office将Former（总工程师）加入")
        and "学院或事业部负责人" in sentence
        for sentence in told("zh-hans")
    )


def test_a_name_stays_as_it_was_then(cast: Cast) -> None:
    cast.engineer.name_own = cast.engineer.name_en = "Renamed"
    cast.engineer.save()
    assert not any("Renamed" in sentence for sentence in told("en"))
    assert any("added Engineer, Engineer," in sentence for sentence in told("en"))
