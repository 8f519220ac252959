"""CSV and Parquet of plain signals."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from trialbench.errors import RecordingError
from trialbench.readers import read
from trialbench.recording import Recording


def csv(tmp_path: Path, text: str) -> Recording:
    path = tmp_path / "plain.csv"
    path.write_text(text, encoding="utf-8")
    return read(path)


def test_a_header_carries_the_unit_and_an_empty_cell_is_no_sample(tmp_path: Path) -> None:
    recording = csv(tmp_path, "time,speed [m/s],gear\n0,1.5,\n0.5,,3\n1e0,nan,4\n")
    assert recording.errors == ()
    assert recording.frames is None
    speed, gear = recording.signals["speed"], recording.signals["gear"]
    assert (speed.unit, gear.unit) == ("m/s", "")
    assert speed.times_ns.tolist() == [0, 10**9]
    assert speed.values[0] == 1.5
    assert math.isnan(speed.values[1])
    assert gear.times_ns.tolist() == [500_000_000, 10**9]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_separators_line_ends_quotes_and_a_byte_order_mark_are_understood(
    tmp_path: Path, mark: str, ending: str
) -> None:
    rows = [
        ["time", '"a, b [km/h]"' if mark == "," else "a, b [km/h]"],
        ["0", '"1.5"'],
        [" 1 ", " -2 "],
    ]
    recording = csv(tmp_path, "\ufeff" + ending.join(mark.join(row) for row in rows))
    assert recording.errors == ()
    signal = recording.signals["a, b"]
    assert signal.unit == "km/h"
    assert signal.values.tolist() == [1.5, -2.0]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(-(10**18), 10**18), st.floats()), min_size=1, max_size=20))
def test_times_are_exact_and_values_the_nearest_float(
    tmp_path: Path, rows: list[tuple[int, float]]
) -> None:
    rows.sort(key=lambda row: row[0])
    seconds = (f"{'-' if t < 0 else ''}{abs(t) // 10**9}.{abs(t) % 10**9:09d}" for t, _ in rows)
    text = "".join(f"{t},{v!r}\n" for t, (_, v) in zip(seconds, rows, strict=True))
    signal = csv(tmp_path, "time,x\n" + text).signals["x"]
    assert signal.times_ns.tolist() == [t for t, _ in rows]
    np.testing.assert_array_equal(signal.values, [v for _, v in rows])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.from_regex(r"-?[0-9]{0,20}(\.[0-9]{0,25})?", fullmatch=True))
def test_any_decimal_is_read_as_python_reads_it(tmp_path: Path, text: str) -> None:
    try:
        value = float(text)
    except ValueError:
        return
    assert csv(tmp_path, f"time,x\n0,{text}\n").signals["x"].values.tolist() == [value]


def test_times_in_nanoseconds_are_kept(tmp_path: Path) -> None:
    signal = csv(
        tmp_path, "timestamp_ns,x\n1700000000000000001,1\n1700000000000000002,2\n"
    ).signals["x"]
    assert signal.times_ns.tolist() == [1700000000000000001, 1700000000000000002]


def test_a_column_of_text_is_left_out_and_told_apart_from_a_bad_cell(tmp_path: Path) -> None:
    recording = csv(tmp_path, "time,mode,x\n0,P,1\n1,R,2\n2,D,3a\n3,D,4\n")
    assert set(recording.signals) == {"x"}
    (error,) = recording.errors
    assert (error.where, error.cause) == ("line 4", "a cell is no number")
    assert (error.from_ns, error.to_ns) == (10**9, 3 * 10**9)
    assert recording.signals["x"].values.tolist() == [1, 2, 4]


@pytest.mark.parametrize(
    ("header", "cause"),
    [
        ("speed,time", "not 'speed'"),
        ("time,x,x", "two columns are named 'x'"),
        ("", "is empty|nothing|known format"),
    ],
)
def test_a_header_that_is_none_is_refused(tmp_path: Path, header: str, cause: str) -> None:
    with pytest.raises(RecordingError, match=cause):
        csv(tmp_path, f"{header}\n0,1\n")


def test_a_header_alone_is_a_recording_of_nothing(tmp_path: Path) -> None:
    recording = csv(tmp_path, "time,x\n")
    assert len(recording.signals["x"]) == 0
    assert (recording.start_ns, recording.end_ns, recording.errors) == (0, 0, ())


def table(tmp_path: Path, columns: dict[str, object]) -> Recording:
    path = tmp_path / "plain.parquet"
    parquet.write_table(pa.table(columns), path, row_group_size=2)
    return read(path)


def test_parquet_nulls_are_no_samples_and_nan_is_unknown(tmp_path: Path) -> None:
    recording = table(
        tmp_path,
        {
            "time": [-0.5, 0.25, 1.0],
            "speed [m/s]": [1.0, None, math.nan],
            "on": [True, False, None],
            "count": pa.array([1, None, 2], pa.uint16()),
            "text": ["a", "b", "c"],
        },
    )
    assert recording.errors == ()
    assert set(recording.signals) == {"speed", "on", "count"}
    speed = recording.signals["speed"]
    assert speed.unit == "m/s"
    assert speed.times_ns.tolist() == [-500_000_000, 10**9]
    np.testing.assert_array_equal(speed.values, [1.0, math.nan])
    assert recording.signals["on"].values.tolist() == [1, 0]
    assert recording.signals["count"].times_ns.tolist() == [-500_000_000, 10**9]


@pytest.mark.parametrize(
    "times",
    [
        {"timestamp_ns": pa.array([5, 6], pa.int64())},
        {"timestamp_ns": pa.array([5, 6], pa.timestamp("ns"))},
        {"time": pa.array([5, 6], pa.timestamp("ns"))},
        {"time": pa.array([5e-9, 6e-9])},
    ],
)
def test_parquet_times_in_every_form_are_nanoseconds(
    tmp_path: Path, times: dict[str, object]
) -> None:
    recording = table(tmp_path, {**times, "x": [1.0, 2.0]})
    assert recording.signals["x"].times_ns.tolist() == [5, 6]


def test_parquet_rows_without_a_time_are_damage(tmp_path: Path) -> None:
    recording = table(tmp_path, {"time": [0.0, None, 2.0], "x": [1.0, 2.0, 3.0]})
    assert recording.signals["x"].values.tolist() == [1.0, 3.0]
    assert "1 rows without a time" in recording.errors[0].cause


def test_parquet_must_begin_with_a_time(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="not 'x'"):
        table(tmp_path, {"x": [1.0], "time": [0.0]})
    with pytest.raises(RecordingError, match="holds string"):
        table(tmp_path, {"time": ["now"], "x": [1.0]})
