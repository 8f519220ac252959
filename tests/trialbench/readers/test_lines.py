"""What the text formats allow beyond what python-can writes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.data import DATA, with_data
from tests.trialbench.readers.messages import seen
from trialbench.frames import BRS, ERROR, ESI, EXTENDED, FD, REMOTE, TX, Frames
from trialbench.readers import read
from trialbench.readers.candump import bus_numbers
from trialbench.recording import Recording


def recorded(tmp_path: Path, suffix: str, text: str) -> Recording:
    path = tmp_path / f"drive{suffix}"
    path.write_bytes(text.encode())
    return read(path)


def frames(tmp_path: Path, suffix: str, text: str) -> Frames:
    recording = recorded(tmp_path, suffix, text)
    assert recording.errors == ()
    assert recording.frames is not None
    return recording.frames


def test_candump_knows_every_kind_of_frame(tmp_path: Path) -> None:
    found = frames(
        tmp_path,
        ".log",
        "# a comment\n\n(0.5) can0 123#\r\n(1.000001) can0 00000123#1122\n(1.5) can0 7FF#R\n"
        "(1.6) can0 7FF#R8 T\n(2) can0 123##3" + "AB" * 12 + " T\n(3.123456789) can0 20000088#00\n"
        "(4.0) can0 123#1122334455667788_9\n(5.0)   can0   123#11\n",
    )
    assert found.times_ns.tolist()[:2] == [500_000_000, 1_000_001_000]
    assert found.flags.tolist() == [
        0, EXTENDED, REMOTE, REMOTE | TX, FD | BRS | ESI | TX, EXTENDED | ERROR, 0, 0
    ]  # fmt: skip
    assert found.lengths.tolist() == [0, 2, 0, 0, 12, 0, 8, 1]
    assert found.times_ns[5] == 3_123_456_789
    assert not found.data[5].any()
    assert found.data.shape == (8, 64)


@pytest.mark.parametrize(
    "line",
    ["(1.0) can0 800#00", "(1.0) can0 123#0", "(1.0) can0 123#0G", "(1.0) can0 123#112233445566778899",
     "(1.0) can0 #00", "(1.0) can0 4000012345#00", "1.0 can0 123#00", "(99999999999.0) can0 123#00",
     "(1.0) can0 123#00 X", "(1.0) " + "n" * 40 + " 123#00", "(1.0) can0", "(1.0", "(1.0) can0 FFFFFFFF0#00",
     "(1.0) can0 123##"],
)  # fmt: skip
def test_a_candump_line_that_is_no_frame_is_damage(tmp_path: Path, line: str) -> None:
    recording = recorded(tmp_path, ".log", f"(0.5) can0 123#11\n{line}\n(1.5) can0 123#22\n")
    (error,) = recording.errors
    assert (error.where, error.from_ns, error.to_ns) == ("line 2", 500_000_000, 1_500_000_000)
    assert recording.frames is not None
    assert recording.frames.data[:, 0].tolist() == [0x11, 0x22]
    assert not recording.frames.data[:, 1:].any()


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (["can0", "can1"], [0, 1]),
        (["can2", "can0"], [2, 0]),
        (["vcan3", "slcan"], [3, 0]),
        (["vcan", "slcan", "can0"], [1, 2, 0]),
        (["vcan0", "can0"], [1, 0]),
        (["can300"], [0]),
    ],
)
def test_interfaces_are_numbered_by_name_else_by_appearance(
    names: list[str], numbers: list[int]
) -> None:
    assert bus_numbers(names) == numbers


ASC = """date Tue Nov 14 10:13:20.250 pm 2023
base hex  timestamps absolute
no internal events logged
// version 9.0.0
Begin Triggerblock Tue Nov 14 10:13:20.250 pm 2023
   0.000000 Start of measurement
   0.015991 CAN 1 Status:chip status error active
   0.100000 1  123             Rx   d 2 01 FF  Length = 240000 BitCount = 124 ID = 291
   0.200000 2  18FEF100x       Tx   d 8 11 22 33 44 55 66 77 88
   0.250000 1  Statistic: D 0 R 0 XD 0 XR 0 E 0 O 0 B 0.00%
   0.300000 1  123             TxRq r
   0.400000 1  ErrorFrame  ECC: 10100010
   0.500000 CANFD   3 Rx        4c4  name_of_it                      1 0 d 32 {bytes} 0 0 0 0
   0.600000 CANFD   3 Tx  18FEF100x  1 1 1 1 5a 0 0 0 0
   0.700000 Log Trigger event
End TriggerBlock
"""


def test_asc_knows_what_canoe_writes(tmp_path: Path) -> None:
    found = frames(tmp_path, ".asc", ASC.format(bytes=" ".join(["ab"] * 32)))
    start = 1_700_000_000_250_000_000
    assert found.times_ns.tolist() == [start + k * 100_000_000 for k in range(1, 7)]
    assert found.bus.tolist() == [1, 2, 1, 1, 3, 3]
    assert found.ids.tolist() == [0x123, 0x18FEF100, 0x123, 0, 0x4C4, 0x18FEF100]
    assert found.flags.tolist() == [0, EXTENDED | TX, REMOTE | TX, ERROR, FD | BRS, FD | BRS | ESI | EXTENDED | TX]  # fmt: skip
    assert found.lengths.tolist() == [2, 8, 0, 0, 32, 1]
    assert found.data[4, :32].tolist() == [0xAB] * 32


def test_asc_in_decimal_with_relative_times(tmp_path: Path) -> None:
    text = "base dec  timestamps relative\n1.5 1 291 Rx d 2 1 255\n0.5 1 Statistic: D 0 R 0 XD 0 XR 0 E 0 O 0 B 0.00%\n1.0 1 291 Rx d 1 7\n"
    found = frames(tmp_path, ".asc", text)
    assert found.times_ns.tolist() == [1_500_000_000, 3_000_000_000]
    assert found.ids.tolist() == [291, 291]
    assert found.data[0, :2].tolist() == [1, 255]


@pytest.mark.parametrize(
    "line",
    ["0.2 1 12G Rx d 1 00", "0.2 1 123 Rx d 2 00", "0.2 1 123 Rx d 1 0", "0.2 1 123 Rz d 1 00", "0.2 999 123 Rx d 1 00",
     "0.2 1 123 Rx q 1 00", "0.2x 1 123 Rx d 1 00", "X.2 1 123 Rx d 1 00", "0.2 1 923 Rx d 1 00",
     "0.2 CANFD 1 Rx 123 1 0 9 99 00", "0.2 CANFD 1 Rx 123 1 0 9 12 00 00", "0.2 CANFF 1 Rx 123 1 0 1 1 00",
     "\0" * 20],
)  # fmt: skip
def test_an_asc_line_that_is_no_event_is_damage(tmp_path: Path, line: str) -> None:
    text = f"base hex timestamps absolute\n0.1 1 123 Rx d 1 11\n{line}\n0.3 1 123 Rx d 1 22\n"
    recording = recorded(tmp_path, ".asc", text)
    assert [error.where for error in recording.errors] == ["line 3"]
    assert recording.frames is not None
    assert recording.frames.data[:, 0].tolist() == [0x11, 0x22]


TRC = {
    "1.0": ";##########\n;\n     1)      1841 0001 8 00 00 00 00 00 00 00 01\n     2)      1842 18FEF100 2 0A 0B\n"
    "     3)      1843 FFFFFFFF 4 00 00 00 04\n     4)      1844 0001 0 RTR\n",
    "1.1": ";$FILEVERSION=1.1\n;$STARTTIME=45244.5\n     1)      1841.5  Rx         0001  8  00 00 00 00 00 00 00 01\n"
    "     2)      1842.5  Tx     18FEF100  2  0A 0B\n     3)      1843.0  Warng  FFFFFFFF  4  00 00 00 04\n"
    "     4)      1844.5  Rx         0001  0  RTR\n",
    "1.3": ";$FILEVERSION=1.3\n;$STARTTIME=45244.5\n 1)  1841.5 2  Rx  0001 -  8    00 00 00 00 00 00 00 01\n"
    " 2)  1842.5 2  Tx  18FEF100 -  2    0A 0B\n 3)  1843.0 2  Warng  FFFFFFFF -  4  00 00 00 04\n"
    " 4)  1844.5 2  Rx  0001 -  0    RTR\n",
    "2.0": ";$FILEVERSION=2.0\n;$STARTTIME=45244.5\n;$COLUMNS=N,O,T,I,d,l,D\n 1 1841.5 DT 0001 Rx 8 00 00 00 00 00 00 00 01\n"
    " 2 1842.5 DT 18FEF100 Tx 2 0A 0B\n 3 1843.0 ST    Rx   00 00 00 04\n 4 1844.5 RR 0001 Rx 0\n",
    "2.1": ";$FILEVERSION=2.1\n;$STARTTIME=45244.5\n;$COLUMNS=N,O,T,B,I,d,R,L,D\n"
    " 1 1841.5 DT 3 0001 Rx - 8 00 00 00 00 00 00 00 01\n 2 1842.5 FB 3 18FEF100 Tx - 2 0A 0B\n"
    " 3 1843.0 EC 3 - Rx - 2 00 04\n 4 1844.5 RR 3 0001 Rx - 0\n",
}  # fmt: skip


@pytest.mark.parametrize("version", TRC)
def test_trc_of_every_version(tmp_path: Path, version: str) -> None:
    found = frames(tmp_path, ".trc", TRC[version])
    assert np.diff(found.times_ns).tolist() == [1_000_000, 2_000_000]
    assert found.ids.tolist() == [1, 0x18FEF100, 1]
    fd = FD | BRS if version == "2.1" else 0
    sent = TX if version != "1.0" else 0
    assert found.flags.tolist() == [0, EXTENDED | sent | fd, REMOTE]
    assert found.lengths.tolist() == [8, 2, 0]
    assert found.data[1, :2].tolist() == [10, 11]
    assert set(found.bus.tolist()) == {{"1.3": 2, "2.1": 3}.get(version, 1)}
    if version != "1.0":
        assert (
            found.times_ns[0] == (45244 - 25569) * 86_400 * 10**9 + 43_200 * 10**9 + 1_841_500_000
        )


def test_trc_with_can_fd_of_64_bytes_and_error_frames(tmp_path: Path) -> None:
    head = ";$FILEVERSION=2.1\n;$STARTTIME=45244.5\n;$COLUMNS=N,O,T,B,I,d,R,L,D\n"
    found = frames(
        tmp_path,
        ".trc",
        head + f" 1 1.0 FE 1 0001 Rx - 15 {'AB ' * 64}\n 2 2.0 ER 1 - Rx - 2 00 04\n",
    )
    assert found.lengths.tolist() == [64, 0]
    assert found.flags.tolist() == [FD | BRS | ESI, ERROR]


@pytest.mark.parametrize(
    "line",
    ["2 x DT 1 0001 Rx - 1 00", "2 2.0 D 1 0001 Rx - 1 00", "2 2.0 DT z 0001 Rx - 1 00", "2 2.0 DT 1 0G01 Rx - 1 00",
     "2 2.0 DT 1 0901 Rx - 1 00", "2 2.0 DT 1 0001 Rw - 1 00", "2 2.0 DT 1 0001 Rx - 9 00", "2 2.0 DT 1 0001 Rx - 2 00",
     "\0" * 8],
)  # fmt: skip
def test_a_trc_line_that_is_no_message_is_damage(tmp_path: Path, line: str) -> None:
    head = ";$FILEVERSION=2.1\n;$STARTTIME=45244.5\n;$COLUMNS=N,O,T,B,I,d,R,L,D\n"
    text = f"{head} 1 1.0 DT 1 0001 Rx - 1 11\n {line}\n 3 3.0 DT 1 0001 Rx - 1 22\n"
    recording = recorded(tmp_path, ".trc", text)
    assert [error.where for error in recording.errors] == ["line 5"]
    assert recording.frames is not None
    assert recording.frames.data[:, 0].tolist() == [0x11, 0x22]


@with_data
def test_the_six_shared_files_give_the_same_frames() -> None:
    found = {path.suffix: read(path) for path in (DATA / "mustang-formats").glob("mustang_20s.*")}
    assert len(found) == 6
    first = found[".log"].frames
    assert first is not None
    for suffix, recording in found.items():
        assert recording.errors == ()
        assert recording.frames is not None
        assert [row[2:] for row in seen(recording.frames)] == [row[2:] for row in seen(first)]
        times = recording.frames.times_ns
        assert np.abs(times - times[0] - first.times_ns + first.times_ns[0]).max() <= 1000
        assert abs(int(times[0] - first.times_ns[0])) <= 1000
        bus = 1 if suffix in (".asc", ".blf", ".trc") else 0
        assert set(recording.frames.bus.tolist()) == {bus}
