from __future__ import annotations

import unicodedata

import pytest

from jointlab.common.addresses import address_of
from jointlab.common.errors import Refusal


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Lin@Example.ORG ", "lin@example.org"),
        ("\u3000ｌｉｎ＠ｅｘａｍｐｌｅ．ｏｒｇ", "lin@example.org"),
        ("lin@例子。测试", "lin@xn--fsqu00a.xn--0zwm56d"),
        ("lin@XN--FSQU00A.xn--0zwm56d", "lin@xn--fsqu00a.xn--0zwm56d"),
        ("min@실례.테스트", "min@xn--9n2bp8q.xn--9t4b11yi5a"),
        (unicodedata.normalize("NFD", "min@실례.테스트"), "min@xn--9n2bp8q.xn--9t4b11yi5a"),
        ("a@straße.example", "a@xn--strae-oqa.example"),  # another domain than strasse.example
        ("", ""),
        ("nobody", "nobody"),
        ("lin@", "lin@"),
    ],
)
def test_every_spelling_of_an_address_is_kept_as_one(typed: str, kept: str) -> None:
    assert address_of(typed) == kept
    assert address_of(kept) == kept


@pytest.mark.parametrize(
    "unseen", ["\u200b", "\u00ad", "\u202e", "\u3164", "\ufe0f", "\u034f", "\ufeff", " ", "\x07"]
)
def test_what_cannot_be_seen_is_refused(unseen: str) -> None:
    for typed in (f"l{unseen}in@example.org", f"lin@exam{unseen}ple.org"):
        with pytest.raises(Refusal, match="cannot be seen"):
            address_of(typed)


@pytest.mark.parametrize("domain", ["☃︎☃.example", "xn--a.example", "-例.example", "例..example"])
def test_a_domain_that_can_be_none_is_refused(domain: str) -> None:
    with pytest.raises(Refusal):
        address_of(f"lin@{domain}")
