"""Which letters somebody wants, and where else to tell them."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from jointlab.common.letters import Kind, Pace
from jointlab.common.names import Text
from jointlab.common.service_form import ServiceForm
from jointlab.mailroom.posting.addresses import LONGEST


class ChoicesForm(ServiceForm):
    """A choice of when for each kind: a row of a table each."""

    def __init__(self, data: QueryDict | None, paces: dict[Kind, Pace]) -> None:
        super().__init__(data)
        for kind, pace in paces.items():
            self.fields[kind.code] = forms.ChoiceField(
                label=str(kind.label), choices=Pace.choices, initial=pace, widget=forms.RadioSelect
            )

    def rows(self) -> Iterator[tuple[str, str, list[tuple[str, Text, bool]]]]:
        """Yield each kind's label, its field's name, and its choices: value, label, whether taken."""
        for name, field in self.fields.items():
            value = self[name].value()
            choices: list[tuple[str, Text, bool]] = [
                (pace.value, pace.label, pace.value == value) for pace in Pace
            ]
            yield str(field.label), name, choices


class HookForm(ServiceForm):
    """The address of another service: written, and never shown again.

    By the field's name it is not kept when its form outlived the sign-in (parties.interrupted_forms).
    """

    credential = forms.CharField(
        label=_("Address of the service"),
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "The address that the service gave for its robot or webhook. Anyone who has it can"
            " post there, so it is stored encrypted and never shown again."
        ),
    )
