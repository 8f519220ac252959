"""The named models of intellectual property."""

from __future__ import annotations

import pytest

from jointlab.agreements.text import ip
from jointlab.common.names import LANGUAGES


def test_there_are_the_seven_models_for_two_parties_and_the_four_for_more() -> None:
    families = {
        family: [code for code, model in ip.MODELS.items() if model.family == family]
        for family in (ip.LAMBERT, ip.CONSORTIUM)
    }

    assert families == {
        "lambert": [f"lambert-{number}" for number in ("1", "2", "3", "4", "4a", "5", "6")],
        "consortium": [f"consortium-{letter}" for letter in "abcd"],
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_models_imply_the_same(language: str) -> None:
    told = [str(ip.implications(code, language)) for code in ip.MODELS]

    assert len(set(told)) == len(told) == 11


@pytest.mark.parametrize("code", [*ip.MODELS])
def test_what_a_model_implies_is_said_in_each_language(code: str) -> None:
    rows = [ip.implications(code, language) for language in LANGUAGES]

    assert [label for label, _words in rows[0]] == [
        "Ownership of results",
        "Background IP",
        "Publication",
    ]
    for english, chinese, korean in zip(*rows, strict=True):
        assert len({english, chinese, korean}) == 3
        assert all(words for _label, words in (english, chinese, korean))


def test_contract_research_alone_takes_publication_from_the_university() -> None:
    by_consent = [
        code
        for code in ip.MODELS
        if "only with the enterprise’s written consent" in ip.implications(code, "en")[2][1]
    ]

    assert by_consent == ["lambert-5"]


def test_an_unknown_model_implies_nothing_and_is_called_by_its_code() -> None:
    assert ip.implications("of-our-own", "en") == []
    assert ip.label("of-our-own") == "of-our-own"
