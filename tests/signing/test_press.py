"""The press: what other rooms have set, and the stamps of signatures."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from jointlab.signing.press import HEIGHT, WIDTH, Box, Unprintable, box_of, compile_pdf, stamp
from tests.signing.reader import words

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
SOURCE = """
#import "look.typ": *
#set document(title: "Course")
#set page(width: 300pt, height: 400pt, margin: 20pt)
#for part in data.said { in-tongue(part, part.text) }
#signature-box("signer-1")
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The source of some room's document, in a folder of that room."""
    path = tmp_path / "room" / "course.typ"
    path.parent.mkdir()
    path.write_text(SOURCE)
    return path


def said(text: str) -> dict[str, list[dict[str, str]]]:
    return {"said": [{"lang": "en", "region": "GB", "text": text}]}


def test_another_rooms_source_is_set_with_its_box(source: Path, tmp_path: Path) -> None:
    pdf, marks = compile_pdf(source, said("passed the course"), at=AT)

    assert words(pdf, tmp_path) == ["passedthecourse"]
    (box,) = map(box_of, marks)
    assert (box.name, box.page, box.x0) == ("signer-1", 0, 20)
    assert (box.x1 - box.x0, box.y1 - box.y0) == (WIDTH, HEIGHT)


def test_a_mark_counts_from_the_top_and_a_box_from_the_bottom() -> None:
    mark = {"name": "a", "page": 2, "x": 10, "y": 30, "width": 50, "height": 20, "sheet": 400}
    assert box_of(mark) == Box("a", 1, 10, 350, 60, 370)


@pytest.mark.parametrize("path", ["/../secret.txt", "../secret.txt", "/etc/hostname"])
def test_a_source_reads_nothing_outside_of_its_folder(
    source: Path, tmp_path: Path, path: str
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    source.write_text(f'#read("{path}")')
    with pytest.raises(Unprintable):
        compile_pdf(source, said(""), at=AT)


def test_a_stamp_is_one_page_of_the_size_of_the_box_and_names_the_signer(tmp_path: Path) -> None:
    pdf = stamp(
        {"en": "Lin Wenhua", "own": "林文华"},
        title={"en": "Vice President", "zh-hans": "副校长", "ko": "부총장"},
        languages=("zh-hans", "en", "ko"),
        at=AT,
        serial="4f2a",
        organisation={"en": "Northlake University", "zh-hans": "北湖大学"},
    )
    box = PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Kids"][0]["/MediaBox"]
    assert [round(float(edge)) for edge in box] == [0, 0, WIDTH, HEIGHT]
    (page,) = words(pdf, tmp_path)
    for said in ("林文华", "LinWenhua", "4f2a", "2026-11-2203:04:05UTC"):
        assert said in page
