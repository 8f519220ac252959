from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import trialbench as tb
from tests.trialbench.make import SECOND, make_artefact, make_protocol, make_recording, make_signal
from trialbench.judging import limits_for

BRAKING = """
[stream]
step = "100ms"
[inputs]
pressure = {signal = "BrakePressure", unit = "bar"}
[reference]
decel = {signal = "Decel", unit = "m/s^2"}
[outputs]
warning = {kind = "event"}
[[criteria]]
id = "prompt"
stl = "always((decel > 3.5) -> eventually[0:500ms](warning > 0.5))"
[[criteria]]
id = "never wild"
stl = "always((pressure < 5 bar) -> (warning < 0.5))"
"""
GOOD = 'def run(steps):\n    for step in steps:\n        yield {"warning": float(step.last["pressure"] > 20)}\n'
MUTE = 'def run(steps):\n    for step in steps:\n        yield {"warning": 0.0}\n'


def make_drive(name: str = "drive.csv", *, unit: str = "bar", hard: float = 5.0) -> tb.Recording:
    """Ten seconds at 10 Hz; from 4 s to 6 s the brake is pressed."""
    times = np.arange(0, 10.05, 0.1)
    braking = (times >= 3.95) & (times < 6)
    pressure = make_signal(
        dict(zip(times.tolist(), np.where(braking, 40.0, 0.0).tolist(), strict=True)), unit
    )
    decel = make_signal(
        dict(zip(times.tolist(), np.where(braking, hard, 0.1).tolist(), strict=True)), "m/s^2"
    )
    return make_recording({"BrakePressure": pressure, "Decel": decel}, name=name)


def test_an_artefact_that_warns_in_time_is_accepted(tmp_path: Path) -> None:
    judgement = tb.judge(make_protocol(BRAKING), [make_drive()], make_artefact(tmp_path, GOOD))
    assert judgement.verdict is tb.Ruling.ACCEPTED
    prompt, wild = judgement.recordings[0].criteria
    assert (prompt.verdict, wild.verdict) == (tb.Verdict.PASS, tb.Verdict.PASS)
    assert prompt.margin == pytest.approx(0.5)


def test_one_that_does_not_is_rejected_with_the_instant_and_the_cause(tmp_path: Path) -> None:
    judgement = tb.judge(make_protocol(BRAKING), [make_drive()], make_artefact(tmp_path, MUTE))
    assert judgement.verdict is tb.Ruling.REJECTED
    prompt = judgement.recordings[0].criteria[0]
    assert (prompt.verdict, prompt.margin) == (tb.Verdict.FAIL, pytest.approx(-0.5))
    assert 4 * SECOND <= prompt.worst_ns <= 6.5 * SECOND
    assert prompt.signals == ("warning",)
    assert prompt.violations[0][0] == 4 * SECOND


def test_the_artefact_never_sees_the_reference(tmp_path: Path) -> None:
    nosy = 'def run(steps):\n    for step in steps:\n        yield {"warning": float("decel" in step.last or "decel" in step.new)}\n'
    judgement = tb.judge(make_protocol(BRAKING), [make_drive()], make_artefact(tmp_path, nosy))
    assert judgement.parts[0].scene.signals["warning"].values.max() == 0.0


def test_what_the_artefact_breaks_is_its_own_failure(tmp_path: Path) -> None:
    broken = "def run(steps):\n    next(steps)\n    1 / 0\n    yield\n"
    judgement = tb.judge(make_protocol(BRAKING), [make_drive()], make_artefact(tmp_path, broken))
    assert judgement.verdict is tb.Ruling.REJECTED
    (result,) = judgement.recordings
    assert result.failure.code == "crash"
    assert "ZeroDivisionError" in result.failure.detail
    assert all(item.verdict is tb.Verdict.FAIL and item.margin is None for item in result.criteria)


def test_a_recordings_unit_is_converted_for_the_artefact_too(tmp_path: Path) -> None:
    recording = make_drive(unit="kPa")  # 40 kPa are 0.4 bar: no braking at all
    judgement = tb.judge(make_protocol(BRAKING), [recording], make_artefact(tmp_path, GOOD))
    assert judgement.verdict is tb.Ruling.REJECTED


def test_the_worst_recording_speaks_for_a_criterion(tmp_path: Path) -> None:
    recordings = [make_drive("soft.csv", hard=1.0), make_drive("hard.csv")]
    judgement = tb.judge(make_protocol(BRAKING), recordings, make_artefact(tmp_path, MUTE))
    assert [result.verdict for result in judgement.recordings] == [tb.Verdict.PASS, tb.Verdict.FAIL]
    recording, result = judgement.of(judgement.protocol.criteria[0])
    assert (recording.name, result.verdict) == ("hard.csv", tb.Verdict.FAIL)


def test_processes_side_by_side_judge_as_one_does(tmp_path: Path) -> None:
    recordings = [make_drive("soft.csv", hard=1.0), make_drive("hard.csv")]
    told: list[tuple[int, int]] = []
    artefact = make_artefact(tmp_path, GOOD)
    alone = tb.judge(make_protocol(BRAKING), recordings, artefact)
    both = tb.judge(
        make_protocol(BRAKING), recordings, artefact, engine=tb.LocalEngine(workers=2),
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert both.recordings == alone.recordings
    assert told == [(1, 2), (2, 2)]


def test_without_outputs_the_recording_itself_is_judged() -> None:
    protocol = make_protocol(
        '[inputs]\nd = {signal = "Decel"}\n[[criteria]]\nid = "a"\nstl = "always(d < 6)"\n'
    )
    judgement = tb.judge(protocol, [make_drive()])
    assert judgement.verdict is tb.Ruling.ACCEPTED
    (result,) = judgement.recordings[0].criteria
    assert (result.margin, result.unit) == (pytest.approx(1.0), "m/s^2")


UNITS = """
[inputs]
w = {signal = "w", unit = "rad/s"}
v = {signal = "v", unit = "m/s"}
u = {signal = "u", unit = "km/h"}
[[criteria]]
id = "rolls"
stl = "always(abs(w * 0.3 m - v) < 1 m/s)"
[[criteria]]
id = "same"
stl = "always(v <= u)"
[[criteria]]
id = "close"
metric = "mae"
of = "v"
against = "u"
at_most = 0.1
[[criteria]]
id = "close in km/h"
metric = "rmse"
of = "v"
against = "u - 0.36 km/h"
unit = "km/h"
at_most = 0.4
[[criteria]]
id = "rolling alarm"
metric = "recall"
of = "w * 0.3 m > 2 m/s"
against = "u > 2 m/s"
at_least = 1.0
"""


def test_units_that_a_formula_takes_are_judged_and_a_cause_is_told_as_it_was_written() -> None:
    signals = {
        "w": make_signal({0: 0.0, 1: 10.0, 2: 0.0}, "rad/s"), "v": make_signal({0: 0.0, 1: 3.0, 2: 0.0}, "m/s"),
        "u": make_signal({0: 0.0, 1: 10.8, 2: 0.0}, "km/h"),
    }  # fmt: skip
    judgement = tb.judge(make_protocol(UNITS), [make_recording(signals)])
    rolls, same, close, in_kmh, alarm = judgement.recordings[0].criteria
    assert judgement.verdict is tb.Ruling.ACCEPTED
    assert (rolls.margin, rolls.cause) == (pytest.approx(1.0), "abs(w * 0.3 m - v) < 1 m/s")
    assert (same.margin, same.unit) == (0.0, "m/s")
    assert (close.margin, close.unit) == (pytest.approx(0.1), "m/s")
    assert (in_kmh.lo, in_kmh.unit) == (pytest.approx(0.36), "km/h")
    assert alarm.lo == 1.0


def test_an_artefact_is_asked_for_exactly_where_the_protocol_does(tmp_path: Path) -> None:
    with pytest.raises(tb.ArtefactError, match="asks an artefact for warning"):
        tb.judge(make_protocol(BRAKING), [make_drive()])
    alone = make_protocol(
        '[inputs]\nd = {signal = "Decel"}\n[[criteria]]\nid = "a"\nstl = "always(d < 6)"\n'
    )
    with pytest.raises(tb.ArtefactError, match=r"no \[outputs\]"):
        tb.judge(alone, [make_drive()], make_artefact(tmp_path, GOOD))


def test_a_signal_that_nothing_describes_is_unusable_input(tmp_path: Path) -> None:
    recording = make_recording({"Decel": make_signal({0: 0.0, 1: 0.0}, "m/s^2")})
    with pytest.raises(
        tb.ProtocolError,
        match="pressure: no recording and no DBC given describes a signal 'BrakePressure'",
    ):
        tb.judge(make_protocol(BRAKING), [recording], make_artefact(tmp_path, GOOD))


def test_a_signal_that_one_recording_lacks_is_inconclusive_there() -> None:
    protocol = make_protocol(
        '[inputs]\nd = {signal = "Decel"}\n[[criteria]]\nid = "a"\nstl = "always(d < 6)"\n'
    )
    other = make_recording({"Speed": make_signal({0: 1.0, 5: 1.0})}, name="other.csv")
    judgement = tb.judge(protocol, [make_drive(), other])
    assert judgement.verdict is tb.Ruling.INCONCLUSIVE
    assert judgement.recordings[1].criteria[0].reason.code == "missing"
    assert judgement.recordings[1].criteria[0].reason.signal == "d"
    for order in ([make_drive(), other], [other, make_drive()]):
        assert tb.judge(protocol, order).of(protocol.criteria[0])[0].name == "other.csv"


def test_a_recording_counts_once_and_one_there_must_be() -> None:
    protocol = make_protocol(
        '[inputs]\nd = {signal = "Decel"}\n[[criteria]]\nid = "a"\nstl = "always(d < 6)"\n'
    )
    with pytest.raises(tb.RecordingError, match=r"drive\.csv: the same recording is given twice"):
        tb.judge(protocol, [make_drive(), make_drive()])
    with pytest.raises(tb.RecordingError, match="no recording"):
        tb.judge(protocol, [])


def test_what_a_protocol_allows_grows_with_the_recording_and_has_a_floor() -> None:
    limits = '[limits]\nmemory = "1MiB"\ncpu_per_hour_of_recording = "60s"\nwall_per_hour_of_recording = "120s"\n'
    protocol = make_protocol(BRAKING + limits)
    hour = limits_for(protocol, 3600 * SECOND)
    assert (hour.memory_bytes, hour.cpu_s, hour.wall_s) == (2**20, 60.0, 120.0)
    assert limits_for(protocol, SECOND).cpu_s == 2.0
    assert math.isclose(limits_for(make_protocol(BRAKING), 3600 * SECOND).wall_s, 10.0 + 4 * 600.0)
