"""The pages of an agreement in force: publications, its end; what waits on the desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from jointlab.agreements.force.queries.waiting import waiting
from jointlab.agreements.force.services.publications import give_publication_notice
from jointlab.agreements.models import Agreement, Publication
from jointlab.parties.policy import own_memberships
from tests.agreements.in_force import (
    day,
    duty,
    make_in_force,
    sign_by_rows,
)
from tests.agreements.make import make_agreement
from tests.agreements.reader import Reader, text
from tests.cast import Cast
from tests.days import on
from tests.signing.make import PIN, make_certificate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def owing(cast: Cast, **more: Any) -> Agreement:
    duties = [
        duty(cast.university, day(20)),
        duty(cast.enterprise, day(200), key="car", what="A test car"),
    ]
    return make_in_force(cast, start=day(-30), duties=duties, **more)


def give(cast: Cast, agreement: Agreement, by: str = "researcher") -> Publication:
    return give_publication_notice(
        by=cast.people[by], agreement=agreement, title="Doors", abstract="How.", venue="A journal"
    )


# publications


def test_notice_is_given_cleared_objected_to_and_withdrawn_on_its_page(cast: Cast) -> None:
    agreement = owing(cast)
    giver, other = Reader(cast, "researcher"), Reader(cast, "division_head")
    given = {"title": "Doors", "abstract": "How doors open.", "venue": "A journal"}
    assert giver.post("give-notice", agreement.code, **given).status_code == 302
    row = Publication.objects.get()
    assert "The other side answers by" in other.get("publications", agreement.code)
    reason = {"reason": "A patent."}
    other.post("object-to-publication", agreement.code, row.pk, **reason)
    assert "A patent." in text(other.get("publications", agreement.code))
    assert other.post("clear-publication", agreement.code, row.pk).status_code == 302
    row.refresh_from_db()
    assert row.is_free
    assert giver.post("withdraw-publication", agreement.code, row.pk).status_code == 302
    assert "Withdrawn" in text(giver.get("publications", agreement.code))


def test_a_notice_offers_each_what_they_may_do(cast: Cast) -> None:
    agreement = owing(cast)
    give(cast, agreement)
    for name, offered in {
        "researcher": (False, True),
        "university_office": (False, True),
        "division_head": (True, False),
        "engineer": (False, False),
    }.items():
        page = Reader(cast, name).get("publications", agreement.code)
        assert ("/object/" in page, "/withdraw/" in page) == offered, name


def test_where_the_text_does_not_speak_of_publications_the_page_says_so(cast: Cast) -> None:
    agreement = make_in_force(cast, kind="confidentiality")
    page = Reader(cast, "researcher").get("publications", agreement.code)
    assert "This agreement says nothing of publications." in page
    assert "/give/" not in page


# its end


def test_the_page_of_termination_names_what_is_lost(cast: Cast) -> None:
    agreement, reader = owing(cast), Reader(cast, "vice_president")
    page = text(reader.get("terminate", agreement.code))
    assert "The partnership Northlake and Asterion ends that day" in page
    assert "Joint laboratories" in page
    make_certificate(cast.vice_president)
    given = {"on": day(5).isoformat(), "reason": "Given up.", "pin_code": PIN}
    answer = reader.post("terminate", agreement.code, **given, day=agreement.ends_on.isoformat())
    assert answer.status_code == 302
    assert Agreement.objects.get().ends_on == day(5)


def test_what_goes_on_by_itself_is_let_end_on_its_page(cast: Cast) -> None:
    agreement = owing(cast, end=day(300), terms={"renewal": "automatic"})
    reader = Reader(cast, "university_office")
    assert "/let-end/" in reader.get("agreement", agreement.code)
    assert f'value="{day(300).isoformat()}"' in reader.get("let-end", agreement.code)
    posted = reader.post("let-end", agreement.code, day=day(300).isoformat())
    assert posted.status_code == 302
    page = reader.get("agreement", agreement.code)
    assert "/let-end/" not in page
    assert "Notice was given: it does not go on by itself." in page


def test_only_a_signatory_is_offered_to_terminate(cast: Cast) -> None:
    agreement = owing(cast)
    offered = {
        name: "/terminate/" in Reader(cast, name).get("agreement", agreement.code)
        for name in ("vice_president", "university_office")
    }
    assert offered == {"vice_president": True, "university_office": False}


# the desk


def waits(cast: Cast, name: str) -> list[str]:
    return [thing.what for thing in waiting(own_memberships(cast.people[name]))]


def test_a_notice_waits_for_those_who_answer_it_until_they_have(cast: Cast) -> None:
    row = give(cast, make_in_force(cast))
    said = ["The other side gives notice of the publication “Doors”."]
    assert waits(cast, "enterprise_office") == waits(cast, "division_head") == said
    assert waits(cast, "engineer") == waits(cast, "dean") == []
    with on(day(31)):
        assert waits(cast, "division_head") == []
    Publication.objects.filter(pk=row.pk).update(cleared_at=row.given_at)
    assert waits(cast, "division_head") == []


def test_an_end_waits_for_the_offices_until_a_renewal_is_drafted(cast: Cast) -> None:
    agreement = make_in_force(cast, end=day(90))
    assert waits(cast, "enterprise_office") == ["Strategic cooperation agreement ends."]
    assert waits(cast, "vice_president") == []
    renewal = make_agreement(cast, follows=agreement, relation="renewal", end=day(900))
    assert waits(cast, "enterprise_office") == []
    sign_by_rows(cast, renewal)
    assert waits(cast, "enterprise_office") == []


# many


def test_a_page_of_notices_asks_no_more_of_the_database_when_there_are_more(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    agreement = owing(cast)
    for _number in range(20):
        give(cast, agreement)
    reader = Reader(cast, "university_office")
    reader.get("agreements")  # what the first page of a session asks besides
    with django_assert_max_num_queries(9):
        reader.get("publications", agreement.code)
