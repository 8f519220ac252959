"""An organisation's pages, and its units'."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from jointlab.parties.models import Unit
from jointlab.parties.services.units import add_unit, close_unit
from tests.cast import Cast
from tests.parties.reader import Reader


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


def test_an_office_keeps_its_organisation_and_its_units(cast: Cast, reader: Reader) -> None:
    own = cast.university
    form = {"name_own": "北湖大学", "language_own": "zh-Hans", "kind": "university"}
    form |= {"country": "cn", "version": str(own.version), "website": "example.org"}
    assert reader.post("edit-organisation", own.pk, **form).status_code == 302
    own.refresh_from_db()
    assert (own.country, own.website) == ("CN", "https://example.org")
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


def test_codes_are_entered_by_an_operator_alone(cast: Cast, reader: Reader) -> None:
    own = cast.university
    form = {"name_own": "北湖大学", "language_own": "zh-Hans", "kind": "university"}
    form |= {"ror": "https://ror.org/03cve4549", "credit_code": "9135 0100 m000100y43"}
    for name, entered in (("university_office", None), ("operator", "03cve4549")):
        page = reader.sign_in(name)
        assert ('name="ror"' in page.get("edit-organisation", own.pk)) is (name == "operator")
        page.post("edit-organisation", own.pk, **form, version=str(own.version))
        own.refresh_from_db()
        assert own.ror == entered
    assert own.credit_code == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
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
