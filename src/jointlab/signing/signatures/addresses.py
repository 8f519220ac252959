"""E-mail addresses in certificates: how they are written there, read, and compared.

An ASCII local part stands as rfc822Name (RFC 5280, 4.2.1.6), any other as SmtpUTF8Mailbox
(RFC 9598); the domain is written in its ASCII form in both.
"""

from __future__ import annotations

import unicodedata
from contextlib import suppress

from cryptography import x509

SMTP_UTF8_MAILBOX = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.9")
UTF8_STRING = 0x0C


def general_name(email: str) -> x509.GeneralName:
    """Return the address as it stands in a certificate; ValueError where it is none."""
    local, _, domain = email.strip().rpartition("@")
    if not local or not domain:
        raise ValueError("not an e-mail address")
    ascii_domain = domain.encode("idna").decode().lower()
    if local.isascii():
        return x509.RFC822Name(f"{local}@{ascii_domain}")
    return x509.OtherName(SMTP_UTF8_MAILBOX, _utf8(f"{local}@{ascii_domain}"))


def addresses(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the addresses that the certificate was issued for."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    plain = names.get_values_for_type(x509.RFC822Name)
    others = [
        _text(name.value)
        for name in names.get_values_for_type(x509.OtherName)
        if name.type_id == SMTP_UTF8_MAILBOX
    ]
    return tuple(filter(None, [*plain, *others]))


def same_address(one: str, other: str) -> bool:
    """Say whether two addresses are one: as accounts are compared, case and width aside.

    The domain counts in its ASCII form. RFC 5321 lets a host tell capitals in the local part
    apart; this platform has one account for all of them, so they are one here too.
    """
    return _folded(one) == _folded(other)


def _folded(email: str) -> str:
    local, _, domain = unicodedata.normalize("NFKC", email.strip()).rpartition("@")
    with suppress(UnicodeError):  # no domain of the DNS: compared as it is
        domain = domain.encode("idna").decode()
    return f"{local}@{domain}".casefold()


def _utf8(text: str) -> bytes:
    """Return the text as a DER UTF8String (X.690)."""
    content = text.encode()
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x82, size >> 8, size & 255])
    return bytes([UTF8_STRING]) + length + content


def _text(der: bytes) -> str:
    start = 2 if len(der) > 1 and der[1] < 128 else 2 + (der[1] & 127) if len(der) > 1 else 0
    if not start or der[0] != UTF8_STRING:
        return ""
    return der[start:].decode(errors="replace")
