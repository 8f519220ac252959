"""A laboratory's pages from inside."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from jointlab.laboratory.models import Laboratory
from jointlab.laboratory.services.laboratories import edit_laboratory
from jointlab.laboratory.services.parts import add_direction, appoint
from jointlab.parties.services.memberships import end_membership
from jointlab.taxonomy.models import Field
from tests.cast import OWN, Cast
from tests.laboratory.make import (
    CODE,
    NAMES,
    confirm,
    fresh,
    in_force,
    make_laboratory,
    make_ready,
    make_unveiled,
)
from tests.laboratory.reader import Reader


def test_without_an_agreement_in_force_the_page_says_so_and_leads_to_the_agreements(
    reader: Reader,
) -> None:
    assert "Found a laboratory" not in reader.get("of-partnership", OWN)
    text = reader.get("found", OWN)
    assert "A strategic cooperation agreement in force is missing." in text
    assert reverse("agreements:of-partnership", args=[OWN]) in text
    assert 'name="code"' not in text
    reader.post("found", OWN, code="lab", **NAMES)
    assert not Laboratory.objects.exists()


def test_an_office_founds_a_laboratory(cast: Cast, reader: Reader) -> None:
    in_force(cast)
    assert reverse("laboratory:found", args=[OWN]) in reader.get("of-partnership", OWN)
    assert "Strategic cooperation agreement" in reader.get("found", OWN)
    answer = reader.post("found", OWN, code="lab", **NAMES)
    assert answer["Location"] == "/en/laboratories/lab/inside/"
    assert "Say now what it is for" in reader.get("laboratory", "lab")
    text = reader.post("found", OWN, code="lab", **NAMES).content.decode()
    assert "This code cannot be used. Choose another one." in text
    reader.sign_in("dean")
    assert "Found a laboratory" not in reader.get("of-partnership", OWN)


def test_the_cards_lead_inside(cast: Cast, reader: Reader) -> None:
    make_laboratory(cast)
    inside = reverse("laboratory:laboratory", args=[CODE])
    for name in ("university_office", "dean"):
        reader.sign_in(name)
        assert inside in reader.get("laboratories")
        assert inside in reader.get("of-partnership", OWN)
    reader.sign_in("researcher")
    assert inside not in reader.get("laboratories") + reader.get("of-partnership", OWN)


def test_a_laboratory_says_what_it_is_where_it_stands_and_what_it_lacks(
    cast: Cast, reader: Reader
) -> None:
    make_laboratory(cast)
    text = reader.get("laboratory", CODE)
    assert re.search(r"<h1>.*Laboratory of vehicle electronics.*</h1>", text)
    assert "In preparation" in text
    for line in ("Add at least one direction.", "A director of Northlake University."):
        assert line in text
    make_ready(cast, "ready")
    text = reader.get("laboratory", "ready")
    assert "Nothing is missing." in text
    assert reverse("agreements:agreement", args=[f"{OWN}-1"]) in text


def test_its_life_names_who_confirmed(cast: Cast, reader: Reader) -> None:
    laboratory = make_ready(cast)
    confirm(cast, "vice_president", laboratory)
    steps = reader.get("laboratory", CODE)
    steps = steps[steps.index('class="steps"') :].partition("</ol>")[0]
    assert steps.count("step-passed") == 2
    assert "Vice president" in steps
    assert steps.count("step-waiting") == 1


def test_nobody_is_offered_what_they_may_not_do(cast: Cast, reader: Reader) -> None:
    make_ready(cast)
    acts = ("Edit the laboratory", "Add a direction", "Appoint somebody", "Add a room", "Drop<")
    text = reader.get("laboratory", CODE)
    assert [act for act in acts if act not in text] == []
    assert "Confirm the unveiling" not in text
    assert text.count(">Vacate<") == 1  # of one's own side alone
    text = reader.sign_in("vice_president").get("laboratory", CODE)
    assert [act for act in acts if act in text] == []
    assert "Confirm the unveiling" in text
    text = reader.sign_in("auditor").get("laboratory", CODE)
    assert "Confirm the unveiling" not in text


def test_an_office_edits_names_and_words(cast: Cast, reader: Reader) -> None:
    make_laboratory(cast)
    given = {**NAMES, "about_en": "First.\n\nSecond <b>.", "version": 1}
    assert reader.post("edit", CODE, **given).status_code == 302
    text = reader.get("laboratory", CODE)
    assert "<p>First.</p>" in text
    assert "Second &lt;b&gt;." in text


def test_who_saves_second_sees_both_versions(cast: Cast, reader: Reader) -> None:
    laboratory = make_laboratory(cast)
    edit_laboratory(by=cast.enterprise_office, laboratory=laboratory, version=1, name_en="Theirs")
    given = {**NAMES, "name_en": "Mine", "version": 1}
    text = reader.post("edit", CODE, **given).content.decode()
    assert "Somebody else changed this meanwhile." in text
    assert "<bdi>Theirs</bdi>" in text
    assert 'value="Mine"' in text


def test_an_office_chooses_fields(cast: Cast, reader: Reader) -> None:
    laboratory = make_laboratory(cast)
    core = Field.objects.create(scheme="core", code="ai", name_en="Artificial intelligence")
    Field.objects.create(scheme="ford", code="1", name_en="Somebody else's field")
    text = reader.get("fields", CODE)
    assert "Artificial intelligence" in text
    assert "Somebody else&#x27;s field" not in text
    answer = reader.post("fields", CODE, field_ids=[str(core.pk)], version=1)
    assert answer.status_code == 302
    assert list(laboratory.fields.all()) == [core]
    text = reader.post("fields", CODE, field_ids=[], version=1).content.decode()
    assert "Somebody else changed this meanwhile." in text
    assert "<bdi>Artificial intelligence</bdi>" in text


def test_an_office_adds_and_drops_a_direction(cast: Cast, reader: Reader) -> None:
    laboratory = make_laboratory(cast)
    reader.post("add-direction", CODE, name_en="Digital industry", name_ko="디지털 산업")
    direction = laboratory.directions.get()
    assert "Digital industry" in reader.get("laboratory", CODE)
    assert "Digital industry" in reader.get("drop-direction", CODE, direction.pk)
    reader.post("drop-direction", CODE, direction.pk)
    assert not laboratory.directions.exists()


def test_an_office_appoints_of_its_own_side_and_vacates(cast: Cast, reader: Reader) -> None:
    laboratory = make_laboratory(cast)
    text = reader.get("appoint", CODE)
    assert "Dean" in text
    assert str(cast.engineer.pk) not in text
    reader.post("appoint", CODE, person=str(cast.dean.pk), charge="chair")
    seat = laboratory.seats.get()
    text = reader.get("laboratory", CODE)
    assert "Chair of the steering committee · <bdi>Dean of automation</bdi>" in text
    assert "Dean as chair of the steering committee" in reader.get("vacate", CODE, seat.pk)
    reader.post("vacate", CODE, seat.pk)
    assert not laboratory.seats.exists()
    answer = reader.post("appoint", CODE, person=str(cast.engineer.pk), charge="chair")
    assert answer.status_code == 200
    assert not laboratory.seats.exists()


def test_who_has_left_is_shown_as_such(cast: Cast, reader: Reader) -> None:
    make_ready(cast)
    end_membership(by=cast.university_office, membership=cast.membership("dean"))
    text = reader.get("laboratory", CODE)
    assert "has left" in text
    assert "A director of Northlake University." in text


def test_an_office_adds_a_room_and_gives_it_up(cast: Cast, reader: Reader) -> None:
    laboratory = make_laboratory(cast)
    given = {"name_en": "Test bench", "address": "Hall A", "organisation": cast.enterprise.pk}
    assert reader.post("add-room", CODE, **given).status_code == 302
    room = laboratory.rooms.get()
    assert (room.organisation, room.address) == (cast.enterprise, "Hall A")
    assert "<bdi>Hall A</bdi>" in reader.get("laboratory", CODE)
    again = reader.post("add-room", CODE, **given).content.decode()
    assert "That room is the laboratory&#x27;s already." in again
    assert "Test bench · Hall A" in reader.get("give-up-room", CODE, room.pk)
    reader.post("give-up-room", CODE, room.pk)
    assert not laboratory.rooms.exists()


@pytest.mark.parametrize("page", ["edit", "fields", "add-direction", "appoint", "add-room"])
def test_a_form_says_that_a_change_takes_back_a_word(cast: Cast, reader: Reader, page: str) -> None:
    said = "Northlake University has confirmed the unveiling of the laboratory as it is now."
    laboratory = make_ready(cast)
    assert said not in reader.get(page, CODE)
    confirm(cast, "vice_president", laboratory)
    assert said in reader.get(page, CODE)
    confirm(cast, "general_manager", laboratory)
    assert "a change shows on its public page at once" in reader.get(page, CODE)


# the unveiling


def version(text: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', text)
    assert found
    return found.group(1)


def test_a_signatory_reads_what_everybody_will_read_and_confirms(
    cast: Cast, reader: Reader
) -> None:
    laboratory = make_ready(cast)
    text = reader.sign_in("vice_president").get("confirm", CODE)
    for part in ("汽车电子联合实验室", "Research is tested", "Dean of automation"):
        assert part in text
    assert "You speak for Northlake University" in text
    answer = reader.post("confirm", CODE, version=version(text))
    assert answer["Location"] == reverse("laboratory:laboratory", args=[CODE])
    assert "Your side has confirmed it." in reader.get("confirm", CODE)
    text = reader.sign_in("general_manager").get("confirm", CODE)
    answer = reader.post("confirm", CODE, version=version(text))
    assert answer["Location"] == reverse("laboratory:public", args=[CODE])
    assert fresh(laboratory).unveiled_on is not None
    assert "The laboratory is unveiled already." in reader.get("confirm", CODE)


def test_what_is_missing_stands_where_the_word_would_be_given(cast: Cast, reader: Reader) -> None:
    make_laboratory(cast)
    text = reader.sign_in("vice_president").get("confirm", CODE)
    assert "A director of Asterion Automotive." in text
    assert 'name="version"' not in text
    answer = reader.post("confirm", CODE, version=1).content.decode()
    assert "Still missing before the unveiling: Add at least one direction." in answer


def test_who_read_an_older_version_is_shown_the_new_one(cast: Cast, reader: Reader) -> None:
    laboratory = make_ready(cast)
    read = version(reader.sign_in("vice_president").get("confirm", CODE))
    add_direction(by=cast.enterprise_office, laboratory=laboratory, name_en="Slipped in")
    text = reader.post("confirm", CODE, version=read).content.decode()
    assert "The laboratory was changed since you read it." in text
    assert "Slipped in" in text
    assert version(text) == str(int(read) + 1)
    assert not laboratory.confirmations.exists()


def test_a_signatory_takes_a_word_back(cast: Cast, reader: Reader) -> None:
    laboratory = make_ready(cast)
    confirm(cast, "vice_president", laboratory)
    assert "Withdraw confirmation" in reader.sign_in("vice_president").get("laboratory", CODE)
    assert "The confirmation by Northlake University" in reader.get("take-back", CODE)
    reader.post("take-back", CODE)
    assert not laboratory.confirmations.exists()


def test_without_an_agreement_the_page_of_the_word_says_so(cast: Cast, reader: Reader) -> None:
    make_ready(cast)
    cast.partnership.agreements.update(state="draft", signed_at=None)
    text = reader.sign_in("vice_president").get("confirm", CODE)
    assert "Without one no laboratory is unveiled." in text
    assert 'name="version"' not in text


def test_pages_ask_as_little_for_a_large_laboratory_as_for_a_small_one(
    cast: Cast, reader: Reader, django_assert_max_num_queries: Any
) -> None:
    laboratory = make_ready(cast)
    for number in range(15):
        add_direction(
            by=cast.university_office, laboratory=laboratory, name_en=f"Direction {number}"
        )
    for name in ("researcher", "student", "university_office", "auditor", "vice_president"):
        appoint(
            by=cast.university_office,
            laboratory=laboratory,
            person=cast.people[name].pk,
            charge="member",
        )
    for number in range(20):
        make_ready(cast, f"lab-{number}")
    reader.sign_in("vice_president").get("laboratories")
    for page, argument, most in (
        ("laboratory", CODE, 20),
        ("confirm", CODE, 19),
        ("laboratories", None, 8),
        ("of-partnership", OWN, 9),
    ):
        with django_assert_max_num_queries(most):
            reader.get(page, *([argument] if argument else []))
    make_unveiled(cast, "open")
    reader.client.logout()
    with django_assert_max_num_queries(12):
        reader.get("public", "open")
