"""The pages of fields and skills."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from jointlab.taxonomy import lists
from jointlab.taxonomy.models import Field, Skill
from jointlab.taxonomy.queries import sort_by_code
from jointlab.taxonomy.services.imports import import_fields, import_skills
from jointlab.taxonomy.services.names import edit_field
from tests.cast import Cast
from tests.data import DATA, with_data

# What every page of somebody signed in asks: who it is, and that the session is in use.
SESSION = 7


@pytest.fixture
def core(cast: Cast) -> Cast:
    import_fields(by=cast.operator, source=lists.core_fields())
    import_skills(by=cast.operator, source=lists.core_skills())
    return cast


def read(client: Client, name: str, language: str = "en", pk: Any = None, **query: Any) -> str:
    with translation.override(language):
        address = reverse(f"taxonomy:{name}", args=[pk] if pk else [])
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("language", "top", "below"),
    [
        ("en", "Automotive electronics", "Functional safety"),
        ("zh-hans", "汽车电子", "功能安全"),
        ("ko", "자동차 전장", "기능안전"),
    ],
)
def test_the_tree_of_fields_is_read_in_each_language(
    core: Cast, client: Client, language: str, top: str, below: str
) -> None:
    client.force_login(core.student)
    page = read(client, "fields", language)
    assert top in page
    assert below in page


@pytest.mark.parametrize("text", ["can bus", "CAN 总线", "버스 분석", "AN bus an"])
def test_a_skill_is_found_by_its_name_in_any_language(
    core: Cast, client: Client, text: str
) -> None:
    client.force_login(core.student)
    page = read(client, "skills", q=text)
    assert "CAN bus analysis" in page
    assert "Embedded Linux" not in page


def test_what_begins_with_the_text_stands_first(cast: Cast, client: Client) -> None:
    for code, name in enumerate(["Applied radar", "Radar", "Weather radar"]):
        Skill.objects.create(scheme="core", code=str(code), name_en=name)
    client.force_login(cast.student)
    page = read(client, "skills", q="radar")
    assert page.index(">Radar<") < page.index(">Applied radar<") < page.index(">Weather radar<")


@pytest.mark.parametrize("text", ["%", "_", "\\", "'; DROP", "\u202eradar", "🛠"])
def test_signs_of_the_database_are_only_text(core: Cast, client: Client, text: str) -> None:
    client.force_login(core.student)
    assert "No results." in read(client, "skills", q=text)


def test_a_null_character_is_no_name(core: Cast, client: Client) -> None:
    client.force_login(core.student)
    assert "Null characters are not allowed." in read(client, "skills", q="a\0b")


def test_an_unknown_list_or_page_is_told_or_passed_over(core: Cast, client: Client) -> None:
    client.force_login(core.student)
    assert "is not one of the available choices" in read(client, "skills", scheme="none")
    assert "CAN bus" in read(client, "skills", page="99999")


def test_the_page_of_a_field_leads_up_and_down(core: Cast, client: Client) -> None:
    client.force_login(core.student)
    safety = Field.objects.get(code="functional-safety")
    assert safety.parent is not None
    assert reverse("taxonomy:field", args=[safety.parent.pk]) in read(client, "field", pk=safety.pk)
    assert reverse("taxonomy:field", args=[safety.pk]) in read(client, "field", pk=safety.parent.pk)


def test_the_page_of_a_skill_tells_it_in_the_readers_language(core: Cast, client: Client) -> None:
    client.force_login(core.student)
    skill = Skill.objects.get(code="can-analysis")
    page = read(client, "skill", "zh-hans", pk=skill.pk)
    assert skill.description_zh in page
    assert "Edit names" not in page
    assert "none yet" not in page


def test_a_name_that_lacks_the_readers_language_is_shown_in_english_and_says_so(
    cast: Cast, client: Client
) -> None:
    skill = Skill.objects.create(
        scheme="esco", code="skill/x", name_en="weld", description_en="Join."
    )
    client.force_login(cast.student)
    page = read(client, "skill", "ko", pk=skill.pk)
    assert '<bdi lang="en">weld</bdi>' in page
    assert '<p lang="en">Join.</p>' in page
    with translation.override("ko"):
        said = translation.gettext(
            "Some of these have no name in your language yet; their English name is shown."
        )
    assert said in page
    assert said in read(client, "skills", "ko")


def test_the_publisher_of_a_list_is_named_as_its_licence_asks(cast: Cast, client: Client) -> None:
    skill = Skill.objects.create(scheme="esco", code="skill/x", name_en="weld")
    thanks = "This service uses the ESCO classification of the European Commission."
    client.force_login(cast.student)
    assert thanks in read(client, "skill", pk=skill.pk)
    assert thanks in read(client, "skills", q="weld")
    assert thanks not in read(client, "fields")


def test_an_empty_list_says_how_it_is_filled(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    assert "jointlab taxonomy import-core" in read(client, "fields")


def test_the_operator_mends_a_name_on_the_page(core: Cast, client: Client) -> None:
    field = Field.objects.get(code="positioning")
    client.force_login(core.operator)
    assert "Edit names" in read(client, "field", pk=field.pk)
    sent = {"version": 1, "name_en": "Positioning", "name_zh": "定位", "name_ko": "측위"}
    answer = client.post(reverse("taxonomy:edit_field", args=[field.pk]), sent, follow=True)
    assert "Positioning" in answer.content.decode()
    field.refresh_from_db()
    assert (field.name_zh, field.version, field.edited) == ("定位", 2, True)


def test_the_second_of_two_edits_is_told_and_keeps_what_was_typed(
    core: Cast, client: Client
) -> None:
    field = Field.objects.get(code="positioning")
    edit_field(by=core.operator, field=field, version=1, name_en="Where one is")
    client.force_login(core.operator)
    sent = {"version": 1, "name_en": "Navigation"}
    page = client.post(reverse("taxonomy:edit_field", args=[field.pk]), sent).content.decode()
    assert "Somebody else changed this meanwhile." in page
    assert "Where one is" in page
    assert 'value="Navigation"' in page


def test_codes_stand_as_people_count() -> None:
    fields = [Field(scheme="ford", code=code) for code in ("2.10", "2.9", "2.1", "10")]
    assert [field.code for field in sort_by_code(fields)] == ["2.1", "2.9", "2.10", "10"]


@pytest.mark.parametrize("name", ["fields", "skills"])
def test_a_list_asks_the_same_few_queries_however_long_it_is(
    core: Cast, client: Client, django_assert_max_num_queries: Any, name: str
) -> None:
    model: Any = {"fields": Field, "skills": Skill}[name]
    model.objects.bulk_create(
        model(scheme="esco", code=f"x{n}", name_en=f"Kind of radar {n}") for n in range(300)
    )
    client.force_login(core.student)
    read(client, name)  # the first page of a session writes it down
    for query in ({}, {"q": "radar"}, {"q": "radar", "page": "3"}):
        with django_assert_max_num_queries(SESSION + 3):
            read(client, name, **query)


@pytest.mark.parametrize("name", ["field", "skill"])
def test_a_page_asks_the_same_few_queries_however_much_lies_below(
    core: Cast, client: Client, django_assert_max_num_queries: Any, name: str
) -> None:
    if name == "field":
        row: Any = Field.objects.get(code="artificial-intelligence")
        Field.objects.bulk_create(
            Field(scheme="core", code=f"x{n}", name_en=f"Field {n}", parent=row) for n in range(300)
        )
    else:
        row = Skill.objects.get(code="networks")
        for n in range(100):
            Skill.objects.create(scheme="core", code=f"x{n}", name_en=f"Skill {n}").broader.add(row)
    client.force_login(core.student)
    read(client, "fields")
    with django_assert_max_num_queries(SESSION + 4):
        assert "page=2" in read(client, name, pk=row.pk)


@with_data
def test_two_thousand_rows_of_esco_are_searched_and_turned_over(cast: Cast, client: Client) -> None:
    esco = lists.esco(DATA / "skills-esco")  # it comes in whole in test_imports.py
    rows = [row for row in esco.rows() if isinstance(row, lists.Row)]
    groups = {row.code for row in rows if row.values["kind"] == "group"}
    some = [row for row in rows if groups.issuperset(row.above)][:2000]  # no new one at the top
    imported = import_skills(by=cast.operator, source=replace(esco, rows=lambda: iter(some)))
    assert imported.added == 2000
    client.force_login(cast.student)
    assert "page=2" in read(client, "skills", q="manage")
    top = read(client, "skills", scheme="esco")
    assert "language skills and knowledge" in top
