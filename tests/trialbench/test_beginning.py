"""Where judging by a criterion begins: when its own signals have, and where that is said."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

import trialbench as tb
from tests.trialbench.make import (
    HEAD,
    SECOND,
    make_artefact,
    make_protocol,
    make_recording,
    make_signal,
)
from trialbench.cli import main
from trialbench.report import render
from trialbench.summary import summary
from trialbench.verdict import CriterionResult

PASS, FAIL, UNCLEAR = tb.Verdict.PASS, tb.Verdict.FAIL, tb.Verdict.INCONCLUSIVE
TWO = """
[inputs]
x = {signal = "x"}
y = {signal = "y", max_gap = "100s"}
[[criteria]]
id = "x low"
stl = "always(x < 50)"
[[criteria]]
id = "y low"
stl = "always(y < 1)"
"""
LATE = {
    "x": make_signal({0: 1.0, 0.3: 99.0, 0.6: 1.0, 2: 1.0}),
    "y": make_signal({0.9: 0.0, 2: 0.0}),
}


def make_results(
    body: str,
    signals: dict[str, tb.Signal],
    *,
    artefact: Path | None = None,
    errors: tuple[tb.Damage, ...] = (),
) -> tuple[CriterionResult, ...]:
    recording = make_recording(signals, errors=errors)
    return tb.judge(make_protocol(body), [recording], artefact).recordings[0].criteria


def test_a_late_signal_of_another_criterion_hides_no_violation() -> None:
    low, quiet = make_results(TWO, LATE)
    assert (low.verdict, low.margin, low.worst_ns) == (FAIL, -49.0, 3 * SECOND // 10)
    assert (low.start_ns, low.waited_for) == (0, "")
    assert (quiet.verdict, quiet.start_ns, quiet.waited_for) == (PASS, 9 * SECOND // 10, "y")


def test_a_criterion_waits_for_the_last_of_its_own_signals() -> None:
    both = TWO + '[[criteria]]\nid = "both"\nstl = "always(x < 100 and y < 1)"\n'
    both += '[[criteria]]\nid = "apart"\nmetric = "mae"\nof = "x"\nagainst = "y"\nat_most = 100\n'
    _, _, formula, metric = make_results(both, LATE)
    assert [(one.start_ns, one.waited_for) for one in (formula, metric)] == [
        (9 * SECOND // 10, "y")
    ] * 2
    assert metric.lo == metric.hi == pytest.approx(1.0)


@pytest.mark.parametrize("gap", ["", ', max_gap = "10ms"', ', max_gap = "100s"'])
def test_only_the_lead_in_bounds_the_wait_whatever_a_gap_may_be(gap: str) -> None:
    body = f'[stream]\nlead_in = "500ms"\n[inputs]\nx = {{signal = "x"{gap}}}\n'
    body += '[[criteria]]\nid = "a"\nstl = "x > 0"\n'
    (early,) = make_results(body, {"x": make_signal({0.4: 1.0}), "z": make_signal({0: 0.0})})
    assert (early.verdict, early.start_ns, early.waited_for) == (PASS, 4 * SECOND // 10, "x")
    (late,) = make_results(body, {"x": make_signal({0.6: 1.0}), "z": make_signal({0: 0.0})})
    assert (late.verdict, late.start_ns, late.waited_for) == (UNCLEAR, SECOND // 2, "x")
    assert (late.reason.code, late.reason.signal) == ("not_started", "x")


def test_nobody_waits_for_what_never_begins() -> None:
    low, quiet = make_results(TWO, {"x": make_signal({0: 1.0, 2: 1.0}), "y": make_signal({})})
    assert (low.verdict, quiet.verdict, quiet.start_ns, quiet.waited_for) == (PASS, UNCLEAR, 0, "")
    assert quiet.reason.code == "missing"


def test_a_window_that_looks_back_sees_what_was_known_before_judging_began() -> None:
    body = TWO + '[[criteria]]\nid = "seen"\nstl = "once[0:700ms](x > 90) and y < 1"\n'
    assert make_results(body, LATE)[2].verdict is PASS


SPEED = """
[stream]
step = "100ms"
[inputs]
v = {signal = "v", unit = "m/s"}
[outputs]
guess = {kind = "value", unit = "m/s"}
[[criteria]]
id = "rmse"
metric = "rmse"
of = "guess"
against = "v"
at_most = 0.1
[[criteria]]
id = "near"
stl = "always(abs(guess - v) < 0.5)"
[[criteria]]
id = "input alone"
stl = "always(v > 0)"
"""


def make_estimator(
    folder: Path, *, until: float = 0.0, also: float = -1.0, before: str = "math.nan"
) -> Path:
    """Answers `before` until `until` seconds, and NaN once at `also`."""
    return make_artefact(
        folder,
        f"""import math
def run(steps):
    for step in steps:
        at = step.time_ns / 1e9
        known = at > {until} - 0.01 and abs(at - {also}) > 0.01
        yield {{"guess": step.last["v"] if known else {before} if at < {until} else math.nan}}
""",
    )


def make_estimated(estimator: Path) -> tuple[CriterionResult, ...]:
    drive = {"v": make_signal({at / 10: 7.0 + at % 3 for at in range(51)}, "m/s")}
    return make_results(SPEED, drive, artefact=estimator)


def test_an_estimator_that_warms_up_is_judged_from_its_first_answer(tmp_path: Path) -> None:
    rmse, near, alone = make_estimated(make_estimator(tmp_path, until=0.4))
    assert (rmse.verdict, rmse.lo, rmse.hi) == (PASS, 0.0, 0.0)
    assert near.verdict is PASS
    assert [(one.start_ns, one.waited_for) for one in (rmse, near)] == [
        (4 * SECOND // 10, "guess")
    ] * 2
    assert (alone.verdict, alone.start_ns) == (PASS, 0)


def test_an_answer_that_is_lost_later_is_unknown(tmp_path: Path) -> None:
    rmse, near, _ = make_estimated(make_estimator(tmp_path, until=0.4, also=2.0))
    assert (rmse.verdict, rmse.hi, rmse.reason.code) == (UNCLEAR, math.inf, "nan")
    assert (near.verdict, near.reason.signal) == (UNCLEAR, "guess")


def test_no_warm_up_is_longer_than_the_lead_in(tmp_path: Path) -> None:
    rmse, near, _ = make_estimated(make_estimator(tmp_path, until=1.2))
    assert (rmse.verdict, near.verdict) == (UNCLEAR, UNCLEAR)
    assert (rmse.start_ns, near.reason.signal) == (SECOND, "guess")


def test_who_never_answers_gains_nothing(tmp_path: Path) -> None:
    rmse, near, _ = make_estimated(make_estimator(tmp_path, until=99.0))
    assert (rmse.verdict, near.verdict) == (UNCLEAR, UNCLEAR)
    assert (rmse.start_ns, near.waited_for) == (0, "")


def test_a_wrong_answer_is_no_warm_up(tmp_path: Path) -> None:
    rmse, near, _ = make_estimated(make_estimator(tmp_path, until=0.4, before="0.0"))
    assert (rmse.verdict, near.verdict, near.start_ns) == (FAIL, FAIL, 0)


def test_a_protocol_may_say_from_where_on_it_is_judged() -> None:
    body = TWO.replace('"always(x < 50)"', '"always(x < 50)"\nfrom = "600ms"')
    low, _ = make_results(body, LATE)
    assert (low.verdict, low.start_ns, low.waited_for) == (PASS, 6 * SECOND // 10, "")
    body = TWO.replace('"always(y < 1)"', '"always(y < 1)"\nfrom = 0.5')
    _, quiet = make_results(body, LATE)
    assert (quiet.start_ns, quiet.waited_for) == (9 * SECOND // 10, "y")
    metric = (
        TWO
        + '[[criteria]]\nid = "m"\nmetric = "max_abs_error"\nof = "x"\nagainst = "y"\nat_most = 9\nfrom = "1s"\n'
    )
    assert make_results(metric, LATE)[2].start_ns == SECOND


def test_a_recording_that_ends_before_judging_begins_is_inconclusive() -> None:
    low, quiet = make_results(TWO.replace('50)"', '50)"\nfrom = "1 h"'), LATE)
    assert (low.verdict, low.reason.code, low.start_ns) == (UNCLEAR, "too_short", None)
    assert quiet.verdict is PASS


def test_where_the_start_is_lost_nobody_knows_from_when_on_it_counts() -> None:
    lost = (tb.Damage("byte 0", "cut", None, 0),)
    body = TWO.replace('50)"', '50)"\nfrom = "700ms"')
    low, _ = make_results(body, LATE, errors=lost)
    assert (low.verdict, low.reason.code, low.start_ns) == (UNCLEAR, "damaged", -1)
    worse = {**LATE, "x": make_signal({0: 1.0, 0.8: 99.0, 2: 1.0})}
    assert make_results(body, worse, errors=lost)[0].verdict is FAIL


def test_where_judging_began_is_told_in_text_in_json_and_in_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "two.toml").write_text(HEAD + TWO)
    (tmp_path / "late.csv").write_text("time,x,y\n0,1,\n0.9,1,0\n2,1,0\n")
    judge = ["judge", str(tmp_path / "two.toml"), str(tmp_path / "late.csv")]
    assert main(judge) == 0
    low, quiet = capsys.readouterr().out.splitlines()[2:]
    assert "judged from" not in low
    assert quiet.endswith("y < 1; judged from 0.9 s, after waiting for y")
    assert main([*judge, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["criteria"]
    assert [(one["judged_from"], one["waited_for"]) for one in told] == [(0.0, ""), (0.9, "y")]
    judgement = tb.judge(make_protocol(TWO), [make_recording(LATE)])
    assert "judged from <bdi>0.9" in render(judgement)
    assert "自 <bdi>0.9\u00a0s</bdi> 起评判" in render(judgement, "zh")
    assert "<bdi>0.9\u00a0s</bdi>부터 판정" in render(judgement, "ko")
    late = make_protocol(TWO.replace('50)"', '50)"\nfrom = "700ms"'))
    found = tb.judge(late, [make_recording(LATE)])
    assert "judged from <bdi>0.7" in render(found)
    assert summary(found)["criteria"][0]["judged_from"] == 0.7


def test_the_shell_says_in_words_why_it_could_not_judge(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.toml").write_text(
        HEAD
        + '[inputs]\nx = {signal = "x"}\ny = {signal = "y"}\n'
        + '[[criteria]]\nid = "a"\nstl = "always(y < 5)"\n'
        + '[[criteria]]\nid = "b"\nstl = "always(x < 5)"\nfrom = "9s"\n'
        + '[[criteria]]\nid = "c"\nstl = "always[0:9s](x < 5)"\n'
        + '[[criteria]]\nid = "d"\nstl = "once[1s:1s](x < 5)"\n'
    )
    (tmp_path / "t.csv").write_text("time,x,y\n0,1,\n2,1,1\n3,1,1\n")
    assert main(["judge", str(tmp_path / "p.toml"), str(tmp_path / "t.csv")]) == 3
    shown = capsys.readouterr().out
    assert "no sample of y before 2 s; judged from 1 s, after waiting for y\n" in shown
    assert "ends at 3 s, before judging begins\n" in shown
    assert "looks past the end at 3 s\n" in shown
    assert "looks back before the start\n" in shown


def test_a_criterion_whose_units_do_not_fit_is_named() -> None:
    protocol = make_protocol(
        '[inputs]\nx = {signal = "x"}\n[[criteria]]\nid = "odd"\nstl = "always(x < 3 bar)"\n'
    )
    recording = make_recording({"x": make_signal({0: 1.0, 1: 1.0}, "m/s")})
    with pytest.raises(tb.UnitError, match="criteria 'odd': bar cannot be converted into m/s, in "):
        tb.judge(protocol, [recording])
