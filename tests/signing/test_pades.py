"""Making signatures, step by step."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm

from jointlab.signing.signatures import credentials, pades, tokens
from jointlab.signing.signatures.authority import Kind
from jointlab.signing.signatures.loops import run
from tests.signing import papers
from tests.signing.papers import START


def widget(pdf: bytes, name: str) -> dict[str, object]:
    for each in PdfFileReader(BytesIO(pdf)).root["/AcroForm"]["/Fields"]:
        if each.get_object()["/T"] == name:
            found: dict[str, object] = each.get_object()
            return found
    raise KeyError(name)


def test_each_step_leaves_every_byte_before_it_as_it_was() -> None:
    steps = papers.steps()
    assert steps[0].startswith(papers.plain())
    assert all(after.startswith(before) for before, after in pairwise(steps))


def test_a_prepared_paper_has_an_empty_field_in_each_box() -> None:
    paper = papers.prepared(4)
    for box in papers.boxes(4):
        field = widget(paper, box.name)
        assert "/V" not in field
        assert field["/Rect"] == [box.x0, box.y0, box.x1, box.y1]


def test_a_prepared_paper_is_sealed_against_all_but_signing() -> None:
    reader = PdfFileReader(BytesIO(papers.prepared(2)))
    (seal,) = reader.embedded_signatures

    assert seal.docmdp_level is MDPPerm.FILL_FORMS
    assert Kind.SEAL.value[1].encode() in seal.signer_cert.dump()


def test_the_stamp_is_seen_where_the_signature_is() -> None:
    look = widget(papers.steps()[1], "signer-1")["/AP"]["/N"]  # type: ignore[index]
    shown = look["/Resources"]["/XObject"]["/Stamp"]

    assert sorted(map(float, look["/BBox"])) == [0, 0, 40, 120]
    assert b"Do" in look.data
    assert shown["/Resources"]["/Font"]


def test_a_signature_carries_its_time_its_certificates_and_the_revoked_ones() -> None:
    reader = PdfFileReader(BytesIO(papers.steps()[1]))
    signature = reader.embedded_signatures[-1]
    kinds = {each["type"].native for each in signature.signer_info["unsigned_attrs"]}
    store = reader.root["/DSS"]

    assert kinds == {"signature_time_stamp_token"}
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert len(store["/Certs"]) == 4
    assert len(store["/CRLs"]) == 2


def test_a_signature_without_a_stamp_can_be_made() -> None:
    who = papers.person(1)
    paper = pades.sign(
        papers.prepared(1),
        "signer-1",
        certificate=who.certificate,
        key=who.key,
        authority=papers.authority(),
        crl=papers.authority().crl([], START),
        stamp_pdf=None,
        at=START,
    )
    assert "/V" in widget(paper, "signer-1")


def test_nobody_signs_twice_or_where_there_is_no_field() -> None:
    with pytest.raises(pades.Unsignable):
        papers.signed(papers.steps()[1], 1)
    with pytest.raises(pades.Unsignable):
        papers.signed(papers.steps()[1], 9, who=papers.person(1))


def test_a_key_signs_only_with_its_own_certificate() -> None:
    who = papers.person(1)
    other = papers.Person(who.name, who.email, who.certificate, credentials.new_key())
    with pytest.raises(pades.Unsignable, match="another key"):
        papers.signed(papers.prepared(1), 1, who=other)


@pytest.mark.parametrize("days", [-1, 900])
def test_a_certificate_signs_only_while_it_holds(days: int) -> None:
    with pytest.raises(pades.Unsignable, match="does not hold"):
        papers.signed(papers.prepared(1), 1, at=START + timedelta(days=days))


@pytest.mark.parametrize("what", [b"", b"not a PDF", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_pdf_cannot_be_prepared(what: bytes) -> None:
    home = papers.authority()
    with pytest.raises(pades.Unsignable):
        pades.prepare(what, papers.boxes(1), authority=home, crl=home.crl([], START), at=START)


def test_a_box_on_a_page_that_is_not_there_cannot_be_prepared() -> None:
    home, box = papers.authority(), papers.Box("signer-1", 7, 0, 0, 10, 10)
    with pytest.raises(pades.Unsignable):
        pades.prepare(papers.plain(), [box], authority=home, crl=home.crl([], START), at=START)


def test_an_authority_with_the_longest_name_fits_into_a_signature() -> None:
    long = papers.new_authority("長" * 80)
    who = papers.person(1, by=long)
    assert papers.closed(papers.signed(papers.prepared(1, by=long), 1, who=who, by=long), by=long)


def test_a_timestamp_has_one_form_and_only_that_counts() -> None:
    home = papers.authority()
    token = tokens.Stamper(home.timestamper, START).token(bytes(32)).dump()
    reader = PdfFileReader(BytesIO(papers.steps()[1]))

    assert tokens.is_canonical(token)
    assert not tokens.is_canonical(token + b"\0")
    assert not tokens.is_canonical(reader.embedded_signatures[-1].signed_data.dump())
    assert not tokens.is_canonical(token.replace(b"\x02\x01\x03", b"\x02\x01\x01", 1))


def test_a_thread_whose_own_loop_runs_can_sign() -> None:
    async def in_a_loop() -> bytes:
        return papers.signed(papers.prepared(1), 1)

    assert len(run(in_a_loop())) > len(papers.prepared(1))
