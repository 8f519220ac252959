"""The times of CSV and Parquet: the nearest nanosecond, the same in both."""

from __future__ import annotations

import io
import struct
from decimal import ROUND_HALF_EVEN, Context, Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

import trialbench as tb
from trialbench.errors import RecordingError
from trialbench.readers.csv import read_csv
from trialbench.readers.parquet import read_parquet
from trialbench.readers.raw import LATEST_NS, Raw

NS = 10**9


def stored(columns: dict[str, object] | pd.DataFrame) -> Raw:
    """The columns through Parquet."""
    sink = io.BytesIO()
    if isinstance(columns, pd.DataFrame):
        columns.to_parquet(sink)
    else:
        parquet.write_table(pa.table(columns), sink)
    return read_parquet(sink.getvalue())


def nearest(text: str, scale: int) -> int:
    """The oracle: decimal arithmetic with all the digits that a float64 can have."""
    exact = Context(prec=1200).multiply(Decimal(text), scale)
    return int(exact.to_integral_value(ROUND_HALF_EVEN))


floats = st.one_of(
    st.floats(-9.2e9, 9.2e9),
    st.floats(-1e-6, 1e-6),
    st.floats(1.6e9, 1.8e9),
    st.integers(-(10**6), 10**6).map(lambda k: k / 10),
    st.integers(-(10**7), 10**7).map(lambda k: (k + 0.5) * 1e-9),  # ties
)


@settings(deadline=None, max_examples=300)
@given(st.lists(floats, min_size=1, max_size=8), st.sampled_from([("s", NS), ("ms", 10**6)]))
@example([1.0999999999999999, 0.30000000000000004], ("s", NS))
@example([5e-324, -0.0, 1e-9, 5e-10, 1.5e-9], ("s", NS))
def test_any_float_is_the_same_nanosecond_in_csv_and_in_parquet(
    times: list[float], unit: tuple[str, int]
) -> None:
    times = sorted(times)
    name = f"time [{unit[0]}]"
    from_csv = read_csv(f"{name},v\n".encode() + "".join(f"{t!r},1\n" for t in times).encode())
    from_parquet = stored({name: times, "v": [1.0] * len(times)})
    assert from_csv.errors == from_parquet.errors == ()
    expected = [nearest(repr(t), unit[1]) for t in times]
    assert from_csv.signals["v"].times_ns.tolist() == expected
    assert from_parquet.signals["v"].times_ns.tolist() == expected


@settings(deadline=None)
@given(st.floats(allow_nan=True, allow_infinity=True))
def test_any_float_at_all_is_a_time_in_both_or_in_none(time: float) -> None:
    times = [0.0, 0.0, time]
    rows = "time,v\n" + "".join(f"{each!r},1\n" for each in times)
    both = [read_csv(rows.encode()), stored({"time": times, "v": [1, 1, 1]})]
    found = [raw.signals["v"].times_ns.tolist() for raw in both]
    assert found[0] == found[1]
    fits = abs(time) < LATEST_NS / NS
    sound = fits and nearest(repr(time), NS) >= 0
    assert all((raw.errors == ()) == sound for raw in both)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_float32_is_the_shortest_decimal_that_it_stands_for(bits: int) -> None:
    time = np.frombuffer(struct.pack("<I", bits % 0x4F000000), np.float32)  # below 2**31
    raw = stored({"time": pa.array(time), "v": [1.0]})
    assert raw.signals["v"].times_ns.tolist() == [nearest(str(time[0]), NS)]


@settings(deadline=None)
@given(st.from_regex(r"-?[0-9]{1,9}(\.[0-9]{1,40})?([eE]-?[0-9])?", fullmatch=True))
def test_any_decimal_is_the_nearest_nanosecond(text: str) -> None:
    if abs(Decimal(text)) * NS > LATEST_NS:
        return
    raw = read_csv(f"time,v\n{text},1\n".encode())
    assert raw.signals["v"].times_ns.tolist() == [nearest(text, NS)]


def test_a_deadline_met_to_the_nanosecond_is_met_in_both() -> None:
    times = np.cumsum([0.0, *[0.1] * 20])
    frame = pd.DataFrame({"time": times, "trig": 0.0, "resp": 0.0})
    frame.loc[11, "trig"] = 1.0
    frame.loc[12, "resp"] = 1.0
    for raw in (read_csv(frame.to_csv(index=False).encode()), stored(frame)):
        signals = dict(raw.signals)
        met = "always((trig > 0.5) -> eventually[0:100ms](resp > 0.5))"
        assert (tb.robustness(met, signals).verdict, tb.robustness(met, signals).margin) == (
            "pass",
            0.5,
        )
        late = "always(rise(trig > 0.5) -> not eventually[0:100ms](resp > 0.5))"
        assert tb.robustness(late, signals).verdict == "fail"


@pytest.mark.parametrize(
    "times",
    [
        pa.array([5 * NS // 10, NS], pa.timestamp("ns", "Asia/Seoul")),
        pa.array([500, 1000], pa.timestamp("ms", "UTC")),
        pa.array([500_000, 1_000_000], pa.duration("us")),
        pa.array([500, 1000], pa.time32("ms")),
        pa.array([Decimal("0.5"), Decimal("1.0")], pa.decimal128(20, 12)),
        pa.array([0.5, 1.0], pa.float32()),
        pa.array(np.array([0.5, 1.0], np.float16)),
    ],
)
def test_times_of_every_type_are_nanoseconds(times: pa.Array) -> None:
    raw = stored({"time": times, "v": [1.0, 2.0]})
    assert raw.signals["v"].times_ns.tolist() == [NS // 2, NS]


@pytest.mark.parametrize(
    "times",
    [
        pa.array([0, 253_402_214_400], pa.timestamp("s")),
        pa.array([0, 2**64 - 1], pa.uint64()),
        pa.array([0, 2**63 - 1], pa.int64()),
        pa.array([0.0, np.inf]),
    ],
)
def test_times_that_do_not_fit_are_damage(times: pa.Array) -> None:
    raw = stored({"time": times, "v": [1.0, 2.0]})
    assert raw.signals["v"].times_ns.tolist() == [0]
    assert "1 rows without a time" in raw.errors[0].cause


def test_naive_timestamps_are_read_as_utc_and_told() -> None:
    naive = stored({"time": pa.array([1], pa.timestamp("ns")), "v": [1.0]})
    assert naive.notes == ("dates without a zone are read as UTC",)
    zoned = stored({"time": pa.array([1], pa.timestamp("ns", "UTC")), "v": [1.0]})
    assert zoned.notes == ()


@pytest.mark.parametrize("name", ["time", "Time [s]", "t", None])
def test_the_index_of_pandas_is_the_time_where_it_is_one(name: str | None) -> None:
    index = pd.Index([0.5, 1.0], name=name) if name else pd.to_datetime([NS // 2, NS], utc=True)
    raw = stored(pd.DataFrame({"v": [1.0, 2.0]}, index=index))
    assert set(raw.signals) == {"v"}
    assert raw.signals["v"].times_ns.tolist() == [NS // 2, NS]


def test_an_index_of_pandas_that_numbers_rows_is_left_out_and_told() -> None:
    raw = stored(pd.DataFrame({"time": [0.5, 1.0], "v": [1.0, 2.0]}, index=[3, 7]))
    assert set(raw.signals) == {"v"}
    assert raw.notes == ("column __index_level_0__ left out: it numbers the rows",)


def test_columns_of_parquet_that_are_no_numbers_are_told_by_name() -> None:
    raw = stored(
        {
            "time": [0.0, 1.0],
            "mode": ["a", "b"],
            "kind": pa.array(["a", "b"]).dictionary_encode(),
            "when": pa.array([1, 2], pa.timestamp("ns")),
            "list": [[1], [2]],
            "gear": pa.array([3, None]).dictionary_encode(),
            "price": pa.array([Decimal("1.10"), None]),
            "big": pa.array([2**63, 0], pa.uint64()),
        }
    )
    assert {name: signal.values.tolist() for name, signal in raw.signals.items()} == {
        "gear": [3], "price": [1.1], "big": [2.0**63, 0],
    }  # fmt: skip
    assert [note.partition(" left out: its cells are no numbers")[0] for note in raw.notes] == [
        "column mode", "column kind", "column when", "column list",
    ]  # fmt: skip


def test_two_columns_of_one_name_are_refused() -> None:
    sink = io.BytesIO()
    columns = [pa.array([1.0])] * 3
    parquet.write_table(pa.Table.from_arrays(columns, names=["time", "v", "v"]), sink)
    with pytest.raises(RecordingError, match="two columns are named 'v'"):
        read_parquet(sink.getvalue())


def test_where_stamps_are_deltas_a_lost_line_takes_the_later_times_with_it(tmp_path: Path) -> None:
    lines = [f" (000.{10000 * (n > 0):06d})  can0  1DB   [2]  01 {n:02X}" for n in range(40)]
    lines[20] = " (000.01garbage"
    (tmp_path / "deltas.txt").write_text("\n".join(lines) + "\n")
    recording = tb.read(tmp_path / "deltas.txt")
    assert "each stamp is the time since the frame before" in recording.notes
    (damage,) = recording.errors
    assert (damage.where, damage.from_ns, damage.to_ns) == ("line 21", 190_000_000, None)
