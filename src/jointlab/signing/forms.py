"""Forms of certificates, and of a file that is to be judged."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jointlab.common.service_form import ServiceForm
from jointlab.signing.fields import FileToVerifyField, PinField
from jointlab.signing.models import REASONS
from jointlab.signing.signatures.credentials import LONGEST_PIN, SHORTEST_PIN


class IssueForm(ServiceForm):
    """Choosing a PIN, twice."""

    pin_code = PinField(
        label=gettext_lazy("New PIN"),
        help_text=gettext_lazy(
            "%(least)s to %(most)s digits or other characters. Not your password."
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
        return cleaned


class RevokeForm(ServiceForm):
    """Why a certificate is revoked."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why it is revoked"), choices=lambda: list(REASONS.items())
    )


class VerifyForm(ServiceForm):
    """A file that anybody wants judged."""

    file = FileToVerifyField(
        label=gettext_lazy("Signed agreement, or exported history"),
        help_text=gettext_lazy(
            "A PDF, or the .jsonl file of a history, of at most 20 MB. It is judged and forgotten."
        ),
    )
