"""Certificates: a person's own, and all that are revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from jointlab.parties.policy import Reader
from jointlab.signing import instance
from jointlab.signing.access import certificates_visible_to
from jointlab.signing.models import Certificate
from jointlab.signing.signatures.authority import SLACK, Revoked

MOST_TRIES = 5


@dataclass(frozen=True)
class Standing:
    """A certificate as its holder sees it: `state` is good, early, expired, revoked or locked."""

    certificate: Certificate
    state: str
    tries_left: int


def certificates_of(user: Reader) -> list[Standing]:
    """Return the person's own certificates, the latest first."""
    rows = certificates_visible_to(user).order_by("-issued_at", "-pk")
    return [standing_of(row) for row in rows]


def standing_of(certificate: Certificate) -> Standing:
    """Say what a certificate is good for now."""
    left = max(0, MOST_TRIES - certificate.tries)
    ended, now = certificate.revoked_at, timezone.now()
    if certificate.expires_at <= (ended or now):
        return Standing(certificate, "expired", left)
    if ended is not None:
        return Standing(certificate, "revoked", left)
    if certificate.issued_at - SLACK > now:  # issued while the server's clock was ahead
        return Standing(certificate, "early", left)
    return Standing(certificate, "good" if left else "locked", left)


def good_certificate_of(user: Reader) -> Standing | None:
    """Return the certificate with which the person can sign now, if there is one."""
    rows = certificates_of(user)
    return next((row for row in rows if row.state == "good"), None)


def revocations() -> bytes:
    """Return the list of revoked certificates as of now (a CRL of RFC 5280, in DER)."""
    revoked: QuerySet[Certificate] = Certificate.objects.filter(
        revoked_at__isnull=False, revoked_at__lt=F("expires_at")
    )
    rows = [_revoked(row) for row in revoked.order_by("revoked_at")]
    return instance.authority().crl(rows, timezone.now())


def all_revocations() -> list[bytes]:
    """Return every list of revoked certificates that counts here: one's own, and those in trust/."""
    return [revocations(), *instance.trusted_crls()]


def _revoked(row: Certificate) -> Revoked:
    # A list counts in seconds, as timestamps do: what was signed in the same second came before.
    at: datetime = (row.revoked_at or row.issued_at).replace(microsecond=0) + timedelta(seconds=1)
    return Revoked(int(row.serial, 16), at, row.revoked_for or "unspecified")
