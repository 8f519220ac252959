"""Signatures taken out, put in another order, wrapped, forged, or of the wrong time."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import (
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko_certvalidator import ValidationContext

from jointlab.signing.signatures import pades, reading
from jointlab.signing.signatures.authority import Authority, Revoked
from jointlab.signing.signatures.examination import examine
from jointlab.signing.signatures.loops import run
from jointlab.signing.signatures.tokens import asn1
from tests.signing import papers, tampering
from tests.signing.papers import START

TRUST = (papers.authority().root.certificate,)
with_poppler = pytest.mark.skipif(
    shutil.which("pdfsig") is None, reason="poppler-utils, the second reader, is not installed"
)


def codes(pdf: bytes, *, complete: bool = True, crls: tuple[bytes, ...] = ()) -> set[str]:
    found = examine(pdf, trust=TRUST, crls=crls, complete=complete)
    return {problem.code for problem in found.problems}


@cache
def foreign() -> Authority:
    """Another authority that calls itself the same."""
    return papers.new_authority()


def test_the_genuine_paper_is_valid_to_the_library_s_own_validator() -> None:
    context = {"trust_roots": [asn1(TRUST[0])], "allow_fetching": False}
    reader = PdfFileReader(BytesIO(papers.complete()))
    when = ValidationContext(moment=START + timedelta(hours=21), **context)

    for signature in reader.embedded_regular_signatures:
        status = run(async_validate_pdf_signature(signature, when))
        assert status.bottom_line, status.summary()
    (stamp,) = reader.embedded_timestamp_signatures
    told = run(async_validate_pdf_timestamp(stamp, when))
    assert told.valid
    assert told.trusted


@with_poppler
def test_the_genuine_paper_is_valid_to_a_second_reader(tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(papers.complete())
    told = subprocess.run(
        ["pdfsig", tmp_path / "paper.pdf"], capture_output=True, text=True, check=True
    ).stdout

    assert told.count("Signature is Valid.") == 5
    assert "Signer 4 李" in told
    assert told.count("Total document signed") == 1


def test_a_paper_without_any_signature_is_refused() -> None:
    assert codes(papers.plain()) == {"no-signature"}


def test_a_missing_signature_is_named() -> None:
    paper = papers.closed(papers.steps()[3])
    found = examine(paper, trust=TRUST)

    assert [problem.text for problem in found.problems] == ["signer-4: nobody has signed here."]
    assert found.unsigned == ("signer-4",)


def test_a_witness_cannot_sign_before_a_signatory() -> None:
    paper = papers.prepared(2)
    paper = papers.signed(paper, 2)
    assert codes(paper, complete=False) == {"order"}

    paper = papers.signed(paper, 1, at=START + timedelta(hours=3))
    assert codes(papers.closed(paper)) == {"order"}


def test_a_signature_in_the_middle_cannot_be_cut_out() -> None:
    one, two, three = papers.steps()[1:4]
    assert not examine(one + three[len(two) :], trust=TRUST, complete=False).ok


def test_a_signature_after_the_closing_needs_another_closing() -> None:
    paper = papers.prepared(1)
    early = papers.closed(paper)
    paper = papers.signed(early, 1, at=START + timedelta(hours=30))
    assert codes(paper) == {"open"}

    again = pades.close(
        paper,
        authority=papers.authority(),
        crl=papers.authority().crl([], START + timedelta(hours=31)),
        at=START + timedelta(hours=31),
        field="closing-2",
    )
    assert codes(again) == set()


def test_a_paper_that_was_not_sealed_first_is_refused() -> None:
    writer = IncrementalPdfFileWriter(BytesIO(papers.plain()))
    out = BytesIO()
    for box in papers.boxes(1):
        pades.append_signature_field(writer, pades.SigFieldSpec(box.name, box.page, (9, 9, 99, 99)))
    writer.write(out)
    paper = papers.signed(out.getvalue(), 1)

    assert codes(papers.closed(paper)) == {"no-seal"}


def test_a_person_s_certificate_is_no_seal() -> None:
    home, someone = papers.authority(), papers.person(1)
    false = Authority(
        home.origin, home.root, type(home.seal)(someone.certificate, someone.key), home.timestamper
    )
    paper = papers.closed(papers.signed(papers.prepared(1, by=false), 1))

    assert codes(paper) == {"foreign-seal"}


def test_a_seal_is_nobody_s_signature() -> None:
    seal = papers.authority().seal
    nobody = papers.Person("seal", "", seal.certificate, seal.key)
    paper = papers.closed(papers.signed(papers.prepared(1), 1, who=nobody))

    assert codes(paper) == {"purpose"}


@pytest.mark.parametrize("corners", [(0, 0, 300, 400), (0, 0, 0, 0)])
def test_a_signature_in_a_field_of_its_own_is_refused(corners: tuple[int, int, int, int]) -> None:
    def add_field(writer: IncrementalPdfFileWriter) -> None:
        pades.append_signature_field(writer, pades.SigFieldSpec("more", 0, corners))

    paper = tampering.updated(papers.signed(papers.prepared(1), 1), add_field)
    paper = papers.signed(paper, 2, who=papers.person(2), field="more")

    assert codes(papers.closed(paper)) >= {"extra"}
    assert codes(papers.closed(paper)) <= {"extra", "changed"}


def test_a_paper_of_another_authority_with_the_same_names_is_not_trusted() -> None:
    paper = papers.in_steps(1, by=foreign())[-1]
    found = examine(paper, trust=TRUST)

    assert {problem.code for problem in found.problems} == {"untrusted"}
    assert not any(each.trusted for each in (found.seal, *found.signatures, *found.timestamps))
    assert examine(paper, trust=[foreign().root.certificate]).ok


def test_a_signer_of_another_authority_with_the_same_names_is_not_trusted() -> None:
    paper = papers.signed(papers.prepared(1), 1, who=papers.person(1, by=foreign()))

    assert codes(papers.closed(paper)) == {"untrusted"}


def test_a_timestamp_of_another_authority_is_not_trusted() -> None:
    home = papers.authority()
    mixed = Authority(home.origin, home.root, home.seal, foreign().timestamper)
    paper = papers.signed(papers.prepared(1), 1, by=mixed)
    assert codes(papers.closed(paper)) == {"timestamp"}

    paper = papers.closed(papers.signed(papers.prepared(1), 1), by=mixed)
    assert codes(paper) == {"untrusted"}


def test_a_certificate_must_hold_when_it_is_used_but_may_expire_later() -> None:
    short = papers.person(1, days=1)
    late = START + timedelta(days=2)
    with pytest.raises(pades.Unsignable, match="does not hold"):
        papers.signed(papers.prepared(1), 1, who=short, at=late)

    paper = papers.signed(papers.prepared(1), 1, who=short)
    assert codes(papers.closed(paper, at=START + timedelta(days=500))) == set()


def test_a_certificate_that_had_expired_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pades, "_check", lambda *_: None)  # what a forger would leave out
    late = START + timedelta(days=2)
    paper = papers.signed(papers.prepared(1), 1, who=papers.person(1, days=1), at=late)

    assert codes(papers.closed(paper, at=late)) == {"expired"}


def revoked(at: timedelta) -> tuple[bytes, bytes]:
    """A paper whose only signer's certificate was revoked then, and the list that says so."""
    someone = papers.person(1)
    crl = papers.authority().crl(
        [Revoked(someone.certificate.serial_number, START + at, "keyCompromise")],
        START + timedelta(hours=30),
    )
    return papers.signed(papers.prepared(1), 1), crl


def test_a_certificate_revoked_before_it_was_used_is_refused_though_the_file_is_silent() -> None:
    paper, crl = revoked(timedelta(minutes=30))
    assert codes(papers.closed(paper)) == set()
    assert codes(papers.closed(paper), crls=(crl,)) == {"revoked"}


def test_a_certificate_revoked_before_it_was_used_is_refused_when_the_closing_says_so() -> None:
    paper, crl = revoked(timedelta(minutes=30))
    closed = pades.close(
        paper, authority=papers.authority(), crl=crl, at=START + timedelta(hours=30)
    )
    assert codes(closed) == {"revoked"}


def test_a_certificate_revoked_after_it_was_used_had_counted() -> None:
    paper, crl = revoked(timedelta(hours=2))
    closed = pades.close(
        paper, authority=papers.authority(), crl=crl, at=START + timedelta(hours=30)
    )
    assert codes(closed) == set()
    assert codes(closed, crls=(crl,)) == set()


def test_a_signature_whose_revocation_cannot_be_known_is_refused() -> None:
    someone = papers.person(1)
    paper = pades.sign(
        papers.prepared(1),
        "signer-1",
        certificate=someone.certificate,
        key=someone.key,
        authority=papers.authority(),
        crl=papers.authority().crl([], START - timedelta(days=90)),
        stamp_pdf=None,
        at=START + timedelta(days=60),
    )
    late = START + timedelta(days=70)
    closed = pades.close(paper, authority=papers.authority(), crl=foreign().crl([], late), at=late)
    assert codes(closed) == {"not-checkable"}


def gap() -> tuple[bytes, reading.Signed]:
    """A closed paper, and where its last signature lies."""
    paper = papers.complete()
    return paper, reading.signatures(reading.read(paper), paper)[-1]


def test_a_second_byte_range_hidden_in_the_padding_is_refused() -> None:
    paper, last = gap()
    inner = paper[last.begin : last.begin + 1 + 2 * len(last.content)] + b">/ByteRange[0 9 9 9]/X<"
    room = last.end - last.begin - len(inner) - 1
    wrapped = paper[: last.begin] + inner + b"0" * room + b">" + paper[last.end :]

    assert len(wrapped) == len(paper)
    assert codes(wrapped) & {"coverage", "encoding", "altered", "damaged"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb"/ByteRange \[(\d+) ", b"/ByteRange [1 "),
        (rb"/ByteRange ", b"/BiteRange "),
        (rb"/SubFilter ", b"/SubFilte2 "),
        (rb"/Contents <", b"/Content5 <"),
        (rb"/ETSI\.RFC3161", b"/ETSI.RFC3162"),
        (rb"/DocTimeStamp", b"/DocTimeStbmp"),
    ],
)
def test_a_signature_that_says_nothing_of_what_it_covers_is_refused(old: bytes, new: bytes) -> None:
    paper = papers.complete()
    start = len(papers.steps()[-2])
    changed = paper[:start] + re.sub(old, new, paper[start:])

    assert changed != paper
    assert codes(changed)


def test_an_empty_or_void_signature_is_refused() -> None:
    paper, last = gap()
    size = last.end - last.begin - 2
    for digits in (b"0" * size, b"00" + b"20" * (size // 2 - 1), b"3080" + b"0" * (size - 4)):
        forged = paper[: last.begin + 1] + digits + paper[last.end - 1 :]
        assert codes(forged) & {"encoding", "damaged"}


def test_two_fields_cannot_share_one_signature() -> None:
    def share(writer: IncrementalPdfFileWriter) -> None:
        held = tampering.field(writer, "signer-1").raw_get("/V")
        tampering.field(writer, "signer-3")["/V"] = IndirectObject(
            held.idnum, held.generation, writer
        )

    paper = tampering.updated(papers.steps()[2], share)
    assert codes(paper, complete=False) & {"coverage", "changed"}


def first_page(reader: PdfFileReader) -> DictionaryObject:
    found: DictionaryObject = reader.root["/Pages"]["/Kids"][0]
    return found


def test_a_page_that_waits_for_content_to_come_is_refused_before_it_comes() -> None:
    def wait(writer: IncrementalPdfFileWriter) -> None:
        first = tampering.page(writer)
        here = first.raw_get("/Contents")
        first["/Contents"] = ArrayObject([here, IndirectObject(99_999, 0, writer)])
        writer.update_container(first)

    shadow = papers.prepared(1, pdf=tampering.updated(papers.plain(), wait))
    assert codes(shadow, complete=False) == {"dangling"}

    def come(writer: IncrementalPdfFileWriter) -> None:
        writer._lastobj_id = 99_999
        writer.objects[0, 99_999] = tampering.stream(b"BT (paid by others) Tj ET")

    paper = tampering.updated(papers.signed(shadow, 1), come)
    assert b"paid" in first_page(PdfFileReader(BytesIO(paper)))["/Contents"][1].data
    assert codes(papers.closed(paper)) == {"dangling"}


def revision(pdf: bytes, body: bytes, number: int, offset: int) -> bytes:
    """An update with one object, that lies at the offset."""
    reader = PdfFileReader(BytesIO(pdf))
    root = reader.root_ref.idnum
    size = max(number + 1, int(reader.trailer["/Size"]))
    at = len(pdf) + len(body)
    return body + (
        b"xref\n%d 1\n%010d 00000 n \n" % (number, offset)
        + b"trailer\n<</Size %d /Root %d 0 R /Prev %d>>\n" % (size, root, reader.last_startxref)
        + b"startxref\n%d\n%%%%EOF\n" % at
    )


def test_content_hidden_under_the_seal_cannot_be_shown_by_another_table() -> None:
    plain = papers.plain()
    number = first_page(PdfFileReader(BytesIO(plain))).raw_get("/Contents").idnum
    hidden = b"%d 0 obj\n<</Length 20>>stream\nBT (nothing) Tj  ET \nendstream\nendobj\n" % number
    at = len(plain) + 1
    paper = papers.signed(papers.prepared(1, pdf=plain + b"\n" + hidden), 1)
    assert codes(paper, complete=False) == set()

    shown = paper + revision(paper, b"", number, at)
    assert b"nothing" in first_page(PdfFileReader(BytesIO(shown)))["/Contents"].data
    assert codes(shown, complete=False) == {"changed"}
    assert "changed" in codes(papers.closed(shown))
