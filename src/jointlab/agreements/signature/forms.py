"""Forms of signing: a PIN, a signed file, a reason."""

from __future__ import annotations

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


class DeclineForm(ServiceForm):
    """Why somebody does not sign."""

    reason = ReasonField(label=gettext_lazy("Why you do not sign"))
