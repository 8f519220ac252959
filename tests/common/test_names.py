from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointlab.common.errors import Refusal
from jointlab.common.names import pick, tidy, tidy_names

BLANK = [
    "\u200b",
    "\u2800",
    "\u3164",
    "\u115f\u1160",
    "\u00ad",
    "\u200e\u200f",
    "\u0301",
    "\ufeff",
    "\u202e",
]


@pytest.mark.parametrize("text", BLANK, ids=lambda text: f"{ord(text[0]):04x}")
def test_a_name_of_which_nothing_is_seen_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="no visible character"):
        tidy(text)


@pytest.mark.parametrize("text", ["", "   ", "\t\n"])
def test_nothing_typed_is_nothing(text: str) -> None:
    assert tidy(text) == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Xu   Guang\thong\n", "Xu Guang hong"),
        ("Mu\u0308ller", "Müller"),
        ("a\x00b\x1bc", "abc"),
        ("u\x00\u0308", "ü"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("❤\ufe0f", "❤\ufe0f"),
    ],
)
def test_a_name_is_kept_composed_on_one_line_without_controls(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@given(st.text(max_size=40))
def test_what_was_tidied_is_tidy(text: str) -> None:
    try:
        kept = tidy(text)
    except Refusal:
        return
    assert tidy(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)
    assert "\n" not in kept


def test_only_names_and_titles_are_tidied() -> None:
    values = {"name_en": " a ", "title_ko": " b ", "website": " c ", "parent": None}
    assert tidy_names(values) == {**values, "name_en": "a", "title_ko": "b"}


def test_a_name_is_that_of_the_language_else_the_own_else_the_next() -> None:
    names = {"own": "东", "en": "East", "ko": "동"}
    assert [pick(names, code) for code in ("en", "ko", "zh-hans")] == ["East", "동", "东"]
    assert pick({"ko": "동"}, "en") == "동"
    assert pick({}, "en") == ""
