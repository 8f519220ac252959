"""Laboratories and their parts, as typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jointlab.common.fields import NameField, NamesForm, ParagraphField, RowForm
from jointlab.common.form_drawing import LongSelect
from jointlab.common.names import Text
from jointlab.common.service_form import ServiceForm
from jointlab.laboratory.models import LONGEST_ABOUT, Charge
from jointlab.parties.models import Organisation

Choices = Iterable[tuple[str, Text]]


class FoundForm(NamesForm):
    """The code and the names of a new laboratory."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_(
            "Small letters, digits and hyphens. It is part of addresses and cannot be changed."
        ),
        error_messages={"invalid": _("Use small letters, digits and hyphens.")},
    )
    field_order = ("code",)


class LaboratoryForm(NamesForm):
    """A laboratory's names, and what is said about it."""

    about_en = ParagraphField(
        label=_("About it in English"),
        language="en",
        max_length=LONGEST_ABOUT,
        help_text=_("A paragraph or two for everybody: what it works on, and for whom."),
    )
    about_zh = ParagraphField(
        label=_("About it in Chinese"), language="zh-Hans", max_length=LONGEST_ABOUT
    )
    about_ko = ParagraphField(
        label=_("About it in Korean"), language="ko", max_length=LONGEST_ABOUT
    )
    contact = forms.EmailField(
        label=_("Address to write to"),
        required=False,
        help_text=_("An e-mail address that everybody reads on the laboratory's page."),
    )


class FieldsForm(RowForm):
    """The fields in which it works, of the platform's own list."""

    field_ids = forms.MultipleChoiceField(
        label=_("Fields"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, row: Any, fields: Choices) -> None:
        super().__init__(data, row=row)
        chosen: Any = self.fields["field_ids"]
        chosen.choices = list(fields)


class SeatForm(ServiceForm):
    """Whom a side appoints to what."""

    person = forms.TypedChoiceField(label=_("Person"), coerce=UUID, widget=LongSelect)
    charge = forms.ChoiceField(label=_("Seat"), choices=Charge.choices, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, people: Choices) -> None:
        super().__init__(data)
        chosen: Any = self.fields["person"]
        chosen.choices = [("", _("Choose a person")), *people]


class SideField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the sides, by its name."""

    def label_from_instance(self, obj: Organisation) -> str:
        """Return its name."""
        return obj.name


class RoomForm(NamesForm):
    """A room: what it is called, whose it is, where it is."""

    organisation = SideField(
        label=_("Side"), queryset=Organisation.objects.none(), empty_label=None
    )
    address = NameField(
        label=_("Building and room"), help_text=_("As written on the door or the map.")
    )

    def __init__(self, data: Any = None, *, sides: QuerySet[Organisation]) -> None:
        super().__init__(data)
        side: Any = self.fields["organisation"]
        side.queryset = sides


class ConfirmForm(ServiceForm):
    """A side's word for the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    compares = False  # a decision has no two versions
