"""Two acts on one laboratory at the same moment."""

from __future__ import annotations

from typing import Any

import pytest

from jointlab.common.errors import Changed, NotNow
from jointlab.history.models import Entry
from jointlab.laboratory.models import Laboratory
from jointlab.laboratory.services.laboratories import edit_laboratory, found_laboratory
from jointlab.laboratory.services.parts import add_direction, appoint, drop_direction
from jointlab.laboratory.services.unveiling import confirm_unveiling
from tests.cast import Cast
from tests.laboratory.make import NAMES, fresh, in_force, make_laboratory, make_ready
from tests.parties.at_once import at_once, refused

pytestmark = pytest.mark.django_db(transaction=True)


def confirming(cast: Cast, name: str, laboratory: Laboratory) -> Any:
    return lambda: confirm_unveiling(
        by=cast.people[name], laboratory=laboratory, version=laboratory.version
    )


def times(event: str) -> int:
    return Entry.objects.filter(event=event).count()


def test_a_code_founds_one_laboratory(cast: Cast) -> None:
    in_force(cast)

    def found() -> Laboratory:
        return found_laboratory(
            by=cast.university_office, partnership=cast.partnership, code="twice", **NAMES
        )

    assert [str(told) for told in refused(at_once(found, found))] == [
        "This code cannot be used. Choose another one."
    ]
    assert times("laboratory.founded") == 1


def test_both_sides_at_once_unveil_it_once(cast: Cast) -> None:
    laboratory = make_ready(cast)
    results = at_once(
        confirming(cast, "vice_president", laboratory),
        confirming(cast, "general_manager", laboratory),
    )
    assert refused(results) == []
    assert fresh(laboratory).unveiled_on is not None
    assert times("laboratory.unveiling_confirmed") == 2
    assert times("laboratory.unveiled") == 1


def test_one_side_twice_at_once_gives_one_word(cast: Cast) -> None:
    laboratory = make_ready(cast)
    (told,) = refused(at_once(*[confirming(cast, "vice_president", laboratory)] * 2))
    assert isinstance(told, NotNow)
    assert laboratory.confirmations.count() == 1


def test_a_word_and_an_edit_at_once_leave_no_word_for_what_was_not_read(cast: Cast) -> None:
    laboratory = make_ready(cast)
    results = at_once(
        confirming(cast, "vice_president", laboratory),
        lambda: edit_laboratory(
            by=cast.enterprise_office,
            laboratory=laboratory,
            version=laboratory.version,
            name_en="Otherwise",
        ),
    )
    assert all(isinstance(told, Changed) for told in refused(results))
    assert fresh(laboratory).name_en == "Otherwise"
    assert not laboratory.confirmations.exists()


def test_the_last_word_and_an_edit_at_once_unveil_what_was_read_or_nothing(cast: Cast) -> None:
    laboratory = make_ready(cast)
    confirming(cast, "general_manager", laboratory)()
    at_once(
        confirming(cast, "vice_president", laboratory),
        lambda: add_direction(
            by=cast.enterprise_office, laboratory=laboratory, name_en="Slipped in"
        ),
    )
    now = fresh(laboratory)
    events = list(Entry.objects.order_by("number").values_list("event", flat=True))
    if now.unveiled_on is not None:  # the word came first, and the edit changed the public page
        assert events.index("laboratory.unveiled") < len(events) - 1
    assert now.confirmations.count() == (2 if now.unveiled_on else 0)


def test_a_side_gets_one_director(cast: Cast) -> None:
    laboratory = make_laboratory(cast)

    def appointing(person: str) -> Any:
        return lambda: appoint(
            by=cast.university_office,
            laboratory=laboratory,
            person=cast.people[person].pk,
            charge="director",
        )

    (told,) = refused(at_once(appointing("dean"), appointing("researcher")))
    assert "has a director" in str(told)


def test_directions_added_at_once_have_places_of_their_own(cast: Cast) -> None:
    laboratory = make_laboratory(cast)

    def adding(name: str) -> Any:
        return lambda: add_direction(by=cast.university_office, laboratory=laboratory, name_en=name)

    assert refused(at_once(*[adding(f"Direction {number}") for number in range(4)])) == []
    assert sorted(row.position for row in laboratory.directions.all()) == [1, 2, 3, 4]
    assert fresh(laboratory).version == 5


def test_a_direction_is_dropped_once(cast: Cast) -> None:
    direction = make_ready(cast).directions.all()[0]
    at_once(
        lambda: drop_direction(by=cast.university_office, direction=direction),
        lambda: drop_direction(by=cast.enterprise_office, direction=direction),
    )
    assert times("laboratory.direction_dropped") == 1
