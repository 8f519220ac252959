"""The small Markdown that stories are written in, as HTML in which nothing can run.

Paragraphs, headings, lists, quotes, emphasis, code and links. HTML is shown as it was typed, images
are not embedded (a story has pictures of its own), links lead to the web, a mailbox or a page here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

LINK = re.compile(r"(https?://|mailto:|/(?!/)|#)", re.IGNORECASE)
LEVELS = {"h1": "h2", "h2": "h2", "h3": "h3"}  # the page's own title is its one h1


def as_html(text: str) -> SafeString:
    """Return the text as HTML."""
    html: str = MARKDOWN.render(text)
    return SafeString(html)  # html is off, and links are checked


def _is_link(url: str) -> bool:
    return LINK.match(url.strip()) is not None


def _link_open(
    renderer: RendererProtocol, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    tokens[at].attrSet("rel", "noopener noreferrer")
    return _render_as_text(renderer, tokens, at, options)


def _heading(
    renderer: RendererProtocol, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    tokens[at].tag = LEVELS.get(tokens[at].tag, "h4")
    return _render_as_text(renderer, tokens, at, options)


def _render_as_text(renderer: Any, tokens: Sequence[Token], at: int, options: OptionsDict) -> str:
    written: str = renderer.renderToken(tokens, at, options, {})
    return written


def _make_renderer() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).disable(
        ["image", "html_block", "html_inline"]
    )
    reader.validateLink = _is_link  # type: ignore[method-assign]
    reader.add_render_rule("link_open", _link_open)
    reader.add_render_rule("heading_open", _heading)
    reader.add_render_rule("heading_close", _heading)
    return reader


MARKDOWN = _make_renderer()
