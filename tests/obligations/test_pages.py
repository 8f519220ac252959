"""The pages of what is owed, here by agreements in force, and what of it waits on the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from jointlab.agreements.models import Agreement
from jointlab.files import storage
from jointlab.files.queries import read_file
from jointlab.obligations.models import Due, EvidenceFile, Obligation
from jointlab.obligations.queries.awaited import awaited_by
from jointlab.obligations.queries.waiting import waiting_for
from jointlab.obligations.services.obligations import meet_obligation, return_obligation
from jointlab.parties.policy import own_memberships
from jointlab.parties.services.memberships import end_membership
from tests.agreements import reader
from tests.agreements.in_force import (
    day,
    dues_of,
    duty,
    make_foreign,
    make_in_force,
    obligations_of,
)
from tests.agreements.reader import text
from tests.cast import Cast
from tests.days import on
from tests.files.make import files_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


class Reader(reader.Reader):
    """Somebody of the cast who reads the pages of what is owed by an agreement."""

    def url(self, page: str, *args: Any) -> str:
        return reverse(f"obligations:{page}", args=("agreements", *args) if args else ())


def owing(cast: Cast, **more: Any) -> Agreement:
    duties = [
        duty(cast.university, day(20)),
        duty(cast.enterprise, day(200), key="car", what="A test car"),
    ]
    return make_in_force(cast, start=day(-30), duties=duties, **more)


def test_the_page_tells_who_owes_what_by_when_and_how_it_stands(cast: Cast) -> None:
    agreement = owing(cast)
    Due.objects.filter(obligation__key="report").update(due_on=day(-1))
    obligations_of(agreement).filter(key="car").update(owner=cast.engineer)
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
        assert text(reader.get("obligations", agreement.code)).count("No longer due") == 2
        assert "No results." in reader.get("obligations", agreement.code, show="open")


def test_an_owner_who_has_left_is_shown_as_that(cast: Cast) -> None:
    agreement = owing(cast)
    obligations_of(agreement).filter(key="report").update(owner=cast.researcher)
    end_membership(by=cast.university_office, membership=cast.membership("researcher"))
    page = Reader(cast, "dean").get("obligations", agreement.code)
    assert "has left this side; the partnership office is responsible" in page


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
    assert Obligation.objects.get(key="report").owner == cast.researcher


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
        fetched = reader.client.get(reverse("obligations:evidence", args=[file.pk]))
        assert fetched.content == read_file(file.stored_id)
        assert fetched["Content-Type"] == "application/octet-stream"
        assert fetched["X-Content-Type-Options"] == "nosniff"
        assert fetched["Content-Disposition"].startswith("attachment; filename")
        assert file.name.startswith(start)


def test_a_file_that_is_lost_is_said_to_be(cast: Cast, settings: Any, tmp_path: Path) -> None:
    files_in(settings, tmp_path)
    agreement, reader = owing(cast), Reader(cast, "university_office")
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7", "application/pdf")
    reader.post("meet-obligation", agreement.code, dues_of(agreement)[0].pk, uploads=[file])
    kept = EvidenceFile.objects.get()
    storage.remove(kept.stored_id)
    answer = reader.client.get(reverse("obligations:evidence", args=[kept.pk]))
    assert answer.status_code == 409
    assert "The file is missing, or is not what was stored." in answer.content.decode()


def test_what_is_refused_stands_on_the_form(cast: Cast) -> None:
    agreement, reader = owing(cast), Reader(cast, "university_office")
    due = dues_of(agreement)[0]
    answer = reader.post("meet-obligation", agreement.code, due.pk, evidence="")
    assert "Give evidence that it was done" in answer.content.decode()
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
        assert ("Report it as done" in page, "Name the responsible person" in page) == offered


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


# the desk


def waits(cast: Cast, name: str) -> list[str]:
    return [thing.what for thing in waiting_for(own_memberships(cast.people[name]))]


def test_what_is_due_waits_for_its_owner_and_else_for_the_office(cast: Cast) -> None:
    agreement = owing(cast)
    assert waits(cast, "university_office") == ["Report is due by Strategic cooperation agreement."]
    obligations_of(agreement).filter(key="report").update(owner=cast.researcher)
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
            partnership=cast.partnership,
            subject_kind="agreements",
            subject=agreement.pk,
            key=f"more-{number}",
            organisation=cast.university,
            owner=cast.people[("researcher", "dean", "student")[number % 3]],
            what_en=f"Thing {number}",
            first_on=day(number),
            owed_from=agreement.starts_on,
        )
        Due.objects.create(obligation=obligation, subject=agreement.pk, due_on=day(number))
    reader = Reader(cast, "university_office")
    reader.get("all-obligations")  # what the first page of a session asks besides
    for page, arguments, most in (
        ("obligations", [agreement.code], 11),
        ("all-obligations", [], 8),
        ("due", [agreement.code, dues_of(agreement)[0].pk], 10),
    ):
        with django_assert_max_num_queries(most):
            reader.get(page, *arguments)
    with django_assert_max_num_queries(6):
        assert len(list(waiting_for(own_memberships(cast.university_office)))) == 21


def test_a_report_waits_for_the_other_sides_office_on_the_page_that_shows_what_shows_it(
    cast: Cast,
) -> None:
    agreement = owing(cast)
    due = dues_of(agreement)[0]
    meet_obligation(by=cast.university_office, due=due, evidence="Sent by post on Monday.")
    [thing] = waiting_for(own_memberships(cast.enterprise_office))
    assert thing.what.startswith("The other side reported as done: Report, due by ")
    reader = Reader(cast, "enterprise_office")
    page = text(reader.client.get(thing.url).content.decode())
    for said in ("Sent by post on Monday.", "Accept it as done", "Return it", "Reported, not"):
        assert said in page
    assert reader.post("accept-obligation", agreement.code, due.pk).status_code == 302
    assert not list(waiting_for(own_memberships(cast.enterprise_office)))
    page = text(reader.get("due", agreement.code, due.pk))
    assert "Accepted by the other side" in page
    assert "Return it" not in page


@pytest.mark.parametrize(
    "name", ["general_manager", "engineer", "university_office", "other_office"]
)
def test_a_report_waits_for_nobody_else(cast: Cast, name: str) -> None:
    agreement = owing(cast)
    meet_obligation(by=cast.university_office, due=dues_of(agreement)[0], evidence="Done.")
    said = [thing.what for thing in waiting_for(own_memberships(cast.people[name]))]
    assert not [what for what in said if "reported as done" in what]


def test_whoever_reported_it_waits_for_the_answer_and_the_office_does_too(cast: Cast) -> None:
    agreement = owing(cast)
    obligations_of(agreement).filter(key="report").update(owner=cast.researcher)
    meet_obligation(by=cast.researcher, due=dues_of(agreement)[0], evidence="Done.")
    [on_their_desk] = waiting_for(own_memberships(cast.enterprise_office))
    for name, waits in {"researcher": True, "university_office": True, "dean": False}.items():
        found = [
            thing
            for thing in awaited_by(own_memberships(cast.people[name]))
            if thing.key == on_their_desk.key
        ]
        assert bool(found) == waits, name
        for thing in found:
            assert thing.who == "Asterion Automotive"
            assert list(thing.holders()) == [cast.enterprise_office]


def test_an_office_waits_for_what_the_other_side_owes_within_a_fortnight(cast: Cast) -> None:
    agreement = owing(cast)
    obligations_of(agreement).filter(key="report").update(owner=cast.researcher)
    office = own_memberships(cast.enterprise_office)
    assert not list(awaited_by(office))
    Due.objects.filter(obligation__key="report").update(due_on=day(14))
    [thing] = awaited_by(office)
    assert (thing.who, thing.is_late) == ("Researcher", False)
    assert thing.key in [one.key for one in waiting_for(own_memberships(cast.researcher))]
    assert list(thing.holders()) == [cast.researcher]
    Due.objects.filter(obligation__key="report").update(due_on=day(-1))
    assert next(awaited_by(office)).is_late
    assert not list(awaited_by(own_memberships(cast.engineer)))
