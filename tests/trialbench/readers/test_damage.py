"""A damaged file gives what could be read and says where it is damaged; never a crash, never silence."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from asammdf import MDF, Signal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from tests.trialbench.readers.messages import EPOCH_S, drive, write
from trialbench.errors import RecordingError
from trialbench.readers import read
from trialbench.recording import Recording

FRAMES = (".log", ".asc", ".blf", ".trc", ".csv", ".mf4")
ALL = (*FRAMES, ".plain.csv", ".plain.mf4", ".parquet")
LINES = (".log", ".asc", ".trc", ".csv", ".plain.csv")
patient = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


class Sound(dict[str, bytes]):
    """Files by suffix; not shown where a test fails, for they are long."""

    def __repr__(self) -> str:
        return "the sound files"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """A sound file of every format."""
    folder = tmp_path_factory.mktemp("sound")
    files = {
        suffix: write(folder / f"drive{suffix}", drive(4000)).read_bytes() for suffix in FRAMES
    }
    times = np.arange(1000) / 100
    rows = "".join(f"{t:.2f},{t * 3},{k}\n" for k, t in enumerate(times))
    files[".plain.csv"] = f"time,speed [m/s],n\n{rows}".encode()
    table = pa.table({"time": times, "speed [m/s]": times * 3})
    parquet.write_table(table, folder / "p", row_group_size=200, write_page_checksum=True)
    files[".parquet"] = (folder / "p").read_bytes()
    with MDF(version="4.10") as file:
        file.append([Signal(times * 3, times, name="speed", unit="m/s")])
        file.save(folder / "plain.mf4", overwrite=True)
    files[".plain.mf4"] = (folder / "plain.mf4").read_bytes()
    return Sound(files)


def outcome(tmp_path: Path, suffix: str, data: bytes) -> Recording | None:
    """What comes of reading: a recording, or None for a clear refusal. Anything else is a failure."""
    path = tmp_path / f"drive{suffix}"
    path.write_bytes(data)
    refusal = ""
    try:
        recording = read(path)
    except RecordingError as error:
        refusal = str(error)
    if refusal:
        assert refusal.startswith(str(path))
        assert "\n" not in refusal
        return None
    for error in recording.errors:
        assert error.where
        assert error.cause
    return recording


def samples(recording: Recording) -> int:
    if recording.frames is not None:
        return len(recording.frames)
    return max(len(signal) for signal in recording.signals.values())


@pytest.mark.parametrize("suffix", ALL)
def test_a_sound_file_has_no_damage(tmp_path: Path, sound: Sound, suffix: str) -> None:
    recording = outcome(tmp_path, suffix, sound[suffix])
    assert recording is not None
    assert recording.errors == ()
    assert samples(recording) in (4000, 1000)


@pytest.mark.parametrize("suffix", ALL)
def test_an_empty_file_is_refused(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(RecordingError, match="empty"):
        read((tmp_path / f"drive{suffix}").write_bytes(b"") or tmp_path / f"drive{suffix}")


@pytest.mark.parametrize("suffix", ALL)
def test_garbage_is_refused(tmp_path: Path, suffix: str) -> None:
    for garbage in (b"\0" * 1000, b"garbage\n" * 100, bytes(range(256)) * 20):
        assert outcome(tmp_path, suffix, garbage) is None


@pytest.mark.parametrize("suffix", ALL)
@patient
@given(fraction=st.floats(0, 0.999))
def test_a_truncated_file_gives_its_beginning_and_is_unknown_after_it(
    tmp_path: Path, sound: Sound, suffix: str, fraction: float
) -> None:
    data = sound[suffix][: int(len(sound[suffix]) * fraction)]
    recording = outcome(tmp_path, suffix, data)
    if recording is None:
        return
    rest = sound[suffix][len(data) :]
    whole = not data.rpartition(b"\n")[2].strip() or rest.startswith((b"\n", b"\r"))
    at_a_line_end = suffix in (".log", ".trc", ".csv", ".plain.csv") and whole
    if suffix == ".plain.csv":  # its last cell may be whole: nothing tells
        at_a_line_end = at_a_line_end or data.rsplit(b"\n", 1)[-1].count(b",") == 2
    if not at_a_line_end and data.count(b"\n") > 20:
        assert recording.errors
        assert any(error.to_ns is None for error in recording.errors)
    ends = [error.from_ns for error in recording.errors if error.to_ns is None]
    assert all(end is None or end <= recording.end_ns for end in ends)


@pytest.mark.parametrize("suffix", [".log", ".asc", ".blf", ".trc", ".csv"])
def test_half_a_file_gives_about_half_the_frames(tmp_path: Path, sound: Sound, suffix: str) -> None:
    recording = outcome(tmp_path, suffix, sound[suffix][: len(sound[suffix]) // 2])
    assert recording is not None
    assert 1500 < samples(recording) < 2500


@pytest.mark.parametrize("suffix", ALL)
@patient
@given(place=st.floats(0, 0.9999), bit=st.integers(0, 7))
def test_a_flipped_bit_never_crashes(
    tmp_path: Path, sound: Sound, suffix: str, place: float, bit: int
) -> None:
    data = bytearray(sound[suffix])
    data[int(len(data) * place)] ^= 1 << bit
    outcome(tmp_path, suffix, bytes(data))


@pytest.mark.parametrize("suffix", LINES)
def test_a_bad_line_is_named_and_the_lines_after_it_are_kept(
    tmp_path: Path, sound: Sound, suffix: str
) -> None:
    lines = sound[suffix].split(b"\n")
    first = next(k for k, line in enumerate(lines) if len(line) > 5 and k > 20)
    for spoil in (b"nonsense", lines[first][:-3] + b"!!!"):
        damaged = b"\n".join([*lines[:first], spoil, *lines[first + 1 :]])
        recording = outcome(tmp_path, suffix, damaged)
        assert recording is not None
        (error,) = recording.errors
        assert error.where == f"line {first + 1}"
        assert error.from_ns is not None
        assert error.to_ns is not None
        assert 0 < error.to_ns - error.from_ns <= 20_001_000
        assert samples(recording) in (3999, 999)


@pytest.mark.parametrize("suffix", LINES)
def test_very_many_bad_lines_are_told_in_few_damages(
    tmp_path: Path, sound: Sound, suffix: str
) -> None:
    lines = sound[suffix].split(b"\n")
    spoilt = [b"nonsense" if k > 30 and k % 2 else line for k, line in enumerate(lines[:-5])]
    recording = outcome(tmp_path, suffix, b"\n".join([*spoilt, *lines[-5:]]))
    assert recording is not None
    assert len(recording.errors) == 101
    assert "more after it" in recording.errors[-1].cause
    starts = [error.from_ns or 0 for error in recording.errors]
    assert starts == sorted(starts)
    last = recording.errors[-1]
    assert last.to_ns is not None
    assert last.from_ns is not None
    assert last.to_ns - last.from_ns > 1_000_000_000


def containers(data: bytes) -> list[int]:
    """Where the containers of a BLF file begin."""
    found = []
    at = 144
    while at < len(data):
        found.append(at)
        size = struct.unpack_from("<L", data, at + 8)[0]
        at += size + size % 4
    return found


@pytest.mark.parametrize("spoil", ["content", "signature", "size", "compression"])
def test_a_lost_blf_container_is_a_hole_between_known_frames(tmp_path: Path, spoil: str) -> None:
    data = bytearray(write(tmp_path / "drive.blf", drive(12_000)).read_bytes())
    at = containers(bytes(data))[1]
    offset, number = {"content": (500, 0xFF), "signature": (0, 0x20), "size": (9, 0x01), "compression": (16, 4)}[spoil]  # fmt: skip
    data[at + offset] = number if spoil == "size" else data[at + offset] ^ number
    recording = outcome(tmp_path, ".blf", bytes(data))
    assert recording is not None
    assert recording.frames is not None
    assert 8000 < len(recording.frames) < 12_000
    (error,) = recording.errors
    assert f"byte {at}" in error.where
    assert error.from_ns is not None
    assert error.to_ns is not None
    times = recording.frames.times_ns
    assert error.from_ns in times
    assert error.to_ns in times
    assert not np.any((times > error.from_ns) & (times < error.to_ns))
    lost_ns = (12_000 - len(times) + 1) * 1_000_000
    assert abs(error.to_ns - error.from_ns - lost_ns) < 1000
    assert abs(recording.end_ns - (EPOCH_S + 12) * 10**9 + 1_000_000) < 1000


def test_a_blf_container_that_says_it_is_longer_is_read_all_the_same(tmp_path: Path) -> None:
    data = bytearray(write(tmp_path / "drive.blf", drive(12_000)).read_bytes())
    at = containers(bytes(data))[1]
    data[at + 10] += 1
    recording = outcome(tmp_path, ".blf", bytes(data))
    assert recording is not None
    assert samples(recording) == 12_000


def test_an_object_of_a_blf_without_compression_is_lost_alone(tmp_path: Path) -> None:
    data = bytearray(write(tmp_path / "d.blf", drive(100), compression_level=0).read_bytes())
    at = data.index(b"LOBJ", 1000)
    data[at + 8] = 3  # its size
    recording = outcome(tmp_path, ".blf", bytes(data))
    assert recording is not None
    assert samples(recording) == 99
    assert "header makes no sense" in recording.errors[0].cause


def test_a_container_that_lies_about_its_size_takes_no_memory(tmp_path: Path) -> None:
    bomb = zlib.compress(bytes(1 << 26))
    header = write(tmp_path / "d.blf", drive(1)).read_bytes()[:144]
    container = struct.pack("<4sHHLLH6xL4x", b"LOBJ", 16, 1, 32 + len(bomb), 10, 2, 0xFFFFFFFF)
    with pytest.raises(RecordingError, match="says it holds 4294967295 bytes"):
        read((tmp_path / "b.blf").write_bytes(header + container + bomb) and tmp_path / "b.blf")


def test_a_start_time_that_makes_no_sense_is_told_but_loses_no_sample(tmp_path: Path) -> None:
    data = bytearray(write(tmp_path / "d.blf", drive(10)).read_bytes())
    data[42] = 77  # the month
    recording = outcome(tmp_path, ".blf", bytes(data))
    assert recording is not None
    (error,) = recording.errors
    assert error.from_ns == error.to_ns
    assert recording.start_ns == 0


@pytest.mark.parametrize("ending", ["#0102", "#010", ""])
def test_a_candump_line_without_its_end_is_not_believed(tmp_path: Path, ending: str) -> None:
    text = "(1.000000) can0 123#01020304\n(1.100000) can0 123#01020304\n(1.200000) can0 123"
    recording = outcome(tmp_path, ".log", (text + ending).encode())
    assert recording is not None
    assert samples(recording) == 2
    (error,) = recording.errors
    assert error.where == "line 3"
    assert (error.from_ns, error.to_ns) == (1_100_000_000, None)


@pytest.mark.parametrize("ending", ["#05060708", "#01 R", "#0102 T"])
def test_a_last_line_that_is_plainly_whole_needs_no_line_feed(tmp_path: Path, ending: str) -> None:
    text = "(1.000000) can0 123#01020304\n(1.200000) can0 123"
    recording = outcome(tmp_path, ".log", (text + ending).encode())
    assert recording is not None
    assert recording.errors == ()
    assert samples(recording) == 2


def test_a_damaged_row_group_of_parquet_is_a_hole(tmp_path: Path, sound: Sound) -> None:
    metadata = parquet.read_metadata(pa.BufferReader(sound[".parquet"]))
    column = metadata.row_group(2).column(1)
    data = bytearray(sound[".parquet"])
    begin = column.dictionary_page_offset or column.data_page_offset
    data[begin + column.total_compressed_size // 2] ^= 0xFF
    recording = outcome(tmp_path, ".parquet", bytes(data))
    assert recording is not None
    assert samples(recording) == 800
    (error,) = recording.errors
    assert (error.where, error.from_ns, error.to_ns) == (
        "row group 3",
        3_990_000_000,
        6_000_000_000,
    )
