"""Organisations and units, as typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jointlab.common import days
from jointlab.common.fields import DayField, NameField, NamesForm
from jointlab.common.service_form import ServiceForm
from jointlab.parties.codes import ror_of, validate_credit_code, validate_ror
from jointlab.parties.forms.fields import LANGUAGE_TAG, UnitField
from jointlab.parties.models import Kind, Organisation, Unit, UnitKind


class OrganisationForm(NamesForm):
    """An organisation's names, and for operators its codes."""

    name_en = NameField(label=_("Name in English"), language="en", required=False)
    name_own = NameField(label=_("Name in its own script"))
    language_own = forms.RegexField(
        LANGUAGE_TAG,
        label=_("Language of that name"),
        max_length=20,
        initial="en",
        help_text=_("Its code, such as en, zh-Hans, ko, ar."),
        error_messages={"invalid": _("This is no language code, such as en, zh-Hans, ko, ar.")},
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Country"),
        required=False,
        max_length=2,
        help_text=_("Its two letters, such as CN, KR, DE."),
        error_messages={"invalid": _("A country has two letters, such as CN, KR, DE.")},
    )
    website = forms.URLField(
        label=_("Website"), required=False, max_length=200, assume_scheme="https"
    )
    ror = forms.CharField(
        label=_("ROR id"),
        required=False,
        max_length=40,
        help_text=_("From ror.org: nine characters, or the whole address."),
    )
    credit_code = forms.CharField(
        label=_("Unified social credit code"),
        required=False,
        max_length=40,
        help_text=_("18 characters, for organisations in mainland China."),
    )
    field_order = ("name_own", "language_own", "name_en", "name_zh", "name_ko", "kind")

    def __init__(self, data: Any = None, *, codes: bool = True, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if not codes:
            del self.fields["ror"], self.fields["credit_code"]

    def clean_country(self) -> str:
        """Write it in capitals."""
        return str(self.cleaned_data["country"]).upper()

    def clean_ror(self) -> str | None:
        """Take the id out of an address, and check it."""
        ror = ror_of(self.cleaned_data["ror"])
        if ror:
            validate_ror(ror)
        return ror or None

    def clean_credit_code(self) -> str | None:
        """Write it in capitals, without spaces, and check it."""
        code = "".join(self.cleaned_data["credit_code"].split()).upper()
        if code:
            validate_credit_code(code)
        return code or None


class UnitForm(NamesForm):
    """A unit's names, kind and place in the tree of its organisation."""

    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind.choices)
    parent = UnitField(
        label=_("Part of"), queryset=Unit.objects.none(), required=False, empty_label=_("No other")
    )

    def __init__(self, data: Any = None, *, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        units = organisation.units.filter(closed_on=None).select_related("parent")
        if (row := kwargs.get("row")) is not None:
            units = organisation.units.exclude(pk=row.pk).select_related("parent")
        field: Any = self.fields["parent"]
        field.queryset = units.order_by("name_en")


class CloseUnitForm(ServiceForm):
    """When a unit was closed."""

    on = DayField(label=_("Closed on"), initial=days.today)
