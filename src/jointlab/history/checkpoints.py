"""A checkpoint: the head of a chain under the organisations' signatures. Knows no database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jointlab.history import dsse
from jointlab.history.chain import canonical
from jointlab.history.dsse import Faulty

FORMAT = "jointlab-history-checkpoint-1"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:jointlab:history-checkpoint:1"


@dataclass(frozen=True)
class Head:
    """Where a chain stood: its last entry's number and hash. They fix everything before it."""

    chain: UUID
    number: int
    hash: bytes

    @property
    def subject(self) -> list[dict[str, Any]]:
        """The head as the subject of an in-toto statement."""
        name = f"urn:uuid:{self.chain}#{self.number}"
        return [{"name": name, "digest": {"sha256": self.hash.hex()}}]


@dataclass(frozen=True)
class Signer:
    """Who signed: on behalf of an organisation, with the key of that id."""

    organisation: Mapping[str, Any]
    person: Mapping[str, Any]
    moment: datetime
    key: str

    @property
    def names(self) -> Mapping[str, str]:
        """The organisation's names at that moment."""
        names: Mapping[str, str] = self.organisation["name"]
        return names


@dataclass(frozen=True)
class Signed:
    """A checkpoint whose signatures fit."""

    head: Head
    signers: tuple[Signer, ...]


def sign(
    head: Head, key: Ed25519PrivateKey, *, organisation: Any, person: Any, at: datetime
) -> str:
    """Return the envelope: this organisation's statement that the chain's head is this one."""
    statement = {
        "_type": STATEMENT,
        "subject": head.subject,
        "predicateType": PREDICATE,
        "predicate": {
            "organisation": organisation,
            "person": person,
            "at": at,
            "key": dsse.pem(key.public_key()),
            "means": "Signed with the key that this instance keeps for the organisation, "
            "when the person confirmed it after signing in afresh.",
        },
    }
    return dsse.sign_envelope(canonical(statement).encode(), key)


def document(
    head: Head, *, code: str, names: Mapping[str, str], envelopes: Iterable[str]
) -> dict[str, Any]:
    """Return the checkpoint as it is kept in a file, and as a line of an export."""
    return {
        "format": FORMAT,
        "chain": str(head.chain),
        "code": code,
        "name": dict(names),
        "number": head.number,
        "hash": head.hash.hex(),
        "signatures": [_parsed(envelope) for envelope in envelopes],
    }


def _parsed(envelope: str) -> Any:
    """Return the envelope as JSON; what is none stays as it is, for whoever checks to name it."""
    try:
        return json.loads(envelope)
    except ValueError:
        return envelope


def read(content: Any) -> Signed:
    """Return the checkpoint that the document holds, every signature checked."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise Faulty("not a checkpoint")
    try:
        head = Head(UUID(content["chain"]), int(content["number"]), bytes.fromhex(content["hash"]))
        envelopes = [json.dumps(envelope) for envelope in content["signatures"]]
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Faulty("the checkpoint cannot be read") from None
    signers = tuple(_signer(head, envelope) for envelope in envelopes)
    if not signers:
        raise Faulty("nobody signed the checkpoint")
    if len({signer.organisation["id"] for signer in signers}) < len(signers):
        raise Faulty("one organisation signed the checkpoint twice")
    return Signed(head, signers)


def signer_of(envelope: str) -> Signer:
    """Return who signed the envelope, its signature checked."""
    payload = dsse.payload_of(envelope)
    try:
        key = dsse.public_key(json.loads(payload)["predicate"]["key"])
        predicate = json.loads(dsse.open_envelope(envelope, key))["predicate"]
        organisation, person = predicate["organisation"], predicate["person"]
        moment = datetime.fromisoformat(predicate["at"])
        signer = Signer(organisation, person, moment, dsse.key_id(key))
        _check(signer)
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Faulty("the signed statement cannot be read") from None
    return signer


def _check(signer: Signer) -> None:
    organisation = signer.organisation
    if not isinstance(organisation["id"], str) or not isinstance(organisation["name"], dict):
        raise TypeError
    if signer.moment.tzinfo is None:
        raise ValueError


def _signer(head: Head, envelope: str) -> Signer:
    signer = signer_of(envelope)
    statement = json.loads(dsse.payload_of(envelope))
    if (statement.get("_type"), statement.get("predicateType")) != (STATEMENT, PREDICATE):
        raise Faulty("what was signed is not a checkpoint")
    if statement.get("subject") != head.subject:
        raise Faulty("what was signed is another head than the checkpoint's")
    return signer
