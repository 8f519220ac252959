"""Directions, seats and rooms of a laboratory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jointlab.common.errors import NotAllowed, NotVisible, Refusal
from jointlab.laboratory.models import Direction, Laboratory, Room, Seat
from jointlab.laboratory.services import parts
from jointlab.laboratory.services.parts import (
    add_direction,
    add_room,
    appoint,
    drop_direction,
    give_up_room,
    vacate,
)
from tests.cast import Cast
from tests.laboratory.make import confirm, fresh, make_laboratory, make_ready, make_unveiled
from tests.parties.told import count, last

NAMES = {"name_en": "Test bench", "name_zh": "试验台", "name_ko": "시험대"}


def seat(cast: Cast, laboratory: Laboratory, person: str = "dean", **values: Any) -> Seat:
    given = {"by": cast.university_office, "charge": "member"}
    return appoint(laboratory=laboratory, person=cast.people[person].pk, **given | values)


def room(cast: Cast, laboratory: Laboratory, **values: Any) -> Room:
    given = {
        "by": cast.university_office,
        "organisation": cast.university,
        "address": "Building 3,  room 214",
        **NAMES,
    }
    return add_room(laboratory=laboratory, **given | values)


# directions


def test_directions_keep_the_order_in_which_they_were_added(cast: Cast) -> None:
    laboratory = make_laboratory(cast)
    first = add_direction(by=cast.university_office, laboratory=laboratory, name_en="One")
    add_direction(by=cast.enterprise_office, laboratory=laboratory, name_en="Two", name_ko="둘")
    assert [row.name for row in laboratory.directions.all()] == ["One", "Two"]
    entry = last(cast.partnership)
    assert entry.event == "laboratory.direction_added"
    assert entry.facts["direction"]["name"] == {"en": "Two", "ko": "둘"}
    drop_direction(by=cast.enterprise_office, direction=first)
    entry = last(cast.partnership)
    assert (entry.event, entry.facts["direction"]["id"]) == (
        "laboratory.direction_dropped",
        str(first.pk),
    )
    add_direction(by=cast.university_office, laboratory=laboratory, name_en="Three")
    assert [row.name for row in laboratory.directions.all()] == ["Two", "Three"]


def test_what_was_dropped_already_is_dropped_without_a_word(cast: Cast) -> None:
    laboratory = make_laboratory(cast)
    direction = add_direction(by=cast.university_office, laboratory=laboratory, name_en="One")
    gone = Direction.objects.get(pk=direction.pk)
    drop_direction(by=cast.university_office, direction=direction)
    before = count(cast.partnership)
    drop_direction(by=cast.enterprise_office, direction=gone)
    assert count(cast.partnership) == before


def test_a_direction_needs_a_name(cast: Cast) -> None:
    with pytest.raises(Refusal):
        add_direction(by=cast.university_office, laboratory=make_laboratory(cast), name_en="\u200b")


def test_the_last_direction_of_an_unveiled_laboratory_stays(cast: Cast) -> None:
    laboratory = make_unveiled(cast)
    first, second = laboratory.directions.all()
    drop_direction(by=cast.university_office, direction=first)
    with pytest.raises(Refusal, match="Add at least one direction"):
        drop_direction(by=cast.university_office, direction=second)
    assert laboratory.directions.count() == 1


def test_there_is_an_end_to_what_is_added(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    laboratory = make_laboratory(cast)
    monkeypatch.setattr(parts, "MOST", 1)
    add_direction(by=cast.university_office, laboratory=laboratory, name_en="One")
    seat(cast, laboratory)
    room(cast, laboratory)
    for again in (
        lambda: add_direction(by=cast.university_office, laboratory=laboratory, name_en="Two"),
        lambda: seat(cast, laboratory, "researcher"),
        lambda: room(cast, laboratory, address="Elsewhere"),
    ):
        with pytest.raises(Refusal, match="There are 1 already"):
            again()


# seats


def test_a_sides_office_appoints_of_its_own_people(cast: Cast) -> None:
    laboratory = make_laboratory(cast)
    given = seat(cast, laboratory, charge="director")
    assert (given.person, given.organisation) == (cast.dean, cast.university)
    entry = last(cast.partnership)
    assert (entry.event, entry.facts["charge"]) == ("laboratory.appointed", "director")
    assert entry.facts["person"]["id"] == str(cast.dean.pk)
    assert entry.facts["organisation"]["id"] == str(cast.university.pk)


@pytest.mark.parametrize("person", ["engineer", "former", "other_engineer", "outsider"])
def test_nobody_else_is_appointed(cast: Cast, person: str) -> None:
    laboratory = make_laboratory(cast)
    office = "enterprise_office" if person == "former" else "university_office"
    with pytest.raises(Refusal, match="its own people"):
        seat(cast, laboratory, person, by=cast.people[office])


def test_a_side_has_one_director_and_the_committee_one_chair(cast: Cast) -> None:
    laboratory = make_laboratory(cast)
    seat(cast, laboratory, charge="director")
    with pytest.raises(Refusal, match="Your side has a director"):
        seat(cast, laboratory, "researcher", charge="director")
    seat(cast, laboratory, charge="chair")  # a director may sit in the committee
    with pytest.raises(Refusal, match="has a chair"):
        seat(cast, laboratory, "division_head", by=cast.enterprise_office, charge="chair")
    with pytest.raises(Refusal, match="has a seat in the committee already"):
        seat(cast, laboratory, charge="member")
    with pytest.raises(Refusal):
        seat(cast, laboratory, "researcher", charge="king")
    assert laboratory.seats.count() == 2


def test_a_side_vacates_the_seats_of_its_own_people_alone(cast: Cast) -> None:
    laboratory = make_laboratory(cast)
    given = seat(cast, laboratory)
    with pytest.raises(NotAllowed, match="its own people"):
        vacate(by=cast.enterprise_office, seat=given)
    vacate(by=cast.university_office, seat=given)
    assert not laboratory.seats.exists()
    entry = last(cast.partnership)
    assert (entry.event, entry.facts["person"]["id"]) == ("laboratory.vacated", str(cast.dean.pk))


# rooms


def test_a_room_is_at_one_of_the_sides(cast: Cast) -> None:
    laboratory = make_laboratory(cast)
    given = room(cast, laboratory)
    assert (given.address, given.organisation) == ("Building 3, room 214", cast.university)
    entry = last(cast.partnership)
    assert (entry.event, entry.facts["room"]["name"]["ko"]) == ("laboratory.room_added", "시험대")
    with pytest.raises(Refusal, match="the laboratory's already"):
        room(cast, laboratory)
    room(cast, laboratory, organisation=cast.enterprise)
    with pytest.raises(Refusal, match="one of the sides"):
        room(cast, laboratory, organisation=cast.other_university)
    with pytest.raises(Refusal):
        room(cast, laboratory, address=" ")


def test_a_room_is_given_up(cast: Cast) -> None:
    laboratory = make_laboratory(cast)
    give_up_room(by=cast.enterprise_office, room=room(cast, laboratory))
    assert not laboratory.rooms.exists()
    assert last(cast.partnership).event == "laboratory.room_given_up"


# all of them

Act = Callable[[Cast, Laboratory], Any]
ACTS: dict[str, Act] = {
    "add a direction": lambda cast, lab: add_direction(
        by=cast.university_office, laboratory=lab, name_en="One more"
    ),
    "drop a direction": lambda cast, lab: drop_direction(
        by=cast.university_office, direction=lab.directions.all()[0]
    ),
    "appoint": lambda cast, lab: seat(cast, lab, "researcher"),
    "vacate": lambda cast, lab: vacate(
        by=cast.university_office, seat=lab.seats.get(organisation=cast.university)
    ),
    "add a room": room,
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_change_takes_back_the_word_given_before_it(cast: Cast, act: Act) -> None:
    laboratory = make_ready(cast)
    confirm(cast, "vice_president", laboratory)
    act(cast, laboratory)
    assert not laboratory.confirmations.exists()
    assert fresh(laboratory).version == laboratory.version + 1


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_change_after_the_unveiling_leaves_it_unveiled(cast: Cast, act: Act) -> None:
    laboratory = make_unveiled(cast)
    act(cast, laboratory)
    assert fresh(laboratory).unveiled_on is not None
    assert laboratory.confirmations.count() == 2


def test_no_other_role_changes_a_part(cast: Cast) -> None:
    laboratory = make_ready(cast)
    (direction, *_), (given, *_) = laboratory.directions.all(), laboratory.seats.all()
    place = room(cast, laboratory)
    for name, refusal in (("vice_president", NotAllowed), ("other_office", NotVisible)):
        by = cast.people[name]
        for act in (
            lambda by=by: add_direction(by=by, laboratory=laboratory, name_en="No"),
            lambda by=by: drop_direction(by=by, direction=direction),
            lambda by=by: seat(cast, laboratory, by=by),
            lambda by=by: vacate(by=by, seat=given),
            lambda by=by: room(cast, laboratory, by=by),
            lambda by=by: give_up_room(by=by, room=place),
        ):
            with pytest.raises(refusal):
                act()
