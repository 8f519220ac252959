"""Signing: an Ed25519 key of each organisation, and DSSE envelopes (version 1.0.2) around a text."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"


class Faulty(Exception):  # noqa: N818 - the word for what does not verify
    """A file, a checkpoint or a signature is not what it should be; the text says why."""


def pae(kind: str, payload: bytes) -> bytes:
    """Return what is signed: the pre-authentication encoding."""
    name = kind.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)


def seal(payload: bytes, key: Ed25519PrivateKey) -> str:
    """Return the envelope around the payload, signed: one line of JSON."""
    signature = {
        "keyid": key_id(key.public_key()),
        "sig": _text(key.sign(pae(PAYLOAD_TYPE, payload))),
    }
    envelope = {"payload": _text(payload), "payloadType": PAYLOAD_TYPE, "signatures": [signature]}
    return json.dumps(envelope, sort_keys=True, separators=(",", ":"))


def payload_of(envelope: str) -> bytes:
    """Return what the envelope holds, signed or not: only to learn who should have signed it."""
    return _parts(envelope)[0]


def opened(envelope: str, key: Ed25519PublicKey) -> bytes:
    """Return the payload if this key signed it."""
    payload, signature = _parts(envelope)
    try:
        key.verify(signature, pae(PAYLOAD_TYPE, payload))
    except InvalidSignature:
        raise Faulty(
            f"the signature is not by key {key_id(key)[:16]}, or what it signs was altered"
        ) from None
    return payload


def key_id(key: Ed25519PublicKey) -> str:
    """Return SHA-256 of the key's DER form, in hexadecimal."""
    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(der).hexdigest()


def pem(key: Ed25519PublicKey) -> str:
    """Return the public key as PEM."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def public_key(text: str) -> Ed25519PublicKey:
    """Return the public key that the PEM text holds."""
    try:
        key = serialization.load_pem_public_key(text.encode())
    except ValueError:
        raise Faulty("its public key cannot be read") from None
    if not isinstance(key, Ed25519PublicKey):
        raise Faulty("its public key is not an Ed25519 key")
    return key


def organisation_key(folder: Path, organisation: UUID) -> Ed25519PrivateKey:
    """Return the key that this instance keeps for the organisation, made at the first call.

    Two processes that make it at once agree: the file appears whole, by a link that fails for
    the second.
    """
    path = folder / f"organisation-{organisation}.pem"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, fresh = tempfile.mkstemp(prefix=".", dir=folder)  # for its user alone
        with os.fdopen(handle, "wb") as file:
            file.write(
                Ed25519PrivateKey.generate().private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
        Path(fresh).unlink()
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise Faulty(f"{path} is not an Ed25519 key")
    return key


def _parts(envelope: str) -> tuple[bytes, bytes]:
    try:
        content: Any = json.loads(envelope)
        payload = base64.b64decode(content["payload"], validate=True)
        (signature,) = content["signatures"]
        signed = base64.b64decode(signature["sig"], validate=True)
        kind = content["payloadType"]
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise Faulty("the envelope cannot be read") from None
    if kind != PAYLOAD_TYPE:
        raise Faulty(f"the envelope holds {kind!r}, not an in-toto statement")
    return payload, signed


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
