"""Saying something about a text, and choosing which versions of it to compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jointlab.agreements.negotiation.services.comments import LONGEST
from jointlab.common.form_drawing import LongSelect
from jointlab.common.names import Text as Words
from jointlab.common.service_form import ServiceForm

WHOLE = "-"  # no clause has that id


class CommentForm(ServiceForm):
    """A comment on the whole text or on a clause, for both sides or for one's own."""

    clause = forms.ChoiceField(label=gettext_lazy("What it is about"), widget=LongSelect)
    text = forms.CharField(
        label=gettext_lazy("Your comment"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    own_side = forms.BooleanField(label="", required=False)

    def __init__(
        self,
        *args: Any,
        clauses: Sequence[tuple[str, str]],
        side: Words,
        sent: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["clause"].choices = [(WHOLE, _("the whole text")), *clauses]
        fields["own_side"].label = _("Only %(organisation)s sees this") % {"organisation": side}
        if not sent:  # what is said of a draft of one side is for that side
            fields["own_side"].initial = fields["own_side"].disabled = True
            fields["own_side"].help_text = _("Only your side sees this draft, until it is sent.")

    def clean_clause(self) -> str:
        """Return the clause's id; nothing for the whole text."""
        chosen: str = self.cleaned_data["clause"]
        return "" if chosen == WHOLE else chosen


class ReplyForm(ServiceForm):
    """An answer to a comment."""

    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )


class CompareForm(forms.Form):
    """Two versions of a text, the older first."""

    old = forms.TypedChoiceField(label=gettext_lazy("Older version"), coerce=int, widget=LongSelect)
    new = forms.TypedChoiceField(label=gettext_lazy("Newer version"), coerce=int, widget=LongSelect)

    def __init__(self, data: Any, *, first: int, latest: int) -> None:
        super().__init__(data, initial={"old": max(first, latest - 1), "new": latest})
        fields: dict[str, Any] = self.fields
        versions = [
            (str(number), _("Version %(number)s") % {"number": number})
            for number in range(latest, first - 1, -1)
        ]
        for name in ("old", "new"):
            fields[name].choices = versions
