"""The clauses of the library, in three languages."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

import pytest

from jointlab.agreements.text import Clause, Party, Terms, Text, ip, library, wording
from jointlab.common.names import LANGUAGES

ALL = [
    pytest.param(clause, id=f"{kind}-{clause.id}")
    for kind in library.KINDS
    for clause in (*library.starting_clauses(kind), *library.spare_clauses(kind))
]
HAN, HANGUL = re.compile("[\u4e00-\u9fff]"), re.compile("[\uac00-\ud7a3]")


def agreement(kind: str, model: str) -> Text:
    return Text(
        kind=kind,
        names={"en": "Agreement", "zh-hans": "协议", "ko": "협약"},
        parties=(
            Party(
                UUID(int=1),
                {"en": "Test University", "zh-hans": "测试大学", "ko": "시험대학교"},
                {"en": "the University", "zh-hans": "甲方", "ko": "갑"},
            ),
            Party(
                UUID(int=2),
                {"en": "Test Motors", "zh-hans": "测试汽车", "ko": "시험자동차"},
                {"en": "the Company", "zh-hans": "乙方", "ko": "을"},
            ),
        ),
        terms=Terms(
            date(2026, 1, 1),
            date(2028, 12, 31),
            directions=({"en": "Vision", "zh-hans": "视觉", "ko": "비전"},),
            ip_model=model,
            governing_law="CN",
            prevailing="zh-hans",
        ),
        clauses=library.starting_clauses(kind),
    )


def test_a_strategic_agreement_begins_with_more_clauses_than_the_others() -> None:
    sizes = {kind: len(library.starting_clauses(kind)) for kind in library.KINDS}

    assert 12 <= sizes.pop("strategic") <= 16
    assert all(8 <= size <= 10 for size in sizes.values()), sizes


@pytest.mark.parametrize("kind", library.KINDS)
def test_no_clause_of_a_kind_comes_twice_in_its_library(kind: str) -> None:
    ids = [c.id for c in (*library.starting_clauses(kind), *library.spare_clauses(kind))]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("clause", ALL)
def test_every_clause_says_the_same_in_three_languages(clause: Clause) -> None:
    assert all(clause.heading[language] and clause.body[language] for language in LANGUAGES)
    used = [sorted(wording.placeholders(clause.body[language])) for language in LANGUAGES]
    assert used[0] == used[1] == used[2]
    shapes = [
        [line.startswith("- ") for line in clause.body[language].split("\n")]
        for language in LANGUAGES
    ]
    assert shapes[0] == shapes[1] == shapes[2]


@pytest.mark.parametrize("clause", ALL)
def test_every_clause_is_written_in_its_own_script(clause: Clause) -> None:
    english, chinese, korean = (clause.heading[x] + clause.body[x] for x in LANGUAGES)

    assert not HAN.search(english)
    assert not HANGUL.search(english)
    assert HAN.search(chinese)
    assert not HANGUL.search(chinese)
    assert HANGUL.search(korean)
    assert not HAN.search(korean)


@pytest.mark.parametrize("clause", ALL)
def test_every_placeholder_of_a_clause_is_known(clause: Clause) -> None:
    for language in LANGUAGES:
        assert wording.unknown_placeholders(clause.body[language]) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("model", [*ip.MODELS])
def test_a_filled_agreement_has_no_braces_and_no_empty_places_left(
    model: str, language: str
) -> None:
    for kind in library.KINDS:
        text = agreement(kind, model)
        assert wording.unsaid(text) == []
        for clause in text.clauses:
            body = wording.filled(text, clause, language)
            assert not re.search(r"[{}]|“”|%\(", body), body


@pytest.mark.parametrize("kind", library.KINDS)
def test_the_terms_of_a_text_come_into_its_clauses_by_placeholder_alone(kind: str) -> None:
    used = {
        name
        for clause in library.starting_clauses(kind)
        for name in wording.placeholders(clause.body["en"])
    }

    wanted = {"parties", "period", "renewal", "confidentiality_years", "governing_law"}
    assert wanted | {"prevailing", "languages", "start"} <= used


def test_an_unknown_kind_has_no_clauses() -> None:
    with pytest.raises(KeyError):
        library.starting_clauses("treaty")


def test_a_blank_clause_has_an_id_of_its_own_and_nothing_else() -> None:
    one, other = library.blank_clause(), library.blank_clause()

    assert one.id != other.id
    assert (one.heading, one.body) == ({}, {})
