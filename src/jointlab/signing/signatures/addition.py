"""A signature that was made elsewhere: accepted if it is just the one that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from cryptography import x509

from jointlab.signing.signatures.addresses import same_address
from jointlab.signing.signatures.examination import examine
from jointlab.signing.signatures.problems import MOST_BYTES, Faulty
from jointlab.signing.signatures.reading import BEGINS
from jointlab.signing.signatures.results import Examination, Signature


def find_added_signature(
    before: bytes,
    after: bytes,
    *,
    field: str,
    trust: Sequence[x509.Certificate],
    email: str,
    people: Sequence[x509.Certificate] = (),
    crls: Iterable[bytes] = (),
    at: datetime | None = None,
) -> Signature:
    """Return the one signature that `after` adds to `before`, or say in Faulty why it is not it.

    `after` begins with `before`, byte for byte; what follows is one signature in that field, by a
    certificate issued to that address (compared as addresses.same_address does), valid and
    trusted, with its evidence and timestamps if it has any, and nothing else. One without a
    timestamp is judged as of `at` (now): give it its time with pades.close at once.
    """
    _check_file(before, after)
    found = examine(after, trust=trust, people=people, crls=crls, complete=False, at=at)
    signature = _only_new_signature(before, found)
    if signature and signature.field != field:
        raise Faulty("other-field")
    if found.problems:
        raise Faulty(found.problems[0].code, found.problems[0].field)
    if signature is None:
        raise Faulty("not-signed")
    if not any(same_address(email, each) for each in signature.emails):
        raise Faulty("somebody-else")
    return signature


def _check_file(before: bytes, after: bytes) -> None:
    """Refuse what need not be read to be refused."""
    if len(after) > MOST_BYTES:
        raise Faulty("too-large")
    if not BEGINS.match(after):
        raise Faulty("no-pdf")
    if not after.startswith(before):
        raise Faulty("other-document")
    if after == before:
        raise Faulty("not-signed")


def _only_new_signature(before: bytes, found: Examination) -> Signature | None:
    new = [each for each in found.signatures if each.covers > len(before)]
    if len(new) > 1:
        raise Faulty("several")
    return new[0] if new else None
