"""Papers to sign, and to tamper with: a small document with fields, signed by four people."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import typst
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from jointlab.signing.signatures import credentials, pades
from jointlab.signing.signatures.authority import Authority
from jointlab.signing.signatures.loops import run

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SOURCE = """
#set document(title: "Agreement", date: datetime(year: 2026, month: 3, day: 2))
#set page(width: 300pt, height: 400pt)
#pdf.attach("terms.json", bytes("{\\"end\\": \\"2029-03-01\\"}"), relationship: "data",
  mime-type: "application/json", description: "the terms as data")
= Agreement
The University brings 100,000 EUR.
#pagebreak()
= Directions
Automotive electronics.
#pagebreak()
= Signatures
"""
STAMP = """
#set page(width: 120pt, height: 40pt, margin: 4pt)
#set text(size: 8pt)
signed by {name}
"""


@dataclass(frozen=True)
class Box:
    """A box to sign in."""

    name: str
    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class Person:
    """Somebody with a certificate and its key."""

    name: str
    email: str
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@functools.cache
def plain() -> bytes:
    """A document of three pages with an attachment, as Typst makes it."""
    return bytes(typst.compile(SOURCE.encode(), format="pdf", pdf_standards="a-3b"))


@functools.cache
def stamp(name: str) -> bytes:
    """A page that shows who signed."""
    return bytes(typst.compile(STAMP.format(name=name).encode(), format="pdf"))


def new_authority(name: str = "Test instance", now: datetime = START) -> Authority:
    """An authority of its own."""
    folder = Path(tempfile.mkdtemp()) / "authority"
    return Authority.at(folder, name=name, origin="https://lab.example", now=now)


@functools.cache
def authority() -> Authority:
    """The authority of these tests."""
    return new_authority()


def boxes(count: int) -> list[Box]:
    """Boxes on the last page, one above the other, the first on top."""
    return [Box(f"signer-{n}", 2, 30, 300 - 50 * n, 150, 340 - 50 * n) for n in range(1, count + 1)]


@functools.cache
def person(
    n: int, *, by: Authority | None = None, since: datetime = START, days: float = 800
) -> Person:
    """The n-th signer."""
    name, email = f"Signer {n} 李", f"signer-{n}@example.org"
    key = credentials.new_key()
    certificate = (by or authority()).issue(
        person=UUID(int=n),
        name=name,
        email=email,
        public_key=key.public_key(),
        since=since,
        until=since + timedelta(days=days),
    )
    return Person(name, email, certificate, key)


def prepared(count: int = 4, pdf: bytes | None = None, by: Authority | None = None) -> bytes:
    """A document with fields, sealed."""
    by = by or authority()
    return pades.prepare(
        pdf or plain(), boxes(count), authority=by, crl=by.crl([], START), at=START
    )


def signed(
    pdf: bytes,
    n: int,
    *,
    who: Person | None = None,
    by: Authority | None = None,
    at: datetime | None = None,
    field: str = "",
) -> bytes:
    """The document with the n-th signature."""
    by, who = by or authority(), who or person(n)
    at = at or START + timedelta(hours=n)
    return pades.sign(
        pdf,
        field or f"signer-{n}",
        certificate=who.certificate,
        key=who.key,
        authority=by,
        crl=by.crl([], at),
        stamp_pdf=stamp(who.name),
        at=at,
    )


def untimed(
    pdf: bytes, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, at: datetime
) -> bytes:
    """The document with the first signature, without any timestamp or evidence."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    placeholder = pades.SignatureObject(at, pades.SigSeedSubFilter.PADES, bytes_reserved=10_000)
    signing = pades._Signing(writer, "signer-1", pades.cms_embedder.SigObjSetup(placeholder))
    signer = pades.KeySigner(certificate, key)
    return signing.finish(run(signer.async_sign(signing.digest, "sha256", use_pades=True)))


def closed(pdf: bytes, *, by: Authority | None = None, at: datetime | None = None) -> bytes:
    """The document, closed."""
    by, at = by or authority(), at or START + timedelta(hours=20)
    return pades.close(pdf, authority=by, crl=by.crl([], at), at=at)


def in_steps(count: int = 4, by: Authority | None = None) -> list[bytes]:
    """A paper in all its steps: prepared, after each signature, closed."""
    steps = [prepared(count, by=by)]
    for n in range(1, count + 1):
        who = person(n, by=by) if by else person(n)
        steps.append(signed(steps[-1], n, who=who, by=by))
    return [*steps, closed(steps[-1], by=by)]


@functools.cache
def steps() -> Sequence[bytes]:
    """The paper of these tests in all its steps."""
    return tuple(in_steps())


def complete() -> bytes:
    """The paper of these tests: four signatures, closed."""
    return steps()[-1]
