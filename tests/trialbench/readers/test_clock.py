"""A stamp that stands alone is left out; a clock that steps back for good begins a new segment."""

from __future__ import annotations

from itertools import combinations, groupby, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from trialbench.readers import read
from trialbench.readers.clock import PAUSE_NS, mend
from trialbench.recording import Recording

S = 10**9
MS = 10**6
quick = settings(deadline=None, max_examples=200)


def mended(stamps: list[int], streams: list[int] | None = None) -> tuple[list[int], list[Any], list[Any]]:  # fmt: skip
    """The times that stay, the lies and the steps, of stamps in the order of the file."""
    times = np.array(stamps, np.int64)
    clock = mend(times, np.array(streams or [0] * len(stamps), np.uint8))
    if clock is None:
        return stamps, [], []
    return clock.times_ns[clock.keep].tolist(), clock.lies, clock.steps


def least_cost(stamps: list[int]) -> int:
    """By trying all: the least of 2 for each stamp alone that is left out, and 3 for each step back."""
    stamps = [stamp for stamp, _ in groupby(stamps)]
    best = 3 * len(stamps)
    for count in range((len(stamps) + 1) // 2 + 1):
        for lies in combinations(range(len(stamps)), count):
            alone = all(after - before > 1 for before, after in pairwise(lies))
            inner = [k for k in lies if 0 < k < len(stamps) - 1]
            if alone and all(stamps[k - 1] <= stamps[k + 1] for k in inner):
                kept = [stamp for k, stamp in enumerate(stamps) if k not in lies]
                steps = sum(after < before for before, after in pairwise(kept))
                best = min(best, 2 * count + 3 * steps)
    return best


@quick
@given(stamps=st.lists(st.integers(0, 12).map(lambda n: n * S), min_size=1, max_size=9))
def test_a_clock_is_mended_with_the_fewest_changes(stamps: list[int]) -> None:
    times, lies, steps = mended(stamps)
    assert 2 * len(lies) + 3 * len(steps) == least_cost(stamps)
    assert len(times) + sum(lie.frames for lie in lies) == len(stamps)
    assert times == sorted(times)
    assert len({step.at for step in steps}) == len(steps)
    for step in steps:
        assert step.to_ns == step.from_ns + PAUSE_NS
        assert {step.from_ns, step.to_ns} <= set(times)


@quick
@given(
    at=st.integers(15, 184),
    by=st.one_of(st.integers(-(10**18), 10**18), st.integers(-40 * MS, 40 * MS)),
)
def test_of_regular_frames_it_is_the_one_with_the_wrong_stamp_that_is_left_out(
    at: int, by: int
) -> None:
    true = [S * 1_700_000_000 + k * 10 * MS for k in range(200)]
    stamps = [stamp + by * (k == at) for k, stamp in enumerate(true)]
    times, lies, steps = mended(stamps)
    assert not steps
    if true[at - 1] <= stamps[at] <= true[at + 1]:
        assert (times, lies) == (stamps, [])
        return
    (lie,) = lies
    assert lie.at == at
    assert times == true[:at] + true[at + 1 :]
    assert lie.from_ns is not None
    assert lie.to_ns is not None
    assert lie.from_ns < true[at] < lie.to_ns
    assert lie.to_ns - lie.from_ns <= 220 * MS


@st.composite
def step(draw: Any) -> tuple[list[int], list[int], list[int], int, int]:
    """True times in the order of the file, stamps, buses, and where the clock is set back by how much.

    The first bus has a frame every 10 ms, the others are slower and stand a little out of step.
    """
    count = draw(st.integers(4, 60))
    frames = [(k * 10 * MS, k * 10 * MS, 0) for k in range(count)]
    for bus in range(1, draw(st.integers(1, 4))):
        for _ in range(draw(st.integers(1, 8))):
            at = draw(st.integers(0, count * 10)) * MS
            frames.append((at + draw(st.integers(-4, 4)) * MS, at, bus))
    ordered = []
    for bus in {bus for *_, bus in frames}:  # no bus is out of step with itself
        mine = [frame for frame in frames if frame[2] == bus]
        places, times = sorted(place for place, _, _ in mine), sorted(time for _, time, _ in mine)
        ordered += [(place, time, bus) for place, time in zip(places, times, strict=True)]
    ordered.sort()
    of_first = [k for k, (*_, bus) in enumerate(ordered) if bus == 0]
    cut = draw(st.integers(of_first[1] + 1, of_first[-2]))
    by = draw(st.integers(S, 10**6 * S))
    true = [10**15 + time for _, time, _ in ordered]
    stamps = [time - by * (k >= cut) for k, time in enumerate(true)]
    return true, stamps, [bus for *_, bus in ordered], cut, by


@quick
@given(made=step())
def test_a_step_of_the_clock_moves_the_frames_of_all_buses_alike(made: Any) -> None:
    true, stamps, buses, cut, _ = made
    times = np.array(stamps)
    clock = mend(times, np.array(buses, np.uint8))
    assert clock is not None
    assert clock.keep.all()
    (found,) = clock.steps
    shifts = clock.times_ns - np.array(true)
    assert set(shifts[:cut].tolist()) == {0}
    assert len(set(shifts[cut:].tolist())) == 1
    assert found.from_ns == clock.times_ns[:cut].max()
    assert found.to_ns == clock.times_ns[cut:].min() == found.from_ns + PAUSE_NS


def test_a_bus_whose_own_clock_runs_on_stays_beside_the_others() -> None:
    frames = [(k * 10 * MS - 100 * S * (bus == 0 and k >= 200), bus) for k in range(400) for bus in (0, 1)]  # fmt: skip
    stamps, buses = (list(column) for column in zip(*frames, strict=True))
    clock = mend(np.array(stamps), np.array(buses, np.uint8))
    assert clock is not None
    assert clock.keep.all()
    assert len(clock.steps) == 1
    apart = clock.times_ns[0::2] - clock.times_ns[1::2]
    assert np.abs(apart).max() <= 10 * MS


def test_buses_that_are_buffered_apart_step_together() -> None:
    frames = [
        (k * 10 * MS - 100 * S * (k >= 150), bus)
        for block in range(0, 400, 100)
        for bus in (0, 1)
        for k in range(block, block + 100)
    ]
    stamps, buses = (np.array(column) for column in zip(*frames, strict=True))
    clock = mend(stamps, buses)
    assert clock is not None
    assert clock.keep.all()
    assert [found.by_ns for found in clock.steps] == [100 * S - 10 * MS]
    np.testing.assert_array_equal(clock.times_ns[buses == 0], clock.times_ns[buses == 1])


@pytest.mark.parametrize("count", [1, 2, 5])
def test_frames_that_stand_a_little_late_are_left_out_and_are_no_step(count: int) -> None:
    late = [75 * MS + k * MS for k in range(count)]
    stamps = [*range(0, 110 * MS, 10 * MS), *late, *range(110 * MS, 200 * MS, 10 * MS)]
    times, lies, steps = mended(stamps)
    assert steps == []
    assert times == sorted(set(stamps) - set(late))
    (lie,) = lies
    assert (lie.frames, lie.by_ns) == (count, -25 * MS)
    assert (lie.from_ns, lie.to_ns) == (70 * MS, 110 * MS)


def test_a_small_step_that_lasts_is_a_step() -> None:
    stamps = [*range(0, 100 * MS, 10 * MS), *range(70 * MS, 200 * MS, 10 * MS)]
    times, lies, steps = mended(stamps)
    assert (len(times), lies, len(steps)) == (len(stamps), [], 1)


def test_several_steps_and_lies_in_one_file() -> None:
    stamps = [k * S - 1000 * S * (k // 100) for k in range(500)]
    stamps[50], stamps[350] = stamps[50] + 10**15, stamps[350] - 10**13
    times, lies, steps = mended(stamps)
    assert [lie.at for lie in lies] == [50, 350]
    assert [found.at for found in steps] == [100, 200, 300, 400]
    assert len(times) == 498
    assert times[-1] == (499 + 4 * 59) * S


def test_frames_at_one_instant_are_one_stamp() -> None:
    times, lies, steps = mended([0, S, S, 99 * S, 99 * S, 99 * S, 2 * S, 2 * S, 3 * S])
    assert (times, steps) == ([0, S, S, 2 * S, 2 * S, 3 * S], [])
    assert [(lie.at, lie.frames) for lie in lies] == [(3, 3)]


def test_a_segment_for_which_there_is_no_room_in_64_bits_is_lost_and_told() -> None:
    latest = (1 << 63) - 1
    times, lies, steps = mended([latest - 3, latest - 2, latest - 1, *range(50)])
    assert (times, lies) == ([latest - 3, latest - 2, latest - 1], [])
    assert [(found.at, found.to_ns) for found in steps] == [(3, None)]


@quick
@given(
    frames=st.lists(
        st.tuples(
            st.one_of(
                st.integers(-(1 << 63) + 1, (1 << 63) - 1),
                st.integers(0, 300).map(lambda n: n * MS),
            ),
            st.integers(0, 2),
        ),
        min_size=2,
    )
)
def test_whatever_the_stamps_what_is_kept_runs_forwards(frames: list[tuple[int, int]]) -> None:
    stamps, streams = (np.array(column) for column in zip(*frames, strict=True))
    clock = mend(stamps, streams)
    if clock is not None:
        for stream in range(3):
            times = clock.times_ns[clock.keep & (streams == stream)]
            assert bool(np.all(times[1:] >= times[:-1]))


def test_a_clock_that_runs_forwards_is_left_alone() -> None:
    assert mend(np.array([1, 2, 2, 9]), np.zeros(4, np.uint8)) is None
    assert mend(np.array([5, 1, 6, 2]), np.array([0, 1, 0, 1])) is None


def set_back(tmp_path: Path, suffix: str) -> Recording:
    """A clock that is set back by 100 s after four of 300 samples, in several formats."""
    times = [1000 + k / 100 - (100 if k >= 4 else 0) for k in range(300)]
    path = tmp_path / f"drive{suffix}"
    if suffix == ".log":
        path.write_text("".join(f"({t:.6f}) can0 123#{k % 256:02X}\n" for k, t in enumerate(times)))
    elif suffix == ".csv":
        rows = "".join(f"{t:.2f},{k}\n" for k, t in enumerate(times))
        path.write_text(f"time,x\n{rows}")
    else:
        parquet.write_table(pa.table({"time": times, "x": np.arange(300.0)}), path)
    return read(path)


@pytest.mark.parametrize("suffix", [".log", ".csv", ".parquet"])
def test_a_clock_that_is_set_back_loses_no_sample_and_is_unknown_between(
    tmp_path: Path, suffix: str
) -> None:
    recording = set_back(tmp_path, suffix)
    times = (recording.frames or recording.signals["x"]).times_ns
    assert times.tolist() == [
        *(1000 * S + k * 10 * MS for k in range(4)),
        *(1060 * S + 30 * MS + k * 10 * MS for k in range(296)),
    ]
    (error,) = recording.errors
    assert "steps back by 99.990000 s" in error.cause
    assert error.where in ("line 5", "line 6", "row 5")
    assert (error.from_ns, error.to_ns) == (times[3], times[4])


def test_what_is_damaged_after_a_step_is_unknown_there_and_not_before_it(tmp_path: Path) -> None:
    lines = [f"({1000 + k / 100 - 100 * (k >= 50):.6f}) can0 123#00" for k in range(100)]
    lines[80] = "nonsense"
    (tmp_path / "a.log").write_text("\n".join([*lines, ""]))
    bad, step = read(tmp_path / "a.log").errors
    assert bad.where == "line 81"
    assert step.to_ns is not None
    assert (bad.from_ns, bad.to_ns) == (step.to_ns + 290 * MS, step.to_ns + 310 * MS)
