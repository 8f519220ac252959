"""What holds in vain is said: nothing happened that the criterion asks about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import trialbench as tb
from tests.data import DATA, with_data
from tests.trialbench.make import HEAD, SECOND, make_protocol, make_recording, make_signal
from trialbench.cli import main
from trialbench.report import render
from trialbench.stl import Occurrences
from trialbench.verdict import CriterionResult

PASS, FAIL, UNCLEAR = tb.Verdict.PASS, tb.Verdict.FAIL, tb.Verdict.INCONCLUSIVE
REACTS = """
[inputs]
act = {signal = "act"}
v = {signal = "v", unit = "km/h"}
[[criteria]]
id = "reacts"
stl = "always(rise(act > 0.5) -> eventually[0:1s](v < 0 km/h))"
"""
CALM = {"act": make_signal({0: 0.0, 9: 0.0}), "v": make_signal({0: 50.0, 9: 50.0}, "km/h")}
BUSY = {**CALM, "act": make_signal({0: 0.0, 2: 1.0, 3: 0.0, 5: 1.0, 9: 1.0})}


def make_result(body: str, signals: dict[str, tb.Signal]) -> CriterionResult:
    return tb.judge(make_protocol(body), [make_recording(signals)]).recordings[0].criteria[0]


def test_a_pass_without_any_occurrence_says_so() -> None:
    result = make_result(REACTS, CALM)
    assert (result.verdict, result.margin) == (PASS, 0.5)
    assert result.occurrences == Occurrences("rise(act > 0.5)", 0)
    assert make_result(REACTS, BUSY).verdict is FAIL
    assert make_result(REACTS, BUSY).occurrences == Occurrences("rise(act > 0.5)", 2)


def test_of_several_conditions_the_rarest_is_told() -> None:
    body = REACTS.replace("km/h))", "km/h)) and always(v > 40 -> act < 9)")
    assert make_result(body, CALM).occurrences.of == "rise(act > 0.5)"
    assert make_result(REACTS.replace(" -> ", " or "), CALM).occurrences is None


@pytest.mark.parametrize(("wanted", "verdict"), [(1, PASS), (2, PASS), (3, UNCLEAR)])
def test_a_protocol_may_ask_for_so_many(wanted: int, verdict: tb.Verdict) -> None:
    result = make_result(REACTS.replace("v < 0", "v < 99") + f"at_least = {wanted}\n", BUSY)
    assert result.verdict is verdict
    assert result.occurrences.count == 2
    if verdict is UNCLEAR:
        assert (result.margin, result.reason.code) == (None, "too_few")
        assert result.cause == "rise(act > 0.5)"


def test_what_fails_fails_however_seldom_it_came_to_it() -> None:
    assert make_result(REACTS + "at_least = 9\n", BUSY).verdict is FAIL


@pytest.mark.parametrize("wanted", ["0", "1.5", "true", '"1"'])
def test_only_a_whole_number_of_occurrences_can_be_asked_for(wanted: str) -> None:
    with pytest.raises(tb.ProtocolError, match="at_least: must be a whole number of at least 1"):
        make_protocol(REACTS + f"at_least = {wanted}\n")


def test_occurrences_are_asked_for_where_there_can_be_any() -> None:
    body = REACTS.replace("rise(act > 0.5) -> ", "") + "at_least = 1\n"
    with pytest.raises(
        tb.ProtocolError, match=r"'reacts'\.at_least: counts how often the left side"
    ):
        make_protocol(body)


@pytest.mark.parametrize(
    ("metric", "of", "count"),
    [
        ("recall", "act > 0.5", 2),
        ("f1", "act > 0.5", 2),
        ("detection_latency", "act > 0.5", 2),
        ("precision", "v > 99", 0),
        ("false_alarms_per_hour", "v > 99", 0),
    ],
)
def test_events_that_a_metric_is_a_share_of_are_counted(metric: str, of: str, count: int) -> None:
    limit = 'at_most = "1s"' if metric == "detection_latency" else "at_most = 1"
    asked = f'metric = "{metric}"\nof = "v > 99"\nagainst = "act > 0.5"\n{limit}'
    body = REACTS[: REACTS.index("stl")] + asked
    assert make_result(body, BUSY).occurrences == Occurrences(of, count)


def test_errors_of_values_have_no_occurrences() -> None:
    body = REACTS[: REACTS.index("stl")] + 'metric = "mae"\nof = "v"\nagainst = "v"\nat_most = 1'
    assert make_result(body, CALM).occurrences is None


def test_it_is_told_in_text_in_json_and_in_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.toml").write_text(HEAD + REACTS)
    (tmp_path / "calm.csv").write_text("time,act,v\n0,0,50\n9,0,50\n")
    judge = ["judge", str(tmp_path / "p.toml"), str(tmp_path / "calm.csv")]
    assert main(judge) == 0
    assert "; 0 occurrences of rise(act > 0.5)" in capsys.readouterr().out
    assert main([*judge, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    for told in (found["criteria"][0], found["recordings"][0]["criteria"][0]):
        assert (told["occurrences"], told["occurrences_of"]) == (0, "rise(act > 0.5)")
    calm = tb.judge(make_protocol(REACTS), [make_recording(CALM)])
    busy = tb.judge(make_protocol(REACTS), [make_recording(BUSY)])
    for language, none, some in (
        ("en", "0 occurrences of ", ": 2</small>"),
        ("zh", " 出现 0 次", " 出现次数：<bdi>2</bdi>"),
        ("ko", " 발생 0회", " 발생 횟수: <bdi>2</bdi>"),
    ):
        assert none in render(calm, language)
        assert none not in render(busy, language)
        assert some.removesuffix("2</small>") in render(busy, language)


def test_what_fails_or_is_unknown_is_not_said_to_have_been_put_to_no_test() -> None:
    both = REACTS.replace("0 km/h))", "0 km/h)) and always(v < 0)")
    failed = tb.judge(make_protocol(both), [make_recording(CALM)])
    lost = (tb.Damage("line 3", "torn", 2 * SECOND, 3 * SECOND),)
    damaged = tb.judge(make_protocol(REACTS), [make_recording(CALM, errors=lost)])
    assert failed.verdict is tb.Ruling.REJECTED
    assert damaged.verdict is tb.Ruling.INCONCLUSIVE
    for judgement in (failed, damaged):
        page = render(judgement)
        assert "nothing was put to the test" not in page
        assert "occurrences of " in page


def test_of_several_recordings_each_that_put_nothing_to_the_test_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.toml").write_text(HEAD + REACTS.replace("v < 0", "v < 50"))
    (tmp_path / "calm.csv").write_text("time,act,v\n0,0,40\n9,0,40\n")
    (tmp_path / "busy.csv").write_text("time,act,v\n0,0,49.9\n2,1,49.9\n9,0,49.9\n")
    names = [str(tmp_path / name) for name in ("p.toml", "calm.csv", "busy.csv")]
    assert main(["judge", *names]) == 0
    shown = capsys.readouterr().out
    assert "; 1 occurrence of rise(act > 0.5)" in shown
    assert "\ncalm.csv: reacts: 0 occurrences of rise(act > 0.5)\n" in shown
    assert "busy.csv: reacts" not in shown
    page = render(tb.judge(tb.Protocol.load(names[0]), map(tb.read, names[1:])))
    assert page.count("0 occurrences of ") == 1


def test_the_shell_tells_it_of_a_formula_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.csv").write_text("time,x,y\n0,0,1\n1,1,1\n2,0,1\n")
    asked = ["robustness", "always(x > 0.5 -> y > 0)", str(tmp_path / "one.csv")]
    assert main(asked) == 0
    assert "\n  1 occurrence of x > 0.5\n" in capsys.readouterr().out
    assert main([*asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["occurrences"] == [{"of": "x > 0.5", "count": 1}]


@with_data
def test_a_drive_in_which_the_anti_lock_brakes_never_act_passes_in_vain() -> None:
    drive = tb.read(
        DATA / "mustang-s550/mustang_s550.log", dbc=DATA / "opendbc/ford_lincoln_base_pt.dbc"
    )
    body = REACTS.replace('"act"', '"AbsActv_B_Actl"').replace('"v"', '"Veh_V_ActlEng"')
    judgement = tb.judge(make_protocol(body), [drive])
    assert judgement.verdict is tb.Ruling.ACCEPTED
    assert judgement.recordings[0].criteria[0].occurrences.count == 0
