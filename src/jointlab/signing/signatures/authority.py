"""The instance's own certificate authority: who it says somebody is, and that it still says so.

Four certificates (RFC 5280): the root; the seal, which fixes a paper before anybody signs; the
timestamper (RFC 3161); and one for each person who signs here. All keys are ECDSA on P-256.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Self
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from jointlab.signing.signatures.addresses import general_name

LIFETIME = timedelta(days=20 * 365.25)
CRL_LIFETIME = timedelta(days=30)
CRL_PATH = "/pki/authority.crl"
SLACK = timedelta(hours=1)  # for a clock that lags behind ours
LONGEST_NAME = 64  # X.520 counts characters (ub-common-name); libraries count bytes of UTF-8
WHOLE_NAME = x509.ObjectIdentifier("2.5.4.41")  # X.520 name
JOINERS = "\u200c\u200d"  # letters need them in some scripts, and emoji
PEM = serialization.Encoding.PEM


class Kind(Enum):
    """What a certificate is for: its policy (RFC 5280, 4.2.1.4) and the notice in it.

    The identifiers are UUIDs under 2.25 (ITU-T X.667), drawn for this platform.
    """

    SEAL = (
        "2.25.20328926827012987720555014865462303300",
        "Seal of a JointLab instance: fixes a document before it is signed. Not a person.",
    )
    TIMESTAMP = (
        "2.25.297842597807672093763057224586278742565",
        "Timestamps of a JointLab instance, by its own clock. Not a qualified timestamp.",
    )
    PERSON = (
        "2.25.325856792429650755852520082678580948525",
        "Issued by a JointLab instance to the holder of an account. Not a qualified certificate.",
    )

    @property
    def policy(self) -> x509.ObjectIdentifier:
        """The identifier of the policy."""
        return x509.ObjectIdentifier(self.value[0])

    def extension(self) -> x509.CertificatePolicies:
        """Return the policy with its notice in words."""
        notice = x509.UserNotice(None, self.value[1])
        return x509.CertificatePolicies([x509.PolicyInformation(self.policy, [notice])])


class Unissuable(Exception):  # noqa: N818 - what cannot be issued
    """No certificate can be made of this; the text says why."""


@dataclass(frozen=True)
class Revoked:
    """A certificate that no longer counts, from `at` on; `reason` as RFC 5280 names it."""

    serial: int
    at: datetime
    reason: str = "unspecified"


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Authority:
    """One instance's authority, opened."""

    origin: str
    root: Pair
    seal: Pair
    timestamper: Pair

    @classmethod
    def at(cls, folder: Path, *, name: str, origin: str, now: datetime | None = None) -> Self:
        """Open the authority in that folder, or make one of that name there.

        The folder appears whole, by a rename that fails for the second of two processes: both
        then open the same. Its files are for their owner alone. `origin` is where the instance
        is reached: certificates say that its list of revoked ones is found there.
        """
        if not (folder / "root.pem").exists():
            _make(folder, name, origin, now or datetime.now(UTC))
        pairs = (_read(folder, each) for each in ("root", "seal", "timestamper"))
        return cls(origin, *pairs)

    @property
    def root_pem(self) -> bytes:
        """The root certificate, for whoever is to trust it."""
        return self.root.certificate.public_bytes(PEM)

    def issue(
        self,
        *,
        person: UUID,
        name: str,
        email: str,
        public_key: ec.EllipticCurvePublicKey,
        since: datetime,
        until: datetime,
    ) -> x509.Certificate:
        """Issue a certificate to sign with; Unissuable where name, address or time do not do."""
        until = min(until, self.root.certificate.not_valid_after_utc)
        if since >= until:
            raise Unissuable("a certificate ends after it begins")
        try:
            address = general_name(email)
        except (ValueError, UnicodeError):
            raise Unissuable(f"{email!r} is not an address for a certificate") from None
        subject = [x509.NameAttribute(NameOID.USER_ID, str(person)), *_names(name)]
        builder = (
            _leaf(self.root, self.origin, Kind.PERSON, x509.Name(subject), public_key)
            .not_valid_before(since)
            .not_valid_after(until)
            .add_extension(x509.SubjectAlternativeName([address]), critical=False)
            .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        )
        return builder.sign(self.root.key, hashes.SHA256())

    def crl(self, revoked: Iterable[Revoked], now: datetime) -> bytes:
        """Return the list of revoked certificates as of now, in DER; good for 30 days."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.certificate.subject)
            .last_update(now)
            .next_update(now + CRL_LIFETIME)
            .add_extension(x509.CRLNumber(int(now.timestamp() * 1000)), critical=False)
            .add_extension(_issuer_key(self.root), critical=False)
        )
        for one in revoked:
            entry = (
                x509.RevokedCertificateBuilder()
                .serial_number(one.serial)
                .revocation_date(one.at)
                .add_extension(x509.CRLReason(x509.ReasonFlags(one.reason)), critical=False)
            )
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(self.root.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _make(folder: Path, name: str, origin: str, now: datetime) -> None:
    """Make a new authority beside the folder, then rename it into place."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    root = _root(name, now)
    seal = _server(root, origin, Kind.SEAL, f"{name}: seal", now)
    stamper = _server(root, origin, Kind.TIMESTAMP, f"{name}: timestamps", now)
    for each, pair in (("root", root), ("seal", seal), ("timestamper", stamper)):
        _write(fresh / f"{each}.key", _private(pair.key))
        _write(fresh / f"{each}.pem", pair.certificate.public_bytes(PEM))
    try:
        fresh.rename(folder)
    except OSError:
        shutil.rmtree(fresh)
        if not (folder / "root.pem").exists():
            raise
    _synchronise(folder.parent)


def _root(name: str, now: datetime) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(_names(name))
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SLACK)
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )
    return Pair(certificate, key)


def _server(root: Pair, origin: str, kind: Kind, name: str, now: datetime) -> Pair:
    """Return one of the two certificates that the instance itself uses, as long as the root."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(_names(name))
    builder = (
        _leaf(root, origin, kind, subject, key.public_key())
        .not_valid_before(now - SLACK)
        .not_valid_after(root.certificate.not_valid_after_utc)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
    )
    if kind is Kind.TIMESTAMP:  # RFC 3161, 2.3: this use alone, and critical
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    return Pair(builder.sign(root.key, hashes.SHA256()), key)


def _leaf(
    root: Pair, origin: str, kind: Kind, subject: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    """Return what the certificates under the root have in common."""
    place = x509.UniformResourceIdentifier(origin.rstrip("/") + CRL_PATH)
    points = x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(root.certificate.subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(_issuer_key(root), critical=False)
        .add_extension(points, critical=False)
        .add_extension(kind.extension(), critical=False)
    )


def _issuer_key(root: Pair) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key())


def _usage(**uses: bool) -> x509.KeyUsage:
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: uses.get(name, False) for name in names.split()})


def _names(name: str) -> list[x509.NameAttribute[str]]:
    """Return the name as a common name; cut where that is too long, and then whole besides."""
    shown = (each for each in " ".join(name.split()) if each.isprintable() or each in JOINERS)
    line = "".join(shown)
    if not line:
        raise Unissuable("a certificate needs a name")
    if len(line.encode()) <= LONGEST_NAME:
        return [x509.NameAttribute(NameOID.COMMON_NAME, line)]
    cut = line.encode()[: LONGEST_NAME - len("…".encode())].decode(errors="ignore") + "…"
    return [x509.NameAttribute(NameOID.COMMON_NAME, cut), x509.NameAttribute(WHOLE_NAME, line)]


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)


def _synchronise(folder: Path) -> None:
    """Have the rename outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(folder: Path, name: str) -> Pair:
    key = serialization.load_pem_private_key((folder / f"{name}.key").read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{folder / name}.key is not a key on an elliptic curve")
    return Pair(x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes()), key)
