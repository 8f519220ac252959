"""BLF beyond what python-can writes: payloads that end early, error frames of CAN FD, other events."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import can
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trialbench.readers.harm_binary import tally
from tests.trialbench.readers.messages import drive, seen, write
from trialbench.frames import ERROR, EXTENDED, FD
from trialbench.readers import read
from trialbench.readers.blf import read_blf

HEADER = 144
MS = 10**6


def blf_object(kind: int, body: bytes, time_ns: int = 0, version: int = 1) -> bytes:
    """An object with its header, and the padding of binlog.dll."""
    rest = struct.pack("<LHHQ", 2, 0, 0, time_ns) + bytes(8 * (version == 2))
    size = 16 + len(rest) + len(body)
    head = struct.pack("<4sHHLL", b"LOBJ", 16 + len(rest), version, size, kind)
    return head + rest + body + bytes(size % 4)


def blf(objects: list[bytes], *, level: int = 0, told: int | None = None, plain: bool = False) -> bytes:  # fmt: skip
    """A file of `objects` in one container, or (plain) in none; `told` is the header's count."""
    content = b"".join(objects)
    packed = zlib.compress(content, level) if level else content
    if not plain:
        head = struct.pack("<4sHHLL", b"LOBJ", 16, 1, 32 + len(packed), 10)
        content = head + struct.pack("<H6xL4x", 2 if level else 0, len(content)) + packed
        content += bytes((32 + len(packed)) % 4)
    count = len(objects) if told is None else told
    size = HEADER + len(content)
    return (
        struct.pack("<4sL8xQQLL32x", b"LOGG", HEADER, size, size, count, 0).ljust(HEADER, b"\0")
        + content
    )


def message(k: int) -> bytes:
    return blf_object(1, struct.pack("<HBBL8s", 1, 0, 8, 0x100 + k, bytes([k] * 8)), k * MS)


def fd64(payload: bytes, valid: int, *, behind: bytes = b"", version: int = 1, flags: int = 0x1000) -> bytes:  # fmt: skip
    """CAN_FD_MESSAGE_64 with `valid` bytes said, `payload` stored, and extended data `behind` it."""
    offset = (32 if version == 1 else 40) + 40 + len(payload) if behind else 0
    body = struct.pack(
        "<BBBBLLLLLLLHBBL", 2, 15, valid, 0, 0x18FF0001 | 1 << 31, 0, flags, 0, 0, 0, 0, 0, 0, offset, 0
    )  # fmt: skip
    return blf_object(101, body + payload + behind, version=version)


@pytest.mark.parametrize("version", [1, 2])
@given(valid=st.integers(0, 64), stored=st.integers(0, 64), behind=st.sampled_from([0, 12, 24]))
@settings(deadline=None, max_examples=40)
def test_a_payload_ends_where_its_object_says_and_the_rest_of_it_is_zero(
    version: int, valid: int, stored: int, behind: int
) -> None:
    payload = bytes(range(1, 65))[:stored]
    raw = read_blf(blf([fd64(payload, valid, behind=b"\xee" * behind, version=version)]))
    assert raw.errors == ()
    assert raw.frames is not None
    there = payload[:valid].ljust(valid, b"\0")
    assert seen(raw.frames) == [(0, 2, 0x18FF0001, EXTENDED | FD, there)]
    assert not raw.frames.data[0, valid:].any()


def test_extended_data_are_read_as_python_can_reads_them(tmp_path: Path) -> None:
    made = [fd64(bytes(range(1, 49)), 64, behind=b"\xee" * 24), fd64(bytes(range(1, 65)), 64)]
    (tmp_path / "a.blf").write_bytes(blf(made, level=6))
    with can.BLFReader(str(tmp_path / "a.blf")) as reader:
        theirs = [bytes(each.data) for each in reader]
    raw = read_blf(blf(made, level=6))
    assert raw.frames is not None
    assert [row.tobytes() for row in raw.frames.data] == theirs


def error64(time_ns: int) -> bytes:
    body = struct.pack("<BBBBHHHBBLLLLLLLHH", 3, 8, 4, 0, 0, 0, 0x80, 0, 0, 0x123, 0, 0, 0, 0, 0, 0, 0, 0)  # fmt: skip
    return blf_object(104, body + b"\xff" * 4, time_ns)


def test_an_error_frame_of_can_fd_is_kept_and_flagged() -> None:
    raw = read_blf(blf([message(0), error64(MS // 2), message(1)]))
    assert raw.errors == ()
    assert raw.frames is not None
    assert seen(raw.frames)[1] == (500, 3, 0x123, ERROR, b"")
    assert raw.frames.lengths.tolist() == [8, 0, 8]


EVENTS = {
    "LIN": [11, 57, 105], "Ethernet": [71, 120], "FlexRay": [29, 50], "MOST": [22, 76],
    "Statistic": [4], "Text": [65], "Trigger": [5], "Environment variable": [6], "System variable": [72],
    "CAN driver error": [31], "Overload frame": [3], "GPS": [46], "CAN XL": [139], "BLF object type 200": [200],
}  # fmt: skip


def test_other_events_are_skipped_and_counted_by_kind() -> None:
    others = [blf_object(kind, b"\x55" * 21) for kinds in EVENTS.values() for kind in kinds]
    raw = read_blf(blf([message(0), *others, message(1)], level=6))
    assert raw.errors == ()
    assert raw.frames is not None
    assert len(raw.frames) == 2
    assert raw.skipped_events == {name: len(kinds) for name, kinds in EVENTS.items()}


@pytest.mark.parametrize("plain", [False, True])
def test_a_file_of_lin_alone_says_what_was_skipped(tmp_path: Path, plain: bool) -> None:
    made = [blf_object(57, b"\x55" * 40, k * MS) for k in range(9)]
    (tmp_path / "lin.blf").write_bytes(blf(made, plain=plain))
    recording = read(tmp_path / "lin.blf")
    assert recording.frames is not None
    assert len(recording.frames) == 0
    assert (recording.errors, recording.skipped_events) == ((), {"LIN": 9})


@pytest.mark.parametrize("padding", [0, 1, 3])
def test_objects_are_found_however_they_are_padded(padding: int) -> None:
    text = blf_object(65, b"\x55" * 17)[:49].ljust(49 + padding, b"\0")
    raw = read_blf(blf([message(0), text, message(1)]))
    assert raw.errors == ()
    assert raw.frames is not None
    assert len(raw.frames) == 2


def test_what_the_recorder_says_that_it_lost_is_unknown() -> None:
    raw = read_blf(blf([message(0), message(1), blf_object(125, bytes(16)), message(2)]))
    (error,) = raw.errors
    assert "lost data" in error.cause
    assert (error.from_ns, error.to_ns) == (MS, 2 * MS)


@pytest.mark.parametrize("level", [0, 6])
def test_objects_that_the_header_counts_and_the_file_lacks_are_told(level: int) -> None:
    made = [message(k) for k in range(5)]
    (error,) = read_blf(blf(made, level=level, told=6)).errors
    assert error.cause == "the header counts 6 objects, the file holds 5"
    assert (error.from_ns, error.to_ns) == (None, None)
    for told in (0, 1, 5):  # an unfinished file, and one whose writer counted its container alone
        assert read_blf(blf(made, level=level, told=told)).errors == ()


def test_an_object_that_no_other_follows_is_not_believed() -> None:
    data = blf([message(k) for k in range(9)])
    at = data.index(b"LOBJ", HEADER + 32 + 4 * 48 + 1)
    raw = read_blf(data[: at - 8] + data[at:])  # the end of the fifth is not there
    assert raw.frames is not None
    assert 4 not in raw.frames.ids - 0x100
    spans = [(error.from_ns or 0, error.to_ns or 9 * MS) for error in raw.errors]
    assert any(begin < 4 * MS < end for begin, end in spans)


@pytest.mark.parametrize("level", [0, 1, 2])
def test_harm_is_told_or_harmless(tmp_path: Path, level: int) -> None:
    """But for a byte that no checksum covers, where it reads as another one."""
    options: dict[str, Any] = {"compression_level": level, "max_container_size": 4096}
    files = [
        write(tmp_path / f"{fd}.blf", drive(400, fd=fd, channels=2), **options).read_bytes()
        for fd in (False, True)
    ]
    for kind, found in tally(read_blf, files, 25, seed=level, begin=HEADER).items():
        if level > 0 or kind in ("drop", "insert"):
            assert set(found) <= {"told", "harmless"}
