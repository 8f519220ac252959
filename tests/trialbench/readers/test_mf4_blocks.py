"""MDF 4 blocks of every kind, sound and damaged: lists of data, packed ones, names that meet."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import lz4.frame
import numpy as np
import pytest
import zstd
from asammdf import MDF, Signal

from tests.trialbench.readers.harm_binary import tally
from tests.trialbench.readers.messages import drive, write
from tests.trialbench.readers.test_mf4 import LOG, Writer, block, can_fd_log
from trialbench.readers.mf4 import read_mf4
from trialbench.readers.raw import Raw

START = 1_700_000_000 * 10**9
COUNT = 60
TIMES = struct.pack(f"<{COUNT}d", *(k / 8 for k in range(COUNT)))
VALUES = struct.pack(f"<{COUNT}h", *(k - 30 for k in range(COUNT)))
RECORDS = b"".join(TIMES[8 * k : 8 * k + 8] + VALUES[2 * k : 2 * k + 2] for k in range(COUNT))


def finished(made: Writer, first: int) -> bytes:
    """A finished file whose first data group lies at `first`."""
    start = struct.pack("<QhhBBBBdd", START, 0, 0, 0, 0, 0, 0, 0.0, 0.0)
    magic = b"MDF     4.20    test    " + bytes(4) + struct.pack("<H30xHH", 420, 0, 0)
    return magic + block("HD", [first, 0, 0, 0, 0, 0], start) + b"".join(made.blocks)


def group(made: Writer, channels: int, data: int, size: int, *, invalid: int = 0, flags: int = 0, master: int = 0, following: int = 0) -> tuple[int, int]:  # fmt: skip
    """A data group of one channel group: where it lies, and where the channel group does."""
    links = [0, channels, 0, 0, 0, 0, *([master] if master else [])]
    at = made.add("CG", links, struct.pack("<QQHH4xII", 0, COUNT, flags, 0, size, invalid))
    return made.add("DG", [following, at, data, 0], bytes(8)), at


def plain_group(made: Writer, data: int, *, invalid: int = 0) -> int:
    value = made.channel(0, "x", 0, 2, (8, 0, 16))
    time = made.channel(value, "t", 2, 4, (0, 0, 64), sync=1)
    return group(made, time, data, 10, invalid=invalid)[0]


def dz(made: Writer, content: bytes, *, method: int = 0, width: int = 0, of: bytes = b"DT") -> int:
    """A DZ block of `content`."""
    raw = content
    if method % 2:
        raw = np.frombuffer(content, np.uint8).reshape(-1, width).T.tobytes()
    packed = (zlib.compress, lambda each: zstd.compress(each, 3), lz4.frame.compress)[method // 2](
        raw
    )
    head = struct.pack("<2sBxIQQ", of, method, width, len(content), len(packed))
    return made.add("DZ", [], head + packed)


def check(raw: Raw) -> None:
    assert raw.errors == ()
    assert raw.signals["x"].values.tolist() == [k - 30.0 for k in range(COUNT)]
    assert raw.signals["x"].times_ns.tolist() == [START + k * 125_000_000 for k in range(COUNT)]


@pytest.mark.parametrize("method", range(6))
def test_every_packing_of_a_block_is_read(method: int) -> None:
    made = Writer()
    check(read_mf4(finished(made, plain_group(made, dz(made, RECORDS, method=method, width=10)))))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("invalid", [False, True])
def test_a_list_of_data_holds_values_and_invalidation_bits_apart(
    packed: bool, invalid: bool
) -> None:
    made = Writer()
    parts = [RECORDS[:250], RECORDS[250:500], RECORDS[500:]]
    bits = [bytes(25), bytes([1] * 3 + [0] * 22), bytes(10)] if invalid else []

    def data(kind: str, content: bytes) -> int:
        return dz(made, content, of=kind.encode()) if packed else made.add(kind, [], content)

    links = [data("DV", part) for part in parts] + [data("DI", part) for part in bits]
    flags = 1 | (1 << 31 if invalid else 0)
    first = made.add("LD", [0, *links], struct.pack("<IIQ", flags, len(parts), 25))
    value = made.channel(0, "x", 0, 2, (8, 0, 16))
    if invalid:
        made.blocks[-1] = made.blocks[-1].replace(
            struct.pack("<BBBBIIII", 0, 0, 2, 0, 8, 16, 0, 0), struct.pack("<BBBBIIII", 0, 0, 2, 0, 8, 16, 2, 0)
        )  # fmt: skip
    time = made.channel(value, "t", 2, 4, (0, 0, 64), sync=1)
    raw = read_mf4(finished(made, group(made, time, first, 10, invalid=int(invalid))[0]))
    if not invalid:
        check(raw)
        return
    assert raw.errors == ()
    assert np.flatnonzero(np.isnan(raw.signals["x"].values)).tolist() == [25, 26, 27]


def test_the_lists_of_data_of_a_group_are_a_chain() -> None:
    made = Writer()
    second = made.add("LD", [0, made.add("DV", [], RECORDS[300:])], struct.pack("<IIQ", 1, 1, 30))
    links = [second, made.add("DV", [], RECORDS[:300])]
    first = made.add("LD", links, struct.pack("<IIQ", 1, 1, 30))
    check(read_mf4(finished(made, plain_group(made, first))))


def test_columns_take_their_times_from_the_group_that_is_their_master() -> None:
    made = Writer()
    time = made.channel(0, "t", 2, 4, (0, 0, 64), sync=1)
    times = made.add("LD", [0, made.add("DV", [], TIMES)], struct.pack("<IIQ", 1, 1, COUNT))
    first, master = group(made, time, times, 8)
    value = made.channel(0, "x", 0, 2, (0, 0, 16))
    values = made.add("LD", [0, made.add("DV", [], VALUES)], struct.pack("<IIQ", 1, 1, COUNT))
    before, _ = group(made, value, values, 2, flags=8, master=master, following=first)
    check(read_mf4(finished(made, before)))


def test_two_channels_of_one_name_are_both_there(tmp_path: Path) -> None:
    times = np.arange(5.0)
    with MDF(version="4.10") as file:
        names = ("x", "x", "y", "x")
        signals = [Signal(times + k, times, name=name) for k, name in enumerate(names)]
        file.append(signals, common_timebase=True)
        file.save(tmp_path / "a.mf4", overwrite=True)
    raw = read_mf4((tmp_path / "a.mf4").read_bytes())
    first = {name: signal.values[0] for name, signal in raw.signals.items()}
    assert first == {"x": 0.0, "x[1]": 1.0, "y": 2.0, "x[2]": 3.0}


def test_two_groups_of_one_name_with_one_channel_each_are_both_there(tmp_path: Path) -> None:
    times = np.arange(5.0)
    with MDF(version="4.10") as file:
        for k in range(2):
            file.append([Signal(times + k, times, name="x")], acq_name="ecu")
        file.append([Signal(times, times, name="x")], acq_name="other")
        file.save(tmp_path / "a.mf4", overwrite=True)
    raw = read_mf4((tmp_path / "a.mf4").read_bytes())
    assert set(raw.signals) == {"ecu.x", "ecu.x[1]", "other.x"}


def single(content: bytes) -> tuple[bytes, int, int]:
    """A file of one deflated block, the last; where its packed bytes begin, and how many they are."""
    made = Writer()
    plain_group(made, 8)
    place = made.size  # behind all else
    made = Writer()
    first = plain_group(made, place)
    dz(made, content)
    packed = made.blocks[-1]
    data = finished(made, first)
    begin = data.rindex(packed[:4]) + 48
    return data, begin, struct.unpack_from("<Q", packed, 40)[0]


NOISE = b"".join(
    struct.pack("<dh", k / 8, value)
    for k, value in enumerate(np.random.default_rng(1).integers(-999, 999, COUNT).tolist())
)


def test_a_deflated_block_gives_what_can_be_inflated_before_its_damage() -> None:
    data, begin, size = single(NOISE)
    sound = read_mf4(data)
    assert (sound.errors, len(sound.signals["x"])) == ((), COUNT)
    spoilt = bytearray(data)
    spoilt[begin + size // 2 : begin + size // 2 + 40] = b"\xff" * 40
    raw = read_mf4(bytes(spoilt))
    found = raw.signals["x"].values.tolist()
    assert len(found) > COUNT // 4
    assert found[: COUNT // 4] == sound.signals["x"].values[: COUNT // 4].tolist()
    (error,) = raw.errors
    assert "damaged" in error.cause
    assert (error.from_ns, error.to_ns) == (None, None)  # no checksum says which of it is right


def test_a_deflated_block_that_the_file_cuts_off_is_right_as_far_as_it_goes() -> None:
    data, begin, size = single(NOISE)
    sound = read_mf4(data).signals["x"].values
    raw = read_mf4(data[: begin + size // 2])
    found = raw.signals["x"]
    assert COUNT // 4 < len(found) < COUNT
    np.testing.assert_array_equal(found.values, sound[: len(found)])
    assert {(error.from_ns, error.to_ns) for error in raw.errors} == {(found.times_ns[-1], None)}


def test_frames_of_another_bus_are_counted() -> None:
    made = Writer()
    frame = made.channel(0, "LIN_Frame.ID", 0, 0, (8, 0, 8))
    time = made.channel(frame, "t", 2, 4, (0, 0, 64), sync=1)
    data = made.add("DT", [], b"".join(struct.pack("<dH", k, k) for k in range(COUNT)))
    raw = read_mf4(finished(made, group(made, time, data, 10, flags=2)[0]))
    assert raw.errors == ()
    assert raw.skipped_events == {"LIN": COUNT}


def test_channels_without_a_time_are_noted() -> None:
    made = Writer()
    value = made.channel(0, "x", 0, 2, (8, 0, 16))
    raw = read_mf4(finished(made, group(made, value, made.add("DT", [], RECORDS), 10)[0]))
    assert raw.notes == ("left out, for they have no time: x",)


def test_a_clock_that_steps_does_so_in_all_groups_alike(tmp_path: Path) -> None:
    fast = np.array([100 + k / 100 - 50 * (k >= 300) for k in range(600)])
    slow = fast[::7] + 0.001
    with MDF(version="4.10") as file:
        for times, name in ((fast, "x"), (slow, "y")):
            file.append([Signal(times, np.arange(float(times.size)), name=name)])
        file.save(tmp_path / "a.mf4", overwrite=True)
    data = (tmp_path / "a.mf4").read_bytes()
    for times in (
        fast,
        slow,
    ):  # asammdf wants times that run forwards: put the others in their place
        for k, time in enumerate(times.tolist()):
            was = struct.pack("<dd", float(k), time)
            assert data.count(was) == 1
            data = data.replace(was, struct.pack("<dd", time, time))
    raw = read_mf4(data)
    (error,) = raw.errors
    assert "steps back" in error.cause
    x, y = raw.signals["x"], raw.signals["y"]
    assert (len(x), len(y)) == (600, slow.size)
    np.testing.assert_array_equal(y.times_ns - x.times_ns[::7], 10**6)


def test_records_of_zeros_are_left_out_with_their_neighbours() -> None:
    made = Writer()
    zeroed = RECORDS[:203] + bytes(94) + RECORDS[297:]
    raw = read_mf4(finished(made, plain_group(made, made.add("DT", [], zeroed))))
    (error,) = raw.errors
    found = raw.signals["x"]
    assert found.values.tolist() == [k - 30.0 for k in range(COUNT) if not 19 <= k <= 29]
    assert (error.from_ns, error.to_ns) == (found.times_ns[18], found.times_ns[19])


def test_harm_is_told_or_harmless(tmp_path: Path) -> None:
    """But for bytes that no checksum covers: those of plain blocks and of all descriptions."""
    files = [can_fd_log(LOG * 3)[0]]
    times = np.arange(300) / 100
    for level in (0, 1, 2):
        options: dict[str, Any] = {"compression_level": level}
        path = write(tmp_path / f"{level}.mf4", drive(200, channels=2), **options)
        files.append(path.read_bytes())
        with MDF(version="4.10") as file:
            file.append([Signal(np.sin(times), times, name="x")])
            file.save(tmp_path / "plain.mf4", overwrite=True, compression=level)
        files.append((tmp_path / "plain.mf4").read_bytes())
    found = tally(read_mf4, files, 60, seed=1, begin=168)
    assert set(found["drop"]) | set(found["insert"]) <= {"told", "harmless"}
