"""Forms of signing: a PIN, a PIN chosen, a signed file, a reason; and a file to be judged."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jointlab.agreements.queries.verification import told
from jointlab.agreements.services.certificates import REASONS
from jointlab.agreements.services.signatures import MOST_REASON
from jointlab.agreements.signing.credentials import LONGEST_PIN, SHORTEST_PIN
from jointlab.agreements.signing.problems import MOST_MEGABYTES, Problem
from jointlab.common.service_form import ServiceForm


class PinField(forms.CharField):
    """A PIN: never shown again, never stripped, never kept by a browser."""

    def __init__(self, **kwargs: Any) -> None:
        shown = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        # The service says what is wrong with a PIN; this bounds what is hashed.
        super().__init__(max_length=4 * LONGEST_PIN, strip=False, widget=shown, **kwargs)


class PdfField(forms.FileField):
    """A PDF of at most 20 MB, as its bytes."""

    def __init__(self, **kwargs: Any) -> None:
        accept = {"accept": "application/pdf,.pdf"}
        super().__init__(widget=forms.FileInput(attrs=accept), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> bytes:
        """Return what the file holds; whether it is a PDF at all is judged elsewhere."""
        file = super().clean(data, initial)
        if file.size > MOST_MEGABYTES * 1_000_000:
            raise ValidationError(told(Problem("too-large")))
        content: bytes = file.read()
        return content


# The fields are named so that a PIN whose form outlived the sign-in is not kept: parties.kept.
class SignForm(ServiceForm):
    """Signing the document that the page shows, by its hash."""

    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    pin_code = PinField(label=gettext_lazy("PIN of your certificate"))

    def clean(self) -> dict[str, Any]:
        """Name the PIN as the service does."""
        return _with_pin(super().clean())


class IssueForm(ServiceForm):
    """Choosing a PIN, twice."""

    pin_code = PinField(
        label=gettext_lazy("New PIN"),
        help_text=gettext_lazy(
            "%(least)s to %(most)s characters, letters too if you like. Not your password."
        ),
    )
    pin_code_again = PinField(label=gettext_lazy("The same PIN again"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bounds = {"least": SHORTEST_PIN, "most": LONGEST_PIN}
        self.fields["pin_code"].help_text = self.fields["pin_code"].help_text % bounds

    def clean(self) -> dict[str, Any]:
        """Refuse two PINs that differ."""
        cleaned = super().clean() or {}
        first, again = cleaned.get("pin_code"), cleaned.pop("pin_code_again", None)
        if first and again and first != again:
            self.add_error("pin_code_again", _("The two PINs are not the same."))
        return _with_pin(cleaned)


class UploadForm(ServiceForm):
    """The document, signed elsewhere."""

    pdf = PdfField(
        label=gettext_lazy("The document with your signature"),
        help_text=gettext_lazy("A PDF of at most 20 MB."),
    )


class DeclineForm(ServiceForm):
    """Why somebody does not sign."""

    reason = forms.CharField(
        label=gettext_lazy("Why you do not sign"),
        max_length=MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=gettext_lazy("Both sides read it, and it stays in the history."),
    )


class RevokeForm(ServiceForm):
    """Why a certificate is revoked."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why it is revoked"), choices=lambda: list(REASONS.items())
    )


class VerifyForm(ServiceForm):
    """A file that anybody wants judged."""

    pdf = PdfField(
        label=gettext_lazy("Signed agreement"),
        help_text=gettext_lazy("A PDF of at most 20 MB. It is judged and forgotten."),
    )


def _with_pin(cleaned: dict[str, Any] | None) -> dict[str, Any]:
    cleaned = dict(cleaned or {})
    pin = cleaned.pop("pin_code", None)
    return cleaned if pin is None else cleaned | {"pin": pin}
