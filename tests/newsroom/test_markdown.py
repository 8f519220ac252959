"""The small Markdown: what it writes, and what cannot get through it."""

from __future__ import annotations

import pytest

from jointlab.newsroom.markdown import as_html


def test_the_usual_marks_become_html() -> None:
    html = as_html("One **strong** *word*.\n\n- a\n- b\n\n> said\n\n`code`")
    for part in (
        "<strong>strong</strong>",
        "<em>word</em>",
        "<li>a</li>",
        "<blockquote>",
        "<code>",
    ):
        assert part in html


def test_headings_stand_below_the_title_of_the_page() -> None:
    html = as_html("# One\n\n## Two\n\n### Three\n\n###### Six")
    assert "<h1" not in html
    assert "<h2>One</h2>" in html
    assert "<h2>Two</h2>" in html
    assert "<h3>Three</h3>" in html
    assert "<h4>Six</h4>" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a <b onclick=alert(1)>b</b>",
        "<!-- -->\n<iframe src='//evil.example'></iframe>",
        "<style>*{display:none}</style>",
    ],
)
def test_html_is_shown_as_it_was_typed(text: str) -> None:
    html = as_html(text)
    assert "&lt;" in html
    for tag in ("<script", "<img", "<b ", "<iframe", "<style", "<!--"):
        assert tag not in html


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#115;cript:alert(1)",
        "&#x6A;avascript:alert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "data:image/png;base64,AAAA",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example/",
        "relative/path",
    ],
)
@pytest.mark.parametrize("form", ["[words]({})", "<{}>", "[words]\n\n[words]: {}"])
def test_a_link_leads_to_the_web_a_mailbox_or_a_page_here(url: str, form: str) -> None:
    assert "href" not in as_html(form.format(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/?a=1&b=2",
        "http://example.org",
        "mailto:office@example.org",
        "/en/news/",
    ],
)
def test_a_link_says_nothing_about_where_it_was_found(url: str) -> None:
    html = as_html(f"[words]({url})")
    assert f'<a href="{url.replace("&", "&amp;")}" rel="noopener noreferrer">words</a>' in html


def test_a_quote_in_a_link_does_not_end_its_attribute() -> None:
    html = as_html('[a](https://example.org/"onmouseover="alert(1) "t\\" onclick=\\"x")')
    assert 'onmouseover="' not in html
    assert 'onclick="' not in html


def test_pictures_are_not_embedded_from_elsewhere() -> None:
    assert "<img" not in as_html("![spy](https://evil.example/pixel.png)")


def test_a_text_that_nests_ten_thousand_deep_is_written_all_the_same() -> None:
    assert as_html(">" * 10_000 + "[" * 10_000 + "*" * 10_000)
