"""A form whose view calls a service: what the service refuses stands on it, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest

from jointlab.common import show
from jointlab.common.errors import Changed, NotAllowed, Refusal


class ServiceForm(forms.Form):
    """A form whose view calls a service, by named arguments.

        if form.is_valid():
            with form.refusals():
                approve_agreement(by=…, agreement=…, sha256=form.cleaned_data["sha256"])
                return redirect(…)
        return render(…)  # for the first time, or again with what is wrong

    After a Changed, `current` is the row as somebody else left it, for the page to show beside
    what was typed (where the form `compares`), and the form's own version is moved to it: saving
    again is a decision.
    """

    current: Any = None
    compares = True

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Catch what a service refuses, and put it on the form; NotAllowed goes on to be answered."""
        try:
            yield
        except NotAllowed:
            raise
        except Changed as changed:
            self.current = changed.row if self.compares else None
            typed: Any = self.data
            data = typed.copy()  # a QueryDict keeps every value of a name
            data[self.add_prefix("version")] = str(changed.row.version)
            self.data = data
            self.add_error(None, str(changed))
        except Refusal as refusal:
            self.add_error(None, str(refusal))

    def others(self, *named: str) -> dict[str, Any]:
        """Return what was typed in the other fields, for a service that takes columns by name."""
        return {name: value for name, value in self.cleaned_data.items() if name not in named}

    def differences(self) -> Iterator[tuple[str, str, str]]:
        """Yield each field that somebody else has now otherwise: its label, theirs, what was typed.

        The fields are named like the row's attributes.
        """
        for name, field in self.fields.items():
            if self.current is not None and name != "version" and hasattr(self.current, name):
                theirs = shown(field, getattr(self.current, name))
                typed = shown(field, self.cleaned_data.get(name))
                if theirs != typed:
                    yield str(field.label or name), theirs, typed


class DecisionForm(ServiceForm):
    """A decision that takes nothing but itself: sent, or to be asked for."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.POST if request.method == "POST" else None)


class DatedForm(ServiceForm):
    """A decision that cannot be undone: it carries the day that its page named.

    Its service is given `named`, and refuses when the day is another one by then. The page is then
    shown again with the day as it is now: sending it again is a decision.
    """

    day = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest, *, day: date | None) -> None:
        super().__init__(request.POST if request.method == "POST" else None, initial={"day": day})
        self._now = day

    @property
    def named(self) -> date | None:
        """The day that the page named; None for none."""
        day: date | None = self.cleaned_data["day"]
        return day

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Catch what a service refuses, and name the day as it is now."""
        with super().refusals():
            yield
        typed: Any = self.data
        data = typed.copy()
        data["day"] = self._now.isoformat() if self._now else ""
        self.data = data


def shown(field: forms.Field, value: Any) -> str:
    """Write a field's value as a reader reads it: a choice by its label, a day as a day."""
    if value is None or value in ("", []):
        return "—"
    if isinstance(value, date):
        return show.day(value)
    labels: dict[Any, Any] = {}
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        labels = dict(field.choices)  # type: ignore[arg-type]
    parts = value if isinstance(value, list) else [value]
    return ", ".join(str(labels.get(part, part)) for part in parts)
