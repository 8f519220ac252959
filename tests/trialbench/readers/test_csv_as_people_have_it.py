"""CSV of signals as other programs write it: read as Python's csv and pandas read it, or refused."""

from __future__ import annotations

import io
import math
from pathlib import Path
from unicodedata import normalize

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trialbench.errors import RecordingError
from trialbench.readers import read
from trialbench.readers.csv import read_csv
from trialbench.readers.raw import Raw

NS = 10**9


def csv(text: str) -> Raw:
    return read_csv(text.encode())


def values(raw: Raw, name: str) -> list[float]:
    return raw.signals[name].values.tolist()


@pytest.mark.parametrize("mark", [";", "\t"])
@pytest.mark.parametrize("times", [("0", "1", "2"), ("0,0", "1,0", "2,0")])
def test_a_decimal_comma_is_read_where_commas_do_not_separate(
    mark: str, times: tuple[str, ...]
) -> None:
    rows = [["time", "v [km/h]", "n"], *([t, f"{k},25", f"-{k}"] for k, t in enumerate(times))]
    raw = csv("\n".join(mark.join(row) for row in rows))
    assert raw.errors == ()
    assert raw.signals["v"].unit == "km/h"
    assert raw.signals["v"].times_ns.tolist() == [0, NS, 2 * NS]
    assert values(raw, "v") == [0.25, 1.25, 2.25]
    assert values(raw, "n") == [0, -1, -2]
    assert "numbers have a decimal comma" in raw.notes


def test_a_decimal_comma_in_quotes_is_read_between_commas() -> None:
    raw = csv('"time","v"\n"0,5","1,25"\n"0,75","1e-1"\n')
    assert raw.signals["v"].times_ns.tolist() == [NS // 2, 3 * NS // 4]
    assert values(raw, "v") == [1.25, 0.1]


@pytest.mark.parametrize(
    ("mark", "cells"), [(";", "0;1,234 1;800 2;1,500"), (",", '0,"1,234" 1,800 2,"1,500"')]
)
def test_thousands_are_never_read_as_decimals(mark: str, cells: str) -> None:
    body = "\n".join(f"{cell}{mark}1" for cell in cells.split())
    raw = csv(f"time{mark}v{mark}w\n{body}\n")
    assert set(raw.signals) == {"w"}
    (note,) = raw.notes
    assert note.startswith("column v left out: 2 of 3 cells are no numbers ('1,234', '1,500')")


def test_a_column_in_the_other_decimal_mark_is_left_out_and_told() -> None:
    raw = csv("time;v;w\n0,5;1.5;2,5\n1,5;2.5;3,5\n")
    assert values(raw, "w") == [2.5, 3.5]
    assert "column v left out: 2 of 2 cells are no numbers ('1.5', '2.5'); the file's decimal mark is the comma" in raw.notes  # fmt: skip


texts = st.text(st.sampled_from("ab ,;\"\n'é0."), max_size=8)


@settings(deadline=None)
@example([("\n;,0", 0)])
@given(st.lists(st.tuples(texts, st.integers(-99, 99)), min_size=1, max_size=12))
def test_any_text_in_quotes_leaves_the_other_columns_as_pandas_reads_them(
    rows: list[tuple[str, int]],
) -> None:
    frame = pd.DataFrame(rows, columns=["event", "v"])
    frame.insert(0, "time", np.arange(len(rows)) / 4)
    frame["event"] = "x" + frame["event"]  # no number, no word that stands for one
    text = frame.to_csv(index=False, lineterminator="\n", quoting=2)
    raw = csv(text)
    assert raw.errors == ()
    expected = pd.read_csv(io.StringIO(text))["v"].tolist()
    assert values(raw, "v") == expected
    assert raw.notes[0].startswith(f"column event left out: {len(rows)} of {len(rows)} cells")


def test_a_quote_that_never_closes_costs_its_own_line_alone() -> None:
    raw = csv('time,event,v\n0,"a",1\n1,"b,2\n2,"c",3\n3,"d",4\n')
    assert values(raw, "v") == [1, 3, 4]
    (error,) = raw.errors
    assert (error.where, error.from_ns, error.to_ns) == ("line 3", 0, 2 * NS)
    assert "quote" in error.cause


@pytest.mark.parametrize(
    "head", ["time,v\ns,km/h\n", "time,v\n[s],[km/h]\n", "Time,v\n,km/h\n", "time,v\n-,(km/h)\n"]
)
def test_a_row_of_units_gives_the_units_and_is_told(head: str) -> None:
    raw = csv(f"{head}0,10\n0.1,20\n")
    assert raw.errors == ()
    assert raw.signals["v"].unit == "km/h"
    assert values(raw, "v") == [10, 20]
    assert any(note.startswith("line 2 is a row of units") for note in raw.notes)


def test_a_row_of_units_gives_the_unit_of_the_times() -> None:
    raw = csv("Time,v [m/s],mode\nms,km/h,-\n0,10,P\n100,20,R\n")
    assert raw.signals["v"].times_ns.tolist() == [0, 100_000_000]
    assert raw.signals["v"].unit == "m/s"


def test_a_first_row_of_words_that_are_no_units_is_damage() -> None:
    raw = csv("time,v\nfoo,quux\n0,10\n0.1,20\n")
    assert raw.errors[0].where == "line 2"
    assert values(raw, "v") == [10, 20]


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("time,v,\n0,1,\n1,2,\n2,3\n", ["line 4"]),
        ("time,v,\n0,1\n1,2\n", []),
        ("time,v\n0,1,\n1,2,\n", []),
        ("time;v;;\n0;1;;\n1;2;;\n;;;\n \n", []),
    ],
)
def test_a_trailing_separator_is_no_column(text: str, bad: list[str]) -> None:
    raw = csv(text)
    assert set(raw.signals) == {"v"}
    assert values(raw, "v") == [1, 2]
    assert raw.notes == ()
    assert [error.where for error in raw.errors] == bad


def test_a_column_without_a_name_that_holds_something_is_told() -> None:
    assert csv("time,v,\n0,1,7\n1,2,\n").notes == ("column 3 left out: it has no name",)


@pytest.mark.parametrize(
    "before",
    [
        "# a\n// b: c\n",
        "Device: X\n\n",
        "sep=,\n",
        "Date,2026-11-30\nTime,12:00:00\n\n",
        "% of a\n",
    ],
)
def test_lines_before_the_header_are_left_out_and_told(before: str) -> None:
    raw = csv(f"{before}time,v\n0,1\n1,2\n")
    assert raw.errors == ()
    assert values(raw, "v") == [1, 2]
    assert before.startswith("sep") or "before the header left out" in raw.notes[0]


def test_a_header_may_stand_in_a_remark_as_numpy_writes_it() -> None:
    text = io.StringIO()
    np.savetxt(text, [[0.5, 1.0], [1.5, 2.0]], delimiter=",", header="time,v")
    raw = csv(text.getvalue())
    assert raw.signals["v"].times_ns.tolist() == [NS // 2, 3 * NS // 2]


@pytest.mark.parametrize("text", ["0,1\n1,2\n", "0,1\n1,2\ntime,v\n2,3\n"])
def test_numbers_before_the_header_are_refused(text: str) -> None:
    with pytest.raises(RecordingError, match=r"line 1: .*(nothing names|a row of numbers before)"):
        csv(text)


def test_states_are_1_and_0() -> None:
    raw = csv(
        "time,a,b,c\n0,True,on,yes\n1,False,OFF,No\n2,1,on,no\n3,maybe,on,no\n4,true,off,no\n"
    )
    assert values(raw, "a") == [1, 0, 1, 1]
    assert values(raw, "b") == [1, 0, 1, 0]
    assert values(raw, "c") == [1, 0, 0, 0]
    assert [error.where for error in raw.errors] == ["line 5"]
    assert "column a: 'true', 'false' are 1 and 0" in raw.notes


def test_cells_that_stand_for_unknown_are_unknown_and_told() -> None:
    cells = ["1", "NULL", "N/A", "-", "nan", "", "-inf", "2"]
    raw = csv("time,v\n" + "".join(f"{k},{cell}\n" for k, cell in enumerate(cells)))
    expected = [1, math.nan, math.nan, math.nan, math.nan, -math.inf, 2]
    np.testing.assert_array_equal(raw.signals["v"].values, expected)
    assert raw.errors == ()
    assert raw.notes == ("column v: 3 cells ('NULL', 'N/A', …) are no numbers: unknown there",)


def test_words_that_come_again_among_numbers_are_unknown_and_a_lone_one_is_damage() -> None:
    raw = csv("time,gear\n0,1\n1,R\n2,2\n3,R\n4,3\n5,x\n6,4\n")
    np.testing.assert_array_equal(raw.signals["gear"].values, [1, math.nan, 2, math.nan, 3, 4])
    assert [error.where for error in raw.errors] == ["line 7"]
    assert raw.notes == ("column gear: 2 cells ('R') are no numbers: unknown there",)


def test_only_rows_that_fit_vote() -> None:
    raw = csv("time,v\n0,1\n1,2\n" + "a,b,c\nd,e\0\n" * 5)
    assert values(raw, "v") == [1, 2]
    assert raw.notes == ()
    assert raw.errors


def test_many_short_lines_under_a_wide_header_are_damage() -> None:
    header = ",".join(f"v{k}" for k in range(200))
    row = ",".join("7" for _ in range(201))
    raw = csv(f"time,{header}\n{row}\n" + "a\n" * 5000)
    assert values(raw, "v199") == [7]
    assert "not as many cells" in raw.errors[0].cause


def test_a_file_without_a_row_that_fits_is_refused_with_the_reason() -> None:
    with pytest.raises(RecordingError, match="no row could be read: line 2: not as many cells"):
        csv("time,v\n1,2,3\n2,3,4\n")


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("speed [m/s]", "speed", "m/s"),
        ("speed (km/h)", "speed", "km/h"),
        ("side (left)", "side (left)", ""),
        ("speed_kmh", "speed_kmh", ""),
        ('"speed\n[km/h]"', "speed", "km/h"),
    ],
)
def test_units_stand_in_brackets_or_known_ones_in_parentheses(
    header: str, name: str, unit: str
) -> None:
    raw = csv(f"time,{header}\n0,1\n")
    assert {found: signal.unit for found, signal in raw.signals.items()} == {name: unit}


def test_names_are_composed_as_formulas_spell_them() -> None:
    assert set(csv(f"time,{normalize('NFD', 'Größe')} [m/s]\n0,1\n").signals) == {"Größe"}
    with pytest.raises(RecordingError, match="two columns are named 'é'"):
        csv(f"time,é,{normalize('NFD', 'é')}\n0,1,2\n")


def test_a_quote_that_opens_in_the_header_swallows_no_rows() -> None:
    with pytest.raises(RecordingError, match="line 1: no header"):
        csv('time,"peed\n' + "".join(f"{k},1\n" for k in range(1000)))


def test_columns_that_differ_in_their_brackets_alone_are_both_kept() -> None:
    assert set(csv("time,v [a],v [b]\n0,1,2\n").signals) == {"v [a]", "v [b]"}


def test_a_name_that_is_no_text_is_refused() -> None:
    with pytest.raises(RecordingError, match=r"column 2 .*--encoding"):
        read_csv(b"time,v\xff\n0,1\n")


@pytest.mark.parametrize(
    ("header", "first", "second"),
    [
        ("time_s", "1.5", "2"), ("Time [ms]", "1500", "2000"), ("Time[us]", "1500000", "2e6"),
        ("TIMESTAMP (ns)", "1500000000", "2000000000"), ("t", "1.5", "2.0"), ("timestamps", "1.5", "2"),
        ("timestamp_ms", "1500", "2000"), ("Time (s)", "1.5", "2"), ("elapsed_time", "1.5", "2"),
        ("seconds", "1.5", "2"), ("Time [µs]", "1500000", "2000000"),
    ],
)  # fmt: skip
def test_times_are_known_by_their_names_and_units(
    tmp_path: Path, header: str, first: str, second: str
) -> None:
    (tmp_path / "drive.dat").write_text(f"{header},v\n{first},1\n{second},2\n", encoding="utf-8")
    recording = read(tmp_path / "drive.dat")
    assert recording.signals["v"].times_ns.tolist() == [3 * NS // 2, 2 * NS]
    assert len(recording.notes) == 1
    assert header in recording.notes[0]


@pytest.mark.parametrize(
    ("first", "second", "zone"),
    [
        ("2024-02-29T12:00:00Z", "2024-02-29T12:00:00.25Z", True),
        ("2024-02-29 14:00:00+02:00", "2024-02-29 14:00:00.250+0200", True),
        ("20240229T120000Z", "20240229T120000.25Z", True),
        ("2024-02-29 12:00", "2024-02-29 12:00:00.250000000", False),
        ("2024/02/29 12:00:00", "2024/02/29 12:00:00.25", False),
        ("29.02.2024 12:00:00", "29.02.2024 12:00:00.25", False),
    ],
)
def test_dates_are_instants(first: str, second: str, zone: bool) -> None:
    raw = csv(f"Date Time,v\n{first},1\n{second},2\n")
    expected = 1_709_208_000 * NS
    assert raw.errors == ()
    assert raw.signals["v"].times_ns.tolist() == [expected, expected + NS // 4]
    assert ("dates without a zone are read as UTC" in raw.notes) != zone


@settings(deadline=None)
@given(st.lists(st.integers(0, 9 * 10**18)))
def test_a_time_index_of_pandas_is_read_as_pandas_has_it(moments: list[int]) -> None:
    index = pd.DatetimeIndex(sorted([*moments, NS]))  # pandas leaves midnights out if all are
    frame = pd.DataFrame({"v": np.arange(len(index))}, index=index)
    for zone in (None, "UTC", "Asia/Tokyo"):
        text = (frame if zone is None else frame.tz_localize("UTC").tz_convert(zone)).to_csv()
        raw = csv(text)
        assert raw.signals["v"].times_ns.tolist() == index.astype(np.int64).tolist()


def test_dates_and_times_of_day_in_two_columns_are_one_instant() -> None:
    raw = csv("Date;Time;v\n29.02.2024;23:59:59,5;1\n01.03.2024;00:00:00;2\n")
    assert raw.signals["v"].times_ns.tolist() == [1_709_251_199_500_000_000, 1_709_251_200 * NS]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("timestamp,v\n1/15/2024 3:45:12 PM,1\n", "order of day and month"),
        ("timestamp,v\n2024-02-30T00:00:00Z,1\n", "2024-02-30"),
        ("date,v\n2024-02-28,1\n", "without a time of day"),
        ("Time [min],v\n1,2\n", "none of s, ms, us, ns"),
        ("time,v\n1e11,2\n", "beyond the year 2262"),
        ("time\n1\n2\n", "only column"),
        ("time,a\n1,x\n2,y\n", "no column holds signals: column a left out"),
    ],
)
def test_times_that_cannot_be_told_are_refused_with_the_remedy(text: str, cause: str) -> None:
    with pytest.raises(RecordingError, match=cause):
        csv(text)


def test_a_time_in_another_form_than_the_others_is_damage() -> None:
    raw = csv(
        "time,v\n2024-01-01T00:00:00Z,1\n2024-01-01T00:00:01,2\n7,3\n2024-01-01T00:00:02Z,4\n"
    )
    assert values(raw, "v") == [1, 4]
    assert "the time is none" in raw.errors[0].cause


@pytest.mark.parametrize(("unit", "factor"), [("ms", 10**3), ("us", 10**6), ("ns", 10**9)])
def test_counts_since_1970_are_known_by_their_size(unit: str, factor: int) -> None:
    raw = csv(f"timestamp,v\n{1_700_000_000 * factor + 1},1\n")
    assert raw.signals["v"].times_ns.tolist() == [1_700_000_000 * NS + NS // factor]
    assert raw.notes == (f"the time is 'timestamp', which names no unit, in {unit} since 1970",)


@pytest.mark.parametrize("name", ["", "index", "No.", "Unnamed: 0"])
def test_a_column_that_numbers_the_rows_is_left_out_and_tells_missing_ones(name: str) -> None:
    rows = [f"{k},{k / 10},{k * 2}\n" for k in range(40)]
    raw = csv(f"{name},time,v\n" + "".join(rows))
    assert raw.errors == ()
    assert set(raw.signals) == {"v"}
    assert "left out: it numbers the rows" in raw.notes[0]
    raw = csv(f"{name},time,v\n" + "".join(rows[:20] + rows[25:]))
    (error,) = raw.errors
    assert (error.where, error.from_ns, error.to_ns) == ("line 22", 1_900_000_000, 2_500_000_000)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_machine(ending: str) -> None:
    assert values(csv(ending.join(["time,v", "0,1.5", "1,2.5", ""])), "v") == [1.5, 2.5]


def test_zero_bytes_are_damage_even_in_a_column_of_text() -> None:
    raw = csv("time,event,v\n0,a,1\n1,b\0\0,2\n2,c,\0\n3,d,4\n")
    assert values(raw, "v") == [1, 4]
    assert (raw.errors[0].from_ns, raw.errors[0].to_ns) == (0, 3 * NS)
    assert "zero bytes" in raw.errors[0].cause


@pytest.mark.parametrize(
    "cell", ['1"', '"1"2', "1\x0c", "1\x10", "\r1", "1_0", "１", "1e999999999"]
)
def test_a_cell_that_is_nearly_a_number_is_none(cell: str) -> None:
    raw = csv(f"time,v\n0,7\n1,{cell}\n2,8\n3,9\n")
    assert [error.where for error in raw.errors] == ["line 3"]


@pytest.mark.parametrize(
    ("times", "ns"),
    [
        (
            "01-Mar-2024_10:00:00.25 02-Mar-2024_00:00:00",
            [1_709_287_200_250_000_000, 1_709_337_600 * NS],
        ),
        ("0_days_00:00:00.5 1_days_00:00:00", [NS // 2, 86_400 * NS]),
        ("11:59:59.5_AM 12:00:00_PM 1:00:00_pm", [43_199_500_000_000, 43_200 * NS, 46_800 * NS]),
        ("23:59:59.5 00:00:00.5", [86_399_500_000_000, 86_400_500_000_000]),
    ],
    ids=["a month's name", "pandas' Timedelta", "twelve hours", "over midnight"],
)
def test_times_as_programs_write_them(times: str, ns: list[int]) -> None:
    cells = [cell.replace("_", " ") for cell in times.split()]
    raw = csv("time,v\n" + "".join(f"{cell},1\n" for cell in cells))
    assert raw.errors == ()
    assert raw.signals["v"].times_ns.tolist() == ns


@pytest.mark.parametrize("time", ["13:00:00 PM", "00:00:00 AM"])
def test_a_clock_of_twelve_hours_has_twelve(time: str) -> None:
    with pytest.raises(RecordingError, match="the time 'time' holds"):
        csv(f"time,v\n{time},1\n")


@pytest.mark.parametrize("name", ["Datum", "日期时间", "時刻", "일시", "Heure [s]", "Время"])
@pytest.mark.parametrize("suffix", ["csv", "txt"])
def test_the_time_has_its_name_in_other_languages(tmp_path: Path, name: str, suffix: str) -> None:
    path = tmp_path / f"drive.{suffix}"
    path.write_text(f"{name},v\n1,10\n2,20\n")
    assert read(path).signals["v"].values.tolist() == [10, 20]


@pytest.mark.parametrize(
    "text",
    [
        "# time speed\n0.000e+00 1.5e+00\n1.000e-01 2.5e+00\n",
        "    time   speed\n   0.000   1.500\n   0.100   2.500\n",
        "time|speed\n0|1.5\n0.1|2.5\n",
    ],
    ids=["numpy.savetxt", "aligned", "bars"],
)
def test_spaces_and_bars_separate_too(tmp_path: Path, text: str) -> None:
    path = tmp_path / "drive.txt"
    path.write_text(text)
    signal = read(path).signals["speed"]
    assert signal.values.tolist() == [1.5, 2.5]
    assert signal.times_ns.tolist() == [0, NS // 10]


def test_a_date_before_the_header_is_no_header() -> None:
    raw = csv(
        '"Format","AiM"\n"Date","Friday"\n"Time","10:00 AM"\n"Sample Rate","10"\n\n'
        '"Time","Speed"\n"s","km/h"\n\n"0.0","1"\n"0.1","2"\n'
    )
    assert raw.errors == ()
    assert raw.signals["Speed"].unit == "km/h"
    assert values(raw, "Speed") == [1, 2]


def test_a_signal_a_row_is_refused_with_the_remedy() -> None:
    with pytest.raises(RecordingError, match=r"one signal by its name.*pivot"):
        csv('"SECONDS";"PID";"VALUE";"UNITS"\n"1";"Engine RPM";"800";"rpm"\n')


def test_decimal_commas_between_commas_are_refused_by_name() -> None:
    with pytest.raises(RecordingError, match="decimal comma"):
        csv("time,v\n0,1,10,5\n0,2,11,5\n")


def test_headers_that_differ_in_their_units_keep_them() -> None:
    raw = csv("time,v [km/h],v [m/s]\n0,36,10\n")
    assert {name: signal.unit for name, signal in raw.signals.items()} == {
        "v [km/h]": "km/h",
        "v [m/s]": "m/s",
    }
