"""What of laboratories waits on whose desk."""

from __future__ import annotations

from typing import Any

from jointlab.laboratory.queries.waiting import waiting_for
from jointlab.parties.policy import own_memberships
from tests.cast import EVERYBODY, Cast
from tests.laboratory.make import (
    CODE,
    confirm,
    end,
    make_foreign,
    make_laboratory,
    make_ready,
)


def waiting(cast: Cast) -> dict[str, str]:
    """Return what waits for whom: the act, by name."""
    return {
        name: " | ".join(one.act for one in found)
        for name in EVERYBODY
        if (found := list(waiting_for(own_memberships(cast.people[name]))))
    }


def test_what_a_laboratory_lacks_waits_for_the_offices(cast: Cast) -> None:
    make_laboratory(cast)
    act = "Add what is missing"
    assert waiting(cast) == {"university_office": act, "enterprise_office": act}
    (one,) = waiting_for(own_memberships(cast.university_office))
    assert "Add at least one direction." in one.what
    assert one.url == f"/en/laboratories/{CODE}/inside/"


def test_a_word_that_is_awaited_waits_for_each_sides_signatories(cast: Cast) -> None:
    laboratory = make_ready(cast)
    act = "Confirm the unveiling"
    assert waiting(cast) == {"vice_president": act, "general_manager": act}
    confirm(cast, "general_manager", laboratory)
    assert waiting(cast) == {"vice_president": act}
    (one,) = waiting_for(own_memberships(cast.vice_president))
    assert one.url == f"/en/laboratories/{CODE}/confirm/"
    assert one.since == laboratory.confirmations.get().at
    confirm(cast, "vice_president", laboratory)
    assert waiting(cast) == {}


def test_others_have_their_own_laboratories_on_their_desks(cast: Cast) -> None:
    make_foreign(cast)
    act = "Add what is missing"
    assert waiting(cast) == {"other_office": act, "other_manager": act}


def test_nothing_waits_after_the_partnership(cast: Cast) -> None:
    make_ready(cast)
    make_laboratory(cast, "another")
    end(cast)
    assert waiting(cast) == {}


def test_many_laboratories_take_no_more_queries_than_one(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        make_ready(cast, f"lab-{number}")
    with django_assert_max_num_queries(9):
        assert len(list(waiting_for(own_memberships(cast.vice_president)))) == 12
