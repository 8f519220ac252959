import re
from string import Formatter

import pytest

from trialbench.artefacts.result import CODES
from trialbench.protocol import DISCLOSURES, LANGUAGES
from trialbench.report.how import LEGEND
from trialbench.report.words import TAGS, WORDS
from trialbench.verdict import Ruling, Verdict

REASONS = (
    "horizon", "before_start", "gap", "invalid", "damaged", "missing", "not_started", "nan", "undefined",
    "no_events", "too_few", "too_short", "unreadable",
)  # fmt: skip


def places(text):
    return sorted({field for _, field, _, _ in Formatter().parse(text) if field is not None})


def test_the_report_speaks_the_languages_of_protocols():
    assert tuple(WORDS) == LANGUAGES == tuple(TAGS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text_with_the_same_places(language):
    english = {key: places(text) for key, text in WORDS["en"].items()}
    # A language may leave out nothing, and has no place that the others would not fill.
    assert {key: places(text) for key, text in WORDS[language].items()} == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_place_is_named_and_every_text_says_something(language):
    for key, text in WORDS[language].items():
        assert text.strip(), key
        assert all(place.isidentifier() for place in places(text)), key


@pytest.mark.parametrize("language", ["zh", "ko"])
def test_no_text_is_left_in_english(language):
    script = {"zh": r"[\u4e00-\u9fff]", "ko": r"[\uac00-\ud7a3]"}[language]
    for key, text in WORDS[language].items():
        if re.sub(r"\{\w+\}|SHA-256|DBC|trialbench|\W", "", text):
            assert re.search(script, text), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_that_a_judgement_can_hold_is_told(language):
    told = WORDS[language]
    wanted = [f"{what}.{code}" for code in CODES for what in ("failure", "remedy")]
    wanted += [f"reason.{code}" for code in REASONS]
    wanted += [f"verdict.{verdict.value}" for verdict in Verdict]
    wanted += [f"ruling.{ruling.value}" for ruling in Ruling]
    wanted += [f"why.rate.{ruling.value}" for ruling in Ruling]
    wanted.append("why.rate.unclear")
    wanted += [f"how.disclosure.{level}" for level in DISCLOSURES]
    wanted += [f"legend.{word}" for word in LEGEND] + [f"legend.{word}.text" for word in LEGEND]
    assert not [key for key in wanted if key not in told]
