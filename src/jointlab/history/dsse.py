"""Signing: an Ed25519 key of each organisation, and DSSE envelopes around a text.

The envelopes are those of `trialbench.dsse`, here as text. This module is the platform's only door to
the bench; it loads neither NumPy nor a kernel.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from trialbench import dsse
from trialbench.dsse import PAYLOAD_TYPE, key_id, pae
from trialbench.errors import EvidenceError

__all__ = [
    "PAYLOAD_TYPE", "Faulty", "key_id", "open_envelope", "organisation_key", "pae", "payload_of", "pem",
    "public_key", "sign_envelope",
]  # fmt: skip


class Faulty(Exception):  # noqa: N818 - the word for what does not verify
    """A file, a checkpoint or a signature is not what it should be; the text says why."""


def sign_envelope(payload: bytes, key: Ed25519PrivateKey) -> str:
    """Return the envelope around the payload, signed: one line of JSON."""
    return dsse.seal(payload, key).decode()


def payload_of(envelope: str) -> bytes:
    """Return what the envelope holds, signed or not: only to learn who should have signed it."""
    with _translating_errors():
        return dsse.payload_of(envelope.encode(errors="surrogatepass"))


def open_envelope(envelope: str, key: Ed25519PublicKey) -> bytes:
    """Return the payload if this key signed it; an archive keeps the envelope as any JSON."""
    with _translating_errors():
        return dsse.verified(envelope.encode(errors="surrogatepass"), key)


def pem(key: Ed25519PublicKey) -> str:
    """Return the public key as PEM."""
    return dsse.pem(key).decode()


def public_key(text: str) -> Ed25519PublicKey:
    """Return the public key that the PEM text holds."""
    with _translating_errors("its public key cannot be read: "):
        return dsse.public_key_in(text.encode(errors="surrogatepass"))


@contextmanager
def _translating_errors(before: str = "") -> Iterator[None]:
    """Raise the bench's errors as the platform's."""
    try:
        yield
    except EvidenceError as error:
        raise Faulty(f"{before}{error}") from None


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
