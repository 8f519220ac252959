"""A form that asks a service: what the service refuses stands on the form, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, ParamSpec, TypeVar

from django import forms
from django.http import HttpRequest

from jointlab.common import moments
from jointlab.common.errors import Changed, NotAllowed, Refusal

P = ParamSpec("P")
Result = TypeVar("Result")


class ActingForm(forms.Form):
    """`if form.done(service, by=user, …):` is how a view writes; `if row := form.done(…)`, too.

    After a Changed, `current` is the row as somebody else left it, for the page to show beside
    what was typed, and the form's own version is moved to it: saving again is a decision.
    """

    current: Any = None

    def done(self, service: Callable[..., Result], **given: Any) -> Result | None:
        """Call the service with what is given and what was typed; return the row that it returns.

        None when nothing was sent, or not well, or the service refused: the page is shown (again).
        """
        return self.act(service, **given, **self.cleaned_data) if self.is_valid() else None

    def act(self, service: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result | None:
        """Call the service; return what it returns, or None with its refusal on the form."""
        try:
            return service(*args, **kwargs)
        except NotAllowed:
            raise
        except Changed as changed:
            self.current = changed.row
            typed: Any = self.data
            data = typed.copy()  # a QueryDict keeps every value of a name
            data[self.add_prefix("version")] = str(changed.row.version)
            self.data = data
            self.add_error(None, str(changed))
        except Refusal as refusal:
            self.add_error(None, str(refusal))
        return None

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


class DecisionForm(ActingForm):
    """A decision that takes nothing but itself: sent, or to be asked for."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.POST if request.method == "POST" else None)


def shown(field: forms.Field, value: Any) -> str:
    """Write a field's value as a reader reads it: a choice by its label, a day as a day."""
    if value is None or value in ("", []):
        return "—"
    if isinstance(value, date):
        return moments.day(value)
    labels: dict[Any, Any] = {}
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        labels = dict(field.choices)  # type: ignore[arg-type]
    parts = value if isinstance(value, list) else [value]
    return ", ".join(str(labels.get(part, part)) for part in parts)
