"""A form that asks a service: what the service refuses stands on the form, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django import forms

from jointlab.common.errors import Changed, NotAllowed, Refusal

P = ParamSpec("P")
Result = TypeVar("Result")


class ActingForm(forms.Form):
    """`if form.is_valid() and (row := form.act(service, by=user, …)):` is how a view writes.

    After a Changed, `current` is the row as somebody else left it, for the page to show beside
    what was typed, and the form's own version is moved to it: saving again is a decision.
    """

    current: Any = None

    def act(self, service: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result | None:
        """Call the service; return what it returns, or None with its refusal on the form."""
        try:
            return service(*args, **kwargs)
        except NotAllowed:
            raise
        except Changed as changed:
            self.current = changed.row
            self.data = {
                **{name: self.data[name] for name in self.data},
                self.add_prefix("version"): str(changed.row.version),
            }
            self.add_error(None, str(changed))
        except Refusal as refusal:
            self.add_error(None, str(refusal))
        return None
