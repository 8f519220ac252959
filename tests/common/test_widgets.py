from __future__ import annotations

from django import forms
from django.test.html import parse_html

from jointlab.common.widgets import LongSelect

CHOICES = [("a", "A & <b>"), ("b", "B")]


def drawn(widget: type[forms.Select]) -> str:
    class Form(forms.Form):
        field = forms.ChoiceField(choices=CHOICES, widget=widget, help_text="Choose.")

    return str(Form({"field": "b"})["field"])


def test_a_long_choice_is_what_the_plain_one_is() -> None:
    assert parse_html(drawn(LongSelect)) == parse_html(drawn(forms.Select))
