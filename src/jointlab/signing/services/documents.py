"""What is done to a document that is signed: sealed, signed here or elsewhere, timed, closed.

Each takes the PDF and returns it, longer by one update. What it is a document of, and where its
states are kept, is the caller's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec

from jointlab.common.errors import Refusal
from jointlab.signing import instance
from jointlab.signing.models import Certificate
from jointlab.signing.queries.certificates import all_revocations, revocations
from jointlab.signing.queries.verification import describe_problem
from jointlab.signing.services.certificates import load_x509
from jointlab.signing.signatures import confined, pades
from jointlab.signing.signatures.pades import Box
from jointlab.signing.signatures.problems import Faulty
from jointlab.signing.signatures.results import Signature


def digest(pdf: bytes) -> str:
    """Return the SHA-256 by which a state of a document is known, in hexadecimal."""
    return hashlib.sha256(pdf).hexdigest()


def seal_document(pdf: bytes, boxes: Iterable[Box], at: datetime) -> bytes:
    """Return the document with an empty field for each box, in order, sealed by the instance."""
    return pades.prepare(pdf, boxes, authority=instance.authority(), crl=revocations(), at=at)


def sign_document(
    pdf: bytes,
    field: str,
    *,
    certificate: Certificate,
    key: ec.EllipticCurvePrivateKey,
    stamp: bytes,
    at: datetime,
) -> bytes:
    """Return the document, signed in that field; the stamp's page is seen there."""
    return pades.sign(
        pdf,
        field,
        certificate=load_x509(certificate),
        key=key,
        authority=instance.authority(),
        crl=revocations(),
        stamp_pdf=stamp,
        at=at,
    )


def judge_added(before: bytes, after: bytes, *, field: str, email: str, at: datetime) -> Signature:
    """Return the one signature that was added elsewhere, judged in a process of its own.

    Raises Refusal, which says what is wrong, unless it is just the one that was asked for:
    `signatures.addition`. One whose `time` is None is still to be given its time: `add_time`.
    """
    try:
        return confined.find_added_signature(
            before,
            after,
            field=field,
            trust=instance.trusted(),
            people=instance.trusted_for_people(),
            email=email,
            crls=all_revocations(),
            at=at,
        )
    except Faulty as faulty:
        raise Refusal(describe_problem(faulty.problem)) from faulty


def add_time(pdf: bytes, *, field: str, at: datetime) -> bytes:
    """Return the document with a timestamp of this instance over it, in a new field.

    A signature that came without a timestamp gets its time from it.
    """
    authority = instance.authority()
    return pades.close(pdf, authority=authority, crl=revocations(), at=at, field=field)


def close_document(pdf: bytes, at: datetime) -> bytes:
    """Return the document that everybody has signed with the timestamp that closes it."""
    return pades.close(pdf, authority=instance.authority(), crl=revocations(), at=at)
