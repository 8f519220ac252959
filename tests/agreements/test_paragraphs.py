"""What is approved on a page and what is printed is one text, divided alike."""

from __future__ import annotations

from dataclasses import replace

from jointlab.agreements.negotiation.queries.reading import reading_of
from jointlab.agreements.signature.document.content import blocks
from jointlab.agreements.text import Clause
from tests.agreements.test_wording import AGREEMENT

BODY = "First,\nin two lines.\n \t\n  - one\n  -  two\n\n\n- three\nand no list\n\n-"


def test_the_page_divides_a_body_as_the_document_does() -> None:
    clause = Clause("body", {"en": "Body"}, {"en": BODY})
    [read] = reading_of(replace(AGREEMENT, clauses=(clause,)), "en").clauses
    assert [(part.lines, part.points) for part in read.paragraphs] == [
        (("First,", "in two lines."), ()),
        ((), ("one", "two")),
        (("- three", "and no list"), ()),
        (("-",), ()),
    ]
    assert blocks(BODY) == [
        {"items": [*part.points]} if part.points else {"lines": [*part.lines]}
        for part in read.paragraphs
    ]
