"""The gallery's specimens: a template a component, shown beside what it makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpRequest
from django.template.loader import render_to_string

FOLDER = Path(__file__).parent / "templates" / "common" / "gallery"


@dataclass(frozen=True)
class Specimen:
    """A component: its name, its snippet, what the snippet makes."""

    name: str
    source: str
    shown: str


def specimens(request: HttpRequest) -> Iterator[Specimen]:
    """Yield each component, in the order of the files' numbers."""
    for path in sorted(FOLDER.glob("*.html")):
        shown = render_to_string(f"common/gallery/{path.name}", {}, request)
        yield Specimen(path.stem, path.read_text("utf-8"), shown)
