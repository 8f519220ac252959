"""A draft to take away: as PDF and as .docx, in the languages that somebody chooses."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pyhanko.pdf_utils.reader import PdfFileReader

from jointlab.agreements.signature.document import typeset_draft, write_docx
from jointlab.agreements.text import Clause, Text
from tests.agreements.document_texts import MADE_ON, agreement, in_three
from tests.agreements.editor import Editor
from tests.agreements.make import make_agreement, make_complete, make_draft
from tests.agreements.sign import make_signing
from tests.cast import Cast
from tests.signing.reader import words

ALL = ("en", "zh-hans", "ko")


def pdf(text: Text, *languages: str) -> bytes:
    return typeset_draft(text, code="a-1", version=3, made_on=MADE_ON, languages=languages)


def docx(text: Text, *languages: str) -> Any:
    made = write_docx(text, code="a-1", version=3, made_on=MADE_ON, languages=languages)
    return Document(BytesIO(made))


def said_in(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_every_page_of_the_pdf_says_that_it_is_a_draft(tmp_path: Path) -> None:
    pages = words(pdf(agreement(), *ALL), tmp_path)
    assert len(pages) > 5
    for page in pages:
        assert "DRAFT" in page
        assert "草案" in page
        assert agreement().sha256 in page


def test_the_pdf_has_no_box_to_sign_in_and_nothing_attached(tmp_path: Path) -> None:
    reader = PdfFileReader(BytesIO(pdf(agreement(), *ALL)))
    assert "/AcroForm" not in reader.root
    assert "/EmbeddedFiles" not in reader.root.get("/Names", {})
    assert "terms.json" not in "".join(words(pdf(agreement(), *ALL), tmp_path))


def test_the_languages_are_those_that_were_chosen(tmp_path: Path) -> None:
    text = agreement()
    whole = "".join(words(pdf(text, "ko"), tmp_path))
    assert "제1조" in whole
    assert "第一条" not in whole
    told = said_in(docx(text, "en", "ko"))
    assert "제1조 목적" in told
    assert "1. Purpose" in told
    assert "第一条" not in told


def test_the_docx_says_all_that_the_paper_says() -> None:
    text = agreement()
    document = docx(text, *ALL)
    told = said_in(document)
    assert "{" not in told
    assert told.count("\n1. ") >= 3  # each language counts its parties anew
    for words_of in ("1 December 2026", "2026年12月1日", "第十五条"):
        assert words_of in told
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles.count("Heading 2") > 3 * len(text.clauses)
    assert "List Bullet" in styles
    [sheet] = document.sections
    assert "DRAFT" in sheet.header.paragraphs[0].text
    foot = "".join(paragraph.text for paragraph in sheet.footer.paragraphs)
    assert text.sha256 in foot
    assert "a-1" in foot


@pytest.mark.parametrize("odd", ["<w:t>&amp;</w:t>", "a\x01\x0bb\uffff", "]]>", "{{start}}"])
def test_what_people_wrote_is_never_read_as_markup(odd: str) -> None:
    clause = Clause("c1", in_three("Odd", "奇", "이상"), in_three(odd, odd, odd))
    document = docx(replace(agreement(), clauses=(clause,)), "en")
    kept = re.sub("[\x00-\x1f\uffff]", "", odd).replace("{{", "{").replace("}}", "}")
    assert kept in said_in(document)


def test_the_docx_leads_nowhere_outside() -> None:
    made = write_docx(agreement(), code="a-1", version=1, made_on=MADE_ON, languages=ALL)
    with zipfile.ZipFile(BytesIO(made)) as file:
        for name in file.namelist():
            assert b'TargetMode="External"' not in file.read(name), name


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["draft-pdf", "draft-docx"])
def test_whoever_reads_the_draft_downloads_it(cast: Cast, page: str) -> None:
    draft = make_draft(cast)
    answer = Editor(cast, draft, "dean").get(page, language=["ko"])
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.content[:2] in (b"%P", b"PK")
    assert Editor(cast, draft, "enterprise_office").get(page).status_code == 404
    assert Editor(cast, draft, "engineer").get(page).status_code == 404


@pytest.mark.django_db
def test_the_page_offers_each_language_and_what_is_being_signed_is_no_draft(cast: Cast) -> None:
    page = Editor(cast, make_agreement(cast)).read("agreement")
    assert page.count('name="language" value=') == 3
    assert "For a word processor" in page
    signing = Editor(cast, make_signing(cast))
    assert signing.get("draft-pdf").status_code == 409
    assert "For a word processor" not in signing.read("agreement")


@pytest.mark.django_db
def test_languages_that_are_none_are_all_of_them(cast: Cast) -> None:
    editor = Editor(cast, make_complete(cast))
    answer = editor.get("draft-docx", language=["tlh"])
    told = said_in(Document(BytesIO(answer.content)))
    assert "제1조" in told
    assert "第一条" in told
