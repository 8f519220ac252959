"""What Python draws of a form is what templates drew: Django's, and ours in form_templates/."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.forms.renderers import BaseRenderer
from django.template.backends.django import DjangoTemplates
from django.test.html import parse_html
from django.utils import translation
from django.utils.translation import gettext_lazy

from jointlab.common.form_drawing import LongSelect, Renderer

HERE = Path(__file__).parent
TEXT = """<b>"it's" & 'so'</b>"""
CHOICES = [
    ("", "—"),
    ("a", TEXT),
    (2, gettext_lazy("Yes")),
    ("Group <1>", [("b", "B"), ("c", "C")]),
]


class Templates(BaseRenderer):
    """Draws everything by templates."""

    form_template_name = Renderer.form_template_name
    field_template_name = Renderer.field_template_name

    def __init__(self) -> None:
        options = settings.TEMPLATES[0]["OPTIONS"]
        folders = [HERE / "form_templates", Path(forms.__file__).parent / "templates"]
        self.engine = DjangoTemplates(
            {"NAME": "before", "DIRS": folders, "APP_DIRS": True, "OPTIONS": options}
        )

    def get_template(self, template_name: str) -> Any:
        return self.engine.get_template(template_name)


@cache
def templates() -> Templates:
    return Templates()


class Everything(forms.Form):
    """A field of every kind, with everything that changes how it is drawn."""

    line = forms.CharField(label=TEXT, help_text="Help, <em>marked</em>.", max_length=9)
    wide = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"dir": "auto", "title": TEXT, "list": False})
    )
    described = forms.CharField(
        help_text="Elsewhere.", widget=forms.TextInput(attrs={"aria-describedby": "there"})
    )
    apart = forms.CharField(label="", disabled=True, widget=forms.TextInput(attrs={"id": "mine"}))
    search = forms.CharField(widget=forms.TextInput(attrs={"type": "search", "hidden": True}))
    paragraph = forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "lang": "ko"}))
    password = forms.CharField(widget=forms.PasswordInput)
    email = forms.EmailField()
    url = forms.URLField(assume_scheme="https")
    number = forms.IntegerField(min_value=1, max_value=5000, localize=True)
    decimal = forms.DecimalField(required=False, decimal_places=2)
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    moment = forms.DateTimeField(required=False)
    hour = forms.TimeField(required=False)
    two = forms.SplitDateTimeField(required=False)
    tick = forms.BooleanField(help_text="To be ticked.")
    ticked = forms.BooleanField(required=False, disabled=True)
    answer = forms.NullBooleanField()
    one = forms.ChoiceField(choices=CHOICES, help_text="One.")
    first = forms.ChoiceField(choices=CHOICES[1:], widget=forms.Select(attrs={"class": "x"}))
    several = forms.MultipleChoiceField(choices=CHOICES)
    radio = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect, help_text="One.")
    ticks = forms.MultipleChoiceField(
        choices=CHOICES, widget=forms.CheckboxSelectMultiple(attrs={"class": "y"}), required=False
    )
    file = forms.FileField(required=False)
    files = forms.FileField(widget=forms.FileInput(attrs={"accept": ".pdf,.p7s"}))
    hidden = forms.CharField(widget=forms.HiddenInput)
    many = forms.MultipleChoiceField(choices=CHOICES, widget=forms.MultipleHiddenInput)
    kept = forms.CharField(show_hidden_initial=True, initial=TEXT)


INITIAL = {"line": TEXT, "number": 4321, "day": date(2019, 6, 3), "one": "a", "radio": 2}
INITIAL |= {
    "tick": True,
    "ticks": ["a", "b"],
    "several": ["2", "c"],
    "hidden": TEXT,
    "answer": False,
}
TYPED = {"line": TEXT * 2, "paragraph": f"\n{TEXT}", "number": "x", "day": "never", "tick": "on"}
TYPED |= {"one": "none of them", "radio": "a", "ticks": ["b", "?"], "email": TEXT, "hidden": ""}


def spaced(drawn: str) -> str:
    """Return it with every space alike."""
    return " ".join(drawn.split())


def both(form: forms.BaseForm) -> list[str]:
    """Return the form as Python and as templates draw it."""
    drawn = []
    for renderer in (Renderer(), templates()):
        form.renderer = renderer
        form._bound_fields_cache = {}  # type: ignore[attr-defined]
        for errors in (form._errors or {}).values():  # type: ignore[attr-defined]
            errors.renderer = renderer
        drawn.append(str(form))
    return drawn


@pytest.mark.parametrize("language", ["en", "zh-hans", "ko"])
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"initial": INITIAL},
        {"data": {}},
        {"data": TYPED, "initial": INITIAL},
        {"data": TYPED, "prefix": "p", "use_required_attribute": False},
        {"data": TYPED, "auto_id": False},
        {"initial": INITIAL, "auto_id": True},
    ],
)
def test_every_kind_of_field_is_drawn_as_by_templates(given: Any, language: str) -> None:
    with translation.override(language):
        form = Everything(**given)
        if form.is_bound:
            form.add_error(None, TEXT)
        python, before = both(form)
    assert spaced(python) == spaced(before)


def test_both_versions_stand_above_the_fields_after_somebody_elses_change() -> None:
    form = Everything()
    form.current = "theirs"  # type: ignore[attr-defined]
    form.differences = [("Name", TEXT, "mine")]  # type: ignore[attr-defined]
    python, before = both(form)
    assert "Both versions" in python
    assert spaced(python) == spaced(before)


@pytest.mark.parametrize("name", ["radio", "ticks", "one"])
def test_each_choice_can_be_drawn_by_itself(name: str) -> None:
    drawn = [
        [
            (spaced(str(choice)), choice.tag())
            for choice in Everything(TYPED, renderer=renderer)[name]
        ]
        for renderer in (Renderer(), templates())
    ]
    assert drawn[0] == drawn[1]


def test_errors_are_a_list_wherever_a_template_puts_them() -> None:
    drawn = []
    for renderer in (Renderer(), templates()):
        form = Everything(TYPED, renderer=renderer)
        form.add_error(None, TEXT)
        drawn.append([str(form.non_field_errors()), *map(str, form.errors.values())])
    assert drawn[0] == drawn[1]


def test_a_field_with_a_template_of_its_own_is_drawn_by_it() -> None:
    form = Everything()
    form.fields["line"].template_name = "common/parts/mark.html"
    assert "<svg" in str(form["line"].as_field_group())


def test_a_long_choice_is_what_the_plain_one_is() -> None:
    choices = [("a", "A & <b>"), ("b", "B")]

    def drawn(widget: type[forms.Select]) -> str:
        field = forms.ChoiceField(choices=choices, widget=widget, help_text="Choose.")
        form = forms.Form({"field": "b"})
        form.fields["field"] = field
        return str(form["field"])

    assert parse_html(drawn(LongSelect)) == parse_html(drawn(forms.Select))
