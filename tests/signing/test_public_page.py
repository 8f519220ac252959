"""The page where anybody drops a PDF and learns what its signatures are worth, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from tests.once import made_once
from tests.signing import papers
from tests.signing.make import make_sealed, make_signed

PAGE = "/en/verify/"


def drop(client: Client, content: bytes, language: str = "en") -> HttpResponse:
    file = SimpleUploadedFile("document.pdf", content, "application/pdf")
    return client.post(f"/{language}/verify/", {"file": file})


def text_of(answer: HttpResponse) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture(scope="module")
def document(django_db_setup: None, django_db_blocker: Any) -> Iterator[bytes]:
    """A document of this instance that everybody has signed."""
    yield from made_once(django_db_blocker, lambda: make_signed(Cast.tell()))


def test_a_signed_document_says_who_signed_and_that_nothing_was_changed(
    document: bytes, cast: Cast, client: Client
) -> None:
    text = text_of(drop(client, document))

    assert "Every signature is valid" in text
    assert text.index("Vice president") < text.index("General manager") < text.index("Dean")
    assert text.count(">Valid<") == 4
    assert ">None<" in text
    assert ">Yes<" in text


def test_a_changed_byte_is_told(document: bytes, cast: Cast, client: Client) -> None:
    middle = document.index(b"stream\n") + 40
    changed = document[:middle] + bytes([document[middle] ^ 1]) + document[middle + 1 :]

    text = text_of(drop(client, changed))

    assert "Do not rely on this file" in text
    assert "Every signature is valid" not in text


def test_what_was_appended_after_signing_is_told(
    document: bytes, cast: Cast, client: Client
) -> None:
    text = text_of(drop(client, document + b"\n% one line more\n"))

    assert "Do not rely on this file" in text
    assert "something was put after its end." in text


def test_a_document_under_way_is_not_whole(cast: Cast, client: Client) -> None:
    text = text_of(drop(client, make_sealed()))

    assert "Do not rely on this file" in text
    assert "signer-1: nobody has signed here." in text


def test_signatures_of_an_authority_that_is_not_trusted_are_called_so(
    cast: Cast, client: Client
) -> None:
    text = text_of(drop(client, papers.complete()))

    assert "Do not rely on this file" in text
    assert "Not trusted" in text
    assert ">None<" in text  # nothing was changed, all the same


@pytest.mark.parametrize("content", [b"GIF89a", b"%PDF-1.7\nnothing\n", b"\x00" * 100])
def test_a_file_that_is_no_pdf_gets_one_clear_line(
    cast: Cast, client: Client, content: bytes
) -> None:
    text = text_of(drop(client, content))

    assert "Do not rely on this file" in text
    assert text.count("<li>The ") == 1
    assert "Who signed" not in text


def test_a_file_that_is_too_large_and_none_at_all_are_refused_on_the_form(
    cast: Cast, client: Client
) -> None:
    large = b"%PDF-1.7\n" + b"0" * 20_000_001
    assert "The file is larger than 20 MB." in text_of(drop(client, large))
    assert "This field is required." in text_of(client.post(PAGE, {}))
    assert "What was found" not in text_of(client.post(PAGE, {}))


def test_a_name_in_a_certificate_is_text_and_no_markup(cast: Cast, client: Client) -> None:
    own = cast.vice_president
    own.name_own = "<script>alert(1)</script>"
    own.save(update_fields=["name_own"])
    own.certificates.update(revoked_at=timezone.now())  # an earlier one has the name of then
    text = text_of(drop(client, make_signed(cast)))

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_nothing_of_the_file_is_kept(cast: Cast, document: bytes, client: Client) -> None:
    answer = drop(client, document)

    assert answer["Cache-Control"] == "private, no-store"
    assert not client.session.keys()


def test_who_asks_too_often_is_told_to_wait(cast: Cast, client: Client) -> None:
    for _ in range(9):
        assert client.post(PAGE).status_code == 200  # asking with no file is asking, too
    assert drop(client, b"GIF89a").status_code == 200
    assert drop(client, b"GIF89a").status_code == 429
    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans", "ko"])
def test_the_verdict_is_in_the_readers_language(
    cast: Cast, document: bytes, client: Client, language: str, settings: Any
) -> None:
    text = text_of(drop(client, document, language))

    words = {
        "en": "Every signature is valid",
        "zh-hans": "所有签名均有效",
        "ko": "모든 서명이 유효합니다",
    }
    for code, word in words.items():
        assert (word in text) == (code == language)


def test_every_public_page_leads_to_it(cast: Cast, client: Client) -> None:
    for page in ("/en/", "/en/news/"):
        assert f'href="{PAGE}"' in client.get(page).content.decode()
