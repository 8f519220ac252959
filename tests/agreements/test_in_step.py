"""Which languages of a text are behind after an edit: neither written nor confirmed since."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from jointlab.agreements.text import Clause, Duty, Party, Terms, Text
from jointlab.agreements.text.in_step import (
    Behind,
    behind_after,
    languages_behind,
    place_of,
    worded,
)

SIDE = UUID(int=1)
BODY = "clauses/payment/body"
DIRECTIONS = (
    {"en": "Radar", "zh-hans": "雷达", "ko": "레이더"},
    {"en": "Lidar", "zh-hans": "激光雷达", "ko": "라이다"},
)
START = Text(
    kind="strategic",
    names={"en": "Agreement", "zh-hans": "协议", "ko": "협약"},
    parties=(
        Party(
            SIDE,
            {"en": "Northlake University"},
            {"en": "the University", "zh-hans": "校方", "ko": "대학"},
        ),
    ),
    terms=Terms(date(2026, 1, 1), None, directions=DIRECTIONS),
    clauses=(
        Clause(
            "payment",
            {"en": "Payment", "zh-hans": "付款", "ko": "지급"},
            {"en": "Within sixty days.", "zh-hans": "六十日内。", "ko": "60일 이내."},
        ),
    ),
)


def said(**body: str) -> Text:
    """Return the text with these words in its clause."""
    words = {code.replace("_", "-"): words for code, words in body.items()}
    clause = replace(START.clauses[0], body={**START.clauses[0].body, **words})
    return replace(START, clauses=(clause,))


def after(old: Text, new: Text, behind: Behind | None = None, *confirmed: str) -> Behind:
    return behind_after(old, new, behind or {}, confirmed)


def test_a_change_in_one_language_leaves_the_others_behind() -> None:
    assert after(START, said(en="Within thirty days.")) == {BODY: ["zh-hans", "ko"]}


def test_a_change_in_every_language_leaves_nobody_behind() -> None:
    new = said(en="Within thirty days.", zh_hans="三十日内。", ko="30일 이내.")
    assert after(START, new) == {}


def test_a_heading_and_a_body_are_two_places() -> None:
    heading = {**START.clauses[0].heading, "zh-hans": "支付", "ko": "대금"}
    body = {**START.clauses[0].body, "en": "Within thirty days."}
    new = replace(START, clauses=(Clause("payment", heading, body),))
    assert after(START, new) == {"clauses/payment/heading": ["en"], BODY: ["zh-hans", "ko"]}


def test_the_languages_left_behind_catch_up_one_by_one() -> None:
    first = said(en="Within thirty days.")
    second = said(en="Within thirty days.", ko="30일 이내.")
    third = said(en="Within thirty days.", zh_hans="三十日内。", ko="30일 이내.")
    behind = after(START, first)
    behind = after(first, second, behind)
    assert behind == {BODY: ["zh-hans"]}
    assert after(second, third, behind) == {}


def test_who_changes_again_what_was_in_step_leaves_the_others_behind_again() -> None:
    first = said(en="Within thirty days.", ko="30일 이내.")
    assert after(START, first) == {BODY: ["zh-hans"]}
    again = said(en="Within thirty days.", ko="90일 이내.")
    assert after(first, again, {BODY: ["zh-hans"]}) == {BODY: ["en", "zh-hans"]}


def test_to_empty_a_language_and_write_it_anew_is_a_change() -> None:
    emptied = said(ko="")
    behind = after(START, emptied)
    assert behind == {BODY: ["en", "zh-hans"]}
    assert after(emptied, said(ko="90일 이내."), behind) == {BODY: ["en", "zh-hans"]}


def test_what_was_not_written_yet_can_be_written_later() -> None:
    duty = Duty("report", SIDE, {"en": "Report"}, date(2026, 2, 1))
    begun = replace(START, duties=(duty,))
    written = {"en": "Report", "zh-hans": "报告", "ko": "보고"}
    assert after(START, begun) == {}
    assert after(begun, replace(START, duties=(replace(duty, what=written),))) == {}


def test_who_confirms_says_so_of_one_part_with_a_change_or_without() -> None:
    new, part = said(en="Within thirty days."), place_of("clauses", "payment")
    assert after(START, new, {}, part) == {}
    behind = {BODY: ["ko"], "names": ["ko"]}
    assert after(new, new, behind, part) == {"names": ["ko"]}
    assert languages_behind(behind, [part]) == ["ko"]
    assert languages_behind(behind, ["duties/"]) == []


def test_what_nobody_touches_stays_behind_and_what_is_dropped_goes() -> None:
    behind = {BODY: ["ko"]}
    assert after(START, replace(START, names={**START.names}), behind) == behind
    assert after(START, replace(START, clauses=()), behind) == {}


def test_names_parties_and_directions_are_compared_too() -> None:
    party = replace(START.parties[0], capacity={**START.parties[0].capacity, "en": "the School"})
    radar = {**DIRECTIONS[0], "ko": "레이다"}
    new = replace(
        START,
        names={**START.names, "zh-hans": "合同"},
        parties=(party,),
        terms=replace(START.terms, directions=(radar, DIRECTIONS[1])),
    )
    assert after(START, new) == {
        "names": ["en", "ko"],
        "directions/0": ["en", "zh-hans"],
        f"parties/{SIDE}/capacity": ["zh-hans", "ko"],
    }


def test_a_direction_that_moves_up_takes_what_was_behind_with_it() -> None:
    new = replace(START, terms=replace(START.terms, directions=DIRECTIONS[1:]))
    assert after(START, new, {"directions/1": ["ko"]}) == {"directions/0": ["ko"]}
    assert after(START, new) == {}


def test_everything_that_is_said_in_several_languages_has_a_place() -> None:
    assert set(worded(START)) == {
        "names",
        "directions/0",
        "directions/1",
        f"parties/{SIDE}/names",
        f"parties/{SIDE}/capacity",
        "clauses/payment/heading",
        BODY,
    }
