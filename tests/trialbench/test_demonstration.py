"""The demonstration's protocols and artefacts, on generated recordings and on the real ones."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import trialbench as tb
from tests.data import DATA, with_data
from tests.trialbench.artefacts.nets import onnxruntime

EXAMPLES = Path(__file__).parents[2] / "examples"
sys.path.insert(0, str(EXAMPLES))

import demonstrate  # noqa: E402
import generate  # noqa: E402
import train  # noqa: E402

SLIP = tb.Protocol.load(EXAMPLES / "wheel-slip/protocol.toml")
SPEED = tb.Protocol.load(EXAMPLES / "speed/protocol.toml")
FORD = DATA / "opendbc/ford_lincoln_base_pt.dbc"
OBD = {1: DATA / "canedge/dbc/OBD-v4.4.dbc", 2: DATA / "canedge/dbc/canmod-gps.dbc", 9: DATA / "canedge/dbc/canedge-internal-can9.dbc"}  # fmt: skip


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> tb.Recording:
    path = tmp_path_factory.mktemp("drive") / "generated-drive.log"
    generate.wheel_slip_drive(path)
    return tb.read(path, dbc=EXAMPLES / "wheel-slip/generated.dbc")


@pytest.fixture(scope="module")
def real() -> tb.Recording:
    return tb.read(DATA / "mustang-s550/mustang_s550.log", dbc=FORD)


def held(artefact: str, recording: tb.Recording) -> tb.Judgement:
    return tb.judge(SLIP, [recording], EXAMPLES / "wheel-slip" / artefact)


def verdicts(judgement: tb.Judgement) -> dict[str, str]:
    return {result.id: result.verdict.value for result in judgement.recordings[0].criteria}


def test_on_the_generated_drive_the_naive_one_is_rejected_and_the_patient_one_accepted(
    generated: tb.Recording,
) -> None:
    assert generated.generated
    naive = held("naive", generated)
    assert verdicts(naive) == {
        "prompt": "pass", "no false alarm": "fail", "quiet at rest": "pass", "false alarms an hour": "fail",
    }  # fmt: skip
    assert held("patient", generated).verdict is tb.Ruling.ACCEPTED


def test_the_network_is_accepted_on_a_drive_like_those_that_it_learned_from(
    generated: tb.Recording,
) -> None:
    assert held("network", generated).verdict is tb.Ruling.ACCEPTED


def test_the_network_is_written_as_it_was_trained() -> None:
    noise = np.random.default_rng(1)
    weights = [
        noise.normal(size=shape)
        for shape in ((train.LENGTH, train.HIDDEN), (train.HIDDEN,), (train.HIDDEN, 1), (1,))
    ]
    wheels = noise.uniform(0.5, 5.0, (50, 1, train.LENGTH, 4)).astype(np.float32)
    session = onnxruntime.InferenceSession(train.model(weights), providers=["CPUExecutionProvider"])
    warned = [session.run(None, {"wheels": window})[0][0, 0] for window in wheels]
    slip = np.stack([train.slip_of(window[0].T) for window in wheels])
    expected = train.score(weights, slip) > train.SURE
    assert 0 < expected.sum() < 50
    assert warned == expected.astype(float).tolist()


@with_data
def test_on_the_real_drive_the_naive_one_warns_where_the_car_did_not_act(
    real: tb.Recording,
) -> None:
    judgement = held("naive", real)
    assert judgement.verdict is tb.Ruling.REJECTED
    result = judgement.recordings[0].criteria[1]
    assert (result.worst_ns - real.start_ns) / 1e9 == pytest.approx(37.94, abs=0.02)
    assert verdicts(judgement)["prompt"] == "pass"


@with_data
def test_on_the_real_drive_the_patient_one_is_accepted(real: tb.Recording) -> None:
    judgement = held("patient", real)
    assert judgement.verdict is tb.Ruling.ACCEPTED
    warning = judgement.parts[0].scene.signals["warning"]
    rises = [
        (int(at) - real.start_ns) / 1e9
        for at, before, now in zip(
            warning.times_ns[1:], warning.values, warning.values[1:], strict=False
        )
        if now > before
    ]
    assert rises == pytest.approx([49.92, 60.14], abs=0.02)


@with_data
def test_on_the_real_drive_the_network_warns_where_the_car_did_not_act(real: tb.Recording) -> None:
    judgement = held("network", real)
    assert judgement.verdict is tb.Ruling.REJECTED
    assert verdicts(judgement) == {
        "prompt": "pass", "no false alarm": "fail", "quiet at rest": "pass", "false alarms an hour": "fail",
    }  # fmt: skip
    result = judgement.recordings[0].criteria[1]
    assert (result.worst_ns - real.start_ns) / 1e9 == pytest.approx(37.97, abs=0.02)


@with_data
def test_the_real_drive_is_judged_alike_in_every_format_that_holds_it() -> None:
    for name in ("mustang_s550.log", "mustang_s550.blf"):
        recording = tb.read(DATA / "mustang-s550" / name, dbc=FORD)
        assert held("naive", recording).verdict is tb.Ruling.REJECTED


def test_generated_speeds_agree_but_for_the_drive_without_a_fix(tmp_path: Path) -> None:
    paths = [tmp_path / f"generated-speed-{number}.blf" for number in range(3)]
    for number, path in enumerate(paths):
        generate.speed_drive(path, number, fix_from=20.0 if number == 0 else 0.0)
    judgement = tb.judge(
        SPEED, [tb.read(path, dbc=EXAMPLES / "speed/generated.dbc") for path in paths]
    )
    assert [result.verdict.value for result in judgement.recordings] == [
        "inconclusive",
        "pass",
        "pass",
    ]
    assert judgement.verdict is tb.Ruling.INCONCLUSIVE


@with_data
def test_real_speeds_are_inconclusive_where_the_receiver_had_no_fix() -> None:
    recordings = [tb.read(path, dbc=OBD) for path in sorted((DATA / "canedge").glob("car*/*.MF4"))]
    judgement = tb.judge(SPEED, recordings)
    by_name = {result.name: result for result in judgement.recordings}
    unclear = by_name["00000001-60FE3F04.MF4"]
    assert unclear.verdict is tb.Verdict.INCONCLUSIVE
    assert {result.reason.signal for result in unclear.criteria if result.reason} == {"gnss"}
    assert judgement.tally.failed == 0
    assert judgement.tally.passed == 4
    assert judgement.verdict is tb.Ruling.INCONCLUSIVE
    assert judgement.tally.confidence_bound < 0.9


def test_the_demonstration_without_the_shared_data_says_that_it_is_generated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JOINTLAB_DATA", str(tmp_path / "nowhere"))
    monkeypatch.setattr(
        sys, "argv", ["demonstrate", "--out", str(tmp_path / "out"), "--lang", "zh"]
    )
    assert demonstrate.main() == 0
    shown = capfd.readouterr().out
    assert "recordings: generated by a vehicle model, not measured" in shown
    assert shown.count("(generated recording, not measured)") == 8
    reports = list((tmp_path / "out").glob("*.html"))
    assert len(reports) == 4
    assert all("生成" in report.read_text() for report in reports)
