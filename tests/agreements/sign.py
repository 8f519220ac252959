"""Signing in tests, with real certificates and PINs: nothing of it is cheaper than it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from jointlab.agreements.models import Agreement, Certificate
from jointlab.agreements.queries.texts import latest_version
from jointlab.agreements.services.approving import approve_agreement
from jointlab.agreements.services.certificates import issue_certificate
from jointlab.agreements.services.drafting import draft_agreement
from jointlab.agreements.services.editing import choose_signers, edit_terms
from jointlab.agreements.services.papers import make_paper
from jointlab.agreements.services.signatures import sign_here
from jointlab.parties.models import Person
from tests.cast import Cast

PIN = "rowan-4417"
SIGNERS = ("vice_president", "general_manager", "dean", "division_head")
NAMES = {
    "en": "Agreement on a joint laboratory",
    "zh-hans": "共建联合实验室协议",
    "ko": "공동연구실 협약",
}


def make_certificate(person: Person) -> Certificate:
    """Have a certificate issued that PIN opens."""
    return issue_certificate(by=person, pin=PIN)


def make_approved(cast: Cast, **more: Any) -> Agreement:
    """Draft an agreement with two signatories and two witnesses, and have both sides approve it."""
    today, office = timezone.localdate(), cast.university_office
    agreement = draft_agreement(
        by=office,
        partnership=cast.partnership,
        kind="strategic",
        start=today,
        end=today + timedelta(days=1095),
        names=NAMES,
        **more,
    )
    text = latest_version(agreement).text
    terms = replace(
        text.terms, ip_model="lambert-1", governing_law="CN", directions=({"en": "Testing"},)
    )
    edit_terms(by=office, agreement=agreement, base=1, terms=terms, names=NAMES)
    people = [cast.people[name].pk for name in SIGNERS]
    choose_signers(
        by=office, agreement=agreement, base=2, signatories=people[:2], witnesses=people[2:]
    )
    agreement.refresh_from_db()
    for name in ("university_office", "enterprise_office"):
        sha256 = latest_version(agreement).sha256
        agreement = approve_agreement(by=cast.people[name], agreement=agreement, sha256=sha256)
    return agreement


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
