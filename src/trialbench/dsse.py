"""Signing: DSSE envelopes with Ed25519 keys in PEM files.

The envelope is that of the Dead Simple Signing Envelope, protocol version 1.0.2
(secure-systems-lab/dsse, envelope.md and protocol.md).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from trialbench.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Iterator

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"


def pae(kind: str, payload: bytes) -> bytes:
    """Pre-authentication encoding (protocol.md): the bytes that are signed."""
    name = kind.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)


def seal(payload: bytes, key: Ed25519PrivateKey) -> bytes:
    """An envelope around the payload, signed; the bytes of its JSON."""
    signature = base64.b64encode(key.sign(pae(PAYLOAD_TYPE, payload)))
    return _envelope(base64.b64encode(payload), key_id(key.public_key()), signature)


def payload_of(envelope: bytes) -> bytes:
    """The payload, signed or not: only to learn who should have signed it. Raises `EvidenceError`."""
    return _payload_and_signature(envelope)[0]


def verified(envelope: bytes, key: Ed25519PublicKey) -> bytes:
    """The payload, if this key signed it; the envelope's JSON may be spelled in any way.

    For an envelope that was stored as JSON, not as bytes. Raises `EvidenceError` saying why not.
    """
    payload, signature = _payload_and_signature(envelope)
    _require_signature(key, signature, payload)
    return payload


def opened(envelope: bytes, key: Ed25519PublicKey) -> bytes:
    """The payload, if this key signed it and the envelope says nothing else.

    What is not signed (fields, further signatures, spaces, bits that base64 pads with) would be read by
    somebody all the same, so there is none: the envelope is that of `seal`, byte for byte, its base64
    in either alphabet (envelope.md leaves that to the signer). Raises `EvidenceError` saying why not.
    """
    payload, signature = _payload_and_signature(envelope)
    _require_signature(key, signature, payload)
    if envelope not in _spellings(payload, signature, key_id(key)):
        raise EvidenceError(
            "the envelope holds something beside what is signed, or spells it otherwise"
        )
    return payload


def _payload_and_signature(envelope: bytes) -> tuple[bytes, bytes]:
    """Both as the envelope holds them, not checked against each other."""
    try:
        content = json.loads(envelope)
        payload = _from_b64(content["payload"])
        signatures = [_from_b64(entry["sig"]) for entry in content["signatures"]]
        kind = content["payloadType"]
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        raise EvidenceError("the envelope cannot be read") from None
    if kind != PAYLOAD_TYPE:
        raise EvidenceError(f"the envelope holds {str(kind)[:80]!r}, not an in-toto statement")
    if len(signatures) != 1:
        raise EvidenceError(
            f"the envelope cannot be read: it holds {len(signatures)} signatures, not one"
        )
    return payload, signatures[0]


def _spellings(payload: bytes, signature: bytes, keyid: str) -> Iterator[bytes]:
    """Every way to write the envelope of this one signature."""
    for spell in (base64.b64encode, base64.urlsafe_b64encode):
        for spell_signature in (base64.b64encode, base64.urlsafe_b64encode):
            yield _envelope(spell(payload), keyid, spell_signature(signature))


def _envelope(payload: bytes, keyid: str, signature: bytes) -> bytes:
    content = {
        "payload": payload.decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{"keyid": keyid, "sig": signature.decode()}],
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def key_id(key: Ed25519PublicKey) -> str:
    """SHA-256 of the key's DER form, hex."""
    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(der).hexdigest()


def pem(key: Ed25519PublicKey) -> bytes:
    """The public key as PEM."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def private_key(key: Ed25519PrivateKey | str | Path) -> Ed25519PrivateKey:
    """The key itself, or read from an unencrypted PEM file. Raises `EvidenceError`."""
    if isinstance(key, Ed25519PrivateKey):
        return key
    try:
        loaded = serialization.load_pem_private_key(_read(key), password=None)
    except (ValueError, TypeError):
        raise EvidenceError(f"{key}: not an unencrypted private key in PEM") from None
    if not isinstance(loaded, Ed25519PrivateKey):
        raise EvidenceError(f"{key}: not an Ed25519 key; make one with: trialbench keygen {key}")
    return loaded


def public_key(key: Ed25519PublicKey | str | Path | bytes) -> Ed25519PublicKey:
    """The key itself, or read from PEM (a file, or its content). Raises `EvidenceError`."""
    if isinstance(key, Ed25519PublicKey):
        return key
    called = "the bundle's key" if isinstance(key, bytes) else str(key)
    content = key if isinstance(key, bytes) else _read(key)
    try:
        return public_key_in(content)
    except EvidenceError as error:
        raise EvidenceError(f"{called}: {error}") from None


def public_key_in(content: bytes) -> Ed25519PublicKey:
    """The public key that the PEM holds. Raises `EvidenceError`."""
    try:
        loaded = serialization.load_pem_public_key(content)
    except ValueError:
        raise EvidenceError("not a public key in PEM") from None
    if not isinstance(loaded, Ed25519PublicKey):
        raise EvidenceError("not an Ed25519 key")
    return loaded


def generate(path: Path) -> Ed25519PrivateKey:
    """Make a key pair: `path`, readable by its owner alone, and `path.pub`. Never overwrites."""
    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secret)
        path.with_name(path.name + ".pub").write_bytes(pem(key.public_key()))
    except FileExistsError:
        raise EvidenceError(f"{path}: exists already; a key is never overwritten") from None
    except OSError as error:
        raise EvidenceError(f"{path}: {error.strerror}") from None
    return key


def own_key() -> Path:
    """The file of the user's own signing key, made at its first use."""
    home = os.environ.get("XDG_CONFIG_HOME") or Path("~/.config").expanduser()
    path = Path(home) / "trialbench" / "signing-key.pem"
    if not path.exists():
        generate(path)
    return path


def _require_signature(key: Ed25519PublicKey, signature: bytes, payload: bytes) -> None:
    try:
        key.verify(signature, pae(PAYLOAD_TYPE, payload))
    except InvalidSignature:
        raise EvidenceError(
            f"the signature is not by key {key_id(key)[:16]}, or what it signs was altered"
        ) from None


def _from_b64(text: str) -> bytes:
    """Either alphabet of RFC 4648 (4 and 5), padded; envelope.md leaves it to the signer."""
    if "+" in text or "/" in text:
        return base64.b64decode(text, validate=True)
    return base64.b64decode(text, altchars=b"-_", validate=True)


def _read(path: str | Path) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise EvidenceError(f"{path}: {error.strerror}") from None
