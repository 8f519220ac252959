"""What the page says: what came out, of what, and why, in each language."""

import re
from dataclasses import replace

import pytest

from tests.trialbench.report import samples
from tests.trialbench.report.reading import text
from trialbench.artefacts import Failure
from trialbench.artefacts.result import CODES
from trialbench.report import render, sentences
from trialbench.report.words import WORDS
from trialbench.verdict import Reason, Ruling, Verdict

LANGUAGES = ("en", "zh", "ko")


@pytest.mark.parametrize(
    ("case", "language", "sentence"),
    [
        ("accepted", "en", "Accepted3 of 3 criteria hold in mustang_s550.log."),
        ("accepted", "zh", "通过在 mustang_s550.log 中，3 项判据有 3 项满足。"),
        ("accepted", "ko", "합격mustang_s550.log에서 판정 기준 3개 중 3개를 충족합니다."),
        ("rejected", "en", "Rejected2 of 3 criteria hold; prompt fails by 0.5 at 50.29 s in mustang_s550.log."),
        ("rejected", "zh", "未通过3 项判据有 2 项满足；prompt 不满足，在 mustang_s550.log 的 50.29 s 时刻偏差 0.5。"),
        ("rejected", "ko", "prompt 기준은 mustang_s550.log의 50.29 s 시점에서 0.5만큼 미달합니다."),
        (
            "inconclusive", "en",
            "standing cannot be judged in mustang_s550.log: no samples of rear_left from 22.4 s to 25.9 s.",
        ),
        ("inconclusive", "zh", "standing 在 mustang_s550.log 中无法判定：rear_left 在 22.4 s 至 25.9 s 之间没有采样。"),
        ("inconclusive", "ko", "판정할 수 없습니다: 22.4 s ~ 25.9 s 구간에 rear_left의 샘플이 없음."),
        ("failed", "en", "The artefact failed in mustang_s550.log: it crashed: it raised an exception or was killed."),
        ("failed", "zh", "被测对象在 mustang_s550.log 上运行失败：运行中崩溃（抛出异常或被终止）。"),
        ("failed", "ko", "mustang_s550.log에서 시험 대상의 실행이 실패했습니다:"),
        ("campaign", "en", "Rejected3 of 5 recordings pass; a pass rate of 90% is required."),
        ("campaign", "zh", "5 份记录中有 3 份通过；要求的通过率为 90%。"),
        ("campaign", "ko", "기록 5건 중 3건이 합격했습니다. 요구 합격률은 90%입니다."),
    ],
)  # fmt: skip
def test_the_first_screen_says_what_came_out_and_why(case, language, sentence):
    assert sentence in text(render(samples.CASES[case](), language))


def test_the_first_screen_says_what_was_judged():
    told = text(render(samples.accepted()))
    assert "Wheel-slip warning from wheel speeds" in told
    assert "Acceptance protocolversion 1.0" in told
    assert "Artefact under testslip-ratio, version 2.1" in told
    assert "Recordingmustang_s550.log, 70 s" in told
    several = text(render(samples.campaign(5)))
    assert "Recordings5 recordings, 5 min 50 s in all" in several


def test_a_protocol_that_judges_recordings_alone_says_so():
    told = text(render(replace(samples.accepted(), artefact=None)))
    assert "Artefact under testnone: the protocol judges the recordings alone" in told
    assert "Limits of the artefact" not in told


def test_the_criteria_are_told_with_formula_margin_instant_and_cause():
    page = render(samples.rejected())
    told = text(page)
    assert "Warned within half a second before each intervention prompt" in told
    assert "always(rise(traction_control > 0.5) -> once[0:500ms](warning > 0.5))" in told
    assert "false_alarms_per_hour(warning, traction_control > 0.5, tolerance=500 ms) <= 1" in told
    assert "−0.5" in told
    assert "measured 0" in told
    assert "4.25 rad/s" in told
    assert "Decided bywarning > 0.5" in told


def test_a_metric_that_is_not_quite_known_is_told_between_its_bounds():
    base = samples.accepted()
    part = base.parts[0]
    result = replace(part.result.criteria[2], verdict=Verdict.INCONCLUSIVE, margin=None, lo=0.0, hi=2.5, unit="1/h",
                     reason=Reason("no_events"))  # fmt: skip
    made = replace(part, result=replace(part.result, criteria=(*part.result.criteria[:2], result)))
    told = text(render(replace(base, parts=(made,))))
    assert "measured between 0 and 2.5 1/h" in told
    assert "there is no event to compare with" in told
    assert 'class="void"' in render(replace(base, parts=(made,)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_recordings_are_told_with_their_pass_rate(language):
    page = render(samples.campaign(5, late=(1,), unclear=(3,)), language)
    told = text(page)
    for index in range(5):
        assert f"generated-drive-{index + 1}.log" in told
        assert f'title="{f"{index:02x}" * 32}"' in page
    assert "3 · 1 · 1" in told
    assert "60%" in told
    assert "18.9%" in told  # scipy.stats.beta.ppf(0.05, 3, 3)
    assert "29" in re.findall(r"\d+", told)
    assert "Clopper–Pearson" in told


@pytest.mark.parametrize(
    ("count", "late", "ruling", "sentence"),
    [
        (
            29,
            (),
            Ruling.ACCEPTED,
            "29 of 29 recordings pass, which shows a pass rate of at least 90.1% with 95% confidence; 90% is required.",
        ),
        (
            5,
            (),
            Ruling.INCONCLUSIVE,
            "which so far shows a pass rate of at least 54.9% with 95% confidence; 90% is required, so this is not yet enough to tell.",
        ),
    ],
)
def test_the_sentence_about_a_rate_claims_only_what_is_shown(count, late, ruling, sentence):
    judgement = samples.campaign(count, late=late)
    assert judgement.verdict is ruling
    told = text(render(judgement))
    assert sentence in told
    assert (
        "To show 90% with 95% confidence, at least 29 recordings must pass and none fail." in told
    )


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "28 of 29 recordings pass and 1 cannot be judged; that shows a pass rate of at least 84.6%",
        ),
        ("zh", "29 份记录中有 28 份通过、1 份无法判定，在 95% 置信度下可证明通过率不低于 84.6%"),
        ("ko", "기록 29건 중 28건이 합격하고 1건은 판정할 수 없어"),
    ],
)
def test_a_rate_left_open_by_what_cannot_be_judged_says_so(language, sentence):
    assert sentence in text(render(samples.campaign(29, unclear=(3,)), language))


def test_of_many_recordings_the_drawn_ones_are_few_and_the_rest_is_counted():
    told = text(render(samples.campaign(20, late=(15,))))
    assert "More recordings, not drawn: 8." in told


def test_recordings_without_a_required_rate_must_all_hold():
    one, other = samples.scene("a.log", "01" * 32), samples.scene("b.log", "02" * 32)
    told = text(
        render(samples.judged([samples.part(item, samples.held(item)) for item in (one, other)]))
    )
    assert "3 of 3 criteria hold in every one of 2 recordings." in told
    assert "Pass rate" not in told
    assert "Each criterion is shown where it came out worst." in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_generated_recording_is_said_to_be_one(language):
    banner = {
        "en": "Generated recording, not measured",
        "zh": "生成的记录，并非实测",
        "ko": "생성된 기록이며 실측이 아닙니다",
    }[language]
    assert banner in text(render(samples.campaign(2), language))
    assert banner not in text(render(samples.accepted(), language))
    mixed = samples.judged([samples.accepted().parts[0], samples.campaign(2).parts[0]])
    told = text(render(mixed, language))
    assert banner in told
    assert told.index("generated-drive-1.log") - told.index(banner) < 100


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_every_failure_of_an_artefact_is_told_with_its_detail(code, language):
    base = samples.failed()
    part = base.parts[0]
    failure = Failure(code, "detector.py, line 12: <oops>", samples.at(31.42))
    made = replace(base, parts=(replace(part, result=replace(part.result, failure=failure)),))
    told = text(render(made, language))
    assert "detector.py, line 12: <oops>" in told
    assert WORDS[language][f"remedy.{code}"] in told
    assert "31.42 s" in told
    assert {"en": "not judged", "zh": "未评判", "ko": "판정하지 않음"}[language] in told
    early = replace(
        base,
        parts=(replace(part, result=replace(part.result, failure=replace(failure, at_ns=None))),),
    )
    assert "31.42" not in text(render(early, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_damage_is_listed_with_place_cause_and_span(language):
    told = text(render(samples.inconclusive(), language))
    end = {"en": "from 69.9 s to the end", "zh": "69.9 s 至 结尾", "ko": "69.9 s ~ 끝"}[language]
    assert "byte 4711: no frame begins here" in told
    assert end in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_is_told_in_its_own_words(language):
    base = samples.inconclusive()
    part = base.parts[0]
    sentences = set()
    codes = (
        "horizon",
        "before_start",
        "gap",
        "invalid",
        "damaged",
        "missing",
        "not_started",
        "nan",
        "undefined",
        "no_events",
        "new",
    )
    for code in codes:
        for reason in (Reason(code, "rear_left", samples.at(1), samples.at(2)), Reason(code)):
            result = replace(part.result.criteria[1], reason=reason)
            criteria = (part.result.criteria[0], result, part.result.criteria[2])
            made = replace(
                base, parts=(replace(part, result=replace(part.result, criteria=criteria)),)
            )
            sentences.add(re.search(r'class="why">(.*?)</p>', render(made, language))[1])
    assert len(sentences) >= len(codes)


def test_a_metric_is_written_with_all_that_it_depends_on():
    latency = replace(
        samples.protocol().criteria[2],
        metric="detection_latency",
        quantile=0.95,
        at_most=None,
        at_least=0.25,
        unit="s",
    )
    assert sentences.formula(latency).replace("\u00a0", " ") == (
        "detection_latency(warning, traction_control > 0.5, tolerance=500 ms, quantile=0.95) >= 0.25 s"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_failure_is_told_by_what_is_known_of_it(language):
    base = samples.rejected()
    part = base.parts[0]
    pages = []
    for known in ({}, {"worst_ns": None}, {"worst_ns": None, "margin": None}):
        result = replace(part.result.criteria[0], **known)
        made = replace(
            part, result=replace(part.result, criteria=(result, *part.result.criteria[1:]))
        )
        pages.append(
            re.search(r'class="why">(.*?)</p>', render(replace(base, parts=(made,)), language))[1]
        )
    assert ["50.29" in page for page in pages] == [True, False, False]
    assert ["0.5" in page for page in pages] == [True, True, False]
    assert all("prompt" in page and "log" in page for page in pages)


def test_how_it_was_judged_is_told_with_every_hash():
    judgement = samples.rejected()
    told = text(render(judgement))
    for digest in (judgement.protocol.sha256, "a7" * 32, "3c" * 32, "d0" * 32, "d1" * 32):
        assert digest in told
    assert told.index("DBC ford.dbc") < told.index("DBC gps.dbc")
    assert "the verdicts, the margins and the worst instants, but not the signals" in told
    assert "memory 1 GiB" in told
    assert "processor time 60 s per hour of recording" in told
    assert "elapsed time 10 min per hour of recording" in told
    assert re.search(r"trialbench \d+\.\d+", told)
    assert "Unknown is never true" in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_below_a_failure_is_explained(language):
    told = {"en": "what else the artefact was given", "zh": "其他输入", "ko": "나머지 입력"}[
        language
    ]
    assert text(render(samples.rejected(), language)).count(told) == 1
    assert told not in text(render(samples.accepted(), language))


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("inconclusive", "Inconclusive Why: no samples of rear_left from 22.4 s to 25.9 s."),
        ("accepted", "Passed Margin 0.5, at 50.29 s."),
        ("failed", "Failed not judged: the artefact failed"),
    ],
)
def test_beside_its_drawing_a_criterion_tells_what_came_of_it(case, sentence):
    assert sentence in text(render(samples.CASES[case]()))
