"""Every public address for search engines, each with the same page in its other languages.

Strings, no template: three thousand addresses are written in the time of a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from jointlab.common.names import LANGUAGES
from jointlab.common.show import bcp47
from jointlab.newsroom.models import Kind
from jointlab.newsroom.queries import SitemapStory

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
LINK = {code: f'<xhtml:link rel="alternate" hreflang="{bcp47(code)}"' for code in LANGUAGES}
FIXED = ("newsroom:home", "newsroom:stories", "newsroom:laboratory")
PAGES = {Kind.NEWS: "newsroom:story", Kind.LABORATORY: "newsroom:laboratory_page"}
SLUG = "a-story"  # stands for every slug while the addresses' patterns are found


def write_sitemap(
    stories: Sequence[SitemapStory], laboratories: Sequence[str], absolute: Callable[[str], str]
) -> str:
    """Return the sitemap: of the published stories, and of the unveiled laboratories by code."""
    pages = (
        *_fixed_entries(absolute),
        *_laboratory_entries(laboratories, absolute),
        *_story_entries(stories, absolute),
    )
    return "".join([HEAD, *pages, "</urlset>\n"])


def _fixed_entries(absolute: Callable[[str], str]) -> Iterator[str]:
    for name in FIXED:
        yield _page_entries({code: _address(absolute, code, name) for code in LANGUAGES})


def _laboratory_entries(codes: Sequence[str], absolute: Callable[[str], str]) -> Iterator[str]:
    patterns = {
        language: _address(absolute, language, "laboratory:public", SLUG) for language in LANGUAGES
    }
    for code in codes:
        yield _page_entries(
            {language: url.replace(SLUG, code) for language, url in patterns.items()}
        )


def _story_entries(
    stories: Sequence[SitemapStory], absolute: Callable[[str], str]
) -> Iterator[str]:
    patterns = {
        kind.value: {code: _address(absolute, code, name, SLUG) for code in LANGUAGES}
        for kind, name in PAGES.items()
    }
    for kind, slug, changed, languages in stories:
        there = {
            code: patterns[kind][code].replace(SLUG, slug)
            for code in LANGUAGES
            if code in languages
        }
        yield _page_entries(there, changed)


def _page_entries(addresses: dict[str, str], changed: datetime | None = None) -> str:
    """Return an entry for each language of a page, all with the same links."""
    last = f"<lastmod>{changed.isoformat()}</lastmod>" if changed else ""
    links = "".join([f'{LINK[code]} href="{url}"/>' for code, url in addresses.items()])
    return "".join([f"<url><loc>{url}</loc>{last}{links}</url>\n" for url in addresses.values()])


def _address(absolute: Callable[[str], str], code: str, name: str, *arguments: str) -> str:
    with override(code):
        return escape(absolute(reverse(name, args=arguments)))
