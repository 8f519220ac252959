"""What is owed, as typed: what a list shows, who answers, what shows that it was done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jointlab.common.service_form import ServiceForm
from jointlab.obligations.services.obligations import MOST_BYTES, MOST_FILES, Upload

SHOWN = [
    ("", gettext_lazy("all")),
    ("open", gettext_lazy("open")),
    ("overdue", gettext_lazy("overdue")),
    ("reported", gettext_lazy("reported, not answered")),
    ("met", gettext_lazy("met")),
]


class OwedForm(forms.Form):
    """Filters of a list of dues; a choice that does not exist filters nothing."""

    show = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=SHOWN)
    side = forms.ChoiceField(label=gettext_lazy("Who owes it"), required=False)

    def __init__(self, data: Any, *, sides: Iterable[Any]) -> None:
        super().__init__(data)
        field: Any = self.fields["side"]
        field.choices = [("", _("all")), *((str(side.pk), side.name) for side in sides)]

    @property
    def chosen(self) -> tuple[str, str]:
        """What `queries.dues.filter_dues` takes: how it stands, and who owes it."""
        self.full_clean()
        return self.cleaned_data.get("show", ""), self.cleaned_data.get("side", "")


class AssignForm(ServiceForm):
    """Who answers for an obligation."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    owner = forms.ChoiceField(
        label=gettext_lazy("Responsible person"),
        required=False,
        help_text=gettext_lazy("They get the e-mails, and report it as done."),
    )

    def __init__(self, data: Any = None, *, members: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.people = {row.person_id: row.person for row in members}
        field: Any = self.fields["owner"]
        names = [(key, person.name) for key, person in self.people.items()]
        field.choices = [("", _("the office")), *names]

    def clean_owner(self) -> Any:
        """Return the person."""
        chosen = self.cleaned_data["owner"]
        return self.people[UUID(chosen)] if chosen else None


class Files(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return all of them, not the last alone."""
        return files.getlist(name)


class FilesField(forms.FileField):
    """Several files, as uploads with their bytes; what is too large is not read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=Files(attrs={"multiple": True}), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        """Return the files; refuse too many, and one that is too large."""
        files = [one for one in (data or []) if one]
        if len(files) > MOST_FILES:
            problem = _("Attach at most %(most)s files.") % {"most": MOST_FILES}
            raise ValidationError(problem)
        for file in files:
            if file.size > MOST_BYTES:
                raise ValidationError(_("%(name)s is larger than 10 MB.") % {"name": file.name})
        return [Upload(file.name, file.content_type or "", file.read()) for file in files]


class MeetForm(ServiceForm):
    """What shows that something was done."""

    evidence = forms.CharField(
        label=gettext_lazy("What was done"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    link = forms.URLField(
        label=gettext_lazy("Link"), required=False, max_length=500, assume_scheme="https"
    )
    uploads = FilesField(
        label=gettext_lazy("Files"),
        help_text=gettext_lazy("At most 10 MB each. Both sides can fetch them."),
    )
