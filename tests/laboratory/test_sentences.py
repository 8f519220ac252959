"""What the room's events say in the history, in three languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.html import strip_tags

import jointlab.laboratory
from jointlab.common.events import events_of
from jointlab.history.models import Entry
from jointlab.history.telling import sentence_of
from jointlab.laboratory import events
from jointlab.laboratory.events import LABELS
from jointlab.laboratory.forms.laboratories import LaboratoryForm
from jointlab.laboratory.services.laboratories import choose_fields, edit_laboratory
from jointlab.laboratory.services.parts import add_room, drop_direction, give_up_room, vacate
from jointlab.laboratory.services.unveiling import take_back_confirmation
from jointlab.taxonomy.models import Field
from tests.cast import Cast
from tests.laboratory.make import confirm, fresh, make_ready, make_unveiled

ROOM = Path(jointlab.laboratory.__path__[0])
RECORDED = {
    getattr(events, name).name
    for path in ROOM.glob("services/*.py")
    for name in re.findall(r"events\.([A-Z_]+)", path.read_text("utf-8"))
}
HAN, HANGUL = re.compile("[\u4e00-\u9fff]"), re.compile("[\uac00-\ud7a3]")
WANTED = {"en": re.compile("Renamed|Laboratory"), "zh-hans": HAN, "ko": HANGUL}


def test_every_event_that_is_declared_is_recorded() -> None:
    assert len(RECORDED) == 11
    assert {event.name for event in events_of(events)} == RECORDED


def test_every_field_that_can_change_has_its_words() -> None:
    assert set(LABELS["changed"]) >= {*LaboratoryForm.base_fields, "fields"}


@pytest.fixture
def told(cast: Cast) -> Cast:
    """Let each event of the room happen."""
    office, laboratory = cast.university_office, make_ready(cast, "first")
    field = Field.objects.create(scheme="core", code="ai", name_en="AI")
    choose_fields(
        by=office, laboratory=laboratory, version=laboratory.version, field_ids=[field.pk]
    )
    edit_laboratory(
        by=office, laboratory=laboratory, version=fresh(laboratory).version, name_en="Renamed"
    )
    give_up_room(
        by=office,
        room=add_room(
            by=office,
            laboratory=laboratory,
            organisation=cast.enterprise,
            address="Hall A",
            name_en="Vehicle hall",
        ),
    )
    confirm(cast, "vice_president", laboratory)
    take_back_confirmation(by=cast.vice_president, laboratory=laboratory)
    drop_direction(by=office, direction=laboratory.directions.all()[0])
    vacate(by=office, seat=laboratory.seats.get(organisation=cast.university))
    make_unveiled(cast, "second")
    return cast


@pytest.mark.parametrize("language", WANTED)
def test_each_event_is_told_in_each_language(told: Cast, language: str) -> None:
    entries = Entry.objects.filter(
        chain=told.partnership.pk, event__startswith="laboratory."
    ).order_by("number")
    with translation.override(language):
        lines = {
            entry.event: strip_tags(sentence_of(entry.event, entry.facts)) for entry in entries
        }
    assert set(lines) == RECORDED
    for event, line in lines.items():
        assert WANTED[language].search(line), event
        assert "—" not in line, line
        assert "laboratory." not in line, line


def test_the_sentence_of_an_appointment_reads_well(told: Cast) -> None:
    entries = Entry.objects.filter(chain=told.partnership.pk, event="laboratory.appointed")
    facts = entries.latest("number").facts
    assert strip_tags(sentence_of("laboratory.appointed", facts)) == (
        "Enterprise office appointed Division head for Asterion Automotive"
        " in Laboratory of vehicle electronics: director."
    )
