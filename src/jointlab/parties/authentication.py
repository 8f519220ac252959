"""How django-allauth signs people in here: by invitation only, by address and password or passkey."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Address and password; a passkey and the second factor are allauth's own flows."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody registers uninvited: accounts are made by accepting an invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: there is no registration."""
        return False
