"""Other people's logs: each way to write a frame a line gives the same frames."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.data import DATA, with_data
from tests.trialbench.readers.dialects import DRIVE, LOGS, WITHOUT_STAMPS, Sent, clock, written
from trialbench import cli
from trialbench.errors import RecordingError
from trialbench.frames import ERROR, EXTENDED, FD, REMOTE, TX
from trialbench.readers import format_of, read
from trialbench.readers.tables.dialect import DIALECTS

if TYPE_CHECKING:
    from pathlib import Path

    from trialbench.recording import Recording

FIRST_NS = DRIVE[0].ms * 10**6
CASES = DATA.parent / "cases" / "bench" / "logs"
GVRET = "Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n"


def reading(
    folder: Path, data: bytes | str, name: str = "log.txt", period_ns: int | None = None
) -> Recording:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read(path, period_ns=period_ns)


def frames(recording: Recording) -> list[tuple[int, int, bool, bytes]]:
    """Milliseconds since the first frame, identifier, whether of 29 bits, and bytes of each frame."""
    found = recording.frames
    assert found is not None
    start = int(found.times_ns[0])
    rows = zip(found.times_ns, found.ids, found.flags, found.lengths, found.data, strict=True)
    return [
        ((int(time) - start) // 10**6, int(ident), bool(flags & EXTENDED), bytes(data[:length]))
        for time, ident, flags, length, data in rows
    ]


def first_ns(recording: Recording) -> int:
    assert recording.frames is not None
    return int(recording.frames.times_ns[0])


EXPECTED = [(sent.ms - DRIVE[0].ms, sent.ident, sent.x, sent.payload) for sent in DRIVE]


@pytest.mark.parametrize("name", LOGS)
@pytest.mark.parametrize("suffix", ["log", "csv", "trc"])
def test_every_dialect_gives_the_same_frames(tmp_path: Path, name: str, suffix: str) -> None:
    recording = reading(tmp_path, written(name), f"drive.{suffix}")
    assert recording.errors == ()
    assert frames(recording) == EXPECTED
    assert any(note.startswith("read as ") for note in recording.notes)


@pytest.mark.parametrize("name", LOGS)
def test_no_line_of_one_dialect_is_a_frame_in_another(name: str) -> None:
    lines = written(name).decode().splitlines()[-len(DRIVE) :]
    fitting = [each.name for each in DIALECTS if all(map(each.line.fullmatch, lines))]
    assert len(fitting) <= 1


@pytest.mark.parametrize("suffix", [".log", ".asc", ".trc", ".csv"])
def test_what_a_fast_reader_knows_still_goes_to_it(tmp_path: Path, suffix: str) -> None:
    from tests.trialbench.readers.messages import drive, write

    path = write(tmp_path / f"drive{suffix}", drive(20))
    assert format_of("drive.txt", path.read_bytes()).name != "table of CAN frames"


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("SavvyCAN", FIRST_NS),
        ("SavvyCAN's header over milliseconds", FIRST_NS),
        ("SavvyCAN, negative stamps", FIRST_NS - 1_767_000_000 * 10**9),
        ("candump -ta", 1_700_000_012_340_000_000),
        ("candump -td", 0),
        ("CRTD", 1_700_000_012_340_000_000),
        ("numbered table", FIRST_NS + 36_000 * 10**9),
        ("> number, clock, St", FIRST_NS + 36_000 * 10**9),
        ("BUSMASTER", FIRST_NS + 36_000 * 10**9),
        ("tabs, ParserFlags", FIRST_NS),
        ("milliseconds, id, length, bytes", FIRST_NS),
    ],
)
def test_times_are_as_stamped(tmp_path: Path, name: str, first: int) -> None:
    assert first_ns(reading(tmp_path, written(name))) == first


def test_a_date_is_read_as_utc(tmp_path: Path) -> None:
    assert first_ns(reading(tmp_path, written("candump -tA"))) == 1_699_956_012_340_000_000


@pytest.mark.parametrize("name", WITHOUT_STAMPS)
def test_without_stamps_a_log_is_read_with_the_callers_period_alone(
    tmp_path: Path, name: str
) -> None:
    lines = [WITHOUT_STAMPS[name](at, sent) for at, sent in enumerate(DRIVE)]
    text = "\n".join(lines) + "\n"
    with pytest.raises(RecordingError, match=r"no time stamps.*--period 10ms"):
        reading(tmp_path, text)
    recording = reading(tmp_path, text, period_ns=10_000_000)
    assert frames(recording) == EXPECTED
    assert first_ns(recording) == 0
    assert any("10 ms apart, as the caller says" in note for note in recording.notes)


@pytest.mark.parametrize(
    ("line", "payload"),
    [("7E8 03 41 0C {:02X}", "03410C00"), ("1C4 03 41 0C {:02X}", "410C00")],
)
def test_the_first_byte_of_a_diagnostic_answer_is_no_length(
    tmp_path: Path, line: str, payload: str
) -> None:
    text = "\n".join(line.format(at) for at in range(10)) + "\n"
    assert frames(reading(tmp_path, text, period_ns=10**7))[0][3] == bytes.fromhex(payload)


def test_a_header_of_frames_over_other_rows_is_no_table_of_signals(tmp_path: Path) -> None:
    text = ",timestamp,arbitration_id,extended,remote,error,dlc,data\n" + "".join(
        f"{at},{12 + at / 10},0x1c4,0,0,0,8,ChssPU5fYHE=\n" for at in range(9)
    )
    with pytest.raises(RecordingError, match="line 1 names the columns of CAN frames"):
        reading(tmp_path, text, "frames.csv")


@pytest.mark.parametrize(("ids", "told"), [("123 456", True), ("123 45A", False)])
def test_identifiers_without_any_letter_are_told(tmp_path: Path, ids: str, told: bool) -> None:
    text = "time,id,dlc,data\n" + "".join(
        f"{at}.0,{ident},1,0A\n" for at, ident in enumerate(ids.split())
    )
    assert any("hexadecimal" in note for note in reading(tmp_path, text).notes) == told


LONGER = [Sent(12_340 + 10 * at, *DRIVE[at % 8][1:]) for at in range(32)]


@pytest.mark.parametrize("name", ["candump -ta -x -a", "CARBUS Analyzer", "Car Hacking challenge"])
def test_a_line_that_swallowed_the_next_is_damage(tmp_path: Path, name: str) -> None:
    whole = written(name, LONGER)
    end = b"\r" if whole.endswith(b"\r") else b"\n"
    lines = whole.split(end)
    recording = reading(tmp_path, end.join([*lines[:-9], lines[-9] + lines[-8], *lines[-7:]]))
    assert len(recording.errors) == 1


@pytest.mark.parametrize("name", ["CRTD", "time id#data", "IXXAT", "tshark"])
def test_bytes_that_are_gone_are_told_where_no_length_is_written(tmp_path: Path, name: str) -> None:
    text = written(name, LONGER).decode()
    cells = [DRIVE[0].cells(mark, form) for mark in (" ", "", ":") for form in ("02X", "02x")]
    shown = next(each for each in cells if each in text)
    recording = reading(tmp_path, text.replace(shown, shown[:-6], 1))
    (error,) = recording.errors
    assert "not as many bytes as all other frames" in error.cause


def test_an_identifier_may_have_frames_of_several_lengths(tmp_path: Path) -> None:
    text = "".join(f"{at}.0 7E8#{'AA' * (3 if at % 4 else 8)}\n" for at in range(40))
    assert reading(tmp_path, text).errors == ()


def test_columns_of_numbers_are_no_identifiers(tmp_path: Path) -> None:
    text = "t rpm water oil\n" + "".join(f"{at / 10} 800 {40 + at} {50 + at}\n" for at in range(9))
    assert reading(tmp_path, text).frames is None


def test_a_piece_of_an_identifier_is_none(tmp_path: Path) -> None:
    text = "".join(f"{10 + at} 18 DA F1 3 41 0C 1{at}\n" for at in range(9))
    with pytest.raises(RecordingError, match="no table of CAN frames"):
        reading(tmp_path, text, period_ns=10**7)


def test_slcan_stamps_go_on_over_the_minute(tmp_path: Path) -> None:
    text = "".join(f"t1C41{at:02X}{(59_990 + 10 * at) % 60_000:04X}\r" for at in range(4))
    recording = reading(tmp_path, text)
    assert [time for time, *_ in frames(recording)] == [0, 10, 20, 30]
    assert first_ns(recording) == 59_990 * 10**6


def test_the_shell_takes_a_period(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "console.txt"
    path.write_text(
        "".join(WITHOUT_STAMPS["candump"](at, sent) + "\n" for at, sent in enumerate(DRIVE))
    )
    assert cli.main(["signals", str(path)]) == 2
    assert "--period" in capsys.readouterr().err
    assert cli.main(["signals", str(path), "--period", "10ms"]) == 0
    assert f"{len(DRIVE)} frames" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        cli.main(["signals", str(path), "--period", "soon"])


def test_stamps_are_never_replaced_by_a_period(tmp_path: Path) -> None:
    recording = reading(tmp_path, written("CRTD"), period_ns=5)
    assert frames(recording) == EXPECTED
    assert any("the period is not used" in note for note in recording.notes)


def test_a_clock_goes_on_over_midnight_and_a_minutes_stamps_over_the_minute(tmp_path: Path) -> None:
    late = [Sent(13 * 3_600_000 + 3_599_980 + 10 * at, 0x1C4, b"\1\2") for at in range(5)]
    recording = reading(
        tmp_path,
        "NO,Direction,Time,Frame ID,Length,Data\n"
        + "".join(
            f"{at},Rx,{clock(Sent(each.ms % 50_400_000, 1, b''), '{h:02}:{m:02}:{s:02}.{ms:03}') if each.ms < 50_400_000 else f'00:00:00.{each.ms - 50_400_000:03}'},1C4,2,01 02\n"
            for at, each in enumerate(late)
        ),
    )
    assert [row[0] for row in frames(recording)] == [0, 10, 20, 30, 40]
    minute = "".join(
        f"{each:09.6f}\t1\t04\t1C4\t1\t0{at}\t00\t\r".replace(".", ",")
        for at, each in enumerate((59.98, 59.99, 0.0, 0.01))
    )
    recording = reading(tmp_path, "@ TEXT @ 3 @ 64 @\r" + minute)
    assert [row[0] for row in frames(recording)] == [0, 10, 20, 30]
    assert recording.errors == ()


def test_flags_buses_and_long_frames_are_those_of_the_line(tmp_path: Path) -> None:
    recording = reading(
        tmp_path,
        " (1700000000.000000)  can1  TX - -  1DB   [2]  F1 02\n"
        " (1700000000.010000)  can3  RX B -  1DB  [12]  F1 02 03 04 05 06 07 08 09 0A 0B 0C\n"
        " (1700000000.020000)  can3  RX - -  1DC   [0]  remote request\n"
        " (1700000000.030000)  can3  RX - -  20000004   [8]  00 04 00 00 00 00 00 00   ERRORFRAME\n"
        "\tcontroller-problem{rx-overflow-warning}\n"
        " (1700000000.040000)  can3  RX - -  1DC  [04]  01 02 03 04\n"
        " (1700000000.050000)  can3  RX - -  000001DC   [1]  01\n",
    )
    assert recording.frames is not None
    assert recording.errors == ()
    assert recording.frames.flags.tolist() == [TX, FD, REMOTE, ERROR | EXTENDED, FD, EXTENDED]
    assert recording.frames.bus.tolist() == [1, 3, 3, 3, 3, 3]
    assert recording.frames.lengths.tolist() == [2, 12, 0, 0, 4, 1]
    assert recording.skipped_events == {"comment": 1}


@pytest.mark.parametrize(
    ("head", "ident", "payload"),
    [
        ("   Format of data field: DEC\n   Format of id field:   DEC\n", 0x1C4, b"\x0a\x1b"),
        ("   Format of data field: HEX\n   Format of id field:   HEX\n", 0x452, b"\x10\x27"),
    ],
)
def test_a_head_says_whether_numbers_are_decimal(
    tmp_path: Path, head: str, ident: int, payload: bytes
) -> None:
    line = "    12.340000  1         452    Rx           2   10  27                   1\n"
    recording = reading(tmp_path, head + line + line.replace("12.34", "12.35"))
    assert frames(recording)[0][1:] == (ident, False, payload)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        (
            "time,id,dlc,data\n"
            + "".join(f"{at / 100},{300 + 17 * at},2,01 0F\n" for at in range(30)),
            "id\\(dec\\)",
        ),
        (
            "".join(f"{100_000 * at} 1C{at % 10} 2 0{at % 10} 0F\n" for at in range(30)),
            "time\\[ms\\]",
        ),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_with_the_remedy(
    tmp_path: Path, text: str, remedy: str
) -> None:
    with pytest.raises(RecordingError, match=remedy):
        reading(tmp_path, text)


def test_a_line_that_does_not_fit_is_damage_and_counted(tmp_path: Path) -> None:
    lines = [WITHOUT_STAMPS["serial console"](at, sent) for at, sent in enumerate(DRIVE)]
    lines = [f"({at / 100:.2f}) {line}" for at, line in enumerate(lines)]
    lines[3] = lines[3][:-4]
    lines[5] = "heap: 12345 free"
    recording = reading(tmp_path, "boot ok\n" + "\n".join(lines) + "\n(0.0")
    assert [(error.where, error.from_ns, error.to_ns) for error in recording.errors] == [
        ("line 1", None, 0),
        ("line 5", 20_000_000, 40_000_000),
        ("line 7", 40_000_000, 60_000_000),
        ("line 10", 70_000_000, None),
    ]
    assert "read 6 of 10 lines as frames" in recording.notes


def test_a_row_whose_columns_contradict_one_another_is_damage(tmp_path: Path) -> None:
    text = GVRET + "".join(
        f"{1000 * at},{ident},{extended},Rx,0,2,01,02,,,,,,,\n"
        for at, (ident, extended) in enumerate(
            [("1C4", "false"), ("18FEE500", "true"), ("9C4", "false"), ("1C4", "false")]
        )
    )
    recording = reading(tmp_path, text)
    assert [error.where for error in recording.errors] == ["line 4"]
    assert len(frames(recording)) == 3


@pytest.mark.parametrize(
    "name", ["CANTest", "PEAK without its head", "> number, clock, St", "Vehicle Spy"]
)
def test_where_lines_are_counted_a_missing_one_is_damage(tmp_path: Path, name: str) -> None:
    drive = [Sent(DRIVE[0].ms + 10 * at, 0x1C4, bytes(8)) for at in range(40)]
    lines = written(name, drive).splitlines(keepends=True)
    del lines[-7]
    (error,) = reading(tmp_path, b"".join(lines)).errors
    assert "the count of lines goes from" in error.cause
    assert (error.to_ns or 0) - (error.from_ns or 0) == 20_000_000


def test_a_last_line_without_its_end_is_believed_where_it_is_told_whole(tmp_path: Path) -> None:
    for name in ("SavvyCAN", "serial console", "CRTD", "CSS Electronics"):
        whole = written(name).rstrip(b"\n")
        assert frames(reading(tmp_path, whole)) == EXPECTED, name
        cut = reading(tmp_path, whole[:-4])
        assert frames(cut) == EXPECTED[:-1], name
        assert cut.errors[-1].to_ns is None


@pytest.mark.parametrize("name", LOGS)
def test_a_damaged_log_never_crashes_and_dropped_digits_are_told(tmp_path: Path, name: str) -> None:
    rnd = random.Random(name)
    sound = written(name)
    for _ in range(25):
        data = bytearray(sound)
        at = rnd.randrange(len(data))
        length = rnd.randrange(1, 9)
        kind = rnd.choice(("flip", "drop", "zero", "insert"))
        if kind == "flip":
            data[at] ^= 1 << rnd.randrange(8)
        elif kind == "drop":
            del data[at : at + length]
        elif kind == "zero":
            data[at : at + length] = bytes(length)
        else:
            data[at:at] = b"xyz\n"
        try:
            recording = reading(tmp_path, bytes(data))
        except RecordingError:
            continue
        if kind == "insert":
            assert recording.errors or frames(recording) == EXPECTED


@pytest.mark.parametrize(
    "text",
    [
        "time,id,data\n0.1,5,3.25\n0.2,6,3.5\n",
        "time,speed\n0.1,5\n0.2,6\n",
        "timestamp_ns,a,b,c,d\n1,2,1,2,3\n2,2,3,4,5\n",
    ],
)
def test_a_table_of_signals_is_no_table_of_frames(tmp_path: Path, text: str) -> None:
    recording = reading(tmp_path, text, "signals.csv")
    assert recording.frames is None
    assert recording.signals


@pytest.mark.parametrize(
    "text",
    [
        "  _REQUEST = 5 Bytes\n    0000 : 31 01 AD 6E 01                    1.n.\n" * 20,
        "7e0[7e8]:f400 98 18 00 11\n7e0[7e8]:f401 00 04 00 00\n" * 10,
        "{ 0x7e3u, 0x7ebu, 0x22, 0xe005u } // temperature\n" * 10,
        "1 2 3\n" * 20,
    ],
)
def test_notes_that_are_no_log_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RecordingError, match="no table of CAN frames"):
        reading(tmp_path, text)


def test_a_header_without_its_line_feed_is_a_recording_of_nothing(tmp_path: Path) -> None:
    recording = reading(tmp_path, GVRET.strip())
    assert recording.frames is not None
    assert len(recording.frames) == 0


def test_a_header_alone_is_a_recording_of_nothing(tmp_path: Path) -> None:
    recording = reading(tmp_path, GVRET, "empty.csv")
    assert recording.frames is not None
    assert len(recording.frames) == 0


@with_data
@pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not there")
@pytest.mark.parametrize(
    "name", sorted(path.name for path in CASES.glob("*") if path.stem != "expected")
)
def test_the_shared_dialects_give_their_six_frames(name: str) -> None:
    period = 10_000_000 if name == "candump_console.txt" else None
    found = read(CASES / name, period_ns=period).frames
    assert found is not None
    assert found.ids.tolist() == [0x1DB, 0x1DC, 0x1ED, 0x18FEF100, 0x1DB, 0x55B]
    assert (found.times_ns - found.times_ns[0]).tolist() == [10_000_000 * at for at in range(6)]
    payloads = [
        bytes(row[:length]).hex() for row, length in zip(found.data, found.lengths, strict=True)
    ]
    assert payloads == [
        "f1020304a0b0c0d0",
        "0102030405060708",
        "ffe362",
        "ff00112233445566",
        "f2020304a0b0c0d1",
        "d880000000e70011",
    ]
