"""Changes appended to a paper: refused at its end, and refused when honest signatures follow."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from jointlab.signing.signatures.examination import examine
from jointlab.signing.signatures.pades import Unsignable
from tests.signing import papers, tampering

TRUST = (papers.authority().root.certificate,)
ELSEWHERE = {
    "a_second_field_of_the_same_name": "twice",
    "the_signature_object_overwritten": "coverage",
    "evidence_that_is_no_stream": "damaged",
}
UNSIGNABLE = ("evidence_that_is_no_stream", "a_page_less")  # nor closed
with_poppler = pytest.mark.skipif(
    shutil.which("pdfsig") is None, reason="poppler-utils, the second reader, is not installed"
)


def codes(pdf: bytes, *, complete: bool = True) -> set[str]:
    return {problem.code for problem in examine(pdf, trust=TRUST, complete=complete).problems}


@pytest.mark.parametrize("name", tampering.ATTACKS)
def test_a_closed_paper_takes_no_update(name: str) -> None:
    found = codes(tampering.updated(papers.complete(), tampering.ATTACKS[name]))

    assert ELSEWHERE.get(name, "open") in found


@pytest.mark.parametrize("name", tampering.ATTACKS)
def test_a_change_between_signatures_is_found_though_honest_ones_follow(name: str) -> None:
    paper = tampering.updated(papers.steps()[2], tampering.ATTACKS[name])
    if name in UNSIGNABLE:
        with pytest.raises(Unsignable):
            papers.closed(papers.signed(paper, 3))
        return
    found = codes(papers.closed(papers.signed(papers.signed(paper, 3), 4)))

    assert found & {"changed", "attached", "active", "twice", "coverage"}, found


@pytest.mark.parametrize("name", tampering.ATTACKS)
def test_a_change_to_a_paper_under_way_is_found(name: str) -> None:
    assert codes(tampering.updated(papers.steps()[2], tampering.ATTACKS[name]), complete=False)


@with_poppler
def test_the_second_reader_accepts_the_page_that_an_update_replaced_and_this_one_does_not(
    tmp_path: Path,
) -> None:
    attack = tampering.ATTACKS["another_page_in_place_of_one"]
    paper = tampering.updated(papers.steps()[4], attack)
    (tmp_path / "paper.pdf").write_bytes(paper)
    told = subprocess.run(
        ["pdfsig", tmp_path / "paper.pdf"], capture_output=True, text=True, check=True
    ).stdout

    assert told.count("Signature is Valid.") == 5
    assert "changed" in codes(paper, complete=False)
    assert {"changed"} <= codes(papers.closed(paper))
