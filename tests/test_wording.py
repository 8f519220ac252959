"""Each language keeps one rule in the catalogues: what words it does not say.

English    an error says what to enter, a success what happened to which thing
中文        the noun of the contract and of the terms; an agreement's name in 《》
한국어      one level, 하십시오체, on the pages; nouns for buttons; particles computed

The words of a contract (`agreements/text`) are a lawyer's, not the pages'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from jointlab.common import catalogues

ENGLISH = (
    (r"\bit takes\b|\btakes (a|an|two|one)\b", "say what to enter"),
    (r"\bstands?\b", "say where it is"),
    (r"\bwhoever\b", "name who"),
    (r"\bgood\b", "valid"),
    (r"\b(the|a|another) letters?\b|\bby letter\b", "it is an e-mail"),
    (r"\banswers? for\b", "is responsible for"),
    (r"^[A-Z][a-z]+ed\.$", "say what happened to which thing"),
)
CHINESE = (
    *((word, better) for word, better in (
        ("末日", "终止日期"), ("首日", "起始日期"), ("缔约方|当事方", "协议各方"), ("磋商", "协商"),
        ("账户", "账号"), ("信件", "通知邮件"), ("链[头首]", "最新记录"), ("加封", "加盖电子印章"),
        ("拒签", "拒绝签署"), ("消灭", "不再履行"), ("合作处", "合作办公室"), ("检查点", "确认点"),
        ("(?<!您)你", "您"),
    )),
    (r"(?<!《)%\((agreement|follows)\)s", "《…》"),
)  # fmt: skip
KOREAN = (
    (r"세요", "십시오"),
    (r"[가-힣)](을\(를\)|이\(가\)|은\(는\)|\(으\)로|와\(과\))", "⟦을/를⟧"),
    (r"하기$", "a noun"),
    (r"편지", "메일"),
    (r"학원", "단과대학"),
    (r"[《》]", "「」"),
    (r"%\(actor\)s(?! 님)", "님"),
    (r"(?<!「)%\((agreement|follows)\)s", "「…」"),
)


def strings_of(locale: str) -> Iterator[tuple[str, str]]:
    """Yield each translation with its room."""
    for room, catalogue in catalogues.catalogues(locale).items():
        for message in catalogues.messages_of(catalogue).values():
            texts = [message.string] if isinstance(message.string, str) else message.string
            yield from ((room, text) for text in texts)


def english() -> Iterator[tuple[str, str]]:
    """Yield each string of the code with its place, but for the words of contracts."""
    for said in catalogues.all_strings():
        if not said.file.startswith("agreements/text/"):
            yield from ((f"{said.file}:{said.line}", text) for text in (said.text, said.plural))


@pytest.mark.parametrize(
    ("strings", "refused"),
    [
        (english(), ENGLISH),
        (strings_of("zh_Hans"), CHINESE),
        (strings_of("ko"), KOREAN),
    ],
    ids=["en", "zh", "ko"],
)
def test_the_pages_do_not_say_what_the_language_s_rule_refuses(
    strings: Iterator[tuple[str, str]], refused: tuple[tuple[str, str], ...]
) -> None:
    faults = [
        f"{where}: {text!r}: better {better}"
        for where, text in strings
        for pattern, better in refused
        if re.search(pattern, text, re.IGNORECASE)
    ]
    assert faults == []


def test_a_unit_is_no_organisation_in_chinese() -> None:
    assert [
        text for room, text in strings_of("zh_Hans") if room == "parties" and "单位" in text
    ] == []
