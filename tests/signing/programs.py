"""Programs that people sign with elsewhere, as Debian packages them, and a certificate for them.

The certificate is of RSA, as most people's are: Poppler cannot sign with any other reliably.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from jointlab.signing.signatures.authority import _usage

PASSWORD = "rowan-4417"
PYTHON_OF_UNO = "/usr/bin/python3"
HERE = Path(__file__).parent
JARS = [f"/usr/share/java/{name}.jar" for name in ("pdfbox", "fontbox", "commons-logging")]
JARS += [f"/usr/share/java/{name}.jar" for name in ("bcprov", "bcpkix", "bcutil")]
Program = Callable[[bytes, str, "Identity", Path], bytes]


@dataclass(frozen=True)
class Identity:
    """A certificate with its key, as programs take it, and the root that it counts by."""

    root: x509.Certificate
    certificate: x509.Certificate
    pkcs12: bytes

    @property
    def root_pem(self) -> bytes:
        """The root, for a folder of trusted ones."""
        return self.root.public_bytes(serialization.Encoding.PEM)


@cache
def identity(email: str) -> Identity:
    """Somebody at that address, known to an authority of the wide world."""
    root_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    root_name, name = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in ("Wide World", email)
    )
    root = (
        _begun(root_name, root_name, root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    certificate = (
        _begun(name, root_name, key.public_key())
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(email)]), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    old = (  # what NSS and Java read alike
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(2000)
        .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(hashes.SHA1())  # noqa: S303
        .build(PASSWORD.encode())
    )
    packed = pkcs12.serialize_key_and_certificates(b"signer", key, certificate, [root], old)
    return Identity(root, certificate, packed)


def _begun(subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2045, 1, 1, tzinfo=UTC))
    )


def poppler(pdf: bytes, field: str, who: Identity, folder: Path) -> bytes:
    """Sign with pdfsig."""
    before, after = _files(pdf, folder)
    keys = f"sql:{_nss(who, folder)}"
    _run("pdfsig", before, after, "-sign", field, "-nssdir", keys, "-nick", "signer")
    return after.read_bytes()


def poppler_etsi(pdf: bytes, field: str, who: Identity, folder: Path) -> bytes:
    """Sign with pdfsig, as ETSI calls it."""
    before, after = _files(pdf, folder)
    keys = f"sql:{_nss(who, folder)}"
    _run("pdfsig", before, after, "-etsi", "-sign", field, "-nssdir", keys, "-nick", "signer")
    return after.read_bytes()


def pdfbox(pdf: bytes, field: str, who: Identity, folder: Path) -> bytes:
    """Sign with PDFBox and Bouncy Castle."""
    before, after = _files(pdf, folder)
    keys = folder / "signer.p12"
    keys.write_bytes(who.pkcs12)
    program = HERE / "SignWithPdfBox.java"
    _run("java", "-cp", ":".join(JARS), program, before, after, field, keys, PASSWORD)
    return after.read_bytes()


def libreoffice(pdf: bytes, _field: str, who: Identity, folder: Path) -> bytes:
    """Sign with LibreOffice, which knows no field but its own."""
    before, after = _files(pdf, folder)
    profile = folder / "profile"
    profile.mkdir(exist_ok=True)
    keys = {"MOZILLA_CERTIFICATE_FOLDER": str(_nss(who, folder)), "HOME": str(folder)}
    program = HERE / "sign_with_libreoffice.py"
    _run(PYTHON_OF_UNO, program, before, after, profile, **keys)
    return after.read_bytes()


def _has(*needed: str) -> bool:
    return all(shutil.which(each) or Path(each).exists() for each in needed)


def _param(program: Program, packages: str, *needed: str) -> object:
    missing = pytest.mark.skipif(not _has(*needed), reason=f"{packages}: not installed")
    return pytest.param(program, marks=missing, id=program.__name__)


NSS = ("pdfsig", "certutil", "pk12util")
UNO = "/usr/lib/python3/dist-packages/uno.py"
PROGRAMS = [
    _param(poppler, "poppler-utils, libnss3-tools", *NSS),
    _param(poppler_etsi, "poppler-utils, libnss3-tools", *NSS),
    _param(pdfbox, "libpdfbox-java, libbcpkix-java, default-jdk-headless", "javac", *JARS),
    _param(libreoffice, "libreoffice-draw-nogui, python3-uno", "soffice", UNO, *NSS[1:]),
]


def _files(pdf: bytes, folder: Path) -> tuple[Path, Path]:
    before, after = folder / "before.pdf", folder / "after.pdf"
    before.write_bytes(pdf)
    return before, after


def _nss(who: Identity, folder: Path) -> Path:
    """Make a database of keys as Poppler and LibreOffice read it."""
    place, packed = folder / "nss", folder / "signer.p12"
    place.mkdir()
    packed.write_bytes(who.pkcs12)
    _run("certutil", "-N", "-d", f"sql:{place}", "--empty-password")
    _run("pk12util", "-i", packed, "-d", f"sql:{place}", "-W", PASSWORD)
    return place


def _run(*line: str | Path, **more: str) -> None:
    done = subprocess.run(
        line, capture_output=True, text=True, timeout=180, env=os.environ | more, check=False
    )
    assert done.returncode == 0, done.stderr
