"""Letters about an account: a worker writes them, so that asking takes the same time for anybody."""

from __future__ import annotations

from datetime import datetime

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.tokens import default_token_generator
from django.utils.translation import gettext_lazy as _

from jointlab.common import mail
from jointlab.common.addresses import address_of
from jointlab.common.jobs import defer
from jointlab.parties.models import Person

# What allauth calls it → what the person reads.
NOTICES = {
    "password_changed": _("Your password was changed."),
    "password_reset": _("Your password was set anew from a link that was sent to this address."),
    "password_set": _("A password was set."),
    "totp_activated": _("An authenticator app was added as a second step of signing in."),
    "totp_deactivated": _("The authenticator app is no longer a second step of signing in."),
    "webauthn_added": _("A passkey or security key was added."),
    "webauthn_removed": _("A passkey or security key was removed."),
    "recovery_codes_generated": _("New recovery codes were made; those from before are void."),
}


def queue_password_reset(*, email: str) -> None:
    """Have a link sent to that address, if an account has it; nobody is told whether."""
    defer("parties.send_password_reset", email=address_of(email))


def send_password_reset(*, email: str) -> None:
    """Write the letter with the link: the worker's part."""
    person = Person.objects.filter(email=email, is_active=True).first()
    if person is None:
        return
    link = mail.link(
        "account_reset_password_from_key",
        person.language,
        uidb36=user_pk_to_url_str(person),
        key=default_token_generator.make_token(person),
    )
    _write("parties/mail/password_reset", person, link=link)


def queue_account_notice(*, person: Person, what: str, at: datetime, whence: str) -> None:
    """Have the person told what was done to their account, when and from where."""
    NOTICES[what]  # one that has no words fails here, not in the worker
    defer(
        "parties.send_account_notice",
        person=str(person.pk),
        what=what,
        at=at.isoformat(),
        whence=whence,
    )


def send_account_notice(*, person_id: str, what: str, at: datetime, whence: str) -> None:
    """Write the letter: the worker's part."""
    person = Person.objects.get(pk=person_id)
    _write("parties/mail/account_notice", person, notice=NOTICES[what], at=at, whence=whence)


def _write(letter: str, person: Person, **context: object) -> None:
    if person.email:
        mail.compose(
            letter,
            to=person.email,
            language=person.language,
            zone=person.time_zone,
            person=person,
            **context,
        ).send()
