"""Reading a PDF strictly, and where in its bytes each signature lies.

Only what every reader must understand alike is read on: the attacks on signed PDFs that are
known (Mladenov et al. 2019: universal forgery, incremental saving, wrapping; 2021: shadows)
live in what one reader forgives and another does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, NumberObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from jointlab.signing.signatures.encoding import size_of_value
from jointlab.signing.signatures.problems import MOST_BYTES, Faulty

MOST_SIGNATURES = 100
MOST_REVISIONS = 300
BEGINS = re.compile(rb"%PDF-(1\.[0-7]|2\.0)[\r\n]")
ENDS = re.compile(rb"startxref(?:\r\n|\r|\n)\d+(?:\r\n|\r|\n)%%EOF(?:\r\n|\r|\n)?\Z")
HEXADECIMAL = re.compile(rb"(?:[0-9A-F]{2})+|(?:[0-9a-f]{2})+")
SIGNATURES = (SigSeedSubFilter.PADES.value, SigSeedSubFilter.ADOBE_PKCS7_DETACHED.value)
TIMESTAMP = SigSeedSubFilter.ETSI_RFC3161.value


class Embedded(EmbeddedPdfSignature):
    """A signature in a field, without what its maker's clock said: LibreOffice writes no date."""

    self_reported_timestamp = None


@dataclass(frozen=True)
class Signed:
    """A field that holds a signature; `begin` and `end` bound the gap for it, `covers` the rest."""

    field: str
    embedded: EmbeddedPdfSignature
    begin: int
    end: int
    covers: int
    content: bytes

    @property
    def revision(self) -> int:
        """The update of the file that it came with, from 0."""
        return int(self.embedded.signed_revision)

    @property
    def is_timestamp(self) -> bool:
        """Whether it is a timestamp over the document, and nobody's signature."""
        return bool(self.embedded.sig_object_type == "/DocTimeStamp")


def read(pdf: bytes) -> PdfFileReader:
    """Open the file; Faulty where it is no PDF that every reader would read alike."""
    if len(pdf) > MOST_BYTES:
        raise Faulty("too-large")
    if not BEGINS.match(pdf):
        raise Faulty("no-pdf")
    if not ENDS.search(pdf[-64:]):
        raise Faulty("trailing")
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    if reader.encrypted:
        raise Faulty("encrypted")
    if reader.xrefs.hybrid_xrefs_present or reader.total_revisions > MOST_REVISIONS:
        raise Faulty("damaged")
    return reader


def signatures(reader: PdfFileReader, pdf: bytes) -> list[Signed]:
    """Return all that is signed, in the order in which it was; Faulty at the first odd one."""
    names = fields(reader)
    if len(names) > MOST_SIGNATURES:
        raise Faulty("damaged")
    for name in names:
        if names.count(name) > 1:
            raise Faulty("twice", name)
    found = sorted(_find_signed(reader, pdf), key=lambda each: each.covers)
    _check_steps(found)
    return found


def fields(handler: Any) -> list[str]:
    """Return the names of the signature fields, in the document's order.

    Plain strings: pyHanko's own hold on to the whole file.
    """
    return [f"{name}" for name, _value, _field in enumerate_sig_fields(handler)]


def _find_signed(reader: PdfFileReader, pdf: bytes) -> Iterator[Signed]:
    for name, value, field in enumerate_sig_fields(reader, filled_status=True):
        holder = value.get_object()
        if not isinstance(holder, DictionaryObject) or not _is_known(holder):
            raise Faulty("unknown-kind", f"{name}")
        embedded = Embedded(reader, field, name)
        yield _locate(f"{name}", embedded, pdf)


def _is_known(holder: DictionaryObject) -> bool:
    kind, filter_ = holder.get("/Type", "/Sig"), holder.get("/SubFilter")
    return (kind == "/Sig" and filter_ in SIGNATURES) or (
        kind == "/DocTimeStamp" and filter_ == TIMESTAMP
    )


def _locate(name: str, embedded: EmbeddedPdfSignature, pdf: bytes) -> Signed:
    """Find the gap that the byte range leaves: it holds the signature, and nothing else."""
    bounds = list(embedded.byte_range)
    if len(bounds) != 4 or not all(isinstance(each, NumberObject) for each in bounds):
        raise Faulty("coverage", name)
    start, begin, end, rest = map(int, bounds)
    covers = end + rest
    if start != 0 or not 0 < begin < end < covers <= len(pdf):
        raise Faulty("coverage", name)
    if pdf[begin : begin + 1] != b"<" or pdf[end - 1 : end] != b">":
        raise Faulty("coverage", name)
    digits = pdf[begin + 1 : end - 1]
    if not HEXADECIMAL.fullmatch(digits):
        raise Faulty("encoding", name)
    content = bytes.fromhex(digits.decode("ascii"))
    if content != embedded.pkcs7_content:
        raise Faulty("coverage", name)
    size = size_of_value(content)
    if not size or any(content[size:]):
        raise Faulty("encoding", name)
    if embedded.evaluate_signature_coverage() < SignatureCoverageLevel.ENTIRE_REVISION:
        raise Faulty("coverage", name)
    if not ENDS.search(pdf[:covers][-64:]):
        raise Faulty("coverage", name)
    return Signed(name, embedded, begin, end, covers, content[:size])


def _check_steps(found: list[Signed]) -> None:
    """Each signature has an update of its own, that begins where an earlier one ended."""
    reached, revision = 0, -1
    for each in found:
        if each.begin < reached or each.revision <= revision:
            raise Faulty("coverage", each.field)
        reached, revision = each.covers, each.revision
