from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.test import RequestFactory

from jointlab.common.errors import Changed, NotAllowed, NotNow, Refusal
from jointlab.common.rows import check, edit, refusing
from jointlab.common.service_form import DecisionForm, ServiceForm
from jointlab.parties.models import Unit
from tests.cast import Cast


class UnitForm(ServiceForm):
    """A form whose fields are named like the row's."""

    name_en = forms.CharField(label="Name")
    kind = forms.ChoiceField(choices=[("school", "School"), ("centre", "Centre")])
    tags = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], required=False)
    version = forms.IntegerField()


def typed(**values: Any) -> UnitForm:
    query = {"name_en": "Mine", "kind": "centre", "version": "1", **values}
    data = QueryDict(mutable=True)
    for name, value in query.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    form = UnitForm(data)
    assert form.is_valid()
    return form


def test_an_edit_writes_what_differs_and_counts(cast: Cast) -> None:
    row, changed = edit(cast.automation, version=1, name_zh="新", name_en="School of automation")
    assert (changed, row.version) == (["name_zh"], 2)
    assert Unit.objects.get(pk=row.pk).name_zh == "新"


def test_an_edit_of_an_older_version_is_refused_with_the_row_of_now(cast: Cast) -> None:
    edit(cast.automation, version=1, name_zh="新")
    with pytest.raises(Changed) as told:
        edit(cast.automation, version=1, name_zh="别")
    assert told.value.row.name_zh == "新"


def test_a_value_that_a_field_does_not_take_is_refused_and_not_written(cast: Cast) -> None:
    with pytest.raises(Refusal, match=r"name in Chinese: .*200 characters"):
        edit(cast.automation, version=1, name_zh="x" * 201)
    assert Unit.objects.get(pk=cast.automation.pk).version == 1


def test_a_check_says_every_field_by_its_name(cast: Cast) -> None:
    with pytest.raises(Refusal, match=r"name in English: .*kind: "):
        check(Unit(organisation=cast.university, name_en="", kind="circus"))


def test_a_named_constraint_refuses_and_the_transaction_goes_on(cast: Cast) -> None:
    twin = Unit(organisation=cast.university, kind="school", name_en="School of automation")
    with (
        pytest.raises(Refusal, match="There is one"),
        refusing(parties_unit_named_once="There is one."),
    ):
        twin.save(force_insert=True)
    assert Unit.objects.filter(organisation=cast.university).count() == 1


def test_another_constraint_is_an_error_still(cast: Cast) -> None:
    from django.db import IntegrityError

    twin = Unit(organisation=cast.university, kind="school", name_en="School of automation")
    with pytest.raises(IntegrityError), refusing(another="No."):
        twin.save(force_insert=True)


def test_a_form_keeps_every_value_and_takes_the_version_of_now(cast: Cast) -> None:
    form = typed(tags=["a", "b"])
    row = cast.automation
    row.version = 7

    with form.refusals():
        raise Changed("Somebody else changed this.", row)
    assert form.non_field_errors() == ["Somebody else changed this."]
    assert form["tags"].value() == ["a", "b"]
    assert form["version"].value() == "7"
    assert list(form.differences()) == [
        ("Name", "School of automation", "Mine"),
        ("kind", "School", "Centre"),
    ]
    assert "Both versions" in str(form)


def test_a_form_without_another_editor_has_no_differences(cast: Cast) -> None:
    assert list(typed().differences()) == []
    assert "Both versions" not in str(typed())


def test_a_refusal_stands_on_the_form_and_a_forbidden_act_does_not() -> None:
    form = typed()
    with form.refusals():
        raise NotNow("Not now.")
    assert form.non_field_errors() == ["Not now."]
    with pytest.raises(NotAllowed), typed().refusals():
        raise NotAllowed("Not you.")


def test_a_decision_has_no_two_versions_to_compare(cast: Cast) -> None:
    form = typed()
    form.compares = False
    with form.refusals():
        raise Changed("Somebody else changed this.", cast.automation)
    assert form.non_field_errors() == ["Somebody else changed this."]
    assert list(form.differences()) == []


def test_what_is_not_named_was_typed_in_the_other_fields() -> None:
    form = typed()
    assert form.others("name_en") == {
        name: value for name, value in form.cleaned_data.items() if name != "name_en"
    }


def test_a_decision_is_sent_even_when_nothing_is_typed() -> None:
    asked, sent = RequestFactory().get("/"), RequestFactory().post("/")
    assert not DecisionForm(asked).is_valid()
    assert DecisionForm(sent).is_valid()
