"""Signing agreements in tests, with real certificates and PINs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jointlab.agreements.models import Agreement
from jointlab.agreements.signature.services.papers import make_paper
from jointlab.agreements.signature.services.signatures import sign_here
from tests.agreements.make import make_approved
from tests.cast import Cast
from tests.signing.make import PIN, make_certificate

SIGNERS = ("vice_president", "general_manager", "dean", "division_head")


def make_signing(cast: Cast, **more: Any) -> Agreement:
    """Have the document made: the vice president is asked to sign."""
    agreement = make_approved(cast, **more)
    make_paper(agreement_id=str(agreement.pk))
    return Agreement.objects.get(pk=agreement.pk)


def sign(cast: Cast, agreement: Agreement, *names: str) -> Agreement:
    """Have these people of the cast sign here, one after the other."""
    for name in names:
        person = cast.people[name]
        if not person.certificates.filter(revoked_at=None).exists():
            make_certificate(person)
        agreement = sign_here(
            by=person, agreement=agreement, pin=PIN, sha256=agreement.paper.sha256
        )
        agreement = Agreement.objects.get(pk=agreement.pk)
    return agreement


def make_signed(cast: Cast, signers: Iterable[str] = SIGNERS, **more: Any) -> Agreement:
    """Have everybody sign."""
    return sign(cast, make_signing(cast, **more), *signers)
