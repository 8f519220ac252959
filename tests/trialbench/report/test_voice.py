import math

import pytest

from trialbench.report import voice
from trialbench.report.axes import span, ticks
from trialbench.report.markup import Markup, code, el, escaped

S = 10**9
NB = "\u00a0"


@pytest.mark.parametrize(
    ("nanoseconds", "told"),
    [
        (0, "0"), (50_290_000_000, "50.29"), (50_290_400_000, "50.29"), (999_999_999, "1"),
        (-1_500_000_000, "−1.5"), (-1, "0"), (86_400 * 365 * S + 1_000_000, "31536000.001"),
    ],
)  # fmt: skip
def test_seconds_are_told_to_the_millisecond(nanoseconds, told):
    assert voice.seconds(nanoseconds) == f"{told}{NB}s"


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0.9, "90%"),
        (0.8999, "89.9%"),
        (0.189255, "18.9%"),
        (1.0, "100%"),
        (0.29, "29%"),
        (0.0, "0%"),
    ],
)
def test_a_share_is_never_rounded_up(share, told):
    assert voice.percent(share) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0.5, "0.5"), (-0.5, "−0.5"), (-0.0, "0"), (123456.0, "1.235e5"), (0.00001, "1e−5"), (1e-12, "1e−12"),
        (math.inf, "∞"), (-math.inf, "−∞"), (math.nan, "?"),
    ],
)  # fmt: skip
def test_numbers_have_four_digits_and_a_true_minus(value, told):
    assert voice.number(value) == told


def test_lengths_and_sizes_are_told_as_people_say_them():
    assert voice.duration(70_370_000_000) == f"70.37{NB}s"
    assert voice.duration(300 * S) == f"5{NB}min"
    assert voice.duration(325 * S) == f"5{NB}min 25{NB}s"
    assert voice.duration(3 * 3600 * S) == f"3{NB}h"
    assert voice.duration(12_000 * S) == f"3{NB}h 20{NB}min"
    assert [voice.period(n) for n in (10_000_000, 1_500_000_000, 250_000, 7)] == [
        f"10{NB}ms", f"1.5{NB}s", f"250{NB}µs", f"7{NB}ns",
    ]  # fmt: skip
    assert [voice.size(n) for n in (2**30, 512 << 20, 1536, 12)] == [
        f"1{NB}GiB", f"512{NB}MiB", f"1.5{NB}KiB", f"12{NB}B",
    ]  # fmt: skip


def test_a_title_falls_back_on_english_and_then_on_any_and_says_its_language():
    chinese = voice.Voice("zh")
    assert chinese.titled({"en": "Brake", "zh": "制动"}) == "<bdi>制动</bdi>"
    assert chinese.titled({"en": "Brake", "ko": "제동"}) == '<bdi lang="en">Brake</bdi>'
    assert chinese.titled({"ko": "제동"}) == '<bdi lang="ko">제동</bdi>'
    assert voice.Voice("en").titled({"zh": "制动"}) == '<bdi lang="zh-CN">制动</bdi>'


def test_a_language_that_the_report_does_not_speak_is_refused_by_name():
    with pytest.raises(ValueError, match=r"no report in language 'fr' \(known: en, zh, ko\)"):
        voice.Voice("fr")


def test_what_is_not_markup_is_escaped_wherever_it_stands():
    assert (
        el("p", "<i>", Markup("<b>x</b>"), title='"&')
        == '<p title="&quot;&amp;">&lt;i&gt;<b>x</b></p>'
    )
    assert (
        voice.Voice("en").say("how.version", version="<1> {x}")
        == "trialbench <bdi>&lt;1&gt; {x}</bdi>"
    )


def test_a_long_name_breaks_between_its_words_and_an_arrow_never():
    assert code("rear_left") == "<code><bdi>rear_left</bdi></code>"
    assert code("a" * 30 + "_b(c -> <d>)") == (
        f'<code><bdi>{"a" * 30}_<wbr>b(<wbr>c <span class="arrow">-&gt;</span> &lt;d&gt;)</bdi></code>'
    )


def test_characters_that_xml_cannot_hold_are_replaced():
    assert escaped("a\x00b\x1b\x85\ud800\ufffe🙂\n") == "a\ufffdb\ufffd\ufffd\ufffd\ufffd🙂\n"


def test_ticks_are_round_and_within():
    assert ticks(0, 70.37, 8) == [(float(n), str(n)) for n in range(0, 80, 10)]
    assert [label for _, label in ticks(-0.11, 0.12, 4)] == ["−0.1", "0", "0.1"]
    assert [label for _, label in ticks(0, 3e7, 3)] == ["0", "1e7", "2e7", "3e7"]
    assert ticks(2.0, 2.0, 4) == [(2.0, "2.000")]


def test_an_axis_always_has_a_height():
    assert span(0, 0) == (-1.0, 1.0)
    least, greatest = span(50, 50)
    assert least < 50 < greatest
    assert span(0, 100) == (-8, 108)
