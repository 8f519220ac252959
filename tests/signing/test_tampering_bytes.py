"""Not one byte of a closed paper can be changed, added or taken away unseen.

The tests take a part of the file's bytes, evenly spread, and all of those that no signature
covers. JOINTLAB_FUZZ=1 takes every byte, with every bit of it: some hours.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric import utils

from jointlab.signing.signatures import reading, tokens
from jointlab.signing.signatures.evidence import Evidence, gather_evidence, judge_timestamp
from jointlab.signing.signatures.examination import examine
from tests.signing import papers

TRUST = (papers.authority().root.certificate,)
ALL = os.environ.get("JOINTLAB_FUZZ") == "1"
BITS = tuple(1 << n for n in range(8)) if ALL else (1,)


def small() -> bytes:
    """A paper with one signature: the quickest to judge."""
    return papers.in_steps(1)[-1]


PAPER = small()
LAST = reading.signatures(reading.read(PAPER), PAPER)[-1]
PADDING = LAST.begin + 1 + 2 * len(LAST.content)


def flipped(places: Iterator[int] | range, bits: tuple[int, ...] = BITS) -> list[int]:
    """The places whose change is not seen."""
    unseen = []
    for at in places:
        for bit in bits:
            changed = bytearray(PAPER)
            changed[at] ^= bit
            if examine(bytes(changed), trust=TRUST).ok:
                unseen.append(at)
    return unseen


def test_the_paper_that_nobody_touched_is_in_order() -> None:
    assert examine(PAPER, trust=TRUST).problems == ()
    assert examine(papers.complete(), trust=TRUST).problems == ()


def test_all_bytes_but_the_last_signature_are_covered_by_it() -> None:
    assert LAST.is_timestamp
    assert LAST.covers == len(PAPER)
    assert set(PAPER[PADDING : LAST.end]) == set(b"0>")


def test_a_byte_anywhere_cannot_be_changed() -> None:
    assert not flipped(range(0, len(PAPER), 1 if ALL else 1499))


def test_a_byte_of_the_closing_signature_cannot_be_changed() -> None:
    assert not flipped(range(LAST.begin, PADDING, 1 if ALL else 23))


def test_a_byte_of_the_padding_cannot_be_changed() -> None:
    places = [*range(PADDING, LAST.end - 1, 1 if ALL else 53), LAST.end - 1]

    assert not flipped(iter(places), bits=(1, 0x10))


def test_a_digit_cannot_be_written_in_another_case() -> None:
    letters = [at for at in range(LAST.begin, PADDING) if PAPER[at : at + 1].isalpha()]

    assert not flipped(iter(letters[:: 1 if ALL else 40]), bits=(0x20,))


def test_the_closing_signature_cannot_be_written_in_small_letters() -> None:
    gap = PAPER[LAST.begin : LAST.end].lower()
    paper = PAPER[: LAST.begin] + gap + PAPER[LAST.end :]

    assert [p.code for p in examine(paper, trust=TRUST).problems] == ["encoding"]


def with_other_s(pdf: bytes, at: reading.Signed) -> bytes:
    """The paper with the other signature that holds as well: n - s in the place of s."""
    data = cms.ContentInfo.load(at.content)["content"]
    old = data["signer_infos"][0]["signature"].native
    r, s = utils.decode_dss_signature(old)
    new = utils.encode_dss_signature(r, tokens.ORDER - s)
    data["signer_infos"][0]["signature"] = new
    content = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump(force=True)
    digits = content.hex().upper().encode()
    room = at.end - at.begin - 2 - len(digits)
    return pdf[: at.begin + 1] + digits + b"0" * room + pdf[at.end - 1 :]


def test_the_other_signature_that_holds_as_well_is_refused() -> None:
    paper = with_other_s(PAPER, LAST)
    assert paper != PAPER
    assert len(paper) == len(PAPER)

    changed = reading.signatures(reading.read(paper), paper)[-1]
    assert judge_timestamp(changed, evidence_of(paper)).intact
    assert [p.code for p in examine(paper, trust=TRUST).problems] == ["encoding"]


def evidence_of(pdf: bytes) -> Evidence:
    reader = reading.read(pdf)
    return gather_evidence(reader, reading.signatures(reader, pdf), TRUST, (), ())


def test_every_timestamp_is_made_with_the_smaller_s() -> None:
    stamper = tokens.Stamper(papers.authority().timestamper, papers.START)
    for n in range(40):
        token = stamper.token(bytes([n]) * 32)
        signature = token["content"]["signer_infos"][0]["signature"].native
        assert utils.decode_dss_signature(signature)[1] <= tokens.ORDER // 2
        assert tokens.is_canonical(token.dump())


@pytest.mark.parametrize("what", [b"\n", b" ", b"%", b"\0", b"%%EOF\n", b"\n\n"])
def test_nothing_can_stand_after_the_end(what: bytes) -> None:
    assert not examine(PAPER + what, trust=TRUST).ok


@pytest.mark.parametrize("what", [b"\n", b"x", b"%PDF-1.7\n"])
def test_nothing_can_stand_before_the_beginning(what: bytes) -> None:
    assert not examine(what + PAPER, trust=TRUST).ok


def test_a_paper_cut_off_at_any_step_is_not_complete() -> None:
    for step in papers.steps()[:-1]:
        assert papers.complete().startswith(step)
        assert "open" in {problem.code for problem in examine(step, trust=TRUST).problems}


def test_a_paper_cut_off_anywhere_is_refused() -> None:
    for size in range(0, len(PAPER), 1 if ALL else 1499):
        assert not examine(PAPER[:size], trust=TRUST).ok
    for less in range(1, 80):
        assert not examine(PAPER[:-less], trust=TRUST).ok


def test_an_empty_update_is_refused() -> None:
    start = int(PAPER.split(b"startxref")[-1].split()[0])
    trailer = b"trailer\n<</Size 9999 /Root 1 0 R /Prev %d>>\n" % start
    update = b"xref\n0 0\n" + trailer + b"startxref\n%d\n%%%%EOF\n" % len(PAPER)

    assert not examine(PAPER + update, trust=TRUST).ok


def test_damage_of_every_kind_is_told_in_a_sentence_and_never_raised() -> None:
    chance = random.Random(4)
    for _ in range(2000 if ALL else 60):
        changed = bytearray(papers.complete())
        for _ in range(chance.randint(1, 5)):
            at, size = chance.randrange(len(changed)), chance.choice((1, 2, 30, 900))
            piece = changed[at : at + size]
            changed[at : at + size] = chance.choice((b"", piece * 2, bytes(size), piece[::-1]))
        found = examine(bytes(changed), trust=TRUST)
        assert bytes(changed) == papers.complete() or not found.ok
        assert all("\n" not in problem.text for problem in found.problems)
