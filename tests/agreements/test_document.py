"""Agreements on paper."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from jointlab.agreements.text import Clause, Text
from jointlab.signing.press import HEIGHT, WIDTH, NoFonts, Unprintable, fonts
from tests.agreements.document_texts import BODY, agreement, in_three, printed
from tests.signing.reader import words

A4_WIDTH = 595.28


def test_each_language_is_a_section_and_the_prevailing_one_is_first(tmp_path: Path) -> None:
    text = agreement()
    pages = words(printed(text).pdf, tmp_path)
    first = [
        next(number for number, page in enumerate(pages) if "".join(name.split())[:20] in page)
        for name in (text.names["zh-hans"], text.names["en"], text.names["ko"])
    ]
    assert first == sorted(set(first))
    assert first[0] == 0


def test_every_page_bears_the_notice_and_the_hash_of_the_text(tmp_path: Path) -> None:
    text = agreement()
    pages = words(printed(text).pdf, tmp_path)
    assert len(pages) > 5
    for number, page in enumerate(pages, 1):
        for notice in text.notice.values():
            assert "".join(notice.split()) in page, number
        assert text.sha256 in page, number


def test_terms_are_filled_into_the_clauses(tmp_path: Path) -> None:
    whole = "".join(words(printed(agreement()).pdf, tmp_path))
    assert "{" not in whole
    assert "1December2026" in whole
    assert "2026年12月1日" in whole


def test_there_is_a_box_for_each_signer_signatories_first_on_the_last_page() -> None:
    text = agreement()
    paper = printed(text)
    assert [box.name for box in paper.boxes] == [f"signer-{number}" for number in (1, 2, 3, 4)]
    pages = PdfFileReader(BytesIO(paper.pdf)).root["/Pages"]["/Count"]
    assert {box.page for box in paper.boxes} == {int(pages) - 1}
    for box in paper.boxes:
        assert (round(box.x1 - box.x0), round(box.y1 - box.y0)) == (WIDTH, HEIGHT)
        assert box.x0 > 0
        assert box.y0 > 0


def test_the_same_text_gives_the_same_bytes() -> None:
    assert printed(agreement()).pdf == printed(agreement()).pdf


def test_threads_that_print_at_once_get_each_their_own() -> None:
    texts = [agreement(clauses=number) for number in (1, 2, 3, 4)]
    with ThreadPoolExecutor(4) as threads:
        at_once = list(threads.map(printed, texts))
    assert at_once == [printed(text) for text in texts]


def test_the_text_is_attached_as_data_and_nothing_else_is() -> None:
    text = agreement()
    reader = PdfFileReader(BytesIO(printed(text).pdf))
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    assert (len(names), str(names[0])) == (2, "terms.json")
    attached = names[1]["/EF"]["/F"].data
    assert hashlib.sha256(attached).hexdigest() == text.sha256
    assert Text.from_json(json.loads(attached)) == text
    assert "/OpenAction" not in reader.root


@pytest.mark.parametrize(
    "hostile",
    [
        '#read("/etc/passwd")',
        "$ x^2 $",
        "*bold* _it_ @ref <label>",
        "\\ \\u{41}",
        "= Heading",
        "`raw`",
    ],
)
def test_what_people_write_is_never_read_as_markup(hostile: str, tmp_path: Path) -> None:
    clause = Clause("c1", in_three(hostile, "标题", "제목"), {**BODY, "en": hostile})
    pages = words(printed(replace(agreement(), clauses=(clause,))).pdf, tmp_path)
    assert "".join(hostile.split()) in "".join(pages)


@pytest.mark.parametrize("run", ["Z" * 300, "https://example.org/" + "path" * 60, "Щ" * 300])
def test_no_run_without_a_space_leaves_the_page(run: str, tmp_path: Path) -> None:
    text = agreement()
    said = in_three(run, run, run)
    text = replace(
        text,
        names=said,
        parties=(replace(text.parties[0], names=said), text.parties[1]),
        clauses=(Clause("c1", said, said),),
        duties=(replace(text.duties[0], what=said),),
        signers=(replace(text.signers[0], names={"own": run[:200]}), *text.signers[1:]),
    )
    path = tmp_path / "paper.pdf"
    path.write_bytes(printed(text).pdf)
    told = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True)
    right = [float(edge) for edge in re.findall(rb'xMax="([\d.]+)"', told.stdout)]
    margin = 28 * 72 / 25.4
    assert max(right) <= A4_WIDTH - margin + 6  # a hyphen hangs


@pytest.mark.parametrize("name", ["عبد الله الأحمد", "דוד כהן", "Þórður Ævarsson"])
def test_a_name_in_another_script_is_set(name: str) -> None:
    text = agreement()
    odd = replace(text.signers[0], names={"own": name, "en": "Somebody"})
    assert printed(replace(text, signers=(odd, *text.signers[1:]))).boxes


@pytest.fixture
def needed_fonts_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave out what else the machine has: a font of pictures shows emoji."""
    monkeypatch.setattr(fonts, "FOLDERS", fonts.FOLDERS[:1])
    fonts.fonts.cache_clear()
    yield
    fonts.fonts.cache_clear()


@pytest.mark.usefixtures("needed_fonts_alone")
def test_what_no_font_shows_is_refused_with_the_characters_and_their_places() -> None:
    text = agreement()
    odd = replace(text.signers[0], names={"own": "Lin \U0001fae8"})
    with pytest.raises(Unprintable, match=r"U\+1FAE8.*signer 1"):
        printed(replace(text, signers=(odd, *text.signers[1:])))


@pytest.mark.usefixtures("needed_fonts_alone")
def test_every_place_of_a_character_that_no_font_shows_is_named() -> None:
    bodies = in_three("Launch \U0001f680", "发射", "발사")
    clauses = (
        Clause("c1", in_three("Purpose", "目的", "목적"), BODY),
        Clause("c2", bodies, bodies),
    )
    with pytest.raises(Unprintable, match=r"U\+1F680 ROCKET.*are: clause 2\.") as refused:
        printed(replace(agreement(), clauses=clauses))
    assert refused.value.characters == ("\U0001f680",)


def test_what_nobody_sees_is_left_out(tmp_path: Path) -> None:
    bodies = in_three("A\u200b word\ufeff pasted", "粘贴", "붙임")
    text = replace(agreement(), clauses=(Clause("c1", bodies, bodies),))
    assert "Awordpasted" in "".join(words(printed(text).pdf, tmp_path))


def test_characters_that_turn_the_text_around_them_are_refused() -> None:
    text = agreement(names=in_three("Agreement \u202eevil", "协议", "협약"))
    with pytest.raises(Unprintable, match=r"U\+202E"):
        printed(text)


def test_without_the_fonts_the_document_is_refused_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fonts, "FOLDERS", (str(tmp_path),))
    fonts.fonts.cache_clear()
    try:
        with pytest.raises(NoFonts, match="fonts-noto-cjk"):
            printed(agreement())
    finally:
        fonts.fonts.cache_clear()
