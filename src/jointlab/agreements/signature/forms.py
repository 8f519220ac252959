"""Forms of signing: a PIN, a signed file, a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from jointlab.common.fields import ReasonField
from jointlab.common.service_form import ServiceForm
from jointlab.signing.fields import PdfField, PinField


class SignForm(ServiceForm):
    """Signing the document that the page shows, by its hash."""

    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    pin_code = PinField(label=gettext_lazy("PIN of your certificate"))


class UploadForm(ServiceForm):
    """The document, signed elsewhere."""

    pdf = PdfField(
        label=gettext_lazy("The document with your signature"),
        help_text=gettext_lazy("A PDF of at most 20 MB."),
    )


class DeputyForm(ServiceForm):
    """Who signs in somebody's place."""

    person = forms.ChoiceField(label=gettext_lazy("Who signs instead"))

    def __init__(self, data: Any, *, people: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["person"].choices = people  # type: ignore[attr-defined]


class DeclineForm(ServiceForm):
    """Why somebody does not sign."""

    reason = ReasonField(label=gettext_lazy("Why you do not sign"))
