"""What an agreement says in each language: terms, rows, clauses with their placeholders."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointlab.agreements.text import (
    Clause,
    Commitment,
    Duty,
    Party,
    Signer,
    Terms,
    Text,
    phrases,
    wording,
)
from jointlab.common.names import LANGUAGES

UNIVERSITY, COMPANY = UUID(int=1), UUID(int=2)
AGREEMENT = Text(
    kind="strategic",
    names={"en": "Agreement", "zh-hans": "协议", "ko": "협약"},
    parties=(
        Party(
            UNIVERSITY,
            {"en": "Test University", "zh-hans": "测试大学", "ko": "시험대학교"},
            {"en": "the University", "zh-hans": "甲方", "ko": "갑"},
        ),
        Party(COMPANY, {"en": "Test Motors", "ko": "시험자동차"}),
    ),
    terms=Terms(
        date(2026, 1, 1),
        date(2028, 12, 31),
        directions=({"en": "Vision", "zh-hans": "视觉"}, {"en": "Radio", "zh-hans": "通信"}),
        ip_model="lambert-2",
        governing_law="KR",
        prevailing="zh-hans",
    ),
    commitments=(
        Commitment("money", COMPANY, {"en": "A grant"}, "1200000", "CNY"),
        Commitment("room", UNIVERSITY, {"en": "A room"}),
    ),
    duties=(
        Duty("report", UNIVERSITY, {"en": "A report"}, date(2026, 6, 1), "year"),
        Duty("room", UNIVERSITY, {"en": "The keys"}, date(2026, 2, 1)),
    ),
    signers=(
        Signer(UUID(int=3), UNIVERSITY, {"en": "Chair"}, {"en": "President"}),
        Signer(UUID(int=4), COMPANY, {"en": "Guest"}, {"en": "Engineer"}, witness=True),
    ),
)


def said(body: str, language: str = "en", text: Text = AGREEMENT) -> str:
    return wording.filled(text, Clause("one", {}, {language: body}), language)


def test_the_terms_are_rows_of_label_and_value() -> None:
    rows = dict(wording.term_rows(AGREEMENT, "en"))

    assert rows["Period"] == "from 1 January 2026 to 31 December 2028"
    assert rows["Directions"] == "Vision and Radio"
    assert rows["Intellectual property"].startswith("Lambert 2")
    assert rows["Governing law"] == "the law of the Republic of Korea"
    assert rows["Prevailing language"] == "Chinese"
    assert rows["Confidentiality"] == "5 years after the agreement has ended"


@pytest.mark.parametrize(
    ("language", "label", "value"),
    [
        ("zh-hans", "期限", "自2026年1月1日起至2028年12月31日止"),
        ("zh-hans", "合作方向", "视觉和通信"),
        ("zh-hans", "适用法律", "大韩民国法律"),
        ("ko", "기간", "2026년 1월 1일부터 2028년 12월 31일까지"),
        ("ko", "발표 통지", "발표 30일 전"),
        ("ko", "해석상 우선 언어", "중국어"),
    ],
)
def test_the_terms_are_said_in_the_language_of_the_text_not_of_the_reader(
    language: str, label: str, value: str
) -> None:
    assert dict(wording.term_rows(AGREEMENT, language))[label] == value


def test_a_term_about_which_nothing_is_said_has_no_row() -> None:
    silent = replace(
        AGREEMENT, terms=replace(AGREEMENT.terms, governing_law="", directions=(), ip_model="")
    )

    labels = dict(wording.term_rows(silent, "en"))

    assert not {"Governing law", "Directions", "Intellectual property"} & labels.keys()


def test_a_confidentiality_agreement_says_nothing_of_results_and_publications() -> None:
    labels = dict(wording.term_rows(replace(AGREEMENT, kind="confidentiality"), "en"))

    assert "Confidentiality" in labels
    assert not {"Intellectual property", "Publication notice"} & labels.keys()


def test_the_law_of_a_country_without_a_special_name_is_named_by_the_locale_data() -> None:
    french = replace(AGREEMENT, terms=replace(AGREEMENT.terms, governing_law="FR"))

    assert dict(wording.term_rows(french, "en"))["Governing law"] == "the law of France"
    assert dict(wording.term_rows(french, "ko"))["준거법"] == "프랑스 법"


def test_an_agreement_without_a_fixed_end_says_so() -> None:
    lasting = replace(AGREEMENT, terms=replace(AGREEMENT.terms, end=None, renewal="automatic"))

    assert said("{period}", text=lasting) == "From 1 January 2026, without a fixed end"
    assert "no fixed end" in said("{renewal}", text=lasting)
    assert said("until {end}", text=lasting) == "until the day of its termination"


@pytest.mark.parametrize(
    ("language", "row"),
    [
        ("en", ("Test Motors", "A grant", "1,200,000 Chinese yuan")),
        ("zh-hans", ("Test Motors", "A grant", "人民币1,200,000元")),
        ("ko", ("시험자동차", "A grant", "1,200,000 중국 위안화")),
    ],
)
def test_a_commitment_says_its_money_in_words(language: str, row: tuple[str, str, str]) -> None:
    assert wording.commitment_rows(AGREEMENT, language)[0] == row


def test_a_commitment_in_kind_has_no_amount() -> None:
    assert wording.commitment_rows(AGREEMENT, "en")[1] == ("the University", "A room", "")


@given(
    st.decimals("0.01", "99999999999", places=2),
    st.sampled_from(LANGUAGES),
    st.sampled_from(["KRW", "CNY", "EUR"]),
)
def test_no_digit_of_a_sum_is_rounded(amount: object, language: str, currency: str) -> None:
    told = phrases.money(str(amount), currency, language)
    digits = "".join(character for character in told if character.isdigit() or character == ".")

    assert digits.removesuffix(".") in {str(amount), str(amount).removesuffix(".00")}


def test_a_duty_says_by_when_and_how_often_again() -> None:
    assert wording.duty_rows(AGREEMENT, "en") == [
        ("the University", "A report", "every year, first by 1 June 2026"),
        ("the University", "The keys", "1 February 2026"),
    ]
    assert wording.duty_rows(AGREEMENT, "zh-hans")[0][2] == "每年一次，首次不迟于2026年6月1日"


def test_those_who_sign_stand_in_their_order_with_their_part() -> None:
    assert wording.signer_rows(AGREEMENT, "en") == [
        ("Chair", "President", "the University", "Signatory"),
        ("Guest", "Engineer", "Test Motors", "Witness"),
    ]


def test_a_party_is_named_with_what_the_text_calls_it() -> None:
    university, company = AGREEMENT.parties

    assert wording.party_line(university, "en") == "Test University (“the University”)"
    assert wording.party_line(university, "zh-hans") == "测试大学（以下称“甲方”）"
    assert wording.party_line(company, "ko") == "시험자동차"


def test_a_capacity_is_raised_where_it_begins_a_sentence() -> None:
    body = "{first_party} works. {first_party} rests; {first_party} sleeps.\n\n- {first_party}"

    assert said(body) == (
        "The University works. The University rests; the University sleeps.\n\n- The University"
    )


def test_a_list_of_directions_stands_in_a_paragraph_of_its_own() -> None:
    assert said("In:\n\n{direction_list}\n\nEnd.") == "In:\n\n- Vision\n- Radio\n\nEnd."


def test_two_braces_are_one_brace_and_an_unknown_placeholder_stays_as_it_was() -> None:
    assert said("{{start}} { start } {start {fee} }") == "{start} 1 January 2026 {start {fee} }"


def test_what_a_name_says_in_braces_is_not_filled_again() -> None:
    odd = replace(AGREEMENT, names={"en": "{start} {{x}}"})

    assert said("On {name}.", text=odd) == "On {start} {{x}}."


def test_unknown_placeholders_are_found_once_each_in_their_order() -> None:
    body = "{fee} {start} {{free}} {Start} {fee} {기간} {a b}"

    assert wording.unknown_placeholders(body) == ["fee", "Start", "기간"]


def test_a_clause_without_a_language_is_said_whole_in_the_next_best_one() -> None:
    clause = Clause("one", {"en": "Law"}, {"en": "By {governing_law}."})

    assert wording.filled(AGREEMENT, clause, "ko") == "By the law of the Republic of Korea."
    assert wording.heading(clause, "ko") == "Law"


def test_a_placeholder_that_a_clause_uses_and_no_term_fills_is_told() -> None:
    clause = Clause("one", {}, {"en": "{ip_model} {start} {governing_law}"})
    text = replace(
        AGREEMENT, clauses=(clause,), terms=replace(AGREEMENT.terms, ip_model="", governing_law="")
    )

    assert wording.unsaid(text) == ["ip_model", "governing_law"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*wording.PLACEHOLDERS])
def test_every_placeholder_of_the_legend_is_filled_in_each_language(
    name: str, language: str
) -> None:
    text = replace(AGREEMENT, terms=replace(AGREEMENT.terms, renewal="by agreement"))

    assert said(f"{{{name}}}", language, text) not in ("", f"{{{name}}}")
    assert str(wording.PLACEHOLDERS[name])


def test_a_kind_is_called_by_its_title() -> None:
    assert wording.kind_label("placement", "en") == "Placement agreement"
    assert wording.kind_label("treaty", "en") == "Treaty"


@given(st.text(alphabet="{} abstrend_一", max_size=40))
def test_filling_never_fails_whatever_was_typed(body: str) -> None:
    assert isinstance(said(body), str)
    assert isinstance(wording.unknown_placeholders(body), list)
