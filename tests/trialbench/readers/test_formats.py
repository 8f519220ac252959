"""Every frame format gives what was written, and what python-can's own reader gives."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import can
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import trialbench.readers as readers
from tests.trialbench.readers.messages import EPOCH_S, drive, messages, seen, told, write
from trialbench.frames import ERROR, EXTENDED, TX

CLASSIC = ("data",)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(autouse=True)
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Any:
    """python-can writes ASC dates in local time."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def through(suffix: str, made: list[can.Message], **options: Any) -> tuple[Any, list[can.Message]]:
    """The frames that we read, and the messages that python-can reads, of the same file."""
    handle, name = tempfile.mkstemp(suffix)
    os.close(handle)
    try:
        path = write(Path(name), made, **options)
        recording = readers.read(path)
        assert recording.errors == ()
        assert recording.frames is not None
        with can.LogReader(path) as reader:
            return recording.frames, list(reader)
    finally:
        Path(name).unlink()


def without_error_details(rows: list[Any]) -> list[Any]:
    """Text formats keep nothing of an error frame but its time (ASC keeps its channel)."""
    return [(row[0], None, 0, ERROR, b"") if row[3] & ERROR else row for row in rows]


@quick
@given(messages())
def test_candump_gives_what_was_written_and_what_python_can_reads(made: list[can.Message]) -> None:
    frames, theirs = through(".log", made)
    assert without_error_details(seen(frames)) == without_error_details(told(made))
    names = [int(str(each.channel or "can0")[3:]) for each in theirs]
    for each, channel in zip(theirs, names, strict=True):
        each.channel = channel
    assert without_error_details(seen(frames)) == without_error_details(told(theirs))


@quick
@given(messages())
def test_blf_gives_what_was_written_and_what_python_can_reads(made: list[can.Message]) -> None:
    frames, theirs = through(".blf", made)
    near_equal(seen(frames, base=1), told(made))
    near_equal(seen(frames, base=1), told(theirs))
    sent = [not each.is_rx and not each.is_error_frame for each in made]
    assert ((frames.flags & TX) != 0).tolist() == sent


@quick
@given(messages(kinds=("data", "remote", "fd", "error")))
def test_asc_gives_what_was_written_and_what_python_can_reads(made: list[can.Message]) -> None:
    for each in made:  # a CAN FD frame without data is a remote frame to ASC's writers
        each.is_fd = each.is_fd and len(each.data) > 0
        each.bitrate_switch = each.bitrate_switch and each.is_fd
        each.error_state_indicator = each.error_state_indicator and each.is_fd
    frames, theirs = through(".asc", made)
    ours = without_error_details(seen(frames, base=1))
    relative(ours, without_error_details(told(made)))
    relative(ours, without_error_details(told(theirs)))


@quick
@given(messages(kinds=CLASSIC))
def test_trc_gives_what_was_written_and_what_python_can_reads(made: list[can.Message]) -> None:
    for each in made:  # PEAK tells extended identifiers by their eight digits
        each.is_extended_id = each.is_extended_id and each.arbitration_id > 0xFFFF
        each.arbitration_id &= 0x1FFFFFFF if each.is_extended_id else 0x7FF
    frames, theirs = through(".trc", made)
    ours = seen(frames, base=1)
    relative(ours, told(made))
    relative(ours, [(t, b - 1, *rest) for t, b, *rest in told(theirs)])  # type: ignore[misc]


@quick
@given(messages(kinds=("data", "remote", "error"), channels=1))
def test_frames_in_csv_are_what_was_written_and_what_python_can_reads(
    made: list[can.Message],
) -> None:
    frames, theirs = through(".csv", made)
    near_equal(seen(frames), told(made))
    near_equal(seen(frames), [(t, 0, *rest) for t, _, *rest in told(theirs)])  # type: ignore[misc]


@settings(parent=quick, max_examples=6)
@given(messages())
def test_mf4_gives_what_was_written_and_what_python_can_reads(made: list[can.Message]) -> None:
    # python-can's writer starts at the present, times before it are negative and coarse
    frames, theirs = through(".mf4", made)
    by_time = sorted(told(made), key=lambda row: row[0])
    assert sorted(row[1:4] for row in seen(frames)) == sorted(row[1:4] for row in by_time)
    assert sorted(row[1:] for row in seen(frames)) == sorted(row[1:] for row in told(theirs))
    assert all(
        abs(ours[0] - theirs[0]) <= 1 for ours, theirs in zip(seen(frames), by_time, strict=True)
    )


def near_equal(ours: list[Any], others: list[Any]) -> None:
    """Equal, times within a microsecond (python-can computes in float64)."""
    assert [row[1:] for row in ours] == [row[1:] for row in others]
    assert all(abs(a[0] - b[0]) <= 1 for a, b in zip(ours, others, strict=True))


def relative(ours: list[Any], others: list[Any]) -> None:
    """Equal, times counted from the first frame (these headers keep milliseconds or less)."""
    first, other = ours[0][0], others[0][0]
    near_equal(
        [(row[0] - first, *row[1:]) for row in ours], [(row[0] - other, *row[1:]) for row in others]
    )


@given(st.integers(0, 2**33 * 10**9))
def test_candump_times_are_exact_to_the_nanosecond(tmp_path_factory: Any, time_ns: int) -> None:
    whole, fraction = divmod(time_ns, 10**9)
    path = tmp_path_factory.getbasetemp() / "exact.log"
    path.write_text(f"({whole}.{fraction:09d}) can0 123#11\n")
    assert readers.read(path).start_ns == time_ns


@pytest.mark.parametrize("suffix", [".log", ".asc", ".blf", ".trc", ".csv", ".mf4"])
def test_a_long_drive_comes_back_whole(tmp_path: Path, suffix: str) -> None:
    made = drive(6000)  # more than one BLF container
    frames = readers.read(write(tmp_path / f"drive{suffix}", made)).frames
    assert frames is not None
    assert [row[2:] for row in seen(frames)] == [row[2:] for row in told(made)]
    assert np.abs(np.diff(frames.times_ns) - 1_000_000).max() <= 1000


@pytest.mark.parametrize("suffix", [".log", ".blf", ".trc", ".csv", ".asc", ".mf4"])
def test_times_count_from_1970_where_the_format_has_a_date(tmp_path: Path, suffix: str) -> None:
    recording = readers.read(write(tmp_path / f"drive{suffix}", drive(10)))
    assert abs(recording.start_ns - EPOCH_S * 10**9) < 1_000_000


def test_candump_identifiers_without_leading_zeros_are_a_writers_habit(tmp_path: Path) -> None:
    lines = "".join(
        f"(1700000000.{n}00000) can0 {ident}#0102\n"
        for n in range(9)
        for ident in ("1A", "18FEF1", "1DB")
    )
    (tmp_path / "habit.log").write_text(lines)
    recording = readers.read(tmp_path / "habit.log")
    assert recording.errors == ()
    assert recording.frames.ids[:3].tolist() == [0x1A, 0x18FEF1, 0x1DB]
    assert (recording.frames.flags[:3] & EXTENDED).tolist() == [0, EXTENDED, 0]
    assert "no leading zeros" in recording.notes[0]


def test_a_single_candump_identifier_that_lacks_a_digit_is_harm(tmp_path: Path) -> None:
    lines = [f"(1700000000.{n:02d}0000) can0 1DB#0102\n" for n in range(60)]
    lines[30] = lines[30].replace("1DB", "1D")
    (tmp_path / "harm.log").write_text("".join(lines))
    recording = readers.read(tmp_path / "harm.log")
    assert [str(each) for each in recording.errors] == [
        "line 31: no identifier of 3 or 8 digits, followed by #"
    ]
