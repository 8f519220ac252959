"""Certificates and documents in tests, real ones: only to try a PIN is cheaper than it is."""

from __future__ import annotations

from django.utils import timezone

from jointlab.parties.models import Person
from jointlab.signing.models import Certificate
from jointlab.signing.services.certificates import issue_certificate, open_key
from jointlab.signing.services.documents import close_document, seal_document, sign_document
from tests.cast import Cast
from tests.signing import papers

PIN = "rowan-4417"
SIGNERS = ("vice_president", "general_manager", "dean", "division_head")


def make_certificate(person: Person) -> Certificate:
    """Have a certificate issued that PIN opens."""
    return issue_certificate(by=person, pin=PIN)


def make_sealed() -> bytes:
    """Have a document sealed, with a place for each of SIGNERS; nobody has signed."""
    return seal_document(papers.plain(), papers.boxes(len(SIGNERS)), timezone.now())


def make_signed(cast: Cast) -> bytes:
    """Have a document signed by all of SIGNERS here, and closed."""
    pdf = make_sealed()
    for number, name in enumerate(SIGNERS, 1):
        person = cast.people[name]
        certificate = person.certificates.filter(revoked_at=None).first()
        certificate = certificate or make_certificate(person)
        pdf = sign_document(
            pdf,
            f"signer-{number}",
            certificate=certificate,
            key=open_key(certificate, PIN),
            stamp=papers.stamp(name),
            at=timezone.now(),
        )
    return close_document(pdf, timezone.now())
