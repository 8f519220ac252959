"""A text of one's own, taken over into clauses: pasted, or out of a .docx."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jointlab.agreements.text.imported import Block, clauses_from, read_docx, read_plain
from jointlab.agreements.text.imported.word import MAIN
from jointlab.agreements.text.limits import LONGEST_BODY, LONGEST_NAME, MOST_CLAUSES
from jointlab.agreements.text.paragraphs import paragraphs
from jointlab.common.errors import Refusal

SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def made(pasted: str) -> list[tuple[str, str]]:
    clauses = clauses_from(read_plain(pasted), "en")
    return [(clause.heading["en"], clause.body["en"]) for clause in clauses]


def headings(pasted: str) -> list[str]:
    return [heading for heading, _body in made(pasted)]


def test_headings_begin_clauses_and_lists_and_paragraphs_are_kept() -> None:
    pasted = "# Purpose\nOne line\nand another.\n\nA second.\n- one\n- two\n\n# Costs\nNone."
    assert made(pasted) == [
        ("Purpose", "One line\nand another.\n\nA second.\n\n- one\n- two"),
        ("Costs", "None."),
    ]
    parts = paragraphs(made(pasted)[0][1])
    assert parts[-1].points == ("one", "two")


@pytest.mark.parametrize(
    "pasted",
    [
        "Article 1. Purpose\nWe test.\n\nArticle 2: Costs\nNone.",
        "1. Purpose\n\nWe test.\n\n2. Costs\n\nNone.",
        "第一条 Purpose\nWe test.\n第二条：Costs\nNone.",
        "제1조(Purpose) We test.\n제 2 조 (Costs)\nNone.",
        "제1조 Purpose\nWe test.\n제2조 Costs\nNone.",
    ],
)
def test_clauses_are_told_as_contracts_number_them(pasted: str) -> None:
    assert made(pasted) == [("Purpose", "We test."), ("Costs", "None.")]


def test_a_numbered_sentence_within_a_clause_begins_none() -> None:
    pasted = "Article 1 Purpose\n\n1. Each party names a contact.\n2. It answers in time.\n"
    assert headings(pasted) == ["Purpose"]


def test_a_chinese_clause_without_a_heading_keeps_its_words() -> None:
    assert made("第一条 双方共同测试研究成果。\n第二条 本协议自签署之日起生效。") == [
        ("第一条", "双方共同测试研究成果。"),
        ("第二条", "本协议自签署之日起生效。"),
    ]


def test_what_stands_before_the_first_heading_is_not_lost() -> None:
    assert made("Between us.\n\n# Purpose\nWe test.") == [
        ("", "Between us."),
        ("Purpose", "We test."),
    ]


def test_a_single_title_above_begins_no_clause_and_lower_headings_are_paragraphs() -> None:
    blocks = [
        Block("Agreement", level=1),
        Block("Purpose", level=2),
        Block("In short", level=3),
        Block("Costs", level=2),
    ]
    clauses = clauses_from(blocks, "ko")
    assert [(row.heading["ko"], row.body["ko"]) for row in clauses] == [
        ("", "Agreement"),
        ("Purpose", "In short"),
        ("Costs", ""),
    ]


def test_a_line_of_which_nothing_is_seen_says_nothing() -> None:
    assert made("# Purpose\n\u200b\nWe\u00ad test.\n\u00a0\n\ufeff") == [("Purpose", "We test.")]


def test_braces_are_words_unless_they_name_a_term() -> None:
    assert made("Until {end}, {x} and } {{")[0][1] == "Until {end}, {{x}} and }} {{{{"


@pytest.mark.parametrize(
    ("pasted", "refused"),
    [
        ("", "no words"),
        (" \n \n", "no words"),
        ("# A\nx\n" * (MOST_CLAUSES + 1), "at most 200"),
        (f"# Fine\nx\n# {'long ' * LONGEST_NAME}\nx", "Clause 2.*heading"),
        (f"# Fine\n{'x' * (LONGEST_BODY + 1)}", "Clause 1.*longer"),
    ],
)
def test_what_no_text_can_hold_is_refused_with_its_place(pasted: str, refused: str) -> None:
    with pytest.raises(Refusal, match=refused):
        made(pasted)


@given(st.text(max_size=400))
@example("第一条\n- \n•\n#\n{0}")
@settings(max_examples=300, deadline=None)
def test_any_text_makes_clauses_with_its_words_or_is_refused(pasted: str) -> None:
    try:
        clauses = made(pasted)
    except Refusal:
        return
    kept = "".join(heading + body for heading, body in clauses)
    for word in re.findall(r"[A-Za-z]+", pasted):
        assert word in kept


# A .docx, made by another program (python-docx), and by hand where no program would make it.


def document(*lines: tuple[str, str]) -> Any:
    made = Document()
    for style, words in lines:
        made.add_paragraph(words, style=style)
    return made


def saved(document: Any) -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()


ORDINARY = (
    ("Title", "Agreement"),
    ("Heading 1", "1. Purpose"),
    ("Normal", "We test."),
    ("List Bullet", "one"),
    ("List Number", "two"),
    ("Heading 1", "Costs"),
    ("Normal", "None."),
)


def with_parts(data: bytes, parts: dict[str, Any]) -> bytes:
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            change = parts.pop(name, None)
            content = old.read(name)
            new.writestr(name, change(content) if callable(change) else change or content)
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def with_body(xml: str) -> bytes:
    whole = f'<w:document xmlns:w="{SPACE}"><w:body>{xml}</w:body></w:document>'
    return with_parts(saved(document()), {MAIN: whole.encode()})


def paragraph(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def test_a_docx_is_read_by_its_styles() -> None:
    clauses = clauses_from(read_docx(saved(document(*ORDINARY))), "en")
    assert [(row.heading["en"], row.body["en"]) for row in clauses] == [
        ("", "Agreement"),
        ("Purpose", "We test.\n\n- one\n- two"),
        ("Costs", "None."),
    ]


def test_a_docx_without_styled_headings_is_read_as_pasted() -> None:
    plain = document(
        ("Normal", "제1조 (목적)"), ("Normal", "실증한다."), ("Normal", "제2조 (비용)")
    )
    clauses = clauses_from(read_docx(saved(plain)), "ko")
    assert [row.heading["ko"] for row in clauses] == ["목적", "비용"]


def test_links_are_taken_as_their_words() -> None:
    given = saved(document(("Heading 1", "A"), ("Normal", "See us.")))

    def link(content: bytes) -> bytes:
        relation = f'<Relationship Id="x1" Type="{OFFICE}/hyperlink" Target="https://example.org/" TargetMode="External"/>'
        return content.replace(b"</Relationships>", relation.encode() + b"</Relationships>")

    assert (
        read_docx(with_parts(given, {"word/_rels/document.xml.rels": link}))[-1].words == "See us."
    )


@pytest.mark.parametrize(
    ("xml", "name"),
    [
        ("<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>", "tables"),
        ("<w:p><w:ins w:id='1'><w:r><w:t>new</w:t></w:r></w:ins></w:p>", "tracked changes"),
        ("<w:p><w:del w:id='1'><w:r><w:delText>x</w:delText></w:r></w:del></w:p>", "tracked"),
        ("<w:p><w:pPr><w:pPrChange w:id='1'/></w:pPr></w:p>", "tracked changes"),
        ("<w:p><w:r><w:footnoteReference w:id='1'/></w:r></w:p>", "footnotes"),
        ("<w:p><w:r><w:commentReference w:id='1'/></w:r></w:p>", "comments"),
        ("<w:p><w:r><w:pict/></w:r></w:p>", "pictures"),
        ("<w:altChunk/>", "documents within"),
        ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r></w:p>", "hidden text"),
    ],
)
def test_what_would_be_lost_is_refused_by_name(xml: str, name: str) -> None:
    with pytest.raises(Refusal, match=f"cannot: .*{name}.* \\(\\d"):
        read_docx(with_body(paragraph("Fine.") + xml))


def test_text_that_is_said_not_to_be_hidden_is_taken() -> None:
    shown = "<w:p><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>Seen.</w:t></w:r></w:p>"
    assert [block.words for block in read_docx(with_body(shown))] == ["Seen."]


def test_entities_are_refused_before_they_grow() -> None:
    lol = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    for declared in (
        f"<!DOCTYPE w [<!ENTITY l0 'ha'>{lol}]>",
        "<!DOCTYPE w [<!ENTITY l11 SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE w SYSTEM 'https://example.org/w.dtd'>",
    ):
        body = f"<w:body>{paragraph('&l11;' if 'l11' in declared else 'x')}</w:body>"
        whole = f'{declared}<w:document xmlns:w="{SPACE}">{body}</w:document>'
        with pytest.raises(Refusal, match=r"entities|damaged"):
            read_docx(with_parts(saved(document()), {MAIN: whole.encode()}))


@pytest.mark.parametrize("kind", ["attachedTemplate", "image", "oleObject", "frame", "aFChunk"])
def test_what_would_be_fetched_from_elsewhere_is_refused(kind: str) -> None:
    relations = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/{kind}"'
        ' Target="https://example.org/x" TargetMode="External"/></Relationships>'
    )
    data = with_parts(saved(document(*ORDINARY)), {"word/_rels/settings.xml.rels": relations})
    with pytest.raises(Refusal, match=f"{kind}: https://example.org/x"):
        read_docx(data)


def bombs() -> Iterator[Any]:
    ordinary = saved(document(*ORDINARY))
    yield pytest.param(with_parts(ordinary, {"word/x.xml": bytes(30 * 2**20)}), id="one large part")
    many = {f"word/{n}.bin": bytes(2**20 + 1) for n in range(3)}
    yield pytest.param(with_parts(ordinary, many), id="packed too well")
    parts = {f"word/{n}.bin": b"" for n in range(2001)}
    yield pytest.param(with_parts(ordinary, parts), id="too many parts")


@pytest.mark.parametrize("data", list(bombs()))
def test_bombs_are_refused_by_what_the_archive_states(data: bytes) -> None:
    with pytest.raises(Refusal):
        read_docx(data)


def test_a_part_that_holds_more_than_it_states_is_refused() -> None:
    data = bytearray(with_body(paragraph("x" * 500_000)))
    name = MAIN.encode()
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(name))
    true_size = struct.unpack_from("<I", data, at + 24)[0]
    assert true_size > 500_000
    struct.pack_into("<I", data, at + 24, 1000)
    with pytest.raises(Refusal):
        read_docx(bytes(data))


def test_two_parts_of_one_name_are_refused() -> None:
    out = BytesIO(saved(document(*ORDINARY)))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as file:
        file.writestr(MAIN, b"<other/>")
    with pytest.raises(Refusal):
        read_docx(out.getvalue())


@pytest.mark.parametrize("data", [b"", b"PK", b"\xd0\xcf\x11\xe0" * 200, b"%PDF-1.7", b"a" * 5000])
def test_what_is_no_docx_says_so(data: bytes) -> None:
    with pytest.raises(Refusal, match=r"no \.docx"):
        read_docx(data)


def test_an_archive_of_something_else_is_no_docx() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    with pytest.raises(Refusal, match=r"no \.docx"):
        read_docx(out.getvalue())


SAMPLE = saved(document(*ORDINARY))


@given(
    st.lists(
        st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), min_size=1, max_size=20
    ),
    st.integers(0, len(SAMPLE)),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_file_is_read_or_refused_in_one_line(
    damage: list[tuple[int, int]], length: int
) -> None:
    data = bytearray(SAMPLE)
    for at, value in damage:
        data[at] = value
    for each in (bytes(data), bytes(data[:length])):
        assert "\n" not in refusal_of(each)


def refusal_of(data: bytes) -> str:
    """Return in what words a file is refused; nothing when it is read."""
    try:
        clauses_from(read_docx(data), "en")
    except Refusal as refusal:
        return str(refusal)
    return ""


TAGS = (
    "p",
    "r",
    "t",
    "pPr",
    "pStyle",
    "numPr",
    "numId",
    "outlineLvl",
    "sdt",
    "br",
    "tab",
    "hyperlink",
)
TREES = st.recursive(
    st.sampled_from(TAGS).map(lambda tag: f"<w:{tag} w:val='Heading1'/>")
    | st.text(alphabet="ab &lt;", max_size=5).map(lambda _said: "<w:t>a</w:t>"),
    lambda inside: st.tuples(st.sampled_from(TAGS), st.lists(inside, max_size=4)).map(
        lambda made: f"<w:{made[0]} w:val='9'>{''.join(made[1])}</w:{made[0]}>"
    ),
    max_leaves=30,
)


@given(TREES)
@settings(max_examples=200, deadline=None)
def test_elements_in_any_order_are_read_or_refused(xml: str) -> None:
    assert "\n" not in refusal_of(with_body(xml))
