"""Making signatures: PAdES (ETSI EN 319 142-1) in incremental updates of a PDF.

A paper grows in steps, each an update that leaves every byte before it as it was: `prepare`
adds the fields and the instance's seal; `sign` adds a person's signature; `close` adds the last
timestamp, which covers the whole file. Each signature carries a timestamp, its certificates and
the list of revoked ones (level B-LT); with the closing timestamp the paper is B-LTA.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from typing import Any, Protocol

from asn1crypto import algos, crl
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import content, layout, misc
from pyhanko.pdf_utils.generic import DictionaryObject, NameObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import (
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
    enumerate_sig_fields,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import Signer, cms_embedder
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import (
    DocumentTimestamp,
    SignatureObject,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from jointlab.signing.signatures.authority import Authority, Pair
from jointlab.signing.signatures.loops import run
from jointlab.signing.signatures.tokens import Stamper, asn1

SEAL_FIELD = "seal"
CLOSING_FIELD = "closing"
ROOM = 10 * 1024  # hexadecimal digits for a signature: twice what one of ours takes
LAST_PAGE = -1  # LibreOffice writes the first one anew without what was added to it
STAMP_ROOM = 6 * 1024  # and for a timestamp
NOWHERE = layout.BoxConstraints(width=1, height=1)


class Box(Protocol):
    """Where a signature goes: `page` from 0, corners in points from the page's bottom left."""

    @property
    def name(self) -> str:
        """The field's name."""

    @property
    def page(self) -> int:
        """The page, from 0."""

    @property
    def x0(self) -> float:
        """Left."""

    @property
    def y0(self) -> float:
        """Bottom."""

    @property
    def x1(self) -> float:
        """Right."""

    @property
    def y1(self) -> float:
        """Top."""


class Unsignable(Exception):  # noqa: N818 - what cannot be signed
    """This document, field, certificate or key does not do; the text says why."""


class KeySigner(Signer):
    """Signs with a key in memory: ECDSA with SHA-256."""

    def __init__(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        super().__init__(
            signing_cert=asn1(certificate),
            cert_registry=SimpleCertificateStore(),
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            embed_roots=False,
        )
        self.key = key

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,
    ) -> bytes:
        """Return the signature over the data."""
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


class Stamp(content.PdfContent):
    """The first page of a PDF, to be seen where the signature is."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self.pdf = pdf

    def render(self) -> bytes:
        """Import the page, and return the operator that shows it."""
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self.pdf)))
        x0, y0, x1, y1 = page.get_object()["/BBox"]
        self.box = layout.BoxConstraints(width=abs(x1 - x0), height=abs(y1 - y0))
        self.resources.xobject["/Stamp"] = page
        return b"/Stamp Do"


def prepare(
    pdf: bytes, boxes: Iterable[Box], *, authority: Authority, crl: bytes, at: datetime
) -> bytes:
    """Add a visible, empty field for each box, in order, and seal the document.

    The seal is a certification signature that allows signing and nothing else (ISO 32000-2,
    12.8.2.2, DocMDP 2): from here on the document's own bytes are fixed.
    """
    with _update(pdf) as writer:
        _add_fields(writer, boxes)
        mdp = cms_embedder.SigMDPSetup("sha256", certify=True, docmdp_perms=MDPPerm.FILL_FORMS)
        placeholder = SignatureObject(at, SigSeedSubFilter.PADES, bytes_reserved=ROOM)
        setup = cms_embedder.SigObjSetup(placeholder, mdp_setup=mdp)
        _add_evidence(writer, authority, crl, authority.seal.certificate)
        signing = _Signing(writer, SEAL_FIELD, setup)
        return signing.finish(_signature(signing.digest, authority.seal, authority, at))


def sign(
    pdf: bytes,
    field: str,
    *,
    certificate: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    authority: Authority,
    crl: bytes,
    stamp_pdf: bytes | None,
    at: datetime,
) -> bytes:
    """Sign in that field, which is there and empty; show the stamp's first page in it.

    Whether the certificate was revoked is the caller's to know before; that it fits the key,
    and holds at that time, is looked at here.
    """
    _check(certificate, key, at)
    with _update(pdf) as writer:
        placeholder = SignatureObject(at, SigSeedSubFilter.PADES, bytes_reserved=ROOM)
        shown = cms_embedder.SigAppearanceSetup(_style(stamp_pdf), at, None) if stamp_pdf else None
        setup = cms_embedder.SigObjSetup(placeholder, appearance_setup=shown)
        _add_evidence(writer, authority, crl, certificate)
        signing = _Signing(writer, field, setup)
        return signing.finish(_signature(signing.digest, Pair(certificate, key), authority, at))


def close(
    pdf: bytes, *, authority: Authority, crl: bytes, at: datetime, field: str = CLOSING_FIELD
) -> bytes:
    """Add a document timestamp over the whole file, with what is needed to judge the rest.

    It closes a paper when everybody has signed. A signature that was made elsewhere, without a
    timestamp of its own, gets its time from one, too: then under another field's name.
    """
    with _update(pdf) as writer:
        setup = cms_embedder.SigObjSetup(DocumentTimestamp(bytes_reserved=STAMP_ROOM))
        _add_evidence(writer, authority, crl)
        signing = _Signing(writer, SigFieldSpec(field, LAST_PAGE), setup)
        return signing.finish(Stamper(authority.timestamper, at).token(signing.digest))


def _add_fields(writer: IncrementalPdfFileWriter, boxes: Iterable[Box]) -> None:
    """Add an empty field for each box and one for the seal, which all look like one empty form.

    Poppler frees what an empty field looks like when it signs there, and writes another object
    under the freed number, unless something else looks the same: the seal does, to the end.
    """
    empty = writer.add_object(content.RawContent(b"", box=NOWHERE).as_form_xobject())
    for box in boxes:
        corners: Any = (box.x0, box.y0, box.x1, box.y1)
        append_signature_field(writer, SigFieldSpec(box.name, box.page, corners))
    append_signature_field(writer, SigFieldSpec(SEAL_FIELD, LAST_PAGE))
    for _name, _value, field in enumerate_sig_fields(writer):
        field.get_object()["/AP"] = DictionaryObject({NameObject("/N"): empty})


class _Signing:
    """One run of pyHanko's embedder: the document is written, then its signature into it."""

    def __init__(
        self,
        writer: IncrementalPdfFileWriter,
        place: str | SigFieldSpec,
        setup: cms_embedder.SigObjSetup,
    ) -> None:
        embedder = cms_embedder.PdfCMSEmbedder(place if isinstance(place, SigFieldSpec) else None)
        if isinstance(place, SigFieldSpec):
            steps = embedder.write_cms(place.sig_field_name, writer)
        else:
            steps = embedder.write_cms(place, writer, existing_fields_only=True)
        next(steps)
        steps.send(setup)
        prepared, self.output = steps.send(cms_embedder.SigIOSetup("sha256"))
        self.digest: bytes = prepared.document_digest
        self.steps = steps

    def finish(self, signature: Any) -> bytes:
        """Write the signature into its place, and return the document."""
        self.steps.send(signature)
        return bytes(self.output.getvalue())


@contextmanager
def _update(pdf: bytes) -> Iterator[IncrementalPdfFileWriter]:
    """Begin an update of the document; what pyHanko refuses becomes Unsignable."""
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        # pyHanko leaves out one number; LibreOffice takes the count of objects for the next one.
        writer._lastobj_id -= 1
        writer.ensure_output_version((1, 7))
        if writer.output_version < (2, 0):
            writer.register_extension(ESIC_EXTENSION_1)
        yield writer
    except (SigningError, misc.PdfError, layout.LayoutError) as error:
        raise Unsignable(str(error)) from error
    except (AttributeError, TypeError, KeyError, ValueError) as error:  # a PDF of another shape
        raise Unsignable("the document is not built as it should be") from error


def _signature(digest: bytes, pair: Pair, authority: Authority, at: datetime) -> Any:
    """Return the signature (CMS) over the document's digest, with its timestamp."""
    return run(
        KeySigner(pair.certificate, pair.key).async_sign(
            digest, "sha256", use_pades=True, timestamper=Stamper(authority.timestamper, at)
        )
    )


def _add_evidence(
    writer: IncrementalPdfFileWriter,
    authority: Authority,
    revoked: bytes,
    *certificates: x509.Certificate,
) -> None:
    """Put into the document what one needs later to judge its signatures (its DSS)."""
    all_of_them = (*certificates, authority.timestamper.certificate, authority.root.certificate)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[asn1(each) for each in all_of_them],
        crls=[crl.CertificateList.load(revoked)],
    )


def _check(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, at: datetime) -> None:
    if certificate.public_key() != key.public_key():
        raise Unsignable("the certificate is for another key")
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise Unsignable("the certificate does not hold at this time")


def _style(stamp: bytes) -> StaticStampStyle:
    """Show the stamp as large as the box allows, with nothing around or over it."""
    fitted = layout.SimpleBoxLayoutRule(
        layout.AxisAlignment.ALIGN_MID, layout.AxisAlignment.ALIGN_MID
    )
    return StaticStampStyle(
        border_width=0,
        background=Stamp(stamp),
        background_layout=fitted,
        background_opacity=1.0,
    )
