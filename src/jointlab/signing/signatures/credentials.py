"""A person's signing key, sealed by their own PIN: who has the database alone cannot sign.

A sealed key is: the word `jls1`; log2 of scrypt's n; a salt of 16 bytes; a nonce of 12; and
AES-256-GCM over the key in PKCS #8, with all that stands before it authenticated. The key of it
is scrypt (RFC 7914) over an HMAC-SHA-256 of the PIN under the instance's pepper: what is stolen
from the database cannot even be guessed at without the pepper, which lies in a file.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"jls1"
LOG_N = 15  # with r = 8: 32 MiB and about 0.1 s
MOST_LOG_N = 17  # what a container may ask for: 128 MiB
SALT, NONCE = 16, 12
HEAD = len(MAGIC) + 1 + SALT + NONCE
SHORTEST_PIN, LONGEST_PIN = 6, 64
ROWS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")


class WrongPin(Exception):  # noqa: N818 - what happened
    """This PIN does not open the key."""


class Damaged(Exception):  # noqa: N818 - what it is
    """This is not a sealed key."""


def new_key() -> ec.EllipticCurvePrivateKey:
    """Return a new key to sign with, on P-256."""
    return ec.generate_private_key(ec.SECP256R1())


def seal(key: ec.EllipticCurvePrivateKey, pin: str, pepper: bytes) -> bytes:
    """Return the key as it is kept, to be opened by that PIN with that pepper alone."""
    head = MAGIC + bytes([LOG_N]) + os.urandom(SALT + NONCE)
    content = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return head + _cipher(head, pin, pepper).encrypt(head[-NONCE:], content, head)


def open(sealed: bytes, pin: str, pepper: bytes) -> ec.EllipticCurvePrivateKey:  # noqa: A001
    """Return the key; WrongPin where the PIN (or the pepper) is another, Damaged where it is none.

    A container that was changed is not told from a wrong PIN: authentication fails for both.
    """
    head, content = sealed[:HEAD], sealed[HEAD:]
    if len(head) < HEAD or head[:4] != MAGIC or not LOG_N <= head[4] <= MOST_LOG_N:
        raise Damaged("this is not a sealed key of version 1")
    try:
        der = _cipher(head, pin, pepper).decrypt(head[-NONCE:], content, head)
    except InvalidTag:
        raise WrongPin from None
    key = serialization.load_der_private_key(der, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Damaged("the sealed key is not on an elliptic curve")
    return key


def weak_pin(pin: str) -> str | None:
    """Say what is wrong with a PIN: "short", "long", "repeated", "sequence"; None where nothing."""
    plain = _plain(pin)
    if len(plain) < SHORTEST_PIN:
        return "short"
    if len(plain) > LONGEST_PIN:
        return "long"
    if _period(plain) <= 3:
        return "repeated"
    return "sequence" if _in_a_row(plain) else None


def _period(text: str) -> int:
    """Return the length of the shortest piece that the text repeats."""
    return (text + text).index(text, 1)


def _in_a_row(text: str) -> bool:
    lower = text.casefold()
    rows = [row + row for row in ROWS]
    return any(lower in each or lower in each[::-1] for each in rows)


def _plain(pin: str) -> str:
    """Return the PIN as it was meant, whichever keyboard and width it was typed in."""
    return unicodedata.normalize("NFKC", pin)


def _cipher(head: bytes, pin: str, pepper: bytes) -> AESGCM:
    n = 1 << head[4]
    secret = hashlib.scrypt(
        hmac.digest(pepper, _plain(pin).encode(), "sha256"),
        salt=head[5 : 5 + SALT],
        n=n,
        r=8,
        p=1,
        maxmem=2 * 128 * 8 * n,
        dklen=32,
    )
    return AESGCM(secret)
