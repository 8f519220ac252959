"""What recordings are packed in, what is not read, and MDF 3."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import lz4.frame
import numpy as np
import pyarrow as pa
import pytest

from tests.trialbench.readers.messages import drive, seen, write
from trialbench.errors import RecordingError
from trialbench.readers import inflating, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from trialbench.recording import Recording


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def attempt(path: Path) -> tuple[Recording | None, str]:
    """The recording, or why it is refused."""
    try:
        return read(path), ""
    except RecordingError as error:
        return None, str(error)


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "zip": lambda data: zipped({"drive": data}),
    "stored.zip": lambda data: zipped({"drive": data}, zipfile.ZIP_STORED),
    "zst": lambda data: pa.compress(data, "zstd", asbytes=True),
    "lz4": lz4.frame.compress,
    "xz": lzma.compress,
    "bz2": bz2.compress,
    "zip.gz": lambda data: gzip.compress(zipped({"drive": data})),
}


@pytest.fixture(params=[".log", ".blf", ".mf4"])
def sound(request: pytest.FixtureRequest, tmp_path: Path) -> bytes:
    return write(tmp_path / f"sound{request.param}", drive(400)).read_bytes()


@pytest.mark.parametrize("packing", PACKINGS)
def test_packing_changes_no_frame_and_the_hash_is_that_of_the_file(
    tmp_path: Path, sound: bytes, packing: str
) -> None:
    path = tmp_path / f"drive.{packing}"
    path.write_bytes(PACKINGS[packing](sound))
    recording = read(path)
    (tmp_path / "plain").write_bytes(sound)
    plain = read(tmp_path / "plain")
    assert recording.frames is not None
    assert plain.frames is not None
    assert recording.errors == ()
    assert seen(recording.frames) == seen(plain.frames)
    assert recording.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert any(note.startswith("taken out of ") for note in recording.notes)


@pytest.mark.parametrize("packing", ["gz", "zip", "stored.zip", "zst", "lz4", "xz", "bz2"])
def test_a_packed_file_that_ends_early_gives_its_beginning(tmp_path: Path, packing: str) -> None:
    data = write(tmp_path / "sound.log", drive(8000)).read_bytes()
    packed = PACKINGS[packing](data)
    path = tmp_path / "drive"
    path.write_bytes(packed[: len(packed) * 2 // 3])
    recording, refusal = attempt(path)
    if recording is None:  # a whole block may be needed
        assert packing in ("zst", "lz4", "bz2", "xz")
        assert "nothing could be read: the packed data" in refusal
        return
    assert recording.frames is not None
    assert len(recording.frames) > 1000
    assert any(error.where == "the packing" and error.to_ns is None for error in recording.errors)


@pytest.mark.parametrize("packing", ["gz", "zip", "xz", "bz2"])
def test_packed_data_that_are_changed_make_all_unknown(tmp_path: Path, packing: str) -> None:
    data = write(tmp_path / "sound.log", drive(8000)).read_bytes()
    packed = bytearray(PACKINGS[packing](data))
    packed[len(packed) // 2] ^= 0x10
    path = tmp_path / "drive.log"
    path.write_bytes(packed)
    recording, refusal = attempt(path)
    if recording is None:
        assert "nothing could be read: the packed data are damaged" in refusal
        return
    assert ("the packing", None, None) in [
        (error.where, error.from_ns, error.to_ns) for error in recording.errors
    ]


def test_a_bomb_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inflating, "_SMALL", 1 << 20)
    path = tmp_path / "bomb.log.gz"
    path.write_bytes(gzip.compress(bytes(4 << 20)))
    with pytest.raises(RecordingError, match="unpacks to more than 1 MiB"):
        read(path)


def test_of_a_zip_the_one_recording_is_read_and_several_are_named(tmp_path: Path) -> None:
    data = write(tmp_path / "sound.log", drive(20)).read_bytes()
    path = tmp_path / "drives.zip"
    path.write_bytes(zipped({"README.md": b"x", "__MACOSX/._a.log": b"x", "day/a.log": data}))
    assert len(read(path).frames or ()) == 20
    path.write_bytes(zipped({"a.log": data, "b.log": data}))
    with pytest.raises(RecordingError, match=r"2 files \(a\.log, b\.log\)"):
        read(path)
    path.write_bytes(zipped({"README.md": b"x"}))
    with pytest.raises(RecordingError, match="no recording"):
        read(path)


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"\xd4\xc3\xb2\xa1" + bytes(40), "x.log", "pcap capture"),
        (b"\x0a\x0d\x0d\x0a" + bytes(40), "x", "pcapng capture"),
        (zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}), "x.xlsx", "save its table as CSV"),
        (b"\x89HDF\r\n\x1a\n" + bytes(40), "x.h5", "HDF5"),
        (b"MATLAB 5.0 MAT-file" + bytes(40), "x.mat", "MATLAB"),
        (b"SQLite format 3\0" + bytes(40), "x.db3", "ROS 2"),
        (b"#ROSBAG V2.0\n" + bytes(40), "x.bag", "ROS 1 bag"),
        (b"%PDF-1.7\n", "x.pdf", "PDF"),
        (b'VERSION ""\n\nNS_ :\n', "x.txt", "--dbc"),
        (b"\1\2\3", "x.kmf", "Kvaser binary log"),
        (b"\1\2\3", "x.vsb", "Vehicle Spy"),
        (b"\1\2\3", "x.CFG", "CANoe"),
        (bytes(257) + b"ustar" + bytes(300), "x.tar", "tar archive"),
    ],
)  # fmt: skip
def test_a_format_that_is_not_read_is_named_with_what_to_do(
    tmp_path: Path, content: bytes, name: str, told: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=told):
        read(path)


def mdf3(path: Path, version: str = "3.30") -> Path:
    from asammdf import MDF, Signal

    times = np.array([0.0, 0.01, 0.02])
    with MDF(version=version) as file:
        file.start_time = datetime(2026, 11, 30, 10, 0, 0, tzinfo=UTC)
        file.append([
            Signal(np.array([1.0, 2.0, 3.5]), times, unit="km/h", name="Speed"),
            Signal(np.array([1, 0, 1], np.uint8), times, name="Brake"),
        ])  # fmt: skip
        file.append([Signal(np.array([7.0, 8.0, 9.0]), times + 1, unit="bar", name="Speed")])
        return file.save(path, overwrite=True).rename(path.with_suffix(".dat"))


@pytest.mark.parametrize("version", ["2.14", "3.10", "3.30"])
def test_mdf_3_gives_its_channels_as_signals(tmp_path: Path, version: str) -> None:
    recording = read(mdf3(tmp_path / "drive.mdf", version))
    assert recording.errors == ()
    assert set(recording.signals) == {"group 1.Speed", "group 2.Speed", "Brake"}
    speed = recording.signals["group 1.Speed"]
    assert speed.unit == "km/h"
    assert speed.values.tolist() == [1.0, 2.0, 3.5]
    assert (np.diff(speed.times_ns)).tolist() == [10_000_000, 10_000_000]
    assert recording.start_ns == 1_796_032_800 * 10**9
    assert recording.notes == ("MDF 3, read through asammdf",)


def test_a_broken_mdf_3_is_refused_or_read_never_a_crash(tmp_path: Path) -> None:
    data = mdf3(tmp_path / "drive.mdf").read_bytes()
    path = tmp_path / "broken.mdf"
    for size in range(20, len(data), max(1, len(data) // 20)):
        path.write_bytes(data[:size])
        _, refusal = attempt(path)
        assert "\n" not in refusal
