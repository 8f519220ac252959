"""Few rows and many: a page asks the database the same."""

from __future__ import annotations

from typing import Any

import pytest

from jointlab.parties.models import Membership, Partnership, Side, Unit
from tests.cast import OWN, Cast
from tests.parties.make import make_organisations, make_people
from tests.parties.reader import Reader, member

PAGES: list[tuple[str, str, int]] = [
    ("partnerships", "university_office", 5),
    ("partnership", "university_office", 13),
    ("people", "university_office", 7),
    ("choose-member", "university_office", 6),
    ("person", "university_office", 5),
    ("organisation", "university_office", 8),
    ("organisations", "operator", 3),
    ("partnerships-opened", "operator", 4),
    ("change-membership", "university_office", 6),
]


@pytest.mark.parametrize(("page", "name", "most"), PAGES, ids=[page for page, *_ in PAGES])
def test_a_page_asks_no_more_of_the_database_when_there_is_more(
    cast: Cast, reader: Reader, page: str, name: str, most: int, django_assert_max_num_queries: Any
) -> None:
    arguments: dict[str, list[Any]] = {
        "partnership": [OWN],
        "people": [OWN],
        "choose-member": [OWN],
        "person": [cast.university_office.pk],
        "organisation": [cast.university.pk],
        "change-membership": [OWN, member(cast, "researcher")],
    }
    reader.sign_in("operator").get("open-partnership")
    with django_assert_max_num_queries(99) as frame:
        reader.get(
            "open-partnership"
        )  # asks nothing: what remains is the session's and the frame's
    most += (
        len(frame) + 1
    )  # whether what waits is counted already: an operator has nothing to count
    reader.sign_in(name).get("partnerships")
    with django_assert_max_num_queries(most):
        reader.get(page, *arguments.get(page, []))
    for number in range(60):
        partnership = Partnership.objects.create(code=f"more-{number}", name_en=f"More {number}")
        for position, side in enumerate((cast.university, cast.other_enterprise)):
            Side.objects.create(partnership=partnership, organisation=side, position=position)
        Membership.objects.create(
            partnership=partnership,
            organisation=cast.university,
            person=cast.university_office,
            roles=["office"],
            title_en="Office",
        )
        Unit.objects.create(
            organisation=cast.university,
            parent=cast.automation,
            kind="centre",
            name_en=f"Centre {number}",
        )
    make_people(cast.partnership, cast.university, 120, cast.automation)
    make_people(Partnership.objects.get(code="more-1"), cast.university, 120)
    make_organisations(120)
    reader.get("partnerships")  # where what waits is counted anew
    with django_assert_max_num_queries(most):
        reader.get(page, *arguments.get(page, []))
