"""What a sealed document says of itself, and how it differs when it was changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typst

from jointlab.config.cli import main
from jointlab.signing.signatures import confined
from jointlab.signing.signatures.examination import examine
from jointlab.signing.signatures.problems import CHANGES, Change
from tests.signing import papers, tampering

TRUST = (papers.authority().root.certificate,)
TERMS: dict[str, Any] = {
    "format": "jointlab-agreement-1",
    "names": {"en": "Agreement on a laboratory", "ko": "연구실 협약"},
    "parties": [
        {"organisation": "1", "names": {"en": "Northlake"}},
        {"organisation": "2", "names": {"en": "Asterion"}},
    ],
    "signers": [
        {"organisation": "2", "names": {"en": "W"}, "title": {"en": "Manager"}, "witness": True},
        {"organisation": "1", "names": {"en": "V"}, "title": {"en": "Dean"}, "witness": False},
    ],
}


def with_terms(terms: Any) -> bytes:
    """A document that has these terms attached."""
    text = json.dumps(terms) if isinstance(terms, Mapping) else terms
    attached = f"bytes({json.dumps(text)})"
    start = papers.SOURCE.index('"terms.json", ') + len('"terms.json", ')
    end = papers.SOURCE.index(", relationship")
    source = papers.SOURCE[:start] + attached + papers.SOURCE[end:]
    return bytes(typst.compile(source.encode(), format="pdf", pdf_standards="a-3b"))


@cache
def closed() -> bytes:
    return papers.closed(papers.signed(papers.prepared(1, pdf=with_terms(TERMS)), 1))


def test_a_document_says_what_it_is_and_who_signs_where() -> None:
    found = examine(closed(), trust=TRUST)
    assert found.ok, found.problems
    assert found == confined.examine(closed(), trust=TRUST)

    document = found.document
    assert document
    assert document.names == TERMS["names"]
    assert document.parties == ({"en": "Northlake"}, {"en": "Asterion"})
    assert [(each.title["en"], each.organisation["en"]) for each in document.places] == [
        ("Dean", "Northlake"),
        ("Manager", "Asterion"),
    ]


@pytest.mark.parametrize(
    "terms",
    [
        {"end": "2029-03-01"},
        {**TERMS, "format": "another"},
        {**TERMS, "parties": "all"},
        {**TERMS, "names": ["a"]},
        {**TERMS, "names": {"en": 7}},
        {**TERMS, "signers": TERMS["signers"] * 99},
        "no JSON",
        "[" * 20_000,
    ],
)
def test_what_is_not_understood_is_not_told(terms: Any) -> None:
    found = examine(papers.prepared(1, pdf=with_terms(terms)), trust=TRUST, complete=False)

    assert found.ok
    assert found.document is None


def test_what_would_turn_the_text_around_it_is_left_out() -> None:
    names = {"en": "Agree\u202ement\n\x1b[31m" + "x" * 9000}
    pdf = papers.prepared(1, pdf=with_terms({**TERMS, "names": names}))
    document = examine(pdf, trust=TRUST, complete=False).document

    assert document
    assert document.names["en"].startswith("Agreement[31mxxx")
    assert len(document.names["en"]) == 500


def test_it_is_read_as_it_was_when_it_was_sealed() -> None:
    swapped = tampering.updated(closed(), tampering.ATTACKS["an_attachment_swapped"])
    found = examine(swapped, trust=TRUST)

    assert not found.ok
    assert found.document == examine(closed(), trust=TRUST).document
    assert Change("file") in found.changes


SEEN: dict[str, list[Change]] = {
    "another_page_in_place_of_one": [Change("page", 1)],
    "content_of_a_page_overwritten": [Change("page", 1)],
    "a_page_more": [Change("page-added", 4)],
    "a_note_over_a_page": [Change("note", 1)],
    "a_link_that_launches": [Change("note", 1)],
    "an_attachment_more": [Change("file")],
    "an_attachment_swapped": [Change("file")],
    "another_title": [Change("title")],
    "a_script_at_opening": [],
    "another_look_of_a_signature": [],
}


@pytest.mark.parametrize("name", SEEN)
def test_what_was_changed_is_told_by_what_one_would_see(name: str) -> None:
    paper = tampering.updated(papers.complete(), tampering.ATTACKS[name])
    found = examine(paper, trust=TRUST)

    assert not found.ok
    assert [*found.changes] == SEEN[name]


def test_a_page_less_is_told_by_each_page_that_is_another_now() -> None:
    paper = tampering.updated(papers.complete(), tampering.ATTACKS["a_page_less"])

    assert examine(paper, trust=TRUST).changes[-1] == Change("page-removed", 3)


def test_nothing_is_said_to_be_changed_where_nothing_was() -> None:
    assert examine(papers.complete(), trust=TRUST).changes == ()
    assert examine(papers.steps()[2], trust=TRUST).changes == ()


def test_the_shell_says_what_it_is_and_what_was_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JOINTLAB_HOME", str(tmp_path))
    root, paper = tmp_path / "authority.pem", tmp_path / "paper.pdf"
    root.write_bytes(papers.authority().root_pem)
    paper.write_bytes(closed())
    line = ["agreement", "verify", str(paper)]

    assert main([*line, "--authority", str(root)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Agreement on a laboratory, between Northlake; Asterion\n")
    assert main(line) == 1
    assert "(by its own account: no seal" in capsys.readouterr().out

    paper.write_bytes(tampering.updated(closed(), tampering.ATTACKS["a_note_over_a_page"]))
    assert main([*line, "--authority", str(root)]) == 1
    assert "changed: Something was laid over page 1.\n" in capsys.readouterr().out


def test_every_change_has_its_sentence() -> None:
    assert all((text % {"page": 3}).endswith(".") for text in CHANGES.values())
