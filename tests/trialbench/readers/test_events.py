"""Events that are no CAN frames are skipped and counted; whatever else does not fit is damage."""

from __future__ import annotations

from pathlib import Path

import pytest

import trialbench as tb
from trialbench.frames import BRS, ERROR, ESI, EXTENDED, FD, REMOTE, TX
from trialbench.readers import read
from trialbench.recording import Recording

HEAD = (
    "date Tue Nov 14 10:13:20.250 pm 2023\nbase hex  timestamps absolute\ninternal events logged\n"
)
BEGIN = "Begin Triggerblock Tue Nov 14 10:13:20.250 pm 2023\n"
FRAME = "   {time} 1  123             Rx   d 2 01 FF{tail}\n"
TAIL = "  Length = 240000 BitCount = 124 ID = 291"
TRC = ";$FILEVERSION=2.1\n;$STARTTIME=45244.5\n;$COLUMNS=N,O,T,B,I,d,R,L,D\n"


def recorded(tmp_path: Path, suffix: str, text: str) -> Recording:
    path = tmp_path / f"drive{suffix}"
    path.write_bytes(text.encode())
    return read(path)


def between_frames(tmp_path: Path, *lines: str, tail: str = "") -> Recording:
    """An ASC file with the lines between its two frames at 1 s and 3 s."""
    first, last = (FRAME.format(time=time, tail=tail) for time in ("1.000000", "3.000000"))
    text = HEAD + BEGIN + first + "".join(f"   2.000000 {line}\n" for line in lines) + last
    return recorded(tmp_path, ".asc", text + "End TriggerBlock\n")


EVENTS = {
    "Start of measurement": ("Start of measurement", "CANFD   Start of measurement", "Start der Messung"),
    "Statistic": ("1  Statistic: D 2 R 0 XD 0 XR 0 E 0 O 0 B 0.04%",),
    "Status": ("CAN 1 Status:chip status error active", "CAN 1 Status:chip status error passive - TxErr: 132 RxErr: 0"),
    "Overload frame": ("1  OverloadFrame",),
    "Trigger": ("log trigger event", "log direct start (0ms)", "log direct stop (10ms)"),
    "J1939TP": ("1  J1939TP FEE3p        6    0  0   -   Rx   d 23 A0 0F A6", "J1939TP FEE3p 6 0 0 - Rx d 23 A0"),
    "LIN": (
        "Li 14              Rx     8 2a 79 00 00 00 80 c0 ff  checksum = 07   header time =  40, full time = 135  CSM = enhanced",
        "L1 SlaveNoResp 2d", "Li 14 Rx 8 2a 79 00 00 00 80 c0 ff",
        ("Li 14 Rx 2 2a 79 checksum = 07 header time =  40, full time = 135  SOF =   42.010348   BR = 19200  break = 942203 109234   EOH =   42.012418"
        "    EOB =   42.012979    42.013527    sim = 0    EOF =   42.017364   RBR = 19157  HBR = 19202.640363  HSO = 22785     RSO = 22837     CSM = enhanced"),
        "L1 33 Tx 1 01 slave = 1, state = 2 checksum = 07 header time = 40, full time = 1 start of frame = 1.5, sync break = 1105 us (21.2 bits), sync delimiter = 105 us (2.0 bits)",
 "Li SchedModChng    prior scheduler mode = 2, next scheduler mode = 3", "Li 3c TransmErr header time = 40, full time = 41",
        "Li WakeupFrame     Tx       18   SOF =   62.000000   BR = 2      LengthCode = 0", "L2 Statistic 1 12.3456 1 2 3 4 5",
        "Li Unexpected wakeup: approx. 250us SOF = 1.000000 BR = 19200", "L1 12 8 RcvError: sync StateReason = 1", "Li SleepModeEvent 0 starting up in wake mode",
    ),
    "Ethernet": ("ETH 1 Rx 3c:0123456789ab", "ETH 1 STAT Link:Link up LinkSpeed:1000 Physical:802.3 Duplex:Full MDI:Direct Connector:RJ45"),
    "AFDX": ("AFDX 1 Rx 1 64 0 3f:03000000FE53",),
    "FlexRay": ("Fr RMSG  0 0 1 1 11 16 Rx 0 0 0 0 20 20 00 11 22 33", "Fr * StartCycleEvent NM Vector: 2 00 00"),
    "MOST": ("M1 Rx 0100 0400 04 00 7F 00", "M1 NetState: 0 2", "M1 Pkt: Tx 0100 0101 40 01 0 01 0000 00E 52 01"),
    "K Line": ("COM2 Tx 5 1 97", "KL1 Rx 10400 2 82 61"),
    "WLAN": ("WLAN 1 Rx 0 0 20:00112233",),
    "ARINC 429": ("A429 1 Rx 0 12345678",),
    "CAN XL": ("CANXL   2 Rx   XLFF   984438   4656      432  msgCanXlTest1 e0 0  1fe  511 1 1f96 00 00000000 e1 89",),
    "System variable": ("SV: 2 0 1 ::Body::Door = 1",),
    "Environment variable": ("EnvSpeed := 40",),
    "Signal": ("1 Node::Message::Speed = 12",),
    "GPS": ("GPS-Device: 1  La:48.82 Lo:9.09 Alt:300 Sp:10 Co:5",),
    "Comment": ("Comment: 0 the driver brakes",),
    "Marker": ("0 0 16777215 0 GMGroup: g GMMarker: m GMDescription: d",),
    "Test structure": ("TFS: [1,2] Test case begins",),
    "Diagnostics": ("DiagRequest [Door] 22 F1 90",),
}  # fmt: skip


@pytest.mark.parametrize("kind", EVENTS)
def test_asc_counts_each_kind_of_event(tmp_path: Path, kind: str) -> None:
    recording = between_frames(tmp_path, *EVENTS[kind])
    assert recording.errors == ()
    assert recording.skipped_events == {kind: len(EVENTS[kind])}
    assert recording.frames is not None
    assert len(recording.frames) == 2


def test_asc_comments_are_no_events(tmp_path: Path) -> None:
    text = (
        HEAD
        + "// version 9.0.0\n"
        + BEGIN
        + "// 1 OTP(05) Atom\n"
        + FRAME.format(time="1.0", tail="")
    )
    recording = recorded(tmp_path, ".asc", text + "End TriggerBlock\n")
    assert recording.errors == ()
    assert recording.skipped_events == {}


@pytest.mark.parametrize(
    "line",
    [
        "1  123x            Rxx  d 2 01 FF", "1  123 x           Rx   d 2 01 FF", "1  123             Rx d  2 01 FF 00", "1  123             Rx   d 3 01 FF",
        "1  123             Rx   d 2 01 FF junk", "q  123             Rx   d 2 01 FF", "1  123y            Rx   d 2 01 FF", "1  123             Rz   d 2 01 FF",
        "1  123             Rx   d 2 01 0", "1  Statistic", "1  Statistic: D 2 R 0 03 04", "CAN 1 Status:chip sta123 Rx d 2 01 FF", "CAM 1 Status:chip status error active",
        "Li 14              Rx     8 2a 79 1 123 Rx d 2 01 FF", "Li 14              Rx     8 2a 79 00 00  Length = 1 BitCount = 2 ID = 3", "ETX 1 Rx 3c:01",
        "Start of measuremen", "1  123             Rx   d 2 01 \0F", "\0\0\0\0\0\0", "1  ErrorFrame 01 FF", "1  ErrorF 123 Rx d 2 01 FF", "CANFD   1 Rx        123  1 0 2 3 01 02 03",
        "CANFD   1 Rx        123  1 0 8 8 01 02 03 04 05 06 07", "CANFD   1 Rx        123  1 0 1 1 01 0 0 0 0 0 0 0 0 0", "CANXL   1 Rx   CBFG   1 1 123 2 2 01 FF 0 0",
        "date Tue Nov 14 10:13:20.250 pm 2023", "1  123             Rx   r 8 01 FF", "1  123             Rx   r junk", "log trigger even", "1  123",
    ],
)  # fmt: skip
def test_asc_lines_that_are_neither_frame_nor_event_are_damage(tmp_path: Path, line: str) -> None:
    recording = between_frames(tmp_path, line)
    (error,) = recording.errors
    assert error.where == "line 6"
    start = recording.start_ns - 1_000_000_000
    assert (error.from_ns, error.to_ns) == (start + 1_000_000_000, start + 3_000_000_000)
    assert recording.frames is not None
    assert len(recording.frames) == 2


@pytest.mark.parametrize("line", [*HEAD.splitlines(), BEGIN.strip(), "End TriggerBlock", "\0" * 40])
def test_asc_header_and_ends_have_their_place(tmp_path: Path, line: str) -> None:
    first, last = (FRAME.format(time=time, tail="") for time in ("1.000000", "3.000000"))
    recording = recorded(tmp_path, ".asc", f"{HEAD}{BEGIN}{first}{line}\n{last}End TriggerBlock\n")
    assert [error.where for error in recording.errors] == ["line 6"]


def test_asc_frames_say_their_identifier_twice(tmp_path: Path) -> None:
    good, bad = "1  123             Rx   d 1 00", "1  122             Rx   d 1 00"
    assert between_frames(tmp_path, good + TAIL, tail=TAIL).errors == ()
    lines = [good + TAIL] * 10
    (error,) = between_frames(tmp_path, *lines, bad + TAIL, tail=TAIL).errors
    assert error.cause == "the number behind ID = is not the identifier"


def test_asc_reads_classic_and_fd_frames_of_can_xl_channels(tmp_path: Path) -> None:
    recording = between_frames(
        tmp_path,
        "CANXL   2 Rx   CBFF   243215   176      432  msgCanCCTest1 f 8 e1 89 e8 c2 b9 6d 5a f1 174 00000000 00000000 000000050005000e",
        "CANXL   2 Tx   CEFF   243215   176      18FEF100x  2 2 0a 0b 174 00000000",
        "CANXL   2 Rx   FBFF   243215   176      432  msg 9 12 e1 89 e8 c2 b9 6d 5a f1 11 22 33 44 a 12345 00003240 00000000",
        "CANXL   2 Rx   FEFF   243215   176      18FEF100  1 1 07 a 12345 00005000",
        "CANXL   2 Rx   CBFF   243215   176      432  5 0 174 00000010",
    )  # fmt: skip
    assert recording.errors == ()
    frames = recording.frames
    assert frames is not None
    assert frames.bus.tolist()[1:-1] == [2] * 5
    assert frames.ids.tolist()[1:-1] == [0x432, 0x18FEF100, 0x432, 0x18FEF100, 0x432]
    assert frames.flags.tolist()[1:-1] == [0, EXTENDED | TX, FD | BRS, FD | EXTENDED | ESI, REMOTE]
    assert frames.lengths.tolist()[1:-1] == [8, 2, 12, 1, 0]
    assert bytes(frames.data[3, :12]).hex() == "e189e8c2b96d5af111223344"


def test_asc_knows_error_frames_of_every_channel(tmp_path: Path) -> None:
    recording = between_frames(
        tmp_path,
        "1  ErrorFrame",
        "1  ErrorFrame\tECC: 10100010",
        "2  ErrorFrame Flags = 0xe CodeExt = 0x20a2 Code = 0x82 ID = 0 DLC = 0 Position = 5 Length = 11300",
        "CANFD   5 Tx ErrorFrame Not Acknowledge error, dominant error flag fffe c7 31ca Arb. 556 44 0 0 f 64 00 00 1331984 11 0",
    )
    assert recording.errors == ()
    assert recording.frames is not None
    assert [bool(flag & ERROR) for flag in recording.frames.flags] == [False, *[True] * 4, False]


def test_a_harmed_header_of_an_asc_file_is_told(tmp_path: Path) -> None:
    frame = FRAME.format(time="1.000000", tail="")
    dec = HEAD.replace("base hex", "base dfc") + BEGIN + frame + "End TriggerBlock\n"
    assert (None, None) in [(e.from_ns, e.to_ns) for e in recorded(tmp_path, ".asc", dec).errors]
    begin = HEAD + BEGIN.replace("Begin", "Begim") + frame + "End TriggerBlock\n"
    causes = [error.cause for error in recorded(tmp_path, ".asc", begin).errors]
    assert any("times count from 1970" in cause for cause in causes)


def test_what_is_lost_from_an_asc_file_with_relative_times_is_lost_for_what_follows(
    tmp_path: Path,
) -> None:
    text = "base hex  timestamps relative\n1.0 1 123 Rx d 1 11\n1.0 1 1x23 Rx d 1 22\n1.0 1 123 Rx d 1 33\n"
    (error,) = recorded(tmp_path, ".asc", text).errors
    assert (error.from_ns, error.to_ns) == (1_000_000_000, None)


def test_one_byte_cannot_turn_a_rejection_into_an_acceptance(tmp_path: Path) -> None:
    (tmp_path / "x.dbc").write_text(
        'VERSION ""\nBO_ 256 M: 1 E\n SG_ v : 0|8@1+ (1,0) [0|255] "" E\n'
    )
    lines = [
        f" {k / 100:.6f} 1  100             Rx   d 1 {255 if k == 30 else 1:02X}" for k in range(60)
    ]
    good = HEAD + BEGIN + "\n".join(lines) + "\nEnd TriggerBlock\n"
    protocol = tb.Protocol.loads(
        b'[protocol]\nname = "p"\nversion = "1.0"\n[reference]\nv = {signal = "v"}\n'
        b'[[criteria]]\nid = "c"\nstl = "always(v < 200)"\n'
    )
    verdicts = []
    for text in (good, good.replace(" Rx   d 1 FF", "xRx   d 1 FF")):
        (tmp_path / "drive.asc").write_text(text)
        recording = tb.read(tmp_path / "drive.asc", dbc=tmp_path / "x.dbc")
        verdicts.append(str(tb.judge(protocol, [recording]).verdict))
    assert [verdict.lower() for verdict in verdicts] == ["rejected", "inconclusive"]


@pytest.mark.parametrize(
    ("numbers", "wrong"),
    [((1, 2, 3, 4), []), ((0, 1, 2, 3), []), ((1, 2, 4, 5), ["line 6"]), ((1, 2, 2, 3), ["line 6"]), ((5, 6, 7, 8), ["line 4"]),
     ((1, 2, 1, 2), ["line 6"]), ((1, 3, 5, 6), ["line 5", "line 6"])],
)  # fmt: skip
def test_trc_numbers_tell_what_is_missing(
    tmp_path: Path, numbers: tuple[int, ...], wrong: list[str]
) -> None:
    rows = [f" {n} {k + 1}.000 DT 1 0001 Rx - 1 11\n" for k, n in enumerate(numbers)]
    recording = recorded(tmp_path, ".trc", TRC + "".join(rows))
    assert [error.where for error in recording.errors] == wrong
    assert recording.frames is not None
    assert len(recording.frames) == 4


def test_the_message_before_a_gap_of_a_trc_file_is_in_doubt(tmp_path: Path) -> None:
    """It may be the first half of one message and the second of another."""
    rows = [f" {n} {n}.000 DT 1 0001 Rx - 1 11\n" for n in (1, 2, 3, 7, 8)]
    recording = recorded(tmp_path, ".trc", TRC + "".join(rows))
    (error,) = recording.errors
    start = recording.start_ns
    assert (error.from_ns, error.to_ns) == (start + 1_000_000, start + 6_000_000)


def test_trc_counts_what_is_no_message(tmp_path: Path) -> None:
    rows = (
        " 1 1.000 DT 1 0001 Rx - 1 11\n 2 2.000 ER 1 - Rx - 5 04 00 02 00 00\n 3 3.000 EV 1  User-defined event\n"
        " 4 4.000 EV -  for all busses\n 5 5.000 ST 1 - Rx - 4 00 00 00 08\n 6 6.000 EC 1 - Rx - 2 02 02\n 7 7.000 RR 1 0100 Rx - 3\n"
    )
    recording = recorded(tmp_path, ".trc", TRC + rows)
    assert recording.errors == ()
    assert recording.skipped_events == {"Error counters": 1, "Event": 2, "Status": 1}
    assert recording.frames is not None
    assert recording.frames.flags.tolist() == [0, ERROR, REMOTE]


def test_trc_reads_peaks_own_examples(tmp_path: Path) -> None:
    old = (
        ";##########\n     1)      1841      0001  8  00 00 00 00 00 00 00 00 \n     2)      1842      0008  4  ERROR 00 19 08 08 \n"
        "     3)      1843  FFFFFFFF  4  00 00 00 04 -- -- -- --  BUSLIGHT \n     4)      1844      0100  3  RTR \n"
    )
    found = recorded(tmp_path, ".trc", old)
    assert found.errors == ()
    assert found.skipped_events == {"Warning": 1}
    assert found.frames is not None
    assert found.frames.flags.tolist() == [0, ERROR, REMOTE]
    new = (
        ";$FILEVERSION=2.0\n;$STARTTIME=42209.4\n;$COLUMNS=N,O,T,I,d,l,D\n      1      1334.416 FD     0500 Tx 12 01 02 03 04 05 06 07 08 09 0A 0B 0C \n"
        "      2      1334.522 ER          Rx    04 00 02 00 00 \n      3      1334.531 ST          Rx    00 00 00 08 \n      4      1334.643 EC          Rx    02 02 \n"
    )  # fmt: skip
    found = recorded(tmp_path, ".trc", new)
    assert found.errors == ()
    assert found.skipped_events == {"Error counters": 1, "Status": 1}


@pytest.mark.parametrize(
    "line",
    ["2 2.000 DT 1 0001 Rx - 1 11 22", "2 2.000 DT 1 0001 Rx - 1 11 x", "2 2.000 DT 1 001 Rx - 1 11", "x 2.000 DT 1 0001 Rx - 1 11",
     "2 2.000 DT 1 0001 Rx x 1 11", "2 2.000 ST 1 - Rx - 4 00 00", "2 2.000 RR 1 0001 Rx - 1 11", "2 2.000 DT 1 0001 Rx - 1 \0\0",
     "2 2.000 ER 1 - Rx - 1 00 DT 1 0001 Rx"],
)  # fmt: skip
def test_text_behind_a_trc_message_is_damage(tmp_path: Path, line: str) -> None:
    text = f"{TRC} 1 1.000 DT 1 0001 Rx - 1 11\n {line}\n 3 3.000 DT 1 0001 Rx - 1 22\n"
    assert [error.where for error in recorded(tmp_path, ".trc", text).errors] == ["line 5"]


def test_a_second_header_ends_a_trc_file(tmp_path: Path) -> None:
    text = f"{TRC} 1 1.000 DT 1 0001 Rx - 1 11\n"
    recording = recorded(tmp_path, ".trc", text + text)
    (error,) = recording.errors
    assert (error.where, error.to_ns) == ("line 5", None)
    assert "another header" in error.cause
    assert recording.frames is not None
    assert len(recording.frames) == 1


def test_candump_counts_can_xl(tmp_path: Path) -> None:
    text = "(1.000000) can0 123#11\n(2.000000) can0 45123#81:00:12345678#11223344556677\n(3.000000) can0 123#22\n"
    recording = recorded(tmp_path, ".log", text)
    assert recording.errors == ()
    assert recording.skipped_events == {"CAN XL": 1}


@pytest.mark.parametrize(
    "line",
    ["(2.000000) can0 45123#81:00:12345678#112", "(2.000000) can0 45123#81:00:1234567#11", "(2.000000) can0 1234#11", "(2.000000) can0 1234567#11",
     "(2.000000) can0 123##1" + "11" * 9, "(2.000000) can0 123##911", "(2.000000) can0 123#R9", "(2.000000) can0 123#11R", "(2.000000) can0 123#11_9",
     "(2.000000) ca\0n0 123#11", "#11", "; comment", "(2.000000)can0 123#11", "\0" * 30, "(2.000000) can0 123#11 (3.000000) can0 123#11"],
)  # fmt: skip
def test_candump_lines_that_no_candump_writes_are_damage(tmp_path: Path, line: str) -> None:
    text = f"(1.000000) can0 123#11\n{line}\n(3.000000) can0 123#22\n"
    (error,) = recorded(tmp_path, ".log", text).errors
    assert (error.where, error.from_ns, error.to_ns) == ("line 2", 1_000_000_000, 3_000_000_000)


def test_a_shorter_frame_before_a_bad_line_is_in_doubt(tmp_path: Path) -> None:
    text = "(1.000000) can0 123#1122\n(2.000000) can0 123#11\n22\n(3.000000) can0 123#1122\n"
    (error,) = recorded(tmp_path, ".log", text).errors
    assert (error.from_ns, error.to_ns) == (1_000_000_000, 3_000_000_000)


def test_a_stamp_that_lost_a_digit_is_damage_where_all_others_have_it(tmp_path: Path) -> None:
    lines = [f"({k}.250000) can0 123#{k % 256:02X}\n" for k in range(200)]
    lines[100] = "(100.50000) can0 123#FF\n"
    (error,) = recorded(tmp_path, ".log", "".join(lines)).errors
    assert error.where == "line 101"
    assert "decimals" in error.cause
    floats = "".join(f"({1.7e9 + k * 0.1234567!r}) can0 123#{k % 256:02X}\n" for k in range(200))
    assert recorded(tmp_path, ".log", floats).errors == ()
