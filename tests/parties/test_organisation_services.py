from __future__ import annotations

from typing import Any

import pytest

from jointlab.common.errors import Changed, NotAllowed, NotVisible, Refusal
from jointlab.parties.models import Organisation
from jointlab.parties.services.organisations import (
    add_organisation,
    edit_organisation,
    import_organisation,
)
from tests.cast import Cast
from tests.parties.test_ror import TSINGHUA
from tests.parties.told import count, last

STRANGERS = ("university_office", "vice_president", "outsider", "other_office")


def add(cast: Cast, **values: Any) -> Organisation:
    return add_organisation(
        **{"by": cast.operator, "kind": "institute", "name_own": "Institut für Getriebe", **values}
    )


def edit(cast: Cast, **values: Any) -> Organisation:
    return edit_organisation(
        **{
            "by": cast.university_office,
            "organisation": cast.university,
            "version": cast.university.version,
            **values,
        }
    )


# add


def test_the_operator_adds_an_organisation_and_its_history_begins(cast: Cast) -> None:
    organisation = add(cast, language_own="de", credit_code="91350100M000100Y43", country="DE")
    organisation.refresh_from_db()
    assert organisation.names == {"own": "Institut für Getriebe"}
    entry = last(organisation)
    assert (entry.number, entry.event, entry.actor) == (
        1,
        "parties.organisation_added",
        cast.operator.pk,
    )
    assert entry.facts["organisation"]["name"]["own"] == "Institut für Getriebe"
    assert entry.facts["kind"] == "institute"


@pytest.mark.parametrize("name", STRANGERS)
def test_for_nobody_else_there_is_a_way_to_add_one(cast: Cast, name: str) -> None:
    with pytest.raises(NotVisible):
        add(cast, by=cast.people[name])


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"name_own": ""}, "name in its own script"),
        ({"name_own": " \u200b\u200d "}, "no visible character"),
        ({"name_own": "x" * 201}, "200 characters"),
        ({"kind": "circus"}, "circus"),
        ({"ror": "03cve4548"}, "no ROR id"),
        ({"credit_code": "91350100M000100Y44"}, "no unified social credit code"),
        ({"website": "javascript:alert(1)"}, "URL"),
        ({"language_own": "x" * 21}, "20 characters"),
    ],
)
def test_what_a_field_does_not_take_is_refused_by_its_name(
    cast: Cast, values: dict[str, str], reason: str
) -> None:
    with pytest.raises(Refusal, match=reason):
        add(cast, **values)


@pytest.mark.parametrize("codes", [{"ror": TSINGHUA.ror}, {"credit_code": "91350100M000100Y43"}])
def test_an_identifier_belongs_to_one_organisation(cast: Cast, codes: dict[str, str]) -> None:
    add(cast, **codes)
    with pytest.raises(Refusal, match="There is an organisation with this"):
        add(cast, **codes)


@pytest.mark.parametrize(
    "name",
    [
        "重庆邮电大学",
        "جامعة القاهرة",
        "Ελληνικό 🏛️",
        "👩‍🔬🧪",
        "한국과학기술원",
        "מכון ויצמן",
    ],
)
def test_a_name_of_any_script_is_kept_as_it_is(cast: Cast, name: str) -> None:
    assert add(cast, name_own=name).name_own == name


def test_controls_that_would_turn_other_text_are_taken_out(cast: Cast) -> None:
    assert add(cast, name_own="Insti\u202etut\u2066\n Nord\x00").name_own == "Institut Nord"


# import


def test_an_import_takes_over_what_the_registry_has(cast: Cast) -> None:
    organisation = import_organisation(by=cast.operator, entry=TSINGHUA)
    assert organisation is not None
    assert {key: getattr(organisation, key) for key in TSINGHUA.values()} == TSINGHUA.values()
    entry = last(organisation)
    assert (entry.event, entry.facts["ror"]) == ("parties.organisation_imported", "03cve4549")


def test_importing_twice_changes_nothing(cast: Cast) -> None:
    organisation = import_organisation(by=cast.operator, entry=TSINGHUA)
    assert organisation is not None
    edit(cast, by=cast.operator, organisation=organisation, version=1, name_en="Tsinghua")
    assert import_organisation(by=cast.operator, entry=TSINGHUA) is None
    organisation.refresh_from_db()
    assert organisation.name_en == "Tsinghua"
    assert count(organisation) == 2


def test_nobody_but_the_operator_imports(cast: Cast) -> None:
    with pytest.raises(NotVisible):
        import_organisation(by=cast.university_office, entry=TSINGHUA)


# edit


@pytest.mark.parametrize("name", ["university_office", "operator"])
def test_its_office_and_the_operator_edit_an_organisation(cast: Cast, name: str) -> None:
    edit(cast, by=cast.people[name], name_ko="북호대학교", website="https://example.org")
    cast.university.refresh_from_db()
    assert (cast.university.name_ko, cast.university.version) == ("북호대학교", 2)
    entry = last(cast.university)
    assert entry.event == "parties.organisation_edited"
    assert entry.facts["changed"] == ["name_ko", "website"]
    assert entry.facts["organisation"]["name"]["ko"] == "북호대학교"


@pytest.mark.parametrize("name", ["dean", "enterprise_office", "other_office", "former"])
def test_nobody_else_edits_it(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        edit(cast, by=cast.people[name], name_ko="북호대학교")


def test_the_second_editor_is_shown_what_the_first_wrote(cast: Cast) -> None:
    edit(cast, name_ko="북호대학교")
    with pytest.raises(Changed) as told:
        edit(cast, by=cast.operator, name_ko="다른 이름")
    assert told.value.row.name_ko == "북호대학교"


def test_an_edit_that_changes_nothing_leaves_no_entry(cast: Cast) -> None:
    before = count(cast.university)
    assert edit(cast, name_ko=cast.university.name_ko).version == cast.university.version
    assert count(cast.university) == before


def test_an_edit_is_checked_as_an_addition_is(cast: Cast) -> None:
    add(cast, ror=TSINGHUA.ror)
    for values in ({"name_own": "\u3164"}, {"ror": TSINGHUA.ror}, {"website": "x"}):
        with pytest.raises(Refusal):
            edit(cast, by=cast.operator, **values)


def test_an_office_learns_of_no_other_organisation_by_its_codes(cast: Cast) -> None:
    add(cast, ror=TSINGHUA.ror, credit_code="91350100M000100Y43")
    for codes in (
        {"ror": TSINGHUA.ror},
        {"ror": "02mhbdp94"},
        {"credit_code": "91350100M000100Y43"},
    ):
        with pytest.raises(NotAllowed, match="An operator of this instance enters"):
            edit(cast, **codes)
    assert edit(cast, ror=None, credit_code=None, website="https://example.org").ror is None
