"""The page where anybody drops an exported history, and learns whether it is whole."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from jointlab.history.chain import canonical
from jointlab.signing.queries.verification import verdict_on
from tests.cast import Cast
from tests.history.test_archive import NAMES, exported, exported_with_details, resealed
from tests.signing.test_public_page import drop, text_of


def test_a_whole_export_says_how_much_it_is_and_where_it_was_signed(
    cast: Cast, client: Client
) -> None:
    text = text_of(drop(client, b"".join(exported())))

    assert "The file is whole" in text
    assert "That alone does not show who wrote it" in text
    assert "Northlake and Asterion" in text
    assert "entry 9, by its own account signed for" in text
    assert "Do not rely on this file" not in text


def test_an_entry_that_was_changed_is_told_by_its_place(cast: Cast, client: Client) -> None:
    lines = exported()
    lines[4] = lines[4].replace("因为".encode(), "所以".encode())
    text = text_of(drop(client, b"".join(resealed(lines[:-1]))))

    assert "Do not rely on this file" in text
    assert "after entry 3: up to there everything fits" in text
    assert "The file is whole" not in text


def test_a_file_that_is_cut_off_is_not_whole(cast: Cast, client: Client) -> None:
    whole = b"".join(exported_with_details())
    for size in (len(whole) - 1, len(whole) - 90, len(whole) // 2):
        assert "Do not rely on this file" in text_of(drop(client, whole[:size]))


def test_every_changed_byte_is_noticed() -> None:
    whole = b"".join(exported())
    assert verdict_on(whole).ok
    for at in range(whole.index(b"\n") + 1, len(whole), 211):  # before, it is no export
        changed = bytearray(whole)
        changed[at] ^= 1
        assert not verdict_on(bytes(changed)).ok


@pytest.mark.parametrize("content", [b"{}", b'{"format": "x"}\n', b"{" * 50_000, b"{\xff\n"])
def test_what_is_no_export_gets_one_clear_line(cast: Cast, client: Client, content: bytes) -> None:
    text = text_of(drop(client, content))

    assert "The file is neither a signed PDF nor an export of a history." in text
    assert "What was found" not in text


HEADER = exported()[0].decode()
ENTRY = json.loads(exported()[1])
HOSTILE = {
    "a name that is none": [HEADER.replace(canonical(NAMES), "null")],
    "a name of another kind": [HEADER.replace('"Northlake and Asterion"', '{"a":[]}')],
    "a code of another kind": [HEADER.replace('"northlake"', "[1]")],
    "a time out of all bounds": [HEADER, canonical({**ENTRY, "at": "0001-01-01T00:00:00+14:00"})],
    "a number that is none": [HEADER, canonical({**ENTRY, "number": None})],
    "a record that is none": [HEADER, canonical({**ENTRY, "record": []})],
    "lists within lists": [HEADER, "[" * 50_000],
    "half a letter": [HEADER, canonical({**ENTRY, "event": "x"}).replace('"x"', '"\\ud800"')],
    "an empty line": [HEADER, ""],
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_meant_ill_gets_an_answer(cast: Cast, client: Client, what: str) -> None:
    lines = [line.removesuffix("\n") for line in HOSTILE[what]]
    text = text_of(drop(client, "\n".join([*lines, ""]).encode()))

    assert "Do not rely on this file" in text or "neither a signed PDF nor" in text


def test_a_name_in_it_is_text_and_no_markup(cast: Cast, client: Client) -> None:
    lines = exported()
    header = lines[0].decode().replace("Northlake and Asterion", "<script>alert(1)</script>")
    text = text_of(drop(client, b"".join(resealed([header.encode(), *lines[1:-1]]))))

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "The file is whole"), ("zh-hans", "文件完整"), ("ko", "파일이 온전합니다")],
)
def test_it_is_said_in_the_readers_language(
    cast: Cast, client: Client, language: str, words: str
) -> None:
    assert words in text_of(drop(client, b"".join(exported()), language))
