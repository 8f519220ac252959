"""How a bundle is checked: every byte of it is what was signed, or the first member that is not is named."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from trialbench import container, dsse
from trialbench.container import Listed
from trialbench.errors import EvidenceError
from trialbench.evidence import commitments
from trialbench.evidence.members import KEY, MANIFEST, PROTOCOL, SALT, STATEMENT, VERDICT
from trialbench.evidence.statement import PRIVATE, RESULTS, canonical, statement

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of a bundle came to; `bool()` of it says whether the bundle is valid.

    `trusted` says whether the key was the checker's own, rather than the one in the bundle;
    `verdict` is the public record of a valid bundle, `members` all that lies in it. `opened` says
    whether its private part is there; it then fits the commitment.
    """

    problem: str | None
    key_id: str | None = None
    trusted: bool = False
    signed_at: str | None = None
    verdict: Mapping[str, Any] | None = None
    members: Mapping[str, bytes] | None = None
    opened: bool = False

    def __bool__(self) -> bool:
        return self.valid

    @property
    def valid(self) -> bool:
        """Whether every byte is what was signed."""
        return self.problem is None


def verify(path: str | Path, *, key: Ed25519PublicKey | str | Path | None = None) -> Verification:
    """Check a bundle against a public key or, without one, against the key that lies in it.

    Raises `EvidenceError` only where the file or the key cannot be read; what was altered is named
    as the problem, with the first range of bytes that does not fit.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise EvidenceError(f"{path}: {error.strerror}") from None
    return check(content, None if key is None else dsse.public_key(key))


def check(content: bytes, key: Ed25519PublicKey | None) -> Verification:
    """Check a bundle's bytes, as `verify` does its file."""
    try:
        envelope = container.member_at(content, 0, STATEMENT)
        public = key or dsse.public_key(_key_inside(content))
        payload = dsse.opened(envelope, public)
    except EvidenceError as error:
        return Verification(f"{STATEMENT}: {error}")
    who = (dsse.key_id(public), key is not None)
    try:
        members, signed_at, commitment = _public_part(content, envelope, payload)
        if members[KEY] != dsse.pem(public):
            raise EvidenceError(f"{KEY}: not the key that signed the statement")
        opened = commitment is None or _opens(content, members)
        if opened and commitment is not None:
            members = _private_part(content, members, commitment)
        container.check(content, members)
    except EvidenceError as error:
        return Verification(str(error), *who)
    return Verification(None, *who, signed_at, _record(members[VERDICT]), members, opened)


def _public_part(
    content: bytes, envelope: bytes, payload: bytes
) -> tuple[dict[str, bytes], str, str | None]:
    """The public members, the signed time and the commitment, all as the statement says.

    Without a commitment it is a bundle of the first form, which had no editions: all is public.
    """
    try:
        stated = json.loads(payload)
        described = [each for each in stated["subject"] if "annotations" in each]
        signed_at, last = stated["predicate"]["signedAt"], stated["subject"][-1]
        commitment = last["digest"]["sha256"] if last["name"] == PRIVATE else None
        datetime.fromisoformat(signed_at)
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise EvidenceError(f"{STATEMENT}: what is signed is no statement of a trial") from None
    listed = list(map(container.listed, described))
    members = container.unpack(content, {STATEMENT: envelope}, listed)
    missing = {VERDICT, PROTOCOL, KEY} - members.keys()
    if missing:
        raise EvidenceError(f"{STATEMENT}: {min(missing)} is not among what is signed")
    record = _record(members[VERDICT])
    if commitment is not None and payload != _stated_again(
        record, members, listed, commitment, signed_at
    ):
        raise EvidenceError(f"{STATEMENT}: does not agree with {VERDICT}")
    return members, signed_at, commitment


def _record(verdict: bytes) -> dict[str, Any]:
    """The record, as far as whoever reads one leans on its form."""
    try:
        record: dict[str, Any] = json.loads(verdict)
        generated = [item["generated"] for item in record["recordings"]]
        known = record["verdict"] in RESULTS and {True, False}.issuperset(generated)
    except (ValueError, KeyError, TypeError, RecursionError):
        known = False
    if not known:
        raise EvidenceError(f"{VERDICT}: no record of a trial")
    return record


def _stated_again(
    record: Mapping[str, Any],
    members: Mapping[str, bytes],
    listed: list[Listed],
    commitment: str,
    signed_at: str,
) -> bytes:
    """The statement that follows from the record; the record must be of the protocol that lies there."""
    try:
        again = canonical(statement(record, listed, commitment, signed_at))
        protocol = record["protocol"]["sha256"]
        one_spelling = canonical(record) == members[VERDICT]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise EvidenceError(f"{VERDICT}: no record of a trial") from None
    if not one_spelling:
        raise EvidenceError(f"{VERDICT}: not spelled as a record is")
    if protocol != Listed.of(PROTOCOL, members[PROTOCOL]).sha256:
        raise EvidenceError(f"{PROTOCOL}: not the protocol that {VERDICT} names")
    return again


def _opens(content: bytes, members: Mapping[str, bytes]) -> bool:
    """Whether the private part lies behind the public members."""
    try:
        container.member_at(content, container.length(members), SALT)
    except EvidenceError:
        return False
    return True


def _private_part(
    content: bytes, members: Mapping[str, bytes], commitment: str
) -> dict[str, bytes]:
    """All members, the private ones as the commitment says."""
    found = dict(members)
    for name in (SALT, MANIFEST):
        found[name] = container.member_at(content, container.length(found), name)
    if commitments.private(found[SALT], found[MANIFEST]) != commitment:
        raise EvidenceError(f"{SALT}, {MANIFEST}: do not open the commitment that was signed")
    try:
        rest = list(map(container.listed, json.loads(found[MANIFEST])))
    except (ValueError, TypeError, RecursionError):
        raise EvidenceError(f"{MANIFEST}: no list of members") from None
    return container.unpack(content, found, rest)


def _key_inside(content: bytes) -> bytes:
    """The public key that lies in the bundle, whoever put it there."""
    begin, end = (
        content.rfind(b"-----BEGIN PUBLIC KEY-----"),
        content.rfind(b"-----END PUBLIC KEY-----"),
    )
    if begin < 0 or end < begin:
        raise EvidenceError(f"{KEY} is missing from the bundle")
    return content[begin : end + len(b"-----END PUBLIC KEY-----")] + b"\n"
