"""A pasted text: what of it is a heading, a paragraph, a point."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jointlab.agreements.text.imported.blocks import Block

# As contracts number their clauses; a Korean one often goes on in the same line: 제1조 (목적) 본 협약은 …
_CHINESE = re.compile(r"第\s*[一二三四五六七八九十百零〇\d]{1,7}\s*[条條]\s*[：:、.]?\s*(.*)")
_KOREAN = re.compile(r"제\s*\d{1,3}\s*조\s*(?:[(（\[【]\s*(.{1,80}?)\s*[)）\]】])?\s*[.:]?\s*(.*)")
_ARTICLE = re.compile(r"(?:Article|Clause|Section)\s+(?:\d{1,3}|[IVXL]{1,7})\b[.:)]?.*", re.I)
_NUMBERED = re.compile(r"\d{1,3}\s*[.)、．]\s*\S.*")
_MARKED = re.compile(r"(#{1,6})\s+(.*)")
_POINT = re.compile(r"(?:[-*•·▪◦–]\s+|•)(.*)")
LONGEST_HEADING = 80  # of a line that is not marked as one
ENDS = tuple(".。;；,，、:：?？!！")


def read_plain(text: str) -> list[Block]:
    """Return the blocks of a pasted text.

    A heading is a line that begins with “#”, or that numbers a clause: “Article 3”, “第三条”,
    “제3조 (…)”, or “3.” before a few words that are no sentence. Lines that begin with a hyphen or
    a bullet are points; an empty line divides paragraphs.
    """
    blocks: list[Block] = []
    lines: list[str] = []

    def end_paragraph() -> None:
        if lines:
            blocks.append(Block("\n".join(lines)))
            lines.clear()

    for line in map(str.strip, (*text.splitlines(), "")):
        found = list(_blocks_of(line, begins=not lines)) if line else []
        if found or not line:
            end_paragraph()
            blocks.extend(found)
        else:
            lines.append(line)
    return blocks


def _blocks_of(line: str, *, begins: bool) -> Iterator[Block]:
    """Yield what a line is by itself; nothing for a line of a paragraph."""
    if marked := _MARKED.fullmatch(line):
        yield Block(marked[2], level=len(marked[1]))
    elif point := _POINT.fullmatch(line):
        yield Block(point[1], point=True)
    elif korean := _KOREAN.fullmatch(line):
        yield from _heading(korean[1] or "", korean[2], line)
    elif chinese := _CHINESE.fullmatch(line):
        yield from _heading("", chinese[1], line)
    elif (_ARTICLE.fullmatch(line) and _is_short(line)) or (
        begins and _NUMBERED.fullmatch(line) and _is_short(line) and not line.endswith(ENDS)
    ):
        yield Block(line, level=1)


def _heading(named: str, rest: str, line: str) -> Iterator[Block]:
    """Yield the heading of a numbered clause, and what of it stands in the same line."""
    if named:
        yield Block(named, level=1)
        yield Block(rest)
    elif rest and (not _is_short(rest) or rest.endswith(ENDS)):
        yield Block(line[: len(line) - len(rest)], level=1)
        yield Block(rest)
    else:
        yield Block(line, level=1)


def _is_short(line: str) -> bool:
    return len(line) <= LONGEST_HEADING
