"""Memberships, as typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jointlab.common import days
from jointlab.common.fields import DayField, NameField, RowForm, SearchForm
from jointlab.parties.forms.fields import UnitField
from jointlab.parties.models import Organisation, Role, Unit


class MembershipForm(RowForm):
    """What somebody is in a partnership, where, and until when."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )
    title_en = NameField(label=_("Title in English"), language="en", max_length=100)
    title_zh = NameField(
        label=_("Title in Chinese"), language="zh-Hans", max_length=100, required=False
    )
    title_ko = NameField(label=_("Title in Korean"), language="ko", max_length=100, required=False)
    unit = UnitField(
        label=_("Unit"), queryset=Unit.objects.none(), required=False, empty_label=_("None")
    )
    since = DayField(label=_("Since"), initial=days.today)
    until = DayField(
        label=_("Until"), required=False, help_text=_("The last day. Empty: until it is ended.")
    )

    def __init__(self, data: Any = None, *, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        row = kwargs.get("row")
        units = organisation.units.filter(Q(closed_on=None) | Q(pk=row.unit_id if row else None))
        field: Any = self.fields["unit"]
        field.queryset = units.select_related("parent").order_by("name_en")
        if row is not None:
            del self.fields["since"]

    def clean(self) -> dict[str, Any]:
        """Look at both days together."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", _("A membership cannot end before it begins."))
        return values


class PeopleForm(SearchForm):
    """Filters of the list of people."""

    side = forms.ChoiceField(label=_("Side"), required=False)
    when = forms.ChoiceField(
        label=_("Members"),
        required=False,
        choices=[("", _("now")), ("ending", _("running out")), ("earlier", _("earlier"))],
    )

    def __init__(self, data: Any = None, *, sides: list[Organisation]) -> None:
        super().__init__(data)
        field: Any = self.fields["side"]
        field.choices = [("", _("all")), *((str(side.pk), side.name) for side in sides)]

    @property
    def filters(self) -> dict[str, str]:
        """What `queries.people_of` takes; a choice that does not exist filters nothing."""
        self.full_clean()
        values = self.cleaned_data
        return {
            "words": values.get("q", ""),
            "side": values.get("side", ""),
            "when": values.get("when", ""),
        }
