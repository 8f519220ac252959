"""What a recording lost is unknown to whoever asks: the shell, and Python in either way."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import trialbench as tb
from tests.trialbench.make import SECOND, make_protocol, make_recording, make_signal
from trialbench.cli import main
from trialbench.report import render
from trialbench.summary import summary

DBC = 'VERSION ""\nBO_ 291 M: 1 Car\n SG_ v : 0|8@1+ (1,0) [0|255] "m/s" Car\n'
ASC = """date Mon Nov 30 10:00:00.000 am 2026
base hex  timestamps absolute
   0.000000 1  123             Rx   d 1 01
   1.000000 1  123             Rx   d 1 02
   2.00???? 1  123             Rx   d 1 63
   3.000000 1  123             Rx   d 1 03
   4.000000 1  123             Rx   d 1 04
"""
FILES = {
    "whole.csv": "time,v [m/s],w\n0,1,1\n1,2,1\n3,3,1\n4,4,1\n",
    "middle.csv": "time,v [m/s],w\n0,1,1\n1,2,1\n2,b?d,??\n3,3,1\n4,4,1\n",
    "end.csv": "time,v [m/s],w\n0,1,1\n1,2,1\n3,3,1\n4,4,1\n5\n",
    "middle.asc": ASC,
    "end.asc": ASC.replace("2.00????", "2.000000").replace("63", "03")
    + "   5.00???? 1  123             Rx   d 1 63\n",
}
FORMULAS = [
    "always(v < 50)", "always(v < 2)", "eventually(v > 50)", "eventually(v > 3)", "v > 0", "v > 5",
    "always[0:1s](v < 50)", "eventually[4s:4s](once[0:3s](v > 50))", "eventually[4s:4s](once[0:1s](v > 3))",
]  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("name", FILES)
def test_the_shell_and_python_in_either_way_say_the_same(
    name: str, formula: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, dbc = tmp_path / name, tmp_path / "a.dbc"
    path.write_text(FILES[name])
    dbc.write_text(DBC)
    given = ["--dbc", str(dbc)] if name.endswith("asc") else []
    main(["robustness", formula, str(path), "--json", *given])
    shell = json.loads(capsys.readouterr().out)
    recording = tb.read(path, dbc=dbc if given else None)
    assert bool(recording.errors) == (name != "whole.csv")
    ways = [
        tb.robustness(formula, recording),
        tb.robustness(formula, {"v": recording.signals["v"]}),
    ]
    for found in ways:
        assert found.verdict == shell["verdict"]
        assert [found.lo[0], found.hi[0]] == [float(shell["lo"]), float(shell["hi"])]
        assert [time / SECOND for time in found.times_ns.tolist()] == shell["times"]


@pytest.mark.parametrize("name", [name for name in FILES if name != "whole.csv"])
def test_a_damaged_recording_never_passes_where_a_sample_may_be_lost(
    name: str, tmp_path: Path
) -> None:
    path, dbc = tmp_path / name, tmp_path / "a.dbc"
    path.write_text(FILES[name])
    dbc.write_text(DBC)
    signal = tb.read(path, dbc=dbc).signals["v"]
    assert [one.why for one in signal.unknown] == ["damaged"]
    assert signal.scaled(3.6, unit="km/h").unknown == signal.unknown
    found = tb.robustness("always(x < 50 m/s)", {"x": signal.scaled(3.6, unit="km/h")})
    assert (found.verdict, found.reason.code) == (tb.Verdict.INCONCLUSIVE, "damaged")


def test_of_a_whole_recording_the_signals_are_the_reader_s_own() -> None:
    signals = {"v": make_signal({0: 1.0, 4: 2.0})}
    assert make_recording(signals).signals is signals
    damaged = make_recording(signals, errors=(tb.Damage("byte 9", "cut", SECOND, 2 * SECOND),))
    assert damaged.signals["v"] is damaged.signals["v"]
    assert ("v" in damaged.signals, "w" in damaged.signals) == (True, False)
    assert (list(damaged.signals), len(damaged.signals)) == (["v"], 1)


def test_a_recording_is_judged_from_its_first_instant_to_its_last() -> None:
    recording = make_recording({"v": make_signal({1: 1.0}), "w": make_signal({0: 0.0, 9: 0.0})})
    found = tb.robustness("eventually[1s:1s](always(v > 0))", recording)
    assert (found.verdict, found.start_ns, found.end_ns) == (tb.Verdict.PASS, 0, 9 * SECOND)
    assert tb.robustness("v > 0", recording, start_ns=SECOND).verdict is tb.Verdict.PASS
    assert tb.robustness("always(v > 0)", recording, start_ns=SECOND, end_ns=SECOND).margin == 1.0
    assert tb.robustness("v > 0", recording).reason.code == "not_started"


def test_a_signal_that_was_described_but_never_sent_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a.dbc").write_text(DBC)
    (tmp_path / "b.log").write_text("(1.0) can0 456#05\n(2.0) can0 456#06\n")
    recording = tb.read(tmp_path / "b.log", dbc=tmp_path / "a.dbc")
    assert tb.robustness("always(v > 0)", recording).reason.code == "missing"
    with pytest.raises(tb.FormulaError, match="names the signal 'x', which is not there"):
        tb.robustness("always(x > 0)", recording)


def test_how_a_recording_was_read_is_told_with_its_verdict() -> None:
    plain = make_recording({"v": make_signal({0: 1.0, 4: 2.0})})
    noted = replace(plain, notes=("text read as cp949",), skipped_events={"LIN": 1200, "Status": 1})
    protocol = make_protocol(
        '[inputs]\nv = {signal = "v"}\n[[criteria]]\nid = "a"\nstl = "always(v > 0)"\n'
    )
    judgement = tb.judge(protocol, [noted])
    told = ["text read as cp949", "events that are no CAN frames, skipped: LIN 1,200, Status 1"]
    assert summary(judgement)["recordings"][0]["notes"] == told
    for language, title in (
        ("en", "How the recordings were read"),
        ("zh", "记录的读取方式"),
        ("ko", "기록을 읽은 방법"),
    ):
        page = render(judgement, language)
        assert title in page
        assert all(note in page for note in told)
        assert title not in render(tb.judge(protocol, [plain]), language)


def test_the_shell_tells_how_a_recording_was_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.toml").write_text(
        '[protocol]\nname = "p"\nversion = "1"\n[inputs]\nv = {signal = "v"}\n[[criteria]]\nid = "a"\nstl = "always(v > 0)"\n'
    )
    (tmp_path / "wide.csv").write_bytes("time,v\n0,1\n1,1\n".encode("utf-16"))
    assert main(["judge", str(tmp_path / "p.toml"), str(tmp_path / "wide.csv")]) == 0
    assert "wide.csv: text read as " in capsys.readouterr().out
