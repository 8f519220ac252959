"""Fields for the forms of whoever signs or has something signed: a PIN, a PDF."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from jointlab.signing.queries.verification import describe_problem
from jointlab.signing.signatures.credentials import LONGEST_PIN
from jointlab.signing.signatures.problems import MOST_BYTES, Problem


class PinField(forms.CharField):
    """A PIN: never shown again, never stripped, never kept by a browser.

    A form names it `pin_code`: a PIN whose form outlived the sign-in is not kept (parties.interrupted_forms).
    """

    def __init__(self, **kwargs: Any) -> None:
        shown = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        # The service says what is wrong with a PIN; this bounds what is hashed.
        super().__init__(max_length=4 * LONGEST_PIN, strip=False, widget=shown, **kwargs)


class PdfField(forms.FileField):
    """A PDF of at most 20 MB, as its bytes."""

    accepted = "application/pdf,.pdf"

    def __init__(self, **kwargs: Any) -> None:
        accept = {"accept": self.accepted}
        super().__init__(widget=forms.FileInput(attrs=accept), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> bytes:
        """Return what the file holds; whether it is a PDF at all is judged elsewhere."""
        file = super().clean(data, initial)
        if file.size > MOST_BYTES:
            raise ValidationError(describe_problem(Problem("too-large")))
        content: bytes = file.read()
        return content


class FileToVerifyField(PdfField):
    """A signed PDF or an exported history."""

    accepted = "application/pdf,.pdf,.jsonl"
