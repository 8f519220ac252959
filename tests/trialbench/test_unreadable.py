"""One recording among several of which nothing can be read."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

import trialbench as tb
from tests.trialbench.make import HEAD, make_protocol, make_recording, make_signal
from trialbench.cli import main
from trialbench.report import render

LOW = '[inputs]\nx = {signal = "x"}\n[[criteria]]\nid = "low"\nstl = "always(x < 5)"\n'
RATED = LOW + "[require]\npass_rate = 0.4\nconfidence = 0.5\n"
GARBAGE = b"\x00\x01no recording at all"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "low.toml").write_text(HEAD + LOW)
    for name, top in (("good.csv", 1), ("fine.csv", 2), ("high.csv", 9)):
        (tmp_path / name).write_text(f"time,x\n0,0\n1,{top}\n2,0\n")
    (tmp_path / "bad.bin").write_bytes(GARBAGE)
    (tmp_path / "empty.log").write_bytes(b"")
    return tmp_path


def make_judge(folder: Path, *names: str) -> list[str]:
    return ["judge", str(folder / "low.toml"), *(str(folder / name) for name in names)]


def test_it_is_inconclusive_with_its_reason_and_the_others_are_judged(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*make_judge(folder, "good.csv", "bad.bin", "fine.csv"), "--json"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] == "inconclusive"
    assert [one["verdict"] for one in found["recordings"]] == ["pass", "inconclusive", "pass"]
    assert found["pass_rate"] == pytest.approx(2 / 3)
    bad = found["recordings"][1]
    assert bad["sha256"] == hashlib.sha256(GARBAGE).hexdigest()
    assert bad["errors"][0].startswith("cannot be read: neither its content nor its name is of")
    assert str(folder) not in json.dumps(found)
    assert bad["criteria"][0]["reason"]["code"] == "unreadable"
    assert (bad["criteria"][0]["judged_from"], bad["duration"]) == (None, 0.0)
    assert main(make_judge(folder, "good.csv", "empty.log")) == 3
    shown = capsys.readouterr().out
    assert "empty.log: damaged: cannot be read: the file is empty" in shown
    assert "1 of 2 recordings passed, 1 inconclusive" in shown


def test_of_two_empty_files_each_is_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "also.log").write_bytes(b"")
    assert main([*make_judge(folder, "good.csv", "empty.log", "also.log"), "--json"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert [one["verdict"] for one in found["recordings"]] == ["pass"] + ["inconclusive"] * 2


def test_a_violation_elsewhere_still_rejects(folder: Path) -> None:
    assert main(make_judge(folder, "bad.bin", "high.csv")) == 1


def test_alone_or_with_none_that_is_readable_it_is_unusable_input(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(make_judge(folder, "bad.bin")) == 2
    assert main(make_judge(folder, "bad.bin", "empty.log")) == 2
    shown = capsys.readouterr().err.splitlines()
    assert shown[1].startswith("trialbench: bad.bin: neither its content nor its name")
    assert shown[1].endswith("(no recording given can be read)")


def test_a_file_that_is_not_there_is_no_part_of_a_trial(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(make_judge(folder, "good.csv", "gone.csv")) == 2
    assert "gone.csv: No such file" in capsys.readouterr().err


def test_signals_are_asked_for_of_the_readable_ones_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "other.csv").write_text("time,y\n0,0\n1,0\n")
    assert main(make_judge(folder, "other.csv", "bad.bin")) == 2
    assert "describes a signal 'x'" in capsys.readouterr().err


def test_it_counts_as_not_passed_towards_a_rate() -> None:
    good = make_recording({"x": make_signal({0: 0.0, 1: 1.0})})
    bad = tb.Unreadable("bad.blf", "ab" * 32, "byte 0: no file header")
    protocol = make_protocol(RATED)
    assert tb.judge(protocol, [good]).verdict is tb.Ruling.ACCEPTED
    both = tb.judge(protocol, [good, bad], engine=tb.LocalEngine(workers=2))
    assert (both.tally.passed, both.tally.inconclusive) == (1, 1)
    assert both.tally.confidence_bound < tb.judge(protocol, [good]).tally.confidence_bound
    assert both.verdict is tb.Ruling.INCONCLUSIVE
    with pytest.raises(tb.RecordingError, match=r"bad\.blf: byte 0: no file header"):
        tb.judge(protocol, [bad])


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", "the recording cannot be read"),
        ("zh", "无法读取该记录"),
        ("ko", "기록을 읽을 수 없음"),
    ],
)
def test_the_report_tells_it(language: str, reason: str) -> None:
    good = make_recording({"x": make_signal({0: 0.0, 1: 1.0})})
    bad = tb.Unreadable("generated-bad.blf", "ab" * 32, "byte 0: no file header")
    page = render(tb.judge(make_protocol(LOW), [good, bad]), language)
    assert reason in page
    assert "cannot be read: byte 0: no file header" in page


def test_its_evidence_is_signed_verified_and_judged_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, bundle = str(folder / "key.pem"), str(folder / "bundle.zip")
    names = [str(folder / name) for name in ("good.csv", "bad.bin")]
    assert main(["keygen", key]) == 0
    judge = make_judge(folder, "good.csv", "bad.bin")
    assert main([*judge, "--out", bundle, "--key", key]) == 3
    assert main(["verify", bundle, "--key", f"{key}.pub", "--rerun", *names]) == 0
    assert "judged again: the same" in capsys.readouterr().out
    (folder / "bad.bin").write_bytes(GARBAGE + b"!")
    assert main(["verify", bundle, "--key", f"{key}.pub", "--rerun", *names]) == 1
