"""What a notebook shows: fragments of HTML, drawings, and a table for pandas."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

import trialbench as tb
from tests.trialbench.make import SECOND, make_recording, make_signal
from tests.trialbench.report import samples
from tests.trialbench.report.reading import read, text
from trialbench import display
from trialbench.table import write_parquet

NASTY = "<script>alert(1)</script>\"'&"
SPEED = {0: 10.0, 1: 30.0, 2: 20.0, 4: 25.0}


def svg(drawn: str) -> ET.Element:
    return ET.fromstring(drawn)  # noqa: S314 - our own


def shown(value: object) -> str:
    """The fragment, which is whole, safe and needs nothing from outside."""
    fragment: str = value._repr_html_()  # type: ignore[attr-defined]
    assert fragment.startswith('<div class="trialbench" lang="en">')
    reader = read(fragment)
    assert not {"script", "link", "iframe", "object", "img"} & set(reader.tags)
    assert not [key for _, key, _ in reader.attributes if key.startswith("on")]
    assert "http" not in fragment.replace("http://www.w3.org/2000/svg", "")
    return fragment


def test_a_recording_tells_what_it_is_and_its_signals() -> None:
    signals = {"Speed": make_signal(SPEED, "km/h"), "车速": make_signal({0: float("nan")})}
    told = text(shown(make_recording(signals)))
    assert "drive.csv" in told
    assert "4 s" in told
    row = re.search(r"Speed.*?车速", told, re.DOTALL)
    assert row
    assert re.findall(r"km/h|\d+", row[0]) == ["km/h", "4", "10", "30"]


def test_only_the_first_fifty_signals_by_name_are_decoded() -> None:
    class Counted(dict[str, tb.Signal]):
        asked: set[str] = set()  # noqa: RUF012

        def __getitem__(self, name: str) -> tb.Signal:
            self.asked.add(name)
            return super().__getitem__(name)

    names = [f"s{at:03d}" for at in range(70)]
    counted = Counted({name: make_signal(SPEED) for name in reversed(names)})
    told = text(shown(make_recording(counted)))
    assert counted.asked == set(names[:50])
    assert "20 more signals, not shown" in told


def test_damage_notes_and_left_out_events_are_told() -> None:
    found = tb.Recording(
        "drive.asc", "ab" * 32, {}, 0, 9 * SECOND,
        errors=(tb.Damage("line 12", "cut off", 2 * SECOND, None),), notes=("read as GB 18030",),
        skipped_events={"LIN": 1200}, dbc_problems=("car.dbc: line 9 is no message",),
    )  # fmt: skip
    told = text(shown(found))
    for part in (
        "line 12: cut off",
        "from 2 s to the end",
        "read as GB 18030",
        "LIN 1,200",
        "line 9",
    ):
        assert part in told


def test_what_a_stranger_named_stays_text() -> None:
    signal = make_signal(SPEED, NASTY)
    found = make_recording(
        {NASTY: signal}, name=NASTY, errors=(tb.Damage(NASTY, NASTY, None, None),)
    )
    for value in (found, signal.plot(NASTY), tb.robustness("always(x < 3)", {"x": signal})):
        assert NASTY in text(shown(value)).replace("\u00a0", " ")
    assert "<script>alert('x')</script>" in text(shown(samples.hostile()))
    assert svg(signal.plot(NASTY).svg).get("aria-label") == NASTY


@pytest.mark.parametrize("case", samples.CASES)
def test_a_judgement_tells_the_ruling_and_each_criterion_as_its_report_does(case: str) -> None:
    judgement = samples.CASES[case]()
    told = text(shown(judgement))
    assert judgement.verdict.value.capitalize() in told
    for criterion in judgement.protocol.criteria:
        assert text(criterion.id) in told or case == "hostile"
    for part in judgement.parts:
        assert part.result.name in told or case == "hostile"


def test_robustness_tells_verdict_margin_and_worst_instant_and_is_drawn() -> None:
    found = tb.robustness("always(x < 27 km/h)", {"x": make_signal(SPEED, "km/h")})
    told = text(shown(found))
    for part in ("Failed", "always(x < 27 km/h)", "−3 km/h", "1 s"):
        assert part in told.replace("\u00a0", " ")
    assert "robustness" in told


def test_robustness_that_is_unknown_tells_why_and_draws_both_bounds() -> None:
    signal = make_signal({0: 1, 1: float("nan"), 2: 1}, "m")
    told = text(shown(tb.robustness("always(x < 3 m)", {"x": signal})))
    assert "x is not a number from 1 s to 2 s" in told.replace("\u00a0", " ")
    assert "robustness, at least" in told
    assert "robustness, at most" in told
    assert "where a bound is infinite" in told


def test_a_plot_steps_and_is_hatched_where_the_signal_is_unknown() -> None:
    signal = make_signal(SPEED, "km/h").unknown_in([tb.Unknown(2 * SECOND, 3 * SECOND, "gap")])
    drawing = svg(signal.plot("速度")._repr_svg_())
    assert "Noto Sans CJK" in "".join(drawing.itertext())
    assert "速度" in "".join(drawing.itertext())
    (course,) = [item.get("d") or "" for item in drawing.iter() if item.get("class") == "step"]
    assert re.fullmatch(r"M0 \d+H2500V\d+H5000M7500 \d+H10000(V\d+)?(H10000)?", course)
    hatched = [item for item in drawing.iter() if item.get("class") == "unknown"]
    assert ("50%", "25%") in [(item.get("x"), item.get("width")) for item in hatched]


def test_a_signal_of_a_damaged_recording_is_hatched_where_samples_were_lost() -> None:
    lost = tb.Damage("line 3", "cut off", 1 * SECOND, 2 * SECOND)
    whole, damaged = (
        make_recording({"x": make_signal(SPEED)}, errors=errors).signals["x"].plot("x").svg
        for errors in ((), (lost,))
    )
    assert 'class="unknown"' not in whole
    assert 'class="unknown"' in damaged


def test_a_long_signal_is_drawn_small_and_keeps_a_single_peak() -> None:
    values = np.zeros(1_000_000)
    values[123_456] = 1000.0
    drawing = tb.Signal(np.arange(values.size) * 1000, values, "V").plot("u")
    assert len(drawing.svg) < 100_000
    (course,) = [
        item.get("d") or "" for item in svg(drawing.svg).iter() if item.get("class") == "step"
    ]
    heights = {int(at) for at in re.findall(r"V(\d+)", course)}
    assert min(heights) < 100 < 900 < max(heights)


@pytest.mark.parametrize("signal", [tb.Signal([], []), tb.Signal([5], [1.5], "m")])
def test_a_signal_of_hardly_a_sample_is_drawn_over_a_second(signal: tb.Signal) -> None:
    shown(signal.plot())
    labels = [item.text for item in svg(signal.plot().svg).iter() if item.tag.endswith("text")]
    assert {"0", "1.0"} <= set(labels)


def test_drawings_of_one_page_do_not_share_their_hatching() -> None:
    gap = [tb.Unknown(SECOND, 2 * SECOND, "gap")]
    one, other = (make_signal({0: 1, 4: top}).unknown_in(gap).plot("x").html for top in (2, 3))
    assert not set(re.findall(r' id="(\w+)"', one)) & set(re.findall(r' id="(\w+)"', other))
    for drawn in (one, other):
        assert set(re.findall(r"url\(#(\w+)\)", drawn)) <= set(re.findall(r' id="(\w+)"', drawn))


def test_what_nobody_draws_is_refused() -> None:
    with pytest.raises(NotImplementedError, match="int"):
        display.html(1)
    with pytest.raises(NotImplementedError, match="int"):
        display.plot(1)


def mixed() -> tb.Recording:
    """Two clocks, two samples at one instant, a NaN, damage, and a name that looks like another's."""
    signals = {
        "Speed": tb.Signal([10, 20, 20, 50], [1.0, 2.0, 3.0, 4.0], "km/h"),
        "Yaw": tb.Signal([15, 20, 60], [0.5, float("nan"), 1.5]),
        "x": tb.Signal([10], [7.0], "m"),
        "x [m]": tb.Signal([10], [8.0]),
        "never": tb.Signal([], [], "A"),
    }  # fmt: skip
    return tb.Recording(
        "m.csv", "0" * 64, signals, 10, 60, (tb.Damage("line 3", "cut off", 20, 50),)
    )


def test_a_table_for_pandas_is_the_table_that_is_written(tmp_path: Path) -> None:
    recording = mixed()
    write_parquet(recording.signals, tmp_path / "t.parquet")
    written = pd.read_parquet(tmp_path / "t.parquet").set_index("timestamp_ns")
    made = recording.to_pandas()
    assert made.index.name == "time [s]"
    assert made.index.tolist() == [(at - 10) / 1e9 for at in written.index]
    pd.testing.assert_frame_equal(made.reset_index(drop=True), written.reset_index(drop=True))
    assert made["Speed [km/h]"].dropna().tolist() == [1.0, 3.0, 4.0]
    assert (made["x"].iloc[0], made["x [m]"].iloc[0]) == (7.0, 8.0)


def test_a_table_for_pandas_has_the_signals_that_are_named() -> None:
    made = mixed().to_pandas(["Yaw", "Speed"])
    assert list(made.columns) == ["Yaw", "Speed [km/h]"]
    assert len(made) == 5
    assert mixed().to_pandas(["never"]).shape == (0, 1)
    assert mixed().to_pandas([]).shape == (0, 0)
    with pytest.raises(tb.TrialbenchError, match=r"m\.csv has no signal 'Sped'"):
        mixed().to_pandas(["Sped"])


def test_without_pandas_a_table_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(tb.TrialbenchError, match="needs pandas: pip install pandas"):
        mixed().to_pandas()
