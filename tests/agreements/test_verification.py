"""An agreement that anybody has verified: what the file says, and of what is known here, nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from jointlab.agreements.models import Paper, Signature
from jointlab.signing.signatures import reading
from tests.agreements.sign import make_signed
from tests.cast import Cast
from tests.once import made_once
from tests.signing.tampering import ATTACKS, updated
from tests.signing.test_public_page import drop, text_of


@pytest.fixture(scope="module")
def document(django_db_setup: None, django_db_blocker: Any) -> Iterator[bytes]:
    """A signed agreement."""
    yield from made_once(django_db_blocker, lambda: bytes(make_signed(Cast.tell()).paper.pdf))


def test_it_says_the_same_whether_this_instance_knows_the_agreement_or_not(
    cast: Cast, client: Client
) -> None:
    agreement = make_signed(cast)
    document = bytes(agreement.paper.pdf)
    known = text_of(drop(client, document))
    assert "Every signature is valid" in known
    assert agreement.name_en in known  # which stands in the file
    for secret in (agreement.code, cast.partnership.name_en, "/agreements/"):
        assert secret not in known

    Signature.objects.all().delete()
    Paper.objects.all().delete()
    unknown = text_of(drop(Client(), document))

    assert plain(known) == plain(unknown)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Vice president, for Northlake University", "Valid")),
        ("zh-hans", ("副校长，代表", "有效")),
        ("ko", (" 측 부총장", "유효")),
    ],
)
def test_it_answers_as_a_person_would(
    cast: Cast, document: bytes, client: Client, language: str, said: tuple[str, ...]
) -> None:
    text = text_of(drop(client, document, language))

    for words in said:
        assert words in text
    assert "signer-1" not in text


def test_a_broken_signature_is_said_by_whose_it_is(
    cast: Cast, document: bytes, client: Client
) -> None:
    signed = reading.signatures(reading.read(document), document)
    at = document.index(b"stream\n", signed[0].covers) + 40  # in what the first signer added
    changed = document[:at] + bytes([document[at] ^ 1]) + document[at + 1 :]
    text = text_of(drop(client, changed))

    assert text.count("Signature broken") == 4
    assert "no seal that counts here" not in text  # it is whole: what it covers was not changed
    assert "Do not rely on this file" in text
    assert "signer-1" not in text
    assert "Vice president, for Northlake University" in text


def test_what_was_changed_is_said_by_its_page(cast: Cast, document: bytes, client: Client) -> None:
    text = text_of(drop(client, updated(document, ATTACKS["another_page_in_place_of_one"])))

    assert "Do not rely on this file" in text
    assert "What was changed since it was sealed" in text
    assert "Page 1 does not show what was sealed." in text


def test_of_a_file_that_no_seal_vouches_for_its_own_account_is_called_that(
    cast: Cast, document: bytes, client: Client
) -> None:
    at = document.index(b"stream\n") + 40  # before the seal, and covered by it
    broken = document[:at] + bytes([document[at] ^ 1]) + document[at + 1 :]
    text = text_of(drop(client, broken))

    assert "Do not rely on this file" in text
    assert ("no seal that counts here vouches for them" in text) == ("<bdi>Strategic" in text)


def plain(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)
