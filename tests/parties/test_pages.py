from __future__ import annotations

import gzip
import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jointlab.parties.models import Membership, Organisation, Partnership, Side, Unit
from jointlab.parties.services.memberships import change_membership, end_membership
from jointlab.parties.services.partnerships import bring_into_force, edit_partnership
from jointlab.parties.services.units import add_unit, close_unit
from tests.cast import OWN, Cast
from tests.data import DATA, with_data
from tests.parties.make import make_organisations, make_people
from tests.parties.test_ror import REDUCED, written


class Reader:
    """Somebody of the cast at their browser."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.client = Client()

    def sign_in(self, name: str) -> Reader:
        self.client.force_login(self.cast.people[name])
        return self

    def get(self, page: str, /, *args: Any, **query: Any) -> str:
        answer = self.client.get(reverse(f"parties:{page}", args=args), query)
        assert answer.status_code == 200
        return answer.content.decode()

    def post(self, page: str, /, *args: Any, **data: Any) -> HttpResponse:
        return self.client.post(reverse(f"parties:{page}", args=args), data)


@pytest.fixture
def reader(cast: Cast) -> Reader:
    return Reader(cast).sign_in("university_office")


def member(cast: Cast, name: str) -> Any:
    return cast.membership(name).pk


# reading


def test_the_list_shows_ones_partnerships_with_their_sides(reader: Reader) -> None:
    text = reader.get("partnerships")
    assert "Northlake and Asterion" in text
    assert "In preparation" in text
    assert "Southgate" not in text
    assert "You are in no partnership now." in reader.sign_in("outsider").get("partnerships")


def test_a_partnership_says_what_it_is_where_it_stands_and_who_is_in_it(
    cast: Cast, reader: Reader
) -> None:
    bring_into_force(
        by=cast.vice_president,
        partnership=cast.partnership,
        since=timezone.localdate(),
        until=None,
    )
    text = reader.get("partnership", OWN)
    assert re.search(r"<h1>.*Northlake and Asterion.*</h1>", text)
    assert re.search(r'aria-current="step">.*?In force', text, re.S)
    assert text.index("Asterion Automotive") < text.index("General manager")
    assert "School of automation" in text
    earlier = text[text.index('id="earlier"') :]
    assert "Engineer until lately" in earlier
    assert "Engineer until lately" not in text[: text.index('id="earlier"')]


def test_the_latest_history_stands_beside_it_for_those_who_may_read_it(reader: Reader) -> None:
    assert "Latest history" in reader.get("partnership", OWN)
    assert "Latest history" not in reader.sign_in("student").get("partnership", OWN)


def test_nobody_is_offered_what_they_may_not_do(cast: Cast, reader: Reader) -> None:
    change = reverse("parties:change-membership", args=[OWN, member(cast, "researcher")])
    foreign = reverse("parties:change-membership", args=[OWN, member(cast, "engineer")])
    text = reader.get("partnership", OWN) + reader.get("people", OWN)
    assert "Edit names" in text
    assert change in text
    assert foreign not in text
    reader.sign_in("dean")
    text = reader.get("partnership", OWN) + reader.get("people", OWN)
    assert "Edit names" not in text
    assert "Invite" not in text
    assert change not in text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("dean", ["Dean"]),
        ("DEAN automation", ["Dean"]),
        ("院长", ["Dean"]),
        ("총경리", ["General manager"]),
        ("office", ["University office", "Enterprise office"]),
        ("100%", []),
        ("former", []),
        ("x" * 300, []),
    ],
)
def test_people_are_found_by_any_of_their_names_and_titles(
    reader: Reader, words: str, found: list[str]
) -> None:
    text = reader.get("people", OWN, q=words)
    if len(words) <= 200:
        assert re.findall(r'<th scope="row">.*?<bdi>(.*?)</bdi>', text) == found


def test_people_are_narrowed_by_side_and_by_time(cast: Cast, reader: Reader) -> None:
    own = reader.get("people", OWN, side=str(cast.university.pk))
    assert "Researcher" in own
    assert "Talent manager" not in own
    assert "Engineer until lately" in reader.get("people", OWN, when="earlier")
    assert "Nobody fits." in reader.get("people", OWN, when="ending")
    Membership.objects.filter(person=cast.student).update(
        until=timezone.localdate() + timedelta(days=3)
    )
    ending = reader.get("people", OWN, when="ending")
    assert "Student" in ending
    assert "Researcher" not in ending


@pytest.mark.parametrize("query", [{"side": "x"}, {"when": "x"}, {"page": "x"}, {"page": "999"}])
def test_a_filter_that_makes_no_sense_narrows_nothing(
    reader: Reader, query: dict[str, str]
) -> None:
    assert "Researcher" in reader.get("people", OWN, **query)


def test_names_of_other_directions_keep_to_themselves(cast: Cast, reader: Reader) -> None:
    cast.researcher.name_own = "דנה \u202eevil"
    cast.researcher.save()
    for text in (
        reader.get("people", OWN),
        reader.get("partnership", OWN),
        reader.get("person", cast.researcher.pk),
    ):
        body = text[text.index("<main") :]
        assert body.count("\u202eevil") == len(re.findall(r"<bdi[^>]*>דנה \u202eevil</bdi>", body))


def test_a_name_is_text_and_never_markup(cast: Cast, reader: Reader) -> None:
    cast.researcher.name_own = "<script>alert(1)</script>"
    cast.researcher.save()
    for text in (reader.get("people", OWN), reader.get("person", cast.researcher.pk)):
        assert "<script>alert" not in text


def test_an_organisation_shows_its_units_as_a_tree(cast: Cast, reader: Reader) -> None:
    inner = add_unit(
        by=cast.university_office,
        organisation=cast.university,
        parent=cast.automation,
        kind="centre",
        name_en="Robotics centre",
    )
    text = reader.get("organisation", cast.university.pk)
    tree = r"<li>[^§]*School of automation[^§]*<ul>[^§]*<li>[^§]*Robotics centre[^§]*</ul>"
    assert re.search(tree, text)
    assert "Add unit" in text
    close_unit(by=cast.university_office, unit=inner, on=timezone.localdate())
    text = reader.get("organisation", cast.university.pk)
    assert text.index("Closed units") < text.index("Robotics centre", text.index("Closed units"))
    assert "Add unit" not in reader.sign_in("engineer").get("organisation", cast.university.pk)


# writing


def test_an_office_renames_the_partnership(cast: Cast, reader: Reader) -> None:
    names = {"name_en": "New name", "name_zh": "", "name_ko": "새 이름", "version": 1}
    answer = reader.post("edit-partnership", OWN, **names)
    assert answer.status_code == 302
    assert Partnership.objects.get(code=OWN).names == {"en": "New name", "ko": "새 이름"}
    assert "Saved." in reader.get("partnership", OWN)


def test_who_saves_second_sees_both_versions_and_decides(cast: Cast, reader: Reader) -> None:
    edit_partnership(
        by=cast.enterprise_office, partnership=cast.partnership, version=1, name_en="Theirs"
    )
    names = {"name_en": "Mine", "name_zh": "北湖与阿斯特", "name_ko": "", "version": 1}
    text = reader.post("edit-partnership", OWN, **names).content.decode()
    assert "Somebody else changed this meanwhile." in text
    both = re.findall(r"<bdi>(.*?)</bdi>", text[text.index("Both versions") :])
    assert both[:4] == ["Theirs", "Mine", "노스레이크와 아스테리온", "—"]
    assert 'value="Mine"' in text
    version = re.search(r'name="version" value="(\d+)"', text)
    assert version
    reader.post("edit-partnership", OWN, **{**names, "version": version.group(1)})
    assert Partnership.objects.get(code=OWN).name_en == "Mine"


def test_ticked_roles_survive_a_refusal(cast: Cast, reader: Reader) -> None:
    membership = cast.membership("researcher")
    own = {"by": cast.university_office, "membership": membership}
    change_membership(**own, version=1, roles=["student"], unit=None, until=None)
    form = {"roles": ["head", "researcher"], "title_en": "Researcher", "version": 1}
    text = reader.post("change-membership", OWN, membership.pk, **form).content.decode()
    ticked = re.findall(r'value="(\w+)"[^>]* checked', text)
    assert ticked == ["head", "researcher"]
    assert "head of a school or division, researcher" in text[text.index("Both versions") :]


def test_an_office_adds_somebody_whom_it_knows(cast: Cast, reader: Reader) -> None:
    reader.sign_in("enterprise_office")
    assert reverse("parties:add-member", args=[OWN, cast.former.pk]) in reader.get(
        "choose-member", OWN, q="form"
    )
    assert "Nobody known fits." in reader.get("choose-member", OWN, q="engineer")
    form = {"roles": ["engineer"], "title_en": "Engineer", "since": "2026-01-01"}
    answer = reader.post("add-member", OWN, cast.former.pk, **form)
    assert answer.status_code == 302
    assert Membership.objects.live().filter(person=cast.former).exists()
    assert reader.post("add-member", OWN, cast.former.pk, **form).status_code == 404


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"since": "2026-05-02", "until": "2026-05-01"}, "cannot end before it begins"),
        ({"since": "yesterday"}, "Enter a valid date"),
        ({"title_en": "\u200b\u2800"}, "no visible character"),
        ({"title_en": "x" * 101}, "at most 100 characters"),
        ({"roles": []}, "This field is required"),
        ({"roles": ["king"]}, "king is not one of the available choices"),
        ({"unit": "0198c0de-0000-7000-8000-000000000000"}, "not one of the available choices"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field_and_kept(
    cast: Cast, reader: Reader, values: dict[str, Any], reason: str
) -> None:
    reader.sign_in("enterprise_office")
    form = {"roles": ["engineer"], "title_en": "Engineer", "since": "2026-01-01", **values}
    answer = reader.post("add-member", OWN, cast.former.pk, title_zh="工程师", **form)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert reason in text
    assert 'value="工程师"' in text
    assert not Membership.objects.live().filter(person=cast.former).exists()


def test_ending_a_membership_says_first_what_is_lost(cast: Cast, reader: Reader) -> None:
    text = reader.get("end-membership", OWN, member(cast, "researcher"))
    assert "The roles in Northlake and Asterion: researcher." in text
    assert cast.membership("researcher").is_live
    assert reader.post("end-membership", OWN, member(cast, "researcher")).status_code == 302
    assert not cast.membership("researcher").is_live


def test_the_last_office_of_a_side_is_told_that_it_is_the_last(cast: Cast, reader: Reader) -> None:
    assert "last partnership office" in reader.get(
        "end-membership", OWN, member(cast, "university_office")
    )
    assert "last partnership office" not in reader.get(
        "end-membership", OWN, member(cast, "researcher")
    )


def test_a_membership_that_somebody_else_ended_is_said_to_have_ended(
    cast: Cast, reader: Reader
) -> None:
    membership = cast.membership("researcher")
    end_membership(by=cast.university_office, membership=membership)
    answer = reader.post("end-membership", OWN, membership.pk)
    assert "This membership has ended." in answer.content.decode()
    form = {"roles": ["head"], "title_en": "Dean", "version": 2}
    answer = reader.post("change-membership", OWN, membership.pk, **form)
    assert "This membership has ended." in answer.content.decode()


def test_an_office_keeps_its_organisation_and_its_units(cast: Cast, reader: Reader) -> None:
    own = cast.university
    form = {"name_own": "北湖大学", "language_own": "zh-Hans", "kind": "university"}
    form |= {"ror": "https://ror.org/03cve4549", "country": "cn", "version": str(own.version)}
    form |= {"credit_code": "9135 0100 m000100y43", "website": "example.org"}
    assert reader.post("edit-organisation", own.pk, **form).status_code == 302
    own.refresh_from_db()
    assert (own.ror, own.country, own.credit_code, own.website) == (
        "03cve4549",
        "CN",
        "91350100M000100Y43",
        "https://example.org",
    )
    unit = {"name_en": "Robotics centre", "kind": "centre", "parent": str(cast.automation.pk)}
    assert reader.post("add-unit", own.pk, **unit).status_code == 302
    made = Unit.objects.get(name_en="Robotics centre")
    renamed = {**unit, "name_en": "Robots", "parent": "", "version": "1"}
    assert reader.post("edit-unit", own.pk, made.pk, **renamed).status_code == 302
    made.refresh_from_db()
    assert (made.name_en, made.parent) == ("Robots", None)
    assert reader.post("close-unit", own.pk, made.pk, on="2026-01-05").status_code == 302
    made.refresh_from_db()
    assert made.closed_on is not None


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"ror": "03cve4548"}, "no ROR id"),
        ({"credit_code": "1"}, "no unified social credit code"),
        ({"country": "China"}, "at most 2 characters"),
        ({"country": "1x"}, "two letters"),
        ({"language_own": "zh_Hans!"}, "no language code"),
        ({"name_own": "\u200f\u200f"}, "no visible character"),
        ({"website": "javascript:alert(1)"}, "Enter a valid URL"),
    ],
)
def test_a_code_that_does_not_check_is_said_beside_its_field(
    cast: Cast, reader: Reader, values: dict[str, str], reason: str
) -> None:
    form = {"name_own": "北湖大学", "language_own": "zh-Hans", "kind": "university", "version": "1"}
    answer = reader.post("edit-organisation", cast.university.pk, **{**form, **values})
    assert reason in answer.content.decode()


def test_closing_a_unit_says_what_is_lost(cast: Cast, reader: Reader) -> None:
    text = reader.get("close-unit", cast.university.pk, cast.automation.pk)
    assert "Nobody can be put into School of automation any more." in text
    assert "2 people are in it and stay members" in text
    reader.sign_in("operator")
    assert "stay members" not in reader.get("close-unit", cast.university.pk, cast.automation.pk)


def test_a_unit_that_cannot_be_closed_says_why_on_its_form(cast: Cast, reader: Reader) -> None:
    add_unit(
        by=cast.university_office,
        organisation=cast.university,
        parent=cast.automation,
        kind="centre",
        name_en="Inner",
    )
    answer = reader.post("close-unit", cast.university.pk, cast.automation.pk, on="2026-01-05")
    assert "Close the units inside it first." in answer.content.decode()


# the operator


def test_the_operator_adds_an_organisation_and_opens_a_partnership(
    cast: Cast, reader: Reader
) -> None:
    reader.sign_in("operator")
    form = {"name_own": "Third Works", "language_own": "en", "kind": "enterprise"}
    assert reader.post("add-organisation", **form).status_code == 302
    third = Organisation.objects.get(name_own="Third Works")
    text = reader.get("open-partnership", q="third works", organisation=[str(cast.university.pk)])
    chosen = f"?organisation={cast.university.pk}&amp;organisation={third.pk}"
    assert chosen in text
    assert "Code and names" not in text
    sides = f"?organisation={cast.university.pk}&organisation={third.pk}"
    assert (
        "Code and names"
        in reader.client.get(reverse("parties:open-partnership") + sides).content.decode()
    )
    names = {"code": "third", "name_en": "Third"}
    answer = reader.client.post(reverse("parties:open-partnership") + sides, names)
    assert answer.status_code == 302
    partnership = Partnership.objects.get(code="third")
    assert [side.organisation for side in partnership.sides.all()] == [cast.university, third]
    text = reader.get("partnerships-opened", q="third")
    assert text.count("No office yet") == 2
    assert reverse("parties:invitations", args=["third"]) in text
    assert "Northlake" not in re.sub(r"Northlake University", "", text)


@pytest.mark.parametrize("query", ["", "?organisation=x", "?organisation=&q=%00"])
def test_a_partnership_without_two_sides_is_refused_and_not_opened(
    cast: Cast, reader: Reader, query: str
) -> None:
    reader.sign_in("operator")
    address = reverse("parties:open-partnership") + query
    assert reader.client.get(address).status_code == 200
    answer = reader.client.post(address, {"code": "third", "name_en": "Third"})
    assert answer.status_code == 200
    assert not Partnership.objects.filter(code="third").exists()


def test_the_operator_finds_organisations_by_name_or_id(cast: Cast, reader: Reader) -> None:
    Organisation.objects.filter(pk=cast.university.pk).update(ror="03cve4549")
    reader.sign_in("operator")
    for words in ("북호", "노스레이크", "北湖", "northlake", "03CVE4549"):
        found = "Northlake University" in reader.get("organisations", q=words)
        assert found == (words != "북호"), words


def test_ror_fills_the_form_and_knows_what_was_taken_over(
    cast: Cast, reader: Reader, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.sign_in("operator")
    monkeypatch.delenv("JOINTLAB_DATA", raising=False)
    assert "data are not here" in reader.get("find-in-ror", q="清华")
    (tmp_path / "organisations-ror").mkdir()
    plain = written(tmp_path / "plain", REDUCED)
    packed = tmp_path / "organisations-ror" / "ror_subset.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    monkeypatch.setenv("JOINTLAB_DATA", str(tmp_path))
    text = reader.get("find-in-ror", q="清华")
    assert f"{reverse('parties:add-organisation')}?ror=03cve4549" in text
    text = reader.get("add-organisation", ror="03cve4549")
    for value in ("清华大学", "칭화대학교", "Tsinghua University", "03cve4549", "zh-Hans"):
        assert f'value="{value}"' in text
    form = {"name_own": "清华大学", "language_own": "zh-Hans", "kind": "university"}
    assert reader.post("add-organisation", **form, ror="03cve4549").status_code == 302
    assert "Taken over" in reader.get("find-in-ror", q="tsinghua")


@with_data
def test_the_shared_data_are_searched(
    cast: Cast, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOINTLAB_DATA", str(DATA))
    text = reader.sign_in("operator").get("find-in-ror", q="重庆邮电")
    assert "Chongqing University of Posts and Telecommunications" in text


# few and many


PAGES: list[tuple[str, str, int]] = [
    ("partnerships", "university_office", 4),
    ("partnership", "university_office", 9),
    ("people", "university_office", 7),
    ("choose-member", "university_office", 6),
    ("person", "university_office", 4),
    ("organisation", "university_office", 7),
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
    most += len(frame)
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
    with django_assert_max_num_queries(most):
        reader.get(page, *arguments.get(page, []))


def test_what_a_partnership_is_for_stands_on_its_page(cast: Cast, reader: Reader) -> None:
    answer = reader.post(
        "describe-partnership", OWN, version="1", purpose_en="Research, tested by <industry>."
    )
    assert answer.status_code == 302
    assert "Research, tested by &lt;industry&gt;." in reader.get("partnership", OWN)
