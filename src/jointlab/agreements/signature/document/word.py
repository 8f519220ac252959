"""A draft for a word processor (.docx): the same words as on the paper, to be worked on elsewhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from jointlab.agreements.signature.document.content import content
from jointlab.agreements.text import Text

# A serif that word processors have, by the language of a run.
FACES = {"en": "Times New Roman", "zh": "SimSun", "ko": "Batang"}
LATIN = FACES["en"]
HEADINGS = ("Title", "Heading 1", "Heading 2")
DIGITS = "零一二三四五六七八九"
# Characters that XML has not: whatever else was typed is kept as it is.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_docx(
    text: Text, *, code: str, version: int, made_on: date, languages: Collection[str]
) -> bytes:
    """Return a text in those of its languages as a draft: each language a section, then who signs.

    DRAFT stands at the head of every page, the code, the version and the SHA-256 of the whole text
    at its foot. What people wrote is only ever the text of a run.
    """
    data = content(text, code=code, version=version, made_on=made_on, draft_in=languages)
    document: Any = Document()
    _prepare(document, data, datetime.combine(made_on, time(), UTC))
    for number, section in enumerate(data["sections"]):
        if number:
            document.add_page_break()
        _write_section(document, section)
    document.add_page_break()
    _write_signers(document, data["signatures"])
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _prepare(document: Any, data: Mapping[str, Any], at: datetime) -> None:
    """Set the sheet, the faces, what the file says of itself, and what stands on every page."""
    about, sheet = document.core_properties, document.sections[0]
    about.title, about.author, about.comments = _clean(data["title"])[:255], "", ""
    about.created = about.modified = at
    sheet.page_width, sheet.page_height = Mm(210), Mm(297)
    sheet.left_margin = sheet.right_margin = Mm(28)
    for name in ("Normal", *HEADINGS):
        font = document.styles[name].font
        font.name, font.color.rgb = LATIN, RGBColor(0x33, 0x33, 0x33)
        _face(document.styles[name].element.get_or_add_rPr(), data["sections"][0]["lang"])
    document.styles["Normal"].font.size = Pt(10.5)
    language = data["signatures"]["lang"]
    head = sheet.header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(head, data["draft"], language).bold = True
    for part in data["notice"]:
        _run(sheet.header.add_paragraph(), part["text"], part["lang"])
    foot = sheet.footer.paragraphs[0]
    _run(foot, f"{data['code']} · {data['signatures']['edition']}", language)
    _run(sheet.footer.add_paragraph(), f"SHA-256 {data['sha256']}", "en").font.size = Pt(7)


def _write_section(document: Any, section: Mapping[str, Any]) -> None:
    language = section["lang"]

    def say(said: str, style: str = "Normal") -> None:
        _run(document.add_paragraph(style=style), said, language)

    say(section["kind"])
    say(section["title"], "Title")
    say(section["labels"]["parties"], "Heading 1")
    for number, party in enumerate(section["parties"], 1):
        say(f"{number}. {party}")
    _write_table(document, section["terms"], language)
    for number, clause in enumerate(section["clauses"], 1):
        say(f"{_ordinal(number, language)} {clause['heading']}", "Heading 2")
        for block in clause["blocks"]:
            for item in block.get("items", ()):
                say(item, "List Bullet")
            if "lines" in block:
                say("\n".join(block["lines"]))
    for schedule in section["schedules"]:
        _write_table(document, schedule, language)


def _write_table(document: Any, table: Mapping[str, Any], language: str) -> None:
    if not table["rows"]:
        return
    _run(document.add_paragraph(style="Heading 1"), table["heading"], language)
    grid = document.add_table(rows=0, cols=len(table["rows"][0]), style="Table Grid")
    for row in table["rows"]:
        for cell, said in zip(grid.add_row().cells, row, strict=True):
            _run(cell.paragraphs[0], said, language)


def _write_signers(document: Any, part: Mapping[str, Any]) -> None:
    language = part["lang"]
    _run(document.add_paragraph(style="Heading 1"), part["heading"], language)
    for group in part["groups"]:
        _run(document.add_paragraph(style="Heading 2"), group["heading"], language)
        for signer in group["signers"]:
            lines = (signer[name] for name in ("name", "other_names", "title", "organisation"))
            _run(document.add_paragraph(), "\n".join(filter(None, lines)), language)


def _run(paragraph: Any, said: str, language: str) -> Any:
    """Add words in that language, each line of them on a line of its own."""
    run = paragraph.add_run(_clean(said))
    _face(run._element.get_or_add_rPr(), language)
    tag = OxmlElement("w:lang")
    spoken = {"en": "en-GB", "zh": "zh-CN", "ko": "ko-KR"}[language]
    tag.set(qn("w:val" if language == "en" else "w:eastAsia"), spoken)
    run._element.rPr.append(tag)
    return run


def _face(properties: Any, language: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for where in ("ascii", "hAnsi"):
        fonts.set(qn(f"w:{where}"), LATIN)
    fonts.set(qn("w:eastAsia"), FACES[language] if language != "en" else FACES["zh"])


def _clean(said: str) -> str:
    return NOT_XML.sub("", said)


def _ordinal(number: int, language: str) -> str:
    """Return a clause's number as a contract in that language writes it."""
    if language == "zh":
        return f"第{_in_chinese(number)}条"
    return f"제{number}조" if language == "ko" else f"{number}."


def _in_chinese(number: int) -> str:
    """Write a number below a thousand: 7 七, 12 十二, 40 四十, 105 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        words += DIGITS[0]
    return words + (DIGITS[ones] if ones else "")
