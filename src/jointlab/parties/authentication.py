"""How django-allauth signs people in here: by invitation only, by address and password or passkey."""

from __future__ import annotations

import base64
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.utils import perform_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.middleware import UserSessionsMiddleware
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac

from jointlab.common.web import in_language
from jointlab.parties.interrupted_forms import let_session_last, remember_reader
from jointlab.parties.models import Person
from jointlab.parties.services.accounts import queue_account_notice

NOTED = 5 * 60  # seconds


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Address and password; a passkey and the second factor are allauth's own flows."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Person | None:
        """Return the person; somebody inactive is refused like a wrong password, and as slowly."""
        person: Person | None = super().authenticate(request, **credentials)
        self.unstash_authenticated_user()  # allauth would send the inactive to a page of their own
        return person


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody registers uninvited: accounts are made by accepting an invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: there is no registration."""
        return False

    def post_login(self, request: HttpRequest, user: Person, **more: Any) -> HttpResponse:
        """Go on where the person wanted to, in their language."""
        with translation.override(user.language):
            answer: HttpResponse = super().post_login(request, user, **more)
        answer["Location"] = in_language(answer["Location"], user.language)
        remember_reader(answer, user)
        let_session_last(request)
        return answer

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        """Refuse the holder of an inactive account's passkey like anybody unknown."""
        messages.error(request, str(self.error_messages["invalid_login"]))
        return redirect("account_login")

    def set_password(self, user: Person, password: str) -> None:
        """Set it, and forget the wrong ones that led to its being reset."""
        super().set_password(user, password)
        self._delete_login_attempts_cached_email(self.request, email=user.email)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go back to the account's page."""
        return reverse("account")

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: Any = None, email: Any = None
    ) -> None:
        """Tell the person what was done to their account; a worker writes it."""
        queue_account_notice(
            person=user,
            what=template_prefix.rpartition("/")[-1],
            at=timezone.now(),
            whence=self.get_client_ip(self.request),
        )


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Who we are to an authenticator; how its secrets are kept."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name the platform rather than the host."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": settings.MFA_TOTP_ISSUER}

    def encrypt(self, text: str) -> str:
        """Keep a secret so that who reads the table alone cannot use it."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


class Activity(UserSessionsMiddleware):  # type: ignore[misc]
    """Note when a session was last seen, to five minutes: not a write for every page."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        session, now = request.session, time.time()
        if session.session_key and now - session.get("seen", 0) > NOTED and request.user.pk:
            session["seen"] = now
            UserSession.objects.create_from_request(request)
        answer: HttpResponse = self.get_response(request)
        return answer


def sign_in(request: HttpRequest, person: Any, onward: str) -> HttpResponse:
    """Sign in somebody who has just made their account."""
    answer: HttpResponse = perform_login(request, person, redirect_url=onward)
    return answer


def _cipher() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (
        salted_hmac("jointlab.mfa", "", secret=key, algorithm="sha256").digest() for key in keys
    )
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
