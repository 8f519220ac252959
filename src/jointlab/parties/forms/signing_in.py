"""What allauth's own forms do differently here (ACCOUNT_FORMS in the settings)."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from jointlab.common.fields import AddressField
from jointlab.parties.services.accounts import queue_password_reset


class LoginForm(forms.LoginForm):  # type: ignore[misc]
    """Asks for address and password; writes its labels as the other forms do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        typed = self.fields["login"]
        self.fields["login"] = AddressField(label=typed.label, widget=typed.widget)
        self.fields["remember"].label = _("Remember me")


class ResetPasswordForm(forms.ResetPasswordForm):  # type: ignore[misc]
    """Asks for a link. Nothing is looked up here: known and unknown addresses do the same."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        typed = self.fields["email"]
        self.fields["email"] = AddressField(label=typed.label, widget=typed.widget)

    def clean_email(self) -> str:
        """Take any address."""
        address: str = self.cleaned_data["email"]
        return address

    def save(self, request: HttpRequest, **_more: Any) -> str:
        """Leave the rest to a worker."""
        queue_password_reset(email=self.cleaned_data["email"])
        return str(self.cleaned_data["email"])
