"""A .docx: its words as blocks, without trusting anything that the file says of itself.

A .docx is a ZIP of XML. Nothing is unpacked before the sizes that the archive states were judged, and
no more is read of a part than it stated. Only three parts are parsed, without entities, without
network. What would be lost without a word (tables, tracked changes, notes, pictures) is refused by
its name.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import etree

from jointlab.agreements.text.imported.blocks import Block
from jointlab.agreements.text.imported.plain import read_plain
from jointlab.common.errors import Refusal
from jointlab.common.names import Text as Words

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE  # of the file
MOST_PARTS = 2000
MOST_UNPACKED = 60 * MEGABYTE
MOST_OF_A_PART = 20 * MEGABYTE
MOST_TIMES = 200  # its packed size; XML seldom packs to less than a fortieth
SMALL = MEGABYTE  # what may be packed however well
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
MAIN, STYLES, NUMBERING = "word/document.xml", "word/styles.xml", "word/numbering.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
HYPERLINK = re.compile(r"/hyperlink\Z")

# What is refused by name: an element's local name → what it is.
LOST: Mapping[str, Words] = {
    "tbl": gettext_lazy("tables"),
    **dict.fromkeys(
        (
            "ins",
            "del",
            "moveFrom",
            "moveTo",
            "moveFromRangeStart",
            "moveToRangeStart",
            "rPrChange",
            "pPrChange",
            "sectPrChange",
            "tblPrChange",
            "numberingChange",
            "delText",
        ),
        gettext_lazy("tracked changes"),
    ),
    **dict.fromkeys(
        ("footnoteReference", "endnoteReference"), gettext_lazy("footnotes and endnotes")
    ),
    "commentReference": gettext_lazy("comments"),
    **dict.fromkeys(("drawing", "pict", "object"), gettext_lazy("pictures and drawings")),
    **dict.fromkeys(("oMath", "oMathPara"), gettext_lazy("formulas")),
    **dict.fromkeys(("altChunk", "subDoc"), gettext_lazy("documents within the document")),
    "vanish": gettext_lazy("hidden text"),
}
OFF = ("0", "false", "off")


def read_docx(data: bytes) -> list[Block]:
    """Return the headings, paragraphs and points of a .docx.

    Raises Refusal in one line: no .docx, too large, a bomb, entities, contents from elsewhere, or
    what it holds besides words. Links are taken as their words. Where nothing is styled as a
    heading, its lines are read as a pasted text is.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _require_harmless(archive)
            parts = {name: _part(archive, name) for name in (MAIN, STYLES, NUMBERING)}
            for name in archive.namelist():
                if name.endswith(".rels"):
                    _require_inside(_part(archive, name))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as fault:
        raise _no_docx() from fault
    body = parts[MAIN].find(f"{W}body") if parts[MAIN] is not None else None
    if body is None:
        raise _no_docx()
    _require_words_alone(body)
    blocks = list(_blocks(body, _Styles(parts[STYLES], parts[NUMBERING])))
    if any(block.level for block in blocks):
        return blocks
    return read_plain("\n\n".join(_as_plain(block) for block in blocks))


def _no_docx() -> Refusal:
    return Refusal(
        _("This is no .docx document, or it is damaged. Save it as .docx, then send it.")
    )


def _require_harmless(archive: zipfile.ZipFile) -> None:
    """Judge the archive by what it states, before anything is unpacked."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or len({part.filename for part in parts}) < len(parts):
        raise _no_docx()
    if any(part.flag_bits & 0x1 for part in parts):
        raise Refusal(_("The document is protected by a password. Take the password off first."))
    if any(part.compress_type not in METHODS for part in parts):
        raise _no_docx()
    too_large = any(
        part.file_size > MOST_OF_A_PART
        or (part.file_size > SMALL and part.file_size > MOST_TIMES * part.compress_size)
        for part in parts
    )
    if too_large or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refusal(_("Unpacked, the document is too large to be read here."))


def _part(archive: zipfile.ZipFile, name: str) -> Any:
    """Return a part's XML; None where there is none."""
    try:
        part = archive.getinfo(name)
    except KeyError:
        return None
    with archive.open(part) as file:
        content = file.read(part.file_size + 1)
    if len(content) > part.file_size:  # it holds more than it states
        raise _no_docx()
    return _parsed(content)


def _parsed(content: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as fault:
        raise _no_docx() from fault
    # Word writes none; whoever does wants entities, which may grow, or be fetched from elsewhere.
    if root.getroottree().docinfo.doctype:
        raise Refusal(_("The document declares entities of its own. That is not taken."))
    return root


def _require_inside(relations: Any) -> None:
    """Refuse what the document would have fetched from elsewhere; a link is only words here."""
    for relation in relations.iter(RELATIONSHIP):
        kind = relation.get("Type", "")
        if relation.get("TargetMode") == "External" and not HYPERLINK.search(kind):
            raise Refusal(
                _(
                    "The document takes something from elsewhere (%(what)s: %(where)s). Break the link."
                )
                % {"what": kind.rpartition("/")[2], "where": relation.get("Target", "")[:200]}
            )


def _require_words_alone(body: Any) -> None:
    found: dict[str, int] = {}
    for element in body.iter(etree.Element):
        name = etree.QName(element).localname
        if name in LOST and not (name == "vanish" and element.get(f"{W}val") in OFF):
            word = str(LOST[name])
            found[word] = found.get(word, 0) + 1
    if found:
        raise Refusal(
            _(
                "The document holds what a clause cannot: %(what)s. Take it out or put it into words."
            )
            % {"what": ", ".join(f"{word} ({times})" for word, times in found.items())}
        )


class _Styles:
    """What a paragraph is by its style: a heading and of which level, a point of a list."""

    def __init__(self, styles: Any, numbering: Any) -> None:
        self.named = {}
        if styles is not None:
            self.named = {style.get(f"{W}styleId"): style for style in styles.iter(f"{W}style")}
        self.lists = set()
        if numbering is not None:
            self.lists = {number.get(f"{W}numId") for number in numbering.iter(f"{W}num")}

    def level_of(self, paragraph: Any) -> int:
        """Return the level of a heading, from 1; 0 for none."""
        for properties in self._properties(paragraph):
            level = properties.find(f"{W}outlineLvl")
            if level is not None:
                value = level.get(f"{W}val") or ""
                return int(value) + 1 if re.fullmatch("[0-8]", value) else 0
        for style in self._styles(paragraph):
            name = style.find(f"{W}name")
            said = (name.get(f"{W}val") or "") if name is not None else ""
            if heading := re.fullmatch("heading ([1-9])", said, re.IGNORECASE):
                return int(heading[1])
        return 0

    def is_point(self, paragraph: Any) -> bool:
        """Whether it is a point of a list, with a bullet or a number."""
        for properties in self._properties(paragraph):
            number = properties.find(f"{W}numPr/{W}numId")
            if number is not None:
                return number.get(f"{W}val") in self.lists
        return False

    def is_of_contents(self, paragraph: Any) -> bool:
        """Whether it is a line of the table of contents, which Word makes anew."""
        names = (style.find(f"{W}name") for style in self._styles(paragraph))
        return any(
            re.match("toc ", name.get(f"{W}val") or "", re.IGNORECASE)
            for name in names
            if name is not None
        )

    def _properties(self, paragraph: Any) -> Iterator[Any]:
        """Yield the paragraph's own properties, then those of its style and of what that is based on."""
        for owner in (paragraph, *self._styles(paragraph)):
            properties = owner.find(f"{W}pPr")
            if properties is not None:
                yield properties

    def _styles(self, paragraph: Any) -> Iterator[Any]:
        chosen = paragraph.find(f"{W}pPr/{W}pStyle")
        seen = set()
        while chosen is not None:
            name = chosen.get(f"{W}val")
            style = self.named.get(name)
            if style is None or name in seen:
                return
            seen.add(name)
            yield style
            chosen = style.find(f"{W}basedOn")


def _blocks(body: Any, styles: _Styles) -> Iterator[Block]:
    for paragraph in body.iter(f"{W}p"):
        words = "".join(_words(paragraph))
        if words.strip() and not styles.is_of_contents(paragraph):
            level = styles.level_of(paragraph)
            if level:
                words = " ".join(words.split())
            yield Block(words, level=level, point=not level and styles.is_point(paragraph))


def _words(paragraph: Any) -> Iterator[str]:
    for element in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}cr", f"{W}noBreakHyphen"):
        name = etree.QName(element).localname
        if name == "t":
            yield element.text or ""
        elif name == "noBreakHyphen":
            yield "\u2011"
        elif name == "tab":
            yield " " if element.getparent().tag == f"{W}r" else ""
        else:
            yield "\n"


def _as_plain(block: Block) -> str:
    return f"- {block.words}" if block.point else block.words
