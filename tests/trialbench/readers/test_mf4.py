"""MDF 4: bus logging in every layout, plain channels, and damage to either."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np
import pytest
from asammdf import MDF, Signal

from tests.data import DATA, with_data
from tests.trialbench.readers.messages import drive, seen, told, write
from trialbench.errors import RecordingError
from trialbench.readers import read
from trialbench.readers.mf4 import read_mf4

CANEDGE = sorted((DATA / "canedge").glob("*/*.MF4")) if DATA.is_dir() else []


def theirs(path: Path) -> tuple[Any, ...]:
    """Time in ns, bus, id and the first 8 bytes of every frame, as asammdf gives them."""
    parts = []
    with MDF(path) as file:
        start = round(file.header.start_time.timestamp() * 1e9)
        for number, group in enumerate(file.groups):
            names = {channel.name for channel in group.channels}
            if "CAN_DataFrame" in names and group.channel_group.cycles_nr:
                frames = file.get("CAN_DataFrame", group=number)
                content = frames["CAN_DataFrame.DataBytes"][:, :8]
                content = np.pad(content, ((0, 0), (0, 8 - content.shape[1])))
                columns = [
                    frames[f"CAN_DataFrame.{name}"].astype(int) for name in ("BusChannel", "ID")
                ]
                parts.append(
                    (np.rint(frames.timestamps * 1e9).astype(int) + start, *columns, content)
                )
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return tuple(column[order] for column in columns)


@with_data
@pytest.mark.parametrize("path", CANEDGE, ids=lambda path: f"{path.parent.name}/{path.name[:8]}")
def test_canedge_recordings_are_what_asammdf_reads(path: Path) -> None:
    recording = read(path)
    assert recording.errors == ()
    assert recording.frames is not None
    times, bus, ids, content = theirs(path)
    np.testing.assert_array_equal(recording.frames.ids, ids & 0x1FFFFFFF)
    np.testing.assert_array_equal(recording.frames.bus, bus)
    np.testing.assert_array_equal(recording.frames.data[:, :8], content)
    assert np.abs(recording.frames.times_ns - times).max() < 1000


def block(kind: str, links: list[int], body: bytes) -> bytes:
    head = struct.pack("<4s4xQQ", f"##{kind}".encode(), 24 + 8 * len(links) + len(body), len(links))
    return head + struct.pack(f"<{len(links)}Q", *links) + body


class Writer:
    """Writes an unfinished, unsorted MDF with VLSD records, as loggers do; blocks from the last on."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []
        self.size = 64 + 104

    def add(self, kind: str, links: list[int], body: bytes = b"") -> int:
        made = block(kind, links, body)
        made += bytes(-len(made) % 8)
        at = self.size
        self.blocks.append(made)
        self.size += len(made)
        return at

    def text(self, text: str) -> int:
        return self.add("TX", [], text.encode() + b"\0")

    def channel(self, following: int, name: str, kind: int, data_type: int, place: tuple[int, int, int], *, values: int = 0, sync: int = 0, parts: int = 0, conversion: int = 0) -> int:  # fmt: skip
        byte, bit, bits = place
        body = struct.pack("<BBBBIIIIBBH6d", kind, sync, data_type, bit, byte, bits, 0, 0, 0, 0, 0, *[0.0] * 6)  # fmt: skip
        return self.add(
            "CN", [following, parts, self.text(name), 0, conversion, values, 0, 0], body
        )

    def file(self, group: int, flags: int, stream: bytes, *, length: int | None = None) -> bytes:
        """The file, with the data group at `group` and its DT block of `stream` at the end."""
        start = struct.pack("<QhhBBBBdd", 1_700_000_000 * 10**9, 0, 0, 0, 0, 0, 0, 0.0, 0.0)
        head = block("HD", [group, 0, 0, 0, 0, 0], start)
        magic = b"UnFinMF 4.11    test    " + bytes(4) + struct.pack("<H30xHH", 411, flags, 0)
        told_length = 24 + len(stream) if length is None else length
        data = struct.pack("<4s4xQQ", b"##DT", told_length, 0) + stream
        return magic + head + b"".join(self.blocks) + data


def can_fd_log(frames: list[tuple[int, int, bytes]], *, length: int | None = None) -> tuple[bytes, bytes]:  # fmt: skip
    """An unfinished log of (microseconds, id, payload), payloads in VLSD records; and its stream."""
    made = Writer()
    values = made.add("CG", [0] * 6, struct.pack("<QQHH4xII", 2, 0, 1, 0, 0, 0))
    parts = made.channel(0, "CAN_DataFrame.DataLength", 0, 0, (12, 0, 8))
    parts = made.channel(parts, "CAN_DataFrame.DataBytes", 1, 10, (13, 0, 32), values=values)
    parts = made.channel(parts, "CAN_DataFrame.EDL", 0, 0, (17, 0, 1))
    parts = made.channel(parts, "CAN_DataFrame.BusChannel", 0, 0, (17, 1, 3))
    parts = made.channel(parts, "CAN_DataFrame.ID", 0, 0, (8, 0, 29))
    whole = made.channel(0, "CAN_DataFrame", 0, 10, (8, 0, 80), parts=parts)
    linear = made.add("CC", [0] * 4, struct.pack("<BBHHHdddd", 1, 0, 0, 0, 2, 0.0, 0.0, 0.0, 1e-6))
    first = made.channel(whole, "t", 2, 0, (0, 0, 64), sync=1, conversion=linear)
    body = struct.pack("<QQHH4xII", 1, 0, 6, 46, 18, 0)
    group = made.add("CG", [values, first, 0, 0, 0, 0], body)
    stream, offset = b"", 0
    for time_us, ident, payload in frames:
        stream += struct.pack("<BQLBLB", 1, time_us, ident, len(payload), offset, 1 | 5 << 1)
        stream += struct.pack("<BL", 2, len(payload)) + payload
        offset += 4 + len(payload)
    data = made.add("DG", [0, group, made.size + 64, 0], struct.pack("<B7x", 1))
    assert data + 64 == made.size
    return made.file(data, 0x25, stream, length=length), stream


LOG = [(k * 1000, 0x100 + k % 3, bytes([k]) * (64 if k % 2 else 5)) for k in range(50)]


@pytest.mark.parametrize("length", [None, 24, 0])
def test_an_unfinished_log_gives_its_frames_though_it_counts_none(length: int | None) -> None:
    raw = read_mf4(can_fd_log(LOG, length=length)[0])
    assert raw.errors == ()
    assert raw.frames is not None
    assert [row[2:] for row in seen(raw.frames)] == [
        (ident, 2, payload) for _, ident, payload in LOG
    ]
    assert set(raw.frames.bus.tolist()) == {5}
    assert raw.frames.times_ns.tolist() == [1_700_000_000 * 10**9 + us * 1000 for us, _, _ in LOG]


def test_a_finished_log_of_several_groups_must_hold_the_records_it_counts() -> None:
    data = can_fd_log(LOG)[0].replace(b"UnFinMF ", b"MDF     ")
    raw = read_mf4(data)
    assert raw.frames is not None
    assert len(raw.frames) == 50
    assert "says it has 0 records, its data hold 50" in raw.errors[0].cause
    assert (raw.errors[0].from_ns, raw.errors[0].to_ns) == (int(raw.frames.times_ns[-1]), None)


def test_values_whose_offsets_are_unfinished_are_not_believed() -> None:
    data = bytearray(can_fd_log(LOG)[0])
    data[60] |= 64
    raw = read_mf4(bytes(data))
    assert raw.frames is None
    assert "unfinished offsets" in raw.errors[0].cause


@pytest.mark.parametrize("cut", range(1, 30, 3))
def test_a_record_cut_off_at_the_end_of_an_unfinished_log_is_damage(cut: int) -> None:
    raw = read_mf4(can_fd_log(LOG, length=24)[0][:-cut])
    assert raw.frames is not None
    assert len(raw.frames) == 49
    assert raw.errors
    assert all(error.to_ns is None for error in raw.errors)
    assert min(error.from_ns or 0 for error in raw.errors) >= int(raw.frames.times_ns[-1])


def test_an_unknown_record_among_values_of_variable_length_ends_the_log() -> None:
    data, stream = can_fd_log(LOG, length=24)
    at = len(data) - len(stream) + stream.index(struct.pack("<BQ", 1, 30_000))
    raw = read_mf4(data[:at] + b"\xee" + data[at + 1 :])
    assert raw.frames is not None
    assert len(raw.frames) == 28  # the last four records before it are not believed
    error = next(error for error in raw.errors if "no known group" in error.cause)
    assert (error.from_ns, error.to_ns) == (int(raw.frames.times_ns[-1]), None)


@with_data
def test_an_unknown_record_in_a_real_log_is_a_hole() -> None:
    data = bytearray((DATA / "canedge/truck/00000001.MF4").read_bytes())
    before = read_mf4(bytes(data))
    at = len(data) // 2
    while (
        data[at : at + 1] != b"\x42" or data[at + 20 : at + 21] != b"\x42"
    ):  # an id of CAN1_Rx_IDE
        at += 1
    data[at] = 0xEE
    raw = read_mf4(bytes(data))
    assert raw.frames is not None
    assert before.frames is not None
    assert len(before.frames) - 40 < len(raw.frames) < len(before.frames)
    assert raw.errors
    assert all(error.from_ns and error.to_ns for error in raw.errors)


def plain(path: Path, signals: list[Signal], **options: Any) -> Path:
    with MDF(version="4.10") as file:
        file.append(signals)
        file.save(path, overwrite=True, **options)
    return path


TIMES = np.arange(200) / 8
RATIONAL = {"P1": 0.0, "P2": 2.0, "P3": 1.0, "P4": 0.0, "P5": 0.0, "P6": 4.0}
TEXT = {"val_0": 0, "text_0": "off", "val_1": 1, "text_1": "on", "default": b"?"}
CHANNELS = [
    Signal(np.sin(TIMES), TIMES, name="speed", unit="m/s"),
    Signal(np.arange(200, dtype=np.float32), TIMES, name="single"),
    Signal(np.arange(-100, 100, dtype=np.int16), TIMES, name="signed", unit="rpm"),
    Signal(np.arange(200, dtype=np.uint8), TIMES, name="linear", conversion={"a": 0.5, "b": -3.0}),
    Signal(np.arange(200, dtype=np.uint16), TIMES, name="rational", conversion=RATIONAL),
    Signal(np.arange(200, dtype=np.uint8), TIMES, name="text", conversion=TEXT),
    Signal(np.arange(200, dtype=np.float64), TIMES, name="big", unit="V"),
]


@pytest.mark.parametrize("compression", [0, 1, 2])
def test_plain_channels_are_what_asammdf_reads(tmp_path: Path, compression: int) -> None:
    path = plain(tmp_path / "plain.mf4", CHANNELS, compression=compression)
    recording = read(path)
    assert recording.errors == ()
    assert recording.frames is None
    assert set(recording.signals) == {channel.name for channel in CHANNELS}
    with MDF(path) as file:
        start = round(file.header.start_time.timestamp() * 1e9)
        for name, signal in recording.signals.items():
            other = file.get(name, raw=name == "text")
            np.testing.assert_array_equal(signal.values, other.samples.astype(float))
            assert signal.unit == (other.unit or "")
            assert np.abs(signal.times_ns - start - np.rint(TIMES * 1e9)).max() < 1000


def test_names_are_composed_as_formulas_spell_them(tmp_path: Path) -> None:
    channel = Signal(TIMES, TIMES, name=normalize("NFD", "속도"))
    assert set(read(plain(tmp_path / "named.mf4", [channel])).signals) == {"속도"}


def test_a_conversion_that_is_rare_goes_through_asammdf(tmp_path: Path) -> None:
    channels = [CHANNELS[0], Signal(np.arange(200, dtype=np.uint8), TIMES, name="odd", conversion={"formula": "X1 * X1"})]  # fmt: skip
    recording = read(plain(tmp_path / "plain.mf4", channels))
    np.testing.assert_array_equal(recording.signals["odd"].values, np.arange(200.0) ** 2)
    assert len(recording.signals["speed"]) == 200


def test_two_channels_of_one_name_carry_their_groups(tmp_path: Path) -> None:
    with MDF(version="4.10") as file:
        for factor in (1, 2):
            file.append([Signal(TIMES * factor, TIMES, name="x")], acq_name=f"ecu{factor}")
        file.save(tmp_path / "two.mf4", overwrite=True)
    assert set(read(tmp_path / "two.mf4").signals) == {"ecu1.x", "ecu2.x"}


def test_invalid_samples_are_unknown(tmp_path: Path) -> None:
    invalid = np.arange(200) % 10 == 0
    channel = Signal(np.arange(200.0), TIMES, name="x", invalidation_bits=invalid)
    values = read(plain(tmp_path / "plain.mf4", [channel])).signals["x"].values
    np.testing.assert_array_equal(np.isnan(values), invalid)


@pytest.mark.parametrize("compression", [0, 1])
def test_half_a_file_gives_its_records_and_is_unknown_after_them(
    tmp_path: Path, compression: int
) -> None:
    """Where the blocks that describe the records stand before them, as in a logger's file."""
    data, _ = can_fd_log(LOG)
    raw = read_mf4(data[: len(data) - 1000])
    assert raw.frames is not None
    assert 20 < len(raw.frames) < 50
    assert any(error.to_ns is None for error in raw.errors)


def test_a_count_of_records_that_the_data_do_not_hold_is_damage(tmp_path: Path) -> None:
    data = bytearray(write(tmp_path / "d.mf4", drive(100), compression_level=0).read_bytes())
    at = data.index(b"##CG")
    cycles_at = at + 24 + 48 + 8
    assert struct.unpack_from("<Q", data, cycles_at) == (100,)
    for count in (80, 1 << 40):
        struct.pack_into("<Q", data, cycles_at, count)
        raw = read_mf4(bytes(data))
        assert raw.frames is not None
        assert len(raw.frames) == min(count, 100)
        (error,) = raw.errors
        assert f"says it has {count} records" in error.cause
        assert error.to_ns is None


def test_a_list_of_blocks_that_goes_round_ends(tmp_path: Path) -> None:
    data = bytearray(plain(tmp_path / "p.mf4", CHANNELS).read_bytes())
    at = data.index(b"##CG")
    struct.pack_into("<Q", data, at + 24, at)
    (error,) = read_mf4(bytes(data)).errors
    assert "goes round" in error.cause
    assert (error.from_ns, error.to_ns) == (None, None)


def test_an_older_mdf_is_refused_by_its_version(tmp_path: Path) -> None:
    data = bytearray(plain(tmp_path / "p.mf4", CHANNELS).read_bytes())
    struct.pack_into("<H", data, 28, 330)
    with pytest.raises(RecordingError, match="version 330"):
        read_mf4(bytes(data))


def test_frames_of_all_groups_are_merged_by_time(tmp_path: Path) -> None:
    made = drive(50)
    for k in range(10, 50, 10):
        made[k].is_remote_frame, made[k].data = True, bytearray()
    raw = read(write(tmp_path / "d.mf4", made))
    assert raw.frames is not None
    assert [row[2:] for row in seen(raw.frames)] == [row[2:] for row in told(made)]


@pytest.mark.parametrize("compression", [0, 1, 2])
def test_records_in_a_list_of_blocks_are_one_stream(tmp_path: Path, compression: int) -> None:
    times = np.arange(600_000) / 1000
    channel = Signal(np.sin(times), times, name="x")
    path = plain(tmp_path / "long.mf4", [channel], compression=compression)
    assert b"##DL" in path.read_bytes()
    recording = read(path)
    assert recording.errors == ()
    np.testing.assert_array_equal(recording.signals["x"].values, channel.samples)


def test_a_damaged_block_of_a_list_is_a_hole(tmp_path: Path) -> None:
    times = np.arange(600_000) / 1000
    path = plain(tmp_path / "long.mf4", [Signal(np.sin(times), times, name="x")], compression=1)
    data = bytearray(path.read_bytes())
    blocks = [k for k in range(0, len(data), 8) if data[k : k + 4] == b"##DZ"]
    data[blocks[1] + 5000] ^= 0xFF
    raw = read_mf4(bytes(data))
    (error,) = raw.errors
    assert error.where == f"byte {blocks[1]}"
    found = raw.signals["x"]
    assert len(found) == 600_000  # all could be inflated, but its checksum does not fit
    wrong = np.flatnonzero(found.values != np.sin(times))
    assert 0 < wrong.size < 20
    start = int(found.times_ns[0])
    assert error.from_ns is not None
    assert start < error.from_ns < found.times_ns[wrong[0]]
    assert error.to_ns is None or error.to_ns > found.times_ns[wrong[-1]]


def test_an_unknown_record_among_fixed_ones_is_a_hole() -> None:
    made = Writer()
    parts = made.channel(0, "CAN_DataFrame.DataBytes", 0, 10, (12, 0, 64))
    parts = made.channel(parts, "CAN_DataFrame.ID", 0, 0, (8, 0, 29))
    whole = made.channel(0, "CAN_DataFrame", 0, 10, (8, 0, 96), parts=parts)
    first = made.channel(whole, "t", 2, 4, (0, 0, 64), sync=1)
    group = made.add("CG", [0, first, 0, 0, 0, 0], struct.pack("<QQHH4xII", 7, 0, 6, 46, 20, 0))
    stream = b"".join(struct.pack("<BdLQ", 7, k / 8, 0x100 + k, k) for k in range(100))
    body = made.add("DG", [0, group, made.size + 64, 0], struct.pack("<B7x", 1))
    stream = stream[: 21 * 40] + b"\xee" + stream[21 * 40 + 1 :]
    raw = read_mf4(made.file(body, 0x25, stream))
    assert raw.frames is not None
    assert raw.frames.ids.tolist() == [0x100 + k for k in range(100) if not 36 <= k <= 40]
    (error,) = raw.errors
    start = 1_700_000_000 * 10**9
    assert (error.from_ns, error.to_ns) == (start + 35 * 125_000_000, start + 41 * 125_000_000)
