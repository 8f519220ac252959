"""The pages of an agreement in force: obligations, publications, its end; what waits on the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from jointlab.agreements.models import Agreement, Due, EvidenceFile, Obligation, Publication
from jointlab.agreements.queries.waiting_duties import waiting
from jointlab.agreements.services.obligations import meet_obligation, return_obligation
from jointlab.agreements.services.publications import give_publication_notice
from jointlab.parties.policy import own_memberships
from jointlab.parties.services.memberships import end_membership
from tests.agreements.in_force import day, dues_of, duty, make_foreign, make_in_force, sign_by_rows
from tests.agreements.make import make_agreement
from tests.cast import Cast
from tests.days import on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


class Reader:
    """Somebody of the cast at their browser."""

    def __init__(self, cast: Cast, name: str) -> None:
        self.client = Client()
        self.client.force_login(cast.people[name])

    def get(self, page: str, *args: Any, **query: Any) -> str:
        answer = self.client.get(reverse(f"agreements:{page}", args=args), query)
        assert answer.status_code == 200
        return answer.content.decode()

    def post(self, page: str, *args: Any, **data: Any) -> HttpResponse:
        return self.client.post(reverse(f"agreements:{page}", args=args), data)


def text(page: str) -> str:
    """Return what a page's main part says, on one line."""
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    return " ".join(strip_tags(main[0] if main else page).split())


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


# obligations


def test_the_page_tells_who_owes_what_by_when_and_how_it_stands(cast: Cast) -> None:
    agreement = owing(cast)
    Due.objects.filter(obligation__duty="report").update(due_on=day(-1))
    agreement.obligations.filter(duty="car").update(owner=cast.engineer)
    said = text(Reader(cast, "dean").get("obligations", agreement.code))
    assert re.search(r"Report 北湖大学.* The office .* Overdue", said)
    assert re.search(r"A test car Asterion Automotive Engineer .* Open", said)


def test_it_narrows_to_a_state_and_to_a_side(cast: Cast) -> None:
    agreement, reader = owing(cast), Reader(cast, "researcher")
    meet_obligation(by=cast.university_office, due=dues_of(agreement)[0], evidence="Done.")

    def listed(**query: Any) -> tuple[bool, bool]:
        rows = reader.get("obligations", agreement.code, **query)
        return "<bdi>Report</bdi>" in rows, "<bdi>A test car</bdi>" in rows

    assert listed() == (True, True)
    assert listed(show="open") == (False, True)
    assert listed(show="met") == (True, False)
    assert listed(show="overdue") == (False, False)
    assert listed(side=str(cast.university.pk)) == (True, False)
    assert listed(show="nonsense", side="nonsense") == (True, True)


def test_after_the_end_what_was_open_fell_away_though_no_clock_ran(cast: Cast) -> None:
    agreement = owing(cast, kind="project", end=day(300))
    make_in_force(cast)
    with on(day(301)):
        reader = Reader(cast, "dean")  # a session of today would have run out
        assert text(reader.get("obligations", agreement.code)).count("Fell away") == 2
        assert "Nothing fits." in reader.get("obligations", agreement.code, show="open")


def test_an_owner_who_has_left_is_shown_as_that(cast: Cast) -> None:
    agreement = owing(cast)
    agreement.obligations.filter(duty="report").update(owner=cast.researcher)
    end_membership(by=cast.university_office, membership=cast.membership("researcher"))
    page = Reader(cast, "dean").get("obligations", agreement.code)
    assert "is no longer of this side; the office answers" in page


def test_the_office_names_who_answers_from_its_own_people(cast: Cast) -> None:
    agreement, reader = owing(cast), Reader(cast, "university_office")
    due = dues_of(agreement)[0]
    page = reader.get("assign-obligation", agreement.code, due.pk)
    assert "Researcher" in page
    assert "Engineer" not in text(page)
    assert "Student" not in text(page)
    given = {"version": 1, "owner": str(cast.researcher.pk)}
    answer = reader.post("assign-obligation", agreement.code, due.pk, **given)
    assert answer.status_code == 302
    assert Obligation.objects.get(duty="report").owner == cast.researcher


def test_whoever_names_second_sees_it_on_the_form(cast: Cast) -> None:
    agreement, reader = owing(cast), Reader(cast, "university_office")
    due = dues_of(agreement)[0]
    for owner, status in ((cast.researcher, 302), (cast.dean, 200)):
        given = {"version": 1, "owner": str(owner.pk)}
        answer = reader.post("assign-obligation", agreement.code, due.pk, **given)
        assert answer.status_code == status
    assert "Somebody else changed this meanwhile" in answer.content.decode()


def test_it_is_reported_with_words_a_link_and_files_that_both_sides_fetch(cast: Cast) -> None:
    agreement = owing(cast)
    due = dues_of(agreement)[0]
    files = [
        SimpleUploadedFile("a.html", b"<script>alert(1)</script>", "text/html"),
        SimpleUploadedFile("报告.pdf", b"%PDF-1.7", "application/pdf"),
    ]
    answer = Reader(cast, "university_office").post(
        "meet-obligation",
        agreement.code,
        due.pk,
        evidence="<b>Sent</b>",
        link="https://example.org",
        uploads=files,
    )
    assert answer.status_code == 302
    reader = Reader(cast, "engineer")
    page = reader.get("due", agreement.code, due.pk)
    assert "&lt;b&gt;Sent&lt;/b&gt;" in page
    assert 'href="https://example.org"' in page
    for file, start in zip(EvidenceFile.objects.order_by("name"), ("a.html", "报告"), strict=True):
        fetched = reader.client.get(reverse("agreements:evidence", args=[file.pk]))
        assert fetched.content == bytes(file.data)
        assert fetched["Content-Type"] == "application/octet-stream"
        assert fetched["X-Content-Type-Options"] == "nosniff"
        assert fetched["Content-Disposition"].startswith("attachment; filename")
        assert file.name.startswith(start)


def test_what_is_refused_stands_on_the_form(cast: Cast) -> None:
    agreement, reader = owing(cast), Reader(cast, "university_office")
    due = dues_of(agreement)[0]
    answer = reader.post("meet-obligation", agreement.code, due.pk, evidence="")
    assert "what shows that it was done" in answer.content.decode()
    large = SimpleUploadedFile("a.bin", b"x" * (10 * 1024 * 1024 + 1))
    answer = reader.post("meet-obligation", agreement.code, due.pk, uploads=large)
    assert "larger than 10 MB" in answer.content.decode()
    assert not EvidenceFile.objects.exists()


def test_the_other_side_returns_it_and_the_reason_is_shown(cast: Cast) -> None:
    agreement = owing(cast)
    due = dues_of(agreement)[0]
    meet_obligation(by=cast.university_office, due=due, evidence="Done.")
    reader = Reader(cast, "enterprise_office")
    assert "Return it" in reader.get("due", agreement.code, due.pk)
    answer = reader.post("return-obligation", agreement.code, due.pk, reason="A page is missing.")
    assert answer.status_code == 302
    page = reader.get("due", agreement.code, due.pk)
    assert "A page is missing." in page
    assert "Return it" not in page


def test_a_page_offers_nobody_what_they_may_not_do(cast: Cast) -> None:
    agreement = owing(cast)
    due = dues_of(agreement)[0]
    for name, offered in {
        "university_office": (True, True),
        "enterprise_office": (False, False),
        "researcher": (False, False),
    }.items():
        page = Reader(cast, name).get("due", agreement.code, due.pk)
        assert ("Report it as done" in page, "Name who answers for it" in page) == offered


def test_the_list_across_agreements_is_of_what_ones_own_side_owes(cast: Cast) -> None:
    agreement = owing(cast)
    make_foreign(cast)
    make_in_force(cast, kind="project", duties=[duty(cast.university, day(5), what="A plan")])
    page = Reader(cast, "dean").get("all-obligations")
    rows = re.findall(r"<bdi>(Report|A plan|A test car)</bdi>", page)
    assert rows == ["A plan", "Report"]
    meet_obligation(by=cast.university_office, due=dues_of(agreement)[0], evidence="Done.")
    assert "<bdi>Report</bdi>" not in Reader(cast, "dean").get("all-obligations")
    assert "Your side owes nothing now." in Reader(cast, "outsider").get("all-obligations")


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
    answer = reader.post("terminate", agreement.code, on=day(5).isoformat(), reason="Given up.")
    assert answer.status_code == 302
    assert Agreement.objects.get().ends_on == day(5)


def test_what_goes_on_by_itself_is_let_end_on_its_page(cast: Cast) -> None:
    agreement = owing(cast, end=day(300), terms={"renewal": "automatic"})
    reader = Reader(cast, "university_office")
    assert "/let-end/" in reader.get("agreement", agreement.code)
    assert reader.post("let-end", agreement.code).status_code == 302
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


def test_what_is_due_waits_for_its_owner_and_else_for_the_office(cast: Cast) -> None:
    agreement = owing(cast)
    assert waits(cast, "university_office") == ["Report is due by Strategic cooperation agreement."]
    agreement.obligations.filter(duty="report").update(owner=cast.researcher)
    assert waits(cast, "university_office") == []
    assert len(waits(cast, "researcher")) == 1
    assert waits(cast, "enterprise_office") == []
    with on(day(21)):
        assert "overdue" in waits(cast, "researcher")[0]
    end_membership(by=cast.university_office, membership=cast.membership("researcher"))
    assert len(waits(cast, "university_office")) == 1
    assert waits(cast, "researcher") == []


def test_what_was_returned_waits_however_far_it_is(cast: Cast) -> None:
    agreement = owing(cast)
    car = dues_of(agreement)[1]
    meet_obligation(by=cast.enterprise_office, due=car, evidence="Delivered.")
    return_obligation(by=cast.university_office, due=car, reason="No wheels.")
    assert waits(cast, "enterprise_office") == [
        "The other side returned A test car, due by Strategic cooperation agreement."
    ]


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


def test_the_desk_shows_it(cast: Cast) -> None:
    owing(cast)
    reader = Reader(cast, "university_office")
    page = reader.client.get(reverse("desk:desk")).content.decode()
    assert "Report is due by Strategic cooperation agreement." in page
    assert "Report it as done" in page


# many


def test_pages_and_desk_ask_no_more_of_the_database_when_there_is_more(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    agreement = owing(cast)
    for number in range(60):
        obligation = Obligation.objects.create(
            agreement=agreement,
            duty=f"more-{number}",
            organisation=cast.university,
            owner=cast.people[("researcher", "dean", "student")[number % 3]],
            what_en=f"Thing {number}",
        )
        Due.objects.create(obligation=obligation, agreement=agreement, due_on=day(number))
    for _number in range(20):
        give(cast, agreement)
    reader = Reader(cast, "university_office")
    reader.get("agreements")  # what the first page of a session asks besides
    for page, arguments, most in (
        ("obligations", [agreement.code], 10),
        ("all-obligations", [], 7),
        ("due", [agreement.code, dues_of(agreement)[0].pk], 9),
        ("publications", [agreement.code], 9),
    ):
        with django_assert_max_num_queries(most):
            reader.get(page, *arguments)
    with django_assert_max_num_queries(5):
        assert len(list(waiting(own_memberships(cast.university_office)))) == 21
