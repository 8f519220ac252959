from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.trialbench.make import HEAD, make_artefact
from tests.trialbench.test_judge import BRAKING, GOOD, MUTE
from trialbench.cli import main

TRACE = "time,x,y\n0,1,0\n1,2,0\n2,-1,5\n3,4,5\n"


@pytest.fixture
def trace(tmp_path: Path) -> str:
    path = tmp_path / "trace.csv"
    path.write_text(TRACE)
    return str(path)


@pytest.fixture
def drive(tmp_path: Path) -> str:
    rows = [
        f"{at / 10:.1f},{40.0 if 40 <= at < 60 else 0.0},{5.0 if 40 <= at < 60 else 0.1}"
        for at in range(101)
    ]
    path = tmp_path / "drive.csv"
    path.write_text("\n".join(["time,BrakePressure [bar],Decel [m/s^2]", *rows]) + "\n")
    return str(path)


@pytest.fixture
def protocol(tmp_path: Path) -> str:
    path = tmp_path / "protocol.toml"
    path.write_text(HEAD + BRAKING)
    return str(path)


@pytest.fixture
def key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["keygen", str(tmp_path / "key.pem")]) == 0
    capsys.readouterr()
    return str(tmp_path / "key.pem")


def test_robustness_prints_the_promised_json(
    trace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["robustness", "always(x > 0)", trace, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["lo"], found["hi"], found["worst_time"]) == (
        "fail",
        -1.0,
        -1.0,
        2.0,
    )
    assert {"times", "robustness_lo", "robustness_hi"} <= found.keys()
    assert found["violations"] == [[2.0, 3.0]]


def test_infinities_are_spelled_and_the_unknown_exits_with_three(
    trace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["robustness", "always[0:10s](y >= 0)", trace, "--json"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["lo"], found["hi"]) == ("inconclusive", "-inf", 0.0)


def test_robustness_tells_people_in_a_line(trace: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["robustness", "always(x > 0)", trace]) == 1
    assert capsys.readouterr().out.splitlines()[0] == "fail: margin -1 at 2 s (x > 0.0)".replace(
        "0.0", "0"
    )
    assert main(["robustness", "always[0:10s](y >= 0)", trace]) == 3
    assert "past the recording's end" in capsys.readouterr().out
    assert main(["robustness", "eventually(y > 3)", trace]) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["robustness", "always(x >", "TRACE"], "line 1, column"),
        (["robustness", "always(z > 0)", "TRACE"], "z"),
        (["robustness", "x > 0", "gone.csv"], "gone.csv"),
        (["signals", "gone.log"], "gone.log"),
        (["signals", "TRACE", "--dbc", "gone.dbc"], "gone.dbc"),
        (["judge", "gone.toml", "TRACE"], "gone.toml: No such file"),
        (["verify", "gone.zip"], "gone.zip: No such file"),
        (
            ["judge", "PROTOCOL", "gone.log", "--out", "b.zip", "--key", "gone.pem"],
            "gone.pem: No such file",
        ),
        (["judge"], "the following arguments are required"),
        (["frobnicate"], "invalid choice"),
        (["judge", "p", "r", "--workers", "0"], "not a whole number of at least 1"),
    ],
)
def test_unusable_input_exits_with_two_and_one_line(
    arguments: list[str],
    message: str,
    trace: str,
    protocol: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = {"TRACE": trace, "PROTOCOL": protocol}
    try:
        status = main([given.get(word, word) for word in arguments])
    except SystemExit as left:
        status = int(str(left.code))
    shown = capsys.readouterr()
    assert status == 2
    assert shown.out == ""
    assert message in shown.err
    assert shown.err.count("\n") == 1


def test_signals_are_listed_with_their_facts(
    trace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["signals", trace, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["frames"], found["undecoded_frames"], found["errors"]) == (0, 0, [])
    assert found["signals"][0] == {
        "name": "x", "message": None, "unit": "", "samples": 4, "first_time": 0.0, "last_time": 3.0, "min": -1.0, "max": 4.0,
    }  # fmt: skip
    assert main(["signals", trace]) == 0
    assert "name  message" in capsys.readouterr().out


def test_signals_of_several_recordings_name_theirs(
    trace: str, drive: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["signals", trace, drive, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {entry["recording"] for entry in found["signals"]} == {"trace.csv", "drive.csv"}
    assert main(["signals", trace, drive]) == 0
    assert "recording  name" in capsys.readouterr().out
    assert main(["signals", trace, drive, "--out", "x.parquet"]) == 2
    assert "--out takes the signals of one recording" in capsys.readouterr().err


def test_signals_written_out_are_read_back_the_same(drive: str, tmp_path: Path) -> None:
    import trialbench as tb

    out = tmp_path / "out.parquet"
    assert main(["signals", drive, "--out", str(out)]) == 0
    before, after = tb.read(drive).signals, tb.read(out).signals
    assert set(before) == set(after)
    for name, signal in before.items():
        assert after[name].times_ns.tolist() == signal.times_ns.tolist()
        assert after[name].values.tolist() == signal.values.tolist()
        assert after[name].unit == signal.unit


def test_a_table_that_cannot_be_written_is_told_and_leaves_nothing(
    drive: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["signals", drive, "--out", str(tmp_path / "none" / "out.parquet")]) == 2
    assert "nothing was written" in capsys.readouterr().err


def test_a_trial_is_judged_signed_verified_and_judged_again(
    drive: str, protocol: str, key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bundle = str(make_artefact(tmp_path / "good", GOOD)), str(tmp_path / "bundle.zip")
    judge = [
        "judge",
        protocol,
        drive,
        "--artefact",
        good,
        "--out",
        bundle,
        "--key",
        key,
        "--lang",
        "ko",
    ]
    assert main([*judge, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["pass_rate"], found["confidence_bound"], found["bundle"]) == (
        "accepted",
        1.0,
        None,
        bundle,
    )
    assert found["criteria"][0].keys() >= {"id", "verdict", "margin", "worst_time", "recording"}
    assert found["recordings"][0]["name"] == "drive.csv"
    assert main(judge) == 0
    assert capsys.readouterr().out.startswith("ACCEPTED\n")
    assert main(["verify", bundle, "--key", f"{key}.pub"]) == 0
    assert "the bundle is whole: accepted" in capsys.readouterr().out
    assert main(["verify", bundle, "--rerun", drive, "--artefact", good]) == 0
    shown = capsys.readouterr().out
    assert "judged again: the same" in shown
    assert "whose key that is, the bundle cannot say" in shown
    other = str(make_artefact(tmp_path / "mute", MUTE))
    assert (
        main(
            [
                "verify",
                bundle,
                "--key",
                f"{key}.pub",
                "--rerun",
                drive,
                "--artefact",
                other,
                "--json",
            ]
        )
        == 1
    )
    assert not json.loads(capsys.readouterr().out)["rerun"]["same"]


def test_a_rejected_trial_exits_with_one_and_an_altered_bundle_too(
    drive: str, protocol: str, key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mute, bundle = str(make_artefact(tmp_path / "mute", MUTE)), tmp_path / "bundle.zip"
    assert (
        main(["judge", protocol, drive, "--artefact", mute, "--out", str(bundle), "--key", key])
        == 1
    )
    assert "REJECTED" in capsys.readouterr().out
    content = bundle.read_bytes().replace(b'"verdict":"rejected"', b'"verdict":"accepted"')
    bundle.write_bytes(content)
    assert main(["verify", str(bundle), "--key", f"{key}.pub"]) == 1
    assert capsys.readouterr().out.startswith("NOT VALID: verdict.json: bytes 0 to ")


def test_what_a_failed_artefact_printed_is_shown(
    drive: str, protocol: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loud = "def run(steps):\n    print('about to break')\n    raise ValueError('no')\n    yield\n"
    assert (
        main(["judge", protocol, drive, "--artefact", str(make_artefact(tmp_path / "loud", loud))])
        == 1
    )
    shown = capsys.readouterr()
    assert "the artefact failed (crash)" in shown.out
    assert "about to break" in shown.err


def test_a_damaged_recording_is_listed_with_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cut.log"
    path.write_text("(1.0) can0 123#00\n(2.0) can0 12")
    assert main(["signals", str(path), "--json"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert found["frames"] == 1
    assert found["errors"][0].startswith("cut.log: line 2")


def test_what_a_dbc_leaves_out_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "one.log").write_text("(1.0) can1 123#05\n")
    (tmp_path / "a.dbc").write_text(
        'VERSION ""\nBO_ 291 Speed: 1 Car\n SG_ Speed : 0|8@1+ (1,0) [0|255] "km/h" Car\n SG_ Odd : 0|99@1+ (1,0) [0|0] "" Car\n'
    )
    assert (
        main(["signals", str(tmp_path / "one.log"), "--dbc", str(tmp_path / "a.dbc"), "--json"])
        == 0
    )
    shown = capsys.readouterr()
    (problem,) = json.loads(shown.out)["dbc_problems"]
    assert problem.startswith("a.dbc: line 4: message Speed: signal Odd left out")
    assert problem in shown.err


def test_a_dbc_may_be_given_for_a_bus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "two.log").write_text("(1.0) can1 123#05\n(2.0) can2 123#06\n")
    (tmp_path / "a.dbc").write_text(
        'VERSION ""\nBO_ 291 Speed: 1 Car\n SG_ Speed : 0|8@1+ (1,0) [0|255] "km/h" Car\n'
    )
    assert (
        main(["signals", str(tmp_path / "two.log"), "--dbc", f"2:{tmp_path / 'a.dbc'}", "--json"])
        == 0
    )
    found = json.loads(capsys.readouterr().out)
    assert (found["frames"], found["undecoded_frames"]) == (2, 1)
    assert [(entry["name"], entry["max"], entry["message"]) for entry in found["signals"]] == [
        ("Speed", 6.0, "Speed")
    ]


def test_the_installed_command_answers_in_a_pipe_without_a_progress_bar(
    drive: str, protocol: str, tmp_path: Path
) -> None:
    good = str(make_artefact(tmp_path / "good", GOOD))
    shown = subprocess.run(
        [sys.executable, "-m", "trialbench.cli", "judge", protocol, drive, "--artefact", good],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert shown.stderr == ""
    assert shown.stdout.startswith("ACCEPTED")


def test_the_margin_of_a_formula_is_told_with_its_unit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = tmp_path / "trip.csv"
    trace.write_text("time,n [1/min],w [rad/s],t [degC]\n0,600,10,80\n1,1200,20,90\n")
    for formula, margin, unit in (
        ("always(n < 30 Hz)", 600, "1/min"),
        ("always(w * 0.5 m < 36.5 m/s)", 26.5, "m/s"),
        ("always(t + 5 K < 100 degC)", 5, "K"),
        ("always(n / n > 0.5)", 0.5, ""),
    ):
        assert main(["robustness", formula, str(trace)]) == 0
        assert f"margin {f'{margin} {unit}'.strip()} at " in capsys.readouterr().out
        assert main(["robustness", formula, str(trace), "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert (found["margin"], found["unit"]) == (pytest.approx(margin), unit)
