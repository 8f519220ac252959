"""What is to be published, as typed; how an agreement ends."""

from __future__ import annotations

from datetime import date

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jointlab.common import show
from jointlab.common.fields import DayField, NameField, ReasonField
from jointlab.common.service_form import DatedForm, ServiceForm
from jointlab.signing.fields import PinField


class NoticeForm(ServiceForm):
    """What is to be published, and where."""

    title = NameField(label=gettext_lazy("Title"), max_length=300)
    abstract = forms.CharField(
        label=gettext_lazy("Abstract"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )
    venue = NameField(
        label=gettext_lazy("Where it is to appear"),
        max_length=300,
        help_text=gettext_lazy("A journal, a conference, a repository."),
    )


class TerminateForm(DatedForm):
    """The last day, why, and the PIN of whoever gives the notice."""

    on = DayField(label=gettext_lazy("Last day"))
    reason = ReasonField()
    pin_code = PinField(label=gettext_lazy("PIN of your certificate"))

    def __init__(self, request: HttpRequest, *, day: date | None, earliest: date) -> None:
        super().__init__(request, day=day)
        self.fields["on"].widget.attrs["min"] = earliest.isoformat()
        self.fields["on"].help_text = _(
            "%(day)s or later, as the notice is agreed. What hangs on the agreement closes the next"
            " day."
        ) % {"day": show.day(earliest)}
