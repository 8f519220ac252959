"""The people of a partnership, and what becomes of their memberships."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from jointlab.parties.models import Membership
from jointlab.parties.services.memberships import change_membership, end_membership
from tests.cast import OWN, Cast
from tests.parties.reader import Reader, member


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
    assert "No results." in reader.get("people", OWN, when="ending")
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
    assert "No existing members to add." in reader.get("choose-member", OWN, q="engineer")
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
