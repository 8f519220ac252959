"""Frames stand in order of time; a clock that runs backwards is damage, merged buses are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from trialbench.readers import read
from trialbench.recording import Recording


def candump(tmp_path: Path, *frames: tuple[float, str]) -> Recording:
    path = tmp_path / "drive.log"
    path.write_text(
        "".join(f"({time:.6f}) {bus} 123#{k % 256:02X}\n" for k, (time, bus) in enumerate(frames))
    )
    return read(path)


def test_buses_that_were_buffered_apart_are_merged_in_silence(tmp_path: Path) -> None:
    recording = candump(tmp_path, (1, "can0"), (3, "can0"), (2, "can1"), (4, "can1"), (3, "can0"))
    assert recording.errors == ()
    assert recording.frames is not None
    assert recording.frames.times_ns.tolist() == [n * 10**9 for n in (1, 2, 3, 3, 4)]
    assert recording.frames.bus.tolist() == [0, 1, 0, 0, 1]
    assert recording.frames.data[:, 0].tolist() == [0, 2, 1, 4, 3]


def test_a_stamp_ahead_of_its_bus_is_left_out_and_the_time_around_it_is_unknown(
    tmp_path: Path,
) -> None:
    recording = candump(
        tmp_path, (1, "can0"), (5, "can0"), (2, "can0"), (4, "can0"), (3, "can1"), (6, "can0")
    )
    assert recording.frames is not None
    assert recording.frames.data[:, 0].tolist() == [0, 2, 4, 3, 5]
    (error,) = recording.errors
    assert error.where == "line 2"
    assert error.cause == "the time is 3.000000 s ahead of that around it; this frame is left out"
    assert (error.from_ns, error.to_ns) == (10**9, 2 * 10**9)


def test_a_bus_that_steps_back_for_good_begins_a_new_segment(tmp_path: Path) -> None:
    recording = candump(tmp_path, (1, "can0"), (899, "can0"), (900, "can0"), (2, "can0"), (3, "can0"))  # fmt: skip
    assert recording.frames is not None
    times = recording.frames.times_ns
    assert times.tolist() == [n * 10**9 for n in (1, 899, 900, 960, 961)]
    assert [(error.from_ns, error.to_ns) for error in recording.errors] == [(times[2], times[3])]


def test_each_run_backwards_is_told_alone_and_very_many_together(tmp_path: Path) -> None:
    frames = [(k + 10 * (k % 2), "can0") for k in range(1000)]
    recording = candump(tmp_path, *frames)
    assert len(recording.errors) == 101
    assert recording.frames is not None
    assert bool(np.all(np.diff(recording.frames.times_ns) >= 0))


def test_a_row_of_a_csv_whose_time_stands_alone_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "plain.csv"
    path.write_text("time,x\n0,0\n1,1\n900,2\n3,3\n4,4\n")
    recording = read(path)
    assert recording.signals["x"].values.tolist() == [0, 1, 3, 4]
    (error,) = recording.errors
    assert (error.where, error.from_ns, error.to_ns) == ("line 4", 10**9, 3 * 10**9)
