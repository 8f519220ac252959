"""What is to be published, as typed; how an agreement ends."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from jointlab.common.fields import DayField, NameField, ReasonForm
from jointlab.common.service_form import ServiceForm


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


class TerminateForm(ReasonForm):
    """The last day, and why."""

    on = DayField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Today or later. What hangs on the agreement closes the next day."),
    )
    field_order = ("on", "reason")
