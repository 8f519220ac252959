"""Typst at work: data in, PDF and the places of its marks out.

What people wrote reaches Typst as JSON in `sys.inputs` and is set as text: no part of it is ever
read as markup. Typst gets a source and look.typ from memory, and may read the folder of the source
and nothing else.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import typst
from django.utils.translation import gettext as _

from jointlab.common.errors import Refusal
from jointlab.signing.press import fonts

LOOK = Path(__file__).with_name("look.typ")
# Nothing is seen of these: pasted web pages are full of them, and no font has them.
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\ufe0e\ufe0f"))
LINES = {ord("\r"): None, ord("\u2028"): "\n", ord("\u2029"): "\n", ord("\t"): " "}
# These turn the words around them: what is printed would read otherwise than what was approved.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED = re.compile(r"the (?:text|PDF) (?:contains the (?:disallowed )?codepoint )?`\"(.+?)\"`")
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")


class NoFonts(Refusal):
    """This machine lacks the fonts of the paper."""


class Unprintable(Refusal):
    """Typst cannot set a text; `characters` are those of which it has no picture, if that is why."""

    def __init__(self, text: str, characters: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.characters = characters


def printable(value: Any) -> Any:
    """Return data with its strings as they are printed: without what is invisible.

    Raises Unprintable for characters that turn the direction of the text around them.
    """
    if isinstance(value, str):
        if turning := TURNING.intersection(value):
            raise unprintable(sorted(turning))
        return value.replace("\r\n", "\n").translate(INVISIBLE | LINES)
    if isinstance(value, Mapping):
        return {key: printable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [printable(part) for part in value]
    return value


def compile_pdf(
    source: Path, data: Mapping[str, Any], *, at: datetime, tags: bool = True, attached: str = ""
) -> tuple[bytes, list[dict[str, Any]]]:
    """Set a source with the data, as PDF/A-3; return it and its marks.

    The source finds the data in `sys.inputs.data`, as JSON, and may import look.typ. A mark is the
    value of a metadata element labelled <mark>. The same input gives the same bytes.
    `tags` asks for PDF/A-3a, a tagged document; without, PDF/A-3b. Raises NoFonts, Unprintable.
    """
    if lacking := fonts.missing_families():
        raise NoFonts(
            _("The document cannot be made: this server lacks the fonts %(fonts)s (%(package)s).")
            % {"fonts": ", ".join(lacking), "package": f"Debian: {fonts.PACKAGE}"}
        )
    data = {**printable(data), "others": fonts.other_scripts()}
    at = at.astimezone(UTC).replace(microsecond=0)  # Typst takes whole seconds
    inputs = {"data": json.dumps(data), "attached": attached}
    standard: Literal["a-3a", "a-3b"] = "a-3a" if tags else "a-3b"
    try:
        pdf = _compiler(source, inputs).compile(
            format="pdf", pdf_standards=standard, timestamp=at, pdf_tags=tags
        )
        marks = json.loads(_compiler(source, inputs).query("<mark>", field="value"))
    except typst.TypstError as failed:
        raise _refusal_of(failed) from failed
    assert isinstance(pdf, bytes)  # noqa: S101 - a list is what pictures of pages come as
    return pdf, marks


def _compiler(source: Path, inputs: dict[str, str]) -> typst.Compiler:
    """Return a compiler for one call: it forgets files from memory after it (typst 0.15).

    It costs 2 ms, since what was set once is remembered by all; and threads share none.
    """
    files = {"main.typ": source.read_bytes(), LOOK.name: LOOK.read_bytes()}
    return typst.Compiler(
        files,  # type: ignore[type-var]  # in its manual, not in its stub
        root=source.parent,
        font_paths=fonts.fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        # Nothing is imported from a package; if ever, it would be looked for here alone.
        package_path=source.parent,
        package_cache_path=source.parent,
    )


def unprintable(characters: list[str], places: str = "") -> Unprintable:
    """Return the refusal that names characters and, where it is known, the places they stand in."""
    named = ", ".join(map(_describe_character, characters))
    text = _("The document cannot show these characters: %(characters)s.") % {"characters": named}
    if places:
        text += " " + _("Where they are: %(places)s.") % {"places": places}
    return Unprintable(text, tuple(characters))


def _refusal_of(failed: typst.TypstError) -> Unprintable:
    refused = [_ESCAPED.sub(_unescape, text) for text in _REFUSED.findall(failed.diagnostic)]
    if refused:
        return unprintable(list(dict.fromkeys(refused)))
    reason = failed.message
    return Unprintable(_("The document cannot be made: %(reason)s") % {"reason": reason})


def _unescape(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else found[2]


def _describe_character(character: str) -> str:
    codes = " ".join(f"U+{ord(part):04X}" for part in character)
    name = unicodedata.name(character, "") if len(character) == 1 else ""
    seen = f"“{character}”" if character.isprintable() else ""
    return " ".join(filter(None, (seen, codes, name)))
