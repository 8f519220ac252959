"""Beginning an agreement, and approving it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jointlab.agreements.models import Agreement, Kind, Relation
from jointlab.common.fields import DayField, NameField
from jointlab.common.names import COLUMN
from jointlab.common.service_form import ServiceForm


class DraftForm(ServiceForm):
    """What an agreement begins with.

    One that follows another has that one's kind; a renewal begins on the day after its end.
    """

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind)
    name_en = NameField(label=_("Name in English"), language="en")
    name_zh = NameField(label=_("Name in Chinese"), language="zh-Hans", required=False)
    name_ko = NameField(label=_("Name in Korean"), language="ko", required=False)
    start = DayField(label=_("First day"))
    end = DayField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave it empty for an agreement without a last day."),
    )

    def __init__(
        self, data: Any = None, *, follows: Agreement | None = None, relation: str = ""
    ) -> None:
        super().__init__(data)
        if follows is None:
            return
        del self.fields["kind"]
        self.initial = {column: getattr(follows, column) for column in COLUMN.values()}
        if relation == Relation.AMENDMENT:
            self.initial["end"] = follows.ends_on
        else:
            self.initial["start"] = follows.ends_on and follows.ends_on + timedelta(days=1)
            self.fields["start"].disabled = True
            self.fields["start"].required = False

    @property
    def names(self) -> dict[str, str]:
        """The agreement's names by language."""
        return {language: self.cleaned_data[column] for language, column in COLUMN.items()}


class ApproveForm(ServiceForm):
    """The hash of the text that was read."""

    sha256 = forms.CharField(widget=forms.HiddenInput)
    read = forms.BooleanField(label=_("I have read this text, and approve it for my side"))
