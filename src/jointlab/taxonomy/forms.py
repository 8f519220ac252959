"""Searching fields and skills, and mending their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jointlab.common.service_form import ServiceForm
from jointlab.taxonomy.schemes import SCHEMES


class SearchForm(forms.Form):
    """A text in any of the three languages, and which list."""

    q = forms.CharField(label=_("Name"), required=False, max_length=100)
    scheme = forms.ChoiceField(label=_("List"), required=False)

    def __init__(self, *args: Any, schemes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, SCHEMES[code].name) for code in schemes]
        self.fields["scheme"].choices = [("", _("Every list")), *choices]  # type: ignore[attr-defined]

    @property
    def filters(self) -> dict[str, str]:
        """What was chosen; what is not valid filters nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("q", "scheme")}


class FieldForm(ServiceForm):
    """A field's names."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200, required=False)
    name_ko = forms.CharField(label=_("Name in Korean"), max_length=200, required=False)


class SkillForm(FieldForm):
    """A skill's names and descriptions."""

    description_en = forms.CharField(
        label=_("Description in English"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    description_zh = forms.CharField(
        label=_("Description in Chinese"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    description_ko = forms.CharField(
        label=_("Description in Korean"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
