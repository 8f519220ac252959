"""An agreement that outlives its partnership: who still answers for what it asks, and who ends it."""

from __future__ import annotations

import pytest

from jointlab.agreements.force.queries import waiting as waiting_life
from jointlab.agreements.models import Agreement, Standing
from jointlab.common.errors import NotAllowed, Refusal
from jointlab.common.rooms import Waiting
from jointlab.obligations.queries.answering import Answerable, people_answering
from jointlab.obligations.queries.dues import dues_shown, soonest_first
from jointlab.obligations.queries.waiting import waiting_for
from jointlab.obligations.services.obligations import (
    assign_obligation,
    meet_obligation,
    return_obligation,
)
from jointlab.parties.models import Person
from jointlab.parties.policy import own_memberships
from tests.agreements.in_force import (
    all_dues_of,
    day,
    dues_of,
    duty,
    let_end,
    make_in_force,
    obligation_of,
    obligations_of,
    terminate,
)
from tests.cast import Cast
from tests.days import on

pytestmark = pytest.mark.django_db


def outliving(cast: Cast) -> Agreement:
    """Return a confidentiality agreement whose partnership ends in ten days; a researcher answers."""
    make_in_force(cast, end=day(10))
    agreement = make_in_force(
        cast,
        kind="confidentiality",
        end=day(300),
        duties=[duty(cast.university, day(40))],
        terms={"renewal": "automatic"},
    )
    obligations_of(agreement).update(owner=cast.researcher)
    return agreement


def test_the_office_answers_where_who_was_named_reads_no_agreement_any_more(cast: Cast) -> None:
    agreement = outliving(cast)
    [due] = dues_of(agreement)
    with on(day(20)):
        assert list(people_answering(due)) == [cast.university_office]
        assert Answerable([cast.partnership.pk]).answering(due) == [cast.university_office.pk]
        [row] = dues_shown(soonest_first(all_dues_of(agreement)))
        assert row.left
        with pytest.raises(NotAllowed):
            meet_obligation(by=cast.researcher, due=due, evidence="Sent.")


def waiting(person: Person) -> list[Waiting]:
    own = own_memberships(person)
    return [*waiting_for(own), *waiting_life.waiting(own)]


def test_their_desk_falls_silent_and_the_offices_speaks(cast: Cast) -> None:
    outliving(cast)
    assert [thing.act for thing in waiting(cast.researcher)] == ["Report it as done"]
    assert [thing.act for thing in waiting(cast.university_office)] == [
        "Renew, or let the agreement expire"
    ]
    with on(day(20)):
        assert waiting(cast.researcher) == []
        assert [thing.act for thing in waiting(cast.university_office)] == ["Report it as done"]


def test_the_offices_go_on_naming_meeting_and_returning(cast: Cast) -> None:
    agreement = outliving(cast)
    given = {"by": cast.university_office, "obligation": obligation_of(agreement), "version": 1}
    with on(day(20)):
        with pytest.raises(Refusal, match="must belong to the obliged side"):
            assign_obligation(owner=cast.dean, **given)
        assign_obligation(owner=cast.vice_president, **given)
        due = meet_obligation(
            by=cast.university_office, due=dues_of(agreement)[0], evidence="Sent."
        )
        assert return_obligation(by=cast.enterprise_office, due=due, reason="By post?").is_open


def test_it_can_be_ended(cast: Cast) -> None:
    agreement, last = outliving(cast), day(30)
    with on(day(20)):
        let_end(cast, agreement, "enterprise_office")
        terminate(cast, agreement, "vice_president", on=last)
    with on(day(31)):
        assert Agreement.objects.get(pk=agreement.pk).standing is Standing.TERMINATED
