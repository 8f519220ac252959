"""What other programs make of a signature is taken; what they might hide besides is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NumberObject,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from jointlab.signing.signatures import pades
from jointlab.signing.signatures.addition import find_added_signature
from jointlab.signing.signatures.encoding import size_of_value
from jointlab.signing.signatures.examination import examine
from jointlab.signing.signatures.loops import run
from tests.signing import papers, tampering
from tests.signing.papers import START
from tests.signing.programs import PROGRAMS, Program, identity

EMAIL = "signer-1@example.org"
NOON = START + timedelta(hours=3)
ROOT = papers.authority().root.certificate


def codes(pdf: bytes, *, complete: bool = False) -> set[str]:
    found = examine(pdf, trust=[ROOT], complete=complete, at=NOON)
    return {problem.code for problem in found.problems}


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_a_program_of_ones_own_signs_is_taken_and_leads_to_a_whole_paper(
    program: Program, tmp_path: Path
) -> None:
    who, before = identity(EMAIL), papers.prepared(2)
    after = program(before, "signer-1", who, tmp_path)
    trust = [ROOT, who.root]

    found = find_added_signature(before, after, field="signer-1", trust=trust, email=EMAIL, at=NOON)
    assert found.holds
    assert found.time is None

    paper = papers.closed(papers.signed(after, 2, at=NOON), at=NOON)
    whole = examine(paper, trust=trust)
    assert whole.ok, whole.problems
    assert [each.field for each in whole.signatures] == ["signer-1", "signer-2"]
    assert [each.name for each in whole.signatures] == [EMAIL, "Signer 2 李"]


def signed_elsewhere(
    change: Callable[[IncrementalPdfFileWriter], None] = lambda _: None, field: str = "signer-1"
) -> bytes:
    """The paper, signed by the first signer in one update that does something besides."""
    who, writer = papers.person(1), IncrementalPdfFileWriter(BytesIO(papers.prepared(2)))
    change(writer)
    placeholder = pades.SignatureObject(START, pades.SigSeedSubFilter.PADES, bytes_reserved=10_000)
    signing = pades._Signing(writer, field, pades.cms_embedder.SigObjSetup(placeholder))
    signer = pades.KeySigner(who.certificate, who.key)
    return signing.finish(run(signer.async_sign(signing.digest, "sha256", use_pades=True)))


def form(writer: IncrementalPdfFileWriter) -> DictionaryObject:
    found: DictionaryObject = writer.root["/AcroForm"]
    writer.update_container(found)
    return found


def look_of_text(writer: IncrementalPdfFileWriter) -> None:
    """As Acrobat does: a default look of text, and the font for it."""
    font = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/Type1"),
            pdf_name("/BaseFont"): pdf_name("/Helvetica"),
        }
    )
    fonts = DictionaryObject({pdf_name("/Helv"): writer.add_object(font)})
    form(writer)[pdf_name("/DA")] = pdf_string("/Helv 0 Tf 0 g")
    form(writer)[pdf_name("/DR")] = DictionaryObject({pdf_name("/Font"): fonts})


def test_a_reader_may_add_how_text_in_forms_looks() -> None:
    assert codes(signed_elsewhere()) == set()
    assert codes(signed_elsewhere(look_of_text)) == set()


def form_of_another_kind(writer: IncrementalPdfFileWriter) -> None:
    form(writer)[pdf_name("/XFA")] = writer.add_object(tampering.stream(b"<xdp/>"))


def files_among_the_resources(writer: IncrementalPdfFileWriter) -> None:
    look_of_text(writer)
    file = tampering.stream(b"more", Type=pdf_name("/EmbeddedFile"))
    form(writer)["/DR"][pdf_name("/Properties")] = writer.add_object(file)


def order_of_calculation(writer: IncrementalPdfFileWriter) -> None:
    form(writer)[pdf_name("/CO")] = ArrayObject()


def corners(*numbers: int) -> Callable[[IncrementalPdfFileWriter], None]:
    def place(writer: IncrementalPdfFileWriter) -> None:
        tampering.field(writer, "signer-1")[pdf_name("/Rect")] = ArrayObject(
            map(NumberObject, numbers)
        )

    return place


def no_corners(writer: IncrementalPdfFileWriter) -> None:
    del tampering.field(writer, "signer-1")["/Rect"]


def another_s_place_vanishes(writer: IncrementalPdfFileWriter) -> None:
    tampering.field(writer, "signer-2")[pdf_name("/Rect")] = ArrayObject([NumberObject(0)] * 4)


def an_empty_form_over_a_page(writer: IncrementalPdfFileWriter) -> None:
    contents = tampering.page(writer).raw_get("/Contents").reference
    writer.objects[contents.generation, contents.idnum] = empty()


def empty(data: bytes = b"") -> object:
    return tampering.stream(
        data,
        Subtype=pdf_name("/Form"),
        BBox=ArrayObject(map(NumberObject, (0, 0, 9, 9))),
    )


def a_form_left_behind(writer: IncrementalPdfFileWriter) -> None:
    writer.add_object(empty(b"0 0 9 9 re f"))


def an_empty_form_left_behind(writer: IncrementalPdfFileWriter) -> None:
    writer.add_object(empty())


HIDDEN: dict[str, tuple[Callable[[IncrementalPdfFileWriter], None], set[str]]] = {
    "a form of another kind": (form_of_another_kind, {"changed", "active"}),
    "a file among the resources": (files_among_the_resources, {"attached"}),
    "an order of calculation": (order_of_calculation, {"changed"}),
    "a larger place": (corners(0, 0, 300, 400), {"changed"}),
    "a place without height": (corners(0, 0, 300, 0), {"changed"}),
    "no place at all": (no_corners, {"changed"}),
    "another's place gone": (another_s_place_vanishes, {"changed"}),
    "an empty form over a page": (an_empty_form_over_a_page, {"changed"}),
    "a form that nobody refers to": (a_form_left_behind, {"changed"}),
}


@pytest.mark.parametrize("what", HIDDEN)
def test_nothing_else_comes_with_a_signature(what: str) -> None:
    change, expected = HIDDEN[what]
    found = codes(signed_elsewhere(change))

    assert found
    assert found <= expected


def test_the_place_that_is_signed_may_vanish_and_an_empty_form_be_left() -> None:
    assert codes(signed_elsewhere(corners(0, 0, 0, 0))) == set()
    assert codes(signed_elsewhere(an_empty_form_left_behind)) == set()


def own_field(writer: IncrementalPdfFileWriter) -> None:
    append_signature_field(writer, SigFieldSpec("Signature1"))


def test_a_signature_in_an_unseen_field_of_its_own_fills_the_first_empty_place() -> None:
    paper = signed_elsewhere(own_field, "Signature1")
    found = examine(paper, trust=[ROOT], complete=False, at=NOON)

    assert found.ok, found.problems
    assert [each.field for each in found.signatures] == ["signer-1"]
    assert found.unsigned == ("signer-2",)


def test_a_place_is_filled_once() -> None:
    paper = signed_elsewhere(own_field, "Signature1")

    assert codes(papers.signed(paper, 1)) == {"extra"}
    assert codes(papers.closed(papers.signed(paper, 2)), complete=True) == set()


OPEN = {
    "a length": ("3003020105", 5),
    "an open length": ("308002010500" + "00", 7),
    "open ones in open ones": ("3080a0803080000002010500000000", 15),
    "zeros within": ("30060404000000000000", 8),
    "none": ("", 0),
    "another value": ("020105", 0),
    "one never ended": ("3080020105", 0),
    "one ended once for two": ("3080a0800201050000", 0),
    "one longer than all": ("3084ffffffff", 0),
    "a head alone": ("3080020105" + "30", 0),
    "an open length of no sequence": ("30800480000000000000", 0),
    "a tag of several bytes": ("30801f81000000000000", 0),
}


@pytest.mark.parametrize("what", OPEN)
def test_a_value_ends_where_its_lengths_say(what: str) -> None:
    content, size = OPEN[what]
    assert size_of_value(bytes.fromhex(content)) == size
    if size:
        assert size_of_value(bytes.fromhex(content) + bytes(99)) == size
