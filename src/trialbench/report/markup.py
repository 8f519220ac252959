"""Elements as text. Whatever is not `Markup` is somebody's text and is escaped, always."""

from __future__ import annotations

import html
import re
from typing import Final

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SEAM: Final = re.compile(r"[_(](?=\w)")
SHORT: Final = 24
"""Letters of a name that a line always has room for."""


class Markup(str):
    """Text that is HTML or SVG already."""

    __slots__ = ()


def escaped(text: object) -> Markup:
    """The text, harmless in an element and in a quoted attribute, of HTML and of XML alike.

    What XML 1.0 cannot hold (most control characters, lone surrogates) becomes U+FFFD.
    """
    if isinstance(text, Markup):
        return text
    return Markup(html.escape(_FORBIDDEN.sub("\ufffd", str(text))))


def joined(*parts: object, by: str = "") -> Markup:
    """The parts one after another, each escaped unless it is markup."""
    return Markup(by.join(escaped(part) for part in parts))


def el(_tag: str, *children: object, **attributes: object) -> Markup:
    """An element; `class_` is written `class`, None leaves an attribute out."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{_tag}{given}>{joined(*children)}</{_tag}>")


def name(text: str) -> Markup:
    """A name given by a stranger: its direction of writing stays inside."""
    return el("bdi", text)


def code(text: str, class_: str | None = None) -> Markup:
    """An id, a hash, a formula, a file's name; too long for a line, it breaks between its words."""
    told = str(escaped(text)).replace("-&gt;", '<span class="arrow">-&gt;</span>')
    told = _SEAM.sub(r"\g<0><wbr>", told) if len(text) > SHORT else told
    return el("code", el("bdi", Markup(told)), class_=class_)


def section(title: Markup, *content: object) -> Markup:
    """A part of the page under its heading."""
    return el("section", el("h2", title), *content)
