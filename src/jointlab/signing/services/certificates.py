"""Certificates of those who sign here: issued on request, opened by a PIN, revoked.

The key never leaves the server and is of no use without the PIN; who reads the database can sign
with none of them (signatures.credentials).
"""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jointlab.common.errors import NotNow, NotVisible, Refusal
from jointlab.common.names import Text, pick
from jointlab.history.services import record
from jointlab.parties.models import Person
from jointlab.signing import events, instance
from jointlab.signing.models import REASONS, Certificate
from jointlab.signing.queries.certificates import MOST_TRIES, standing_of
from jointlab.signing.signatures import credentials
from jointlab.signing.signatures.authority import SLACK, Unissuable

GOOD_FOR = timedelta(days=730)
FORGOTTEN = "superseded"  # of models.REASONS
WEAK: dict[str, Text] = {
    "short": gettext_lazy("The PIN is too short: at least %(least)s characters."),
    "long": gettext_lazy("The PIN is too long: at most %(most)s characters."),
    "repeated": gettext_lazy("The PIN repeats a few characters: it would be guessed."),
    "sequence": gettext_lazy("The PIN runs along the keyboard: it would be guessed."),
}


class NoCertificate(NotNow):
    """Whoever would sign has no certificate that is good now."""


class WrongPin(Refusal):
    """This PIN does not open the key; one try less is left."""


@transaction.atomic
def issue_certificate(*, by: Person, pin: str) -> Certificate:
    """Issue a certificate to the person, with a key that this PIN opens.

    One that has run out or is locked makes room; a good one must be revoked first.
    """
    _require_strong_pin(pin)
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)  # one request after the other
    _retire_unusable(by)
    return _issue(by, pin)


@transaction.atomic
def replace_certificate(*, by: Person, pin: str) -> Certificate:
    """Issue a certificate with a new PIN in the place of one whose PIN is forgotten.

    Nobody can tell a PIN or set it anew: the key that it opened is of no use from now on. What was
    signed with it stays valid. Who has no certificate, or none that is good, just gets one.
    """
    _require_strong_pin(pin)
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    row = Certificate.objects.filter(person=by, revoked_at=None).first()
    if row is not None and standing_of(row).state == "good":
        _revoke(row, FORGOTTEN)
        record(
            events.CERTIFICATE_REVOKED,
            chain=by.pk,
            by=by,
            serial=row.serial,
            reason=FORGOTTEN,
        )
    _retire_unusable(by)
    return _issue(by, pin)


def _issue(by: Person, pin: str) -> Certificate:
    now, key = timezone.now(), credentials.new_key()
    certificate = _sign_certificate(by, key.public_key())
    row = Certificate.objects.create(
        person=by,
        serial=f"{certificate.serial_number:x}",
        pem=certificate.public_bytes(Encoding.PEM).decode(),
        sealed_key=credentials.seal(key, pin, instance.pepper()),
        issued_at=now,
        expires_at=certificate.not_valid_after_utc,
    )
    record(
        events.CERTIFICATE_ISSUED,
        chain=by.pk,
        by=by,
        serial=row.serial,
        until=row.expires_at,
    )
    return row


@transaction.atomic
def revoke_certificate(*, by: Person, certificate: Certificate, reason: str) -> Certificate:
    """Revoke one's own certificate: from now on nothing is signed with it.

    What was signed with it before stays valid.
    """
    certificate = _lock(certificate)
    if certificate.person_id != by.pk:
        raise NotVisible
    if reason not in REASONS:
        raise Refusal(_("Choose why the certificate is revoked."))
    if certificate.revoked_at is not None:
        raise NotNow(_("This certificate has been revoked already."))
    _revoke(certificate, reason)
    record(
        events.CERTIFICATE_REVOKED,
        chain=by.pk,
        by=by,
        serial=certificate.serial,
        reason=reason,
    )
    return certificate


def usable_certificate(person: Person) -> Certificate:
    """Return the certificate that the person signs with; NoCertificate, with the reason."""
    unrevoked_first = F("revoked_at").desc(nulls_first=True)  # clocks go wrong: not the latest
    row = Certificate.objects.filter(person=person).order_by(unrevoked_first, "-pk").first()
    if row is None:
        raise NoCertificate(_("You have no certificate yet: get one, then sign."))
    state = standing_of(row).state
    if state != "good":
        raise NoCertificate(str(REFUSED[state]))
    return row


def lock_usable(certificate: Certificate) -> Certificate:
    """Return the certificate if it is good still, locked so until the transaction's end.

    Called within the transaction that signs.
    """
    row = _lock(certificate)
    if usable_certificate(row.person).pk != row.pk:
        raise NotNow(_("Your certificate was replaced meanwhile. Try again."))
    return row


REFUSED: dict[str, Text] = {
    "expired": gettext_lazy("Your certificate has expired: get another one, then sign."),
    "early": gettext_lazy(
        "Your certificate is not valid yet: it was issued while the server’s clock was ahead. "
        "Have another one issued, then sign."
    ),
    "revoked": gettext_lazy("Your certificate is revoked: get another one, then sign."),
    "locked": gettext_lazy(
        "Your certificate is locked after too many wrong PINs: get another one, then sign."
    ),
}


def open_key(certificate: Certificate, pin: str) -> ec.EllipticCurvePrivateKey:
    """Return the key; WrongPin, with the tries that are left, where the PIN is another.

    A try is counted, and the count committed, before this returns or raises: call it outside of
    the transaction that signs. Tries are taken one after the other, however many come at once.
    """
    with transaction.atomic():
        row = _lock(certificate)
        if standing_of(row).state != "good":
            raise NoCertificate(str(REFUSED[standing_of(row).state]))
        key = _try_pin(row, pin)
        row.tries = 0 if key else row.tries + 1
        row.save(update_fields=["tries"])
    if key is None:
        raise WrongPin(_describe_tries_left(MOST_TRIES - row.tries))
    return key


def load_x509(certificate: Certificate) -> x509.Certificate:
    """Return the certificate itself."""
    return x509.load_pem_x509_certificate(certificate.pem.encode())


def _try_pin(row: Certificate, pin: str) -> ec.EllipticCurvePrivateKey | None:
    try:
        return credentials.open(bytes(row.sealed_key), pin, instance.pepper())
    except credentials.WrongPin:
        return None


def _describe_tries_left(left: int) -> str:
    if not left:
        return _("This is not the PIN. It was the last try: the certificate is locked permanently.")
    return ngettext(
        "This is not the PIN. %(count)s try is left.",
        "This is not the PIN. %(count)s tries are left.",
        left,
    ) % {"count": left}


def _require_strong_pin(pin: str) -> None:
    weakness = credentials.weak_pin(pin)
    if weakness:
        bounds = {"least": credentials.SHORTEST_PIN, "most": credentials.LONGEST_PIN}
        raise Refusal(str(WEAK[weakness]) % bounds)


def _retire_unusable(person: Person) -> None:
    """Put aside a certificate that cannot be used any more; refuse beside one that can."""
    row = Certificate.objects.filter(person=person, revoked_at=None).first()
    if row is None:
        return
    if standing_of(row).state == "good":
        raise NotNow(_("You have a certificate. Revoke it before another one is issued."))
    _revoke(row, "superseded")


def _revoke(row: Certificate, reason: str) -> None:
    row.revoked_at, row.revoked_for = timezone.now(), reason
    row.save(update_fields=["revoked_at", "revoked_for"])


def _sign_certificate(person: Person, key: ec.EllipticCurvePublicKey) -> x509.Certificate:
    now = timezone.now()
    try:
        return instance.authority().issue(
            person=person.pk,
            name=pick(person.names, "own"),
            email=person.email or "",
            public_key=key,
            since=now - SLACK,
            until=now + GOOD_FOR,
        )
    except Unissuable as refused:
        reason = _("No certificate can be issued to this account: %(reason)s.")
        raise Refusal(reason % {"reason": refused}) from refused


def _lock(certificate: Certificate) -> Certificate:
    return Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk)
