"""What of a history is shown; and signing its head."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jointlab.common.names import Fact, pick
from jointlab.common.service_form import ServiceForm
from jointlab.history.queries import Filters
from jointlab.history.telling import kind_of, room_label, room_of


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class HistoryForm(forms.Form):
    """A timeline's filters. Choices are what occurs in the chain, and nothing else."""

    kind = forms.ChoiceField(label=gettext_lazy("What happened"), required=False)
    person = forms.TypedChoiceField(
        label=gettext_lazy("Who acted"), required=False, coerce=UUID, empty_value=None
    )
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=_day())
    until = forms.DateField(label=gettext_lazy("To"), required=False, widget=_day())

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        events: Iterable[str],
        people: Iterable[tuple[UUID, Fact]],
        more: bool,
    ) -> None:
        super().__init__(data)
        kind, person = self.fields["kind"], self.fields["person"]
        kind.choices = [("", _("everything")), *_kinds(events)]  # type: ignore[attr-defined]
        named = sorted((pick(fact.get("name", {})), str(pk)) for pk, fact in people)
        person.choices = [("", _("anybody")), *((pk, name) for name, pk in named)]  # type: ignore[attr-defined]
        if more:
            person.help_text = _(
                "Not everybody is listed. An entry's page leads to everything that its person did."
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The period ends before it begins."))
        return cleaned

    @property
    def filters(self) -> Filters | None:
        """What was asked for; None when it cannot be answered."""
        if not self.is_valid():
            return None
        asked = dict(self.cleaned_data)
        kind = asked.pop("kind")
        return Filters(**asked, **({"event": kind} if "." in kind else {"room": kind}))


class SignForm(ServiceForm):
    """Signing the head that the page shows."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


def _kinds(events: Iterable[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    rooms = []
    for room, inside in groupby(sorted(events), room_of):
        label = room_label(room)
        whole = (room, _("%(room)s: everything") % {"room": label})
        rooms.append((label, [whole, *((event, kind_of(event)) for event in inside)]))
    return rooms
