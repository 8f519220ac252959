"""A clause's body as it is read and as it is printed: paragraphs, and lists of points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Paragraph:
    """A paragraph's lines, or a list's points: never both."""

    lines: tuple[str, ...] = ()
    points: tuple[str, ...] = ()


def paragraphs(body: str) -> list[Paragraph]:
    """Return a body's parts: an empty line ends one; where each line begins with "- ", a list."""
    return [_paragraph(lines) for lines in _between_empty_lines(body)]


def _between_empty_lines(body: str) -> Iterator[list[str]]:
    lines: list[str] = []
    for line in (*body.splitlines(), ""):
        if line.strip():
            lines.append(line.strip())
        elif lines:
            yield lines
            lines = []


def _paragraph(lines: list[str]) -> Paragraph:
    if all(line.startswith("- ") for line in lines):
        return Paragraph(points=tuple(line[2:].strip() for line in lines))
    return Paragraph(lines=tuple(lines))
