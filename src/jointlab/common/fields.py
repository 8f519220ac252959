"""Fields and forms that several rooms use: names in any script, addresses, paragraphs, days, a row's values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from jointlab.common.addresses import address_of
from jointlab.common.errors import Refusal
from jointlab.common.names import LONGEST_REASON, tidy
from jointlab.common.service_form import ServiceForm


class NameField(forms.CharField):
    """A name or a title, in any script; `language` is that of the field, where it has one."""

    def __init__(self, *, language: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)
        self.widget.attrs["dir"] = "auto"
        if language:
            self.widget.attrs["lang"] = language

    def to_python(self, value: Any) -> Any:
        """Return the name as it is kept."""
        try:
            return tidy(super().to_python(value) or "")
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from refusal


class AddressField(forms.EmailField):
    """An e-mail address, however it is spelt: what `addresses.address_of` takes."""

    def to_python(self, value: Any) -> Any:
        """Return the address as it is kept."""
        try:
            return address_of(super().to_python(value) or "")
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from refusal


class ParagraphField(forms.CharField):
    """A paragraph in one language; may stay empty."""

    def __init__(self, *, language: str, rows: int = 4, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "dir": "auto", "lang": language})
        super().__init__(required=False, widget=widget, **kwargs)


class ReasonField(forms.CharField):
    """Why somebody does something: what `names.reason_from` takes."""

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {
            "label": _("Why"),
            "help_text": _("Both sides read it, and it stays in the history."),
            "max_length": LONGEST_REASON,
            "widget": forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        }
        super().__init__(**given | kwargs)


class ReasonForm(ServiceForm):
    """A decision that takes a reason."""

    reason = ReasonField()


class DayField(forms.DateField):
    """A day, from the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RowForm(ServiceForm):
    """A form of a row's own values: of a new one, or of one with its version."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, row: Any = None, **kwargs: Any) -> None:
        if row is not None:
            names = [name for name in self.base_fields if hasattr(row, name)]
            kwargs["initial"] = {name: getattr(row, name) for name in names}
        super().__init__(data, **kwargs)
        if row is None:
            del self.fields["version"]


class NamesForm(RowForm):
    """A row's name in the three languages."""

    name_en = NameField(label=_("Name in English"), language="en")
    name_zh = NameField(label=_("Name in Chinese"), language="zh-Hans", required=False)
    name_ko = NameField(label=_("Name in Korean"), language="ko", required=False)


class SearchForm(forms.Form):
    """A filter of a list by name."""

    q = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )

    @property
    def words(self) -> str:
        """What is looked for; nothing where it was too long."""
        return str(self.cleaned_data.get("q", "")) if self.is_valid() else ""
