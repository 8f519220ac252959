"""Which signals come out of frames, under which names, and what is said of the rest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.trialbench.dbc.make import ERROR_FRAME, REMOTE_FRAME, Sent, make_database, make_frames
from trialbench.dbc import Database, Decoded, decode
from trialbench.errors import DbcError

CAR = """
BO_ 1 Wheel: 8 X
 SG_ Speed : 0|8@1+ (1,0) [0|0] "km/h" X
 SG_ Slip : 8|8@1- (0.5,0) [0|0] "%" X
BO_ 2 Gnss: 8 X
 SG_ Speed : 0|8@1+ (2,0) [0|0] "m/s" X
 SG_ Valid : 8|1@1+ (1,0) [0|0] "" X
"""
TABLE = """
BO_ 7 Table: 4 X
 SG_ Mode M : 0|8@1+ (1,0) [0|0] "" X
 SG_ Page m1M : 8|8@1+ (1,0) [0|0] "" X
 SG_ Deep m2 : 16|8@1+ (1,0) [0|0] "" X
 SG_ Wide m2 : 16|16@1+ (1,0) [0|0] "" X
SG_MUL_VAL_ 7 Page Mode 1-2;
SG_MUL_VAL_ 7 Deep Page 2-3, 9-9;
SG_MUL_VAL_ 7 Wide Mode 3-3;
"""
WHEEL = Sent(1, bytes([10, 0xFE, 0, 0, 0, 0, 0, 0]))
GNSS = Sent(2, bytes([20, 1, 0, 0, 0, 0, 0, 0]))


@pytest.fixture
def car(tmp_path: Path) -> Database:
    return make_database(tmp_path / "car.dbc", CAR)


def decoded(
    sent: Iterable[Sent], databases: Mapping[int | None, Sequence[Database]] | Database
) -> Decoded:
    return decode(
        make_frames(sent), {None: [databases]} if isinstance(databases, Database) else databases
    )


def test_a_signal_has_the_times_of_its_frames_its_values_and_its_unit(car: Database) -> None:
    signals = decoded([WHEEL, GNSS, WHEEL], car)
    slip = signals["Slip"]
    assert slip.times_ns.tolist() == [1_000_000_000, 1_002_000_000]
    assert slip.values.tolist() == [-1.0, -1.0]
    assert slip.unit == "%"
    assert signals["Slip"] is slip


def test_what_is_decoded_cannot_be_written_to(car: Database) -> None:
    slip = decoded([WHEEL], car)["Slip"]
    assert not slip.values.flags.writeable
    assert not slip.times_ns.flags.writeable


def test_a_name_that_two_recorded_messages_have_takes_the_message_in_front(car: Database) -> None:
    signals = decoded([WHEEL, GNSS], car)
    assert list(signals) == ["Wheel.Speed", "Slip", "Gnss.Speed", "Valid"]
    assert signals["Gnss.Speed"].values.tolist() == [40.0]
    with pytest.raises(DbcError, match=r"^signal Speed is ambiguous: Gnss.Speed, Wheel.Speed$"):
        signals["Speed"]


def test_a_name_that_one_recorded_message_has_stays_bare(car: Database) -> None:
    signals = decoded([GNSS], car)
    assert list(signals) == ["Speed", "Valid"]
    assert signals["Speed"] is signals["Gnss.Speed"]


def test_every_spelling_that_fits_one_signal_is_taken(car: Database) -> None:
    signals = decoded([WHEEL], car)
    for spelling in ("Slip", "Wheel.Slip", "0:Slip", "0:Wheel.Slip"):
        assert signals[spelling] is signals["Slip"]
        assert signals.message_of(spelling) == "Wheel"


def test_a_signal_on_two_buses_takes_the_bus_in_front(car: Database) -> None:
    signals = decoded([WHEEL, Sent(1, b"\x07\x02", bus=3), GNSS], car)
    assert list(signals) == ["0:Wheel.Speed", "0:Slip", "Gnss.Speed", "Valid", "3:Speed", "3:Slip"]
    assert signals["3:Speed"].values.tolist() == [7.0]
    with pytest.raises(DbcError, match=r"Speed is ambiguous: 0:Wheel.Speed, 3:Speed, Gnss.Speed"):
        signals["Speed"]
    with pytest.raises(DbcError, match="ambiguous"):
        signals.message_of("Wheel.Slip")


def test_a_name_that_is_nowhere_is_no_key(car: Database) -> None:
    signals = decoded([WHEEL], car)
    assert "Gone" not in signals
    assert signals.get("9:Speed") is None
    with pytest.raises(KeyError):
        signals.message_of("Gone")


def test_a_described_signal_without_frames_is_told_from_an_unknown_one(car: Database) -> None:
    signals = decoded([WHEEL], car)
    assert "Valid" not in signals
    for name in ("Valid", "Gnss.Valid", "0:Valid", "5:Gnss.Valid", "Speed"):
        assert signals.describes(name)
    for name in ("Vallid", "Wheel.Valid", "x:Valid", "999999:Valid", "0:"):
        assert not signals.describes(name)


def test_near_names_are_offered(car: Database) -> None:
    signals = decoded([WHEEL], car)
    assert signals.near("Slop")[0] == "Slip"
    assert signals.near("0:Valit") == ["Valid"]
    assert signals.near("completely else") == []


def test_each_bus_has_its_own_databases_and_none_stands_for_the_others(
    tmp_path: Path, car: Database
) -> None:
    other = make_database(tmp_path / "other.dbc", CAR.replace("(1,0)", "(3,0)"))
    sent = [Sent(1, b"\x05\x00", bus=bus) for bus in (0, 1, 2)]
    signals = decoded(sent, {None: [car], 1: [other], 2: []})
    assert signals["0:Speed"].values.tolist() == [5.0]
    assert signals["1:Speed"].values.tolist() == [15.0]
    assert signals.undecoded_frames == 1
    assert not signals.describes("2:Speed")
    only = decoded(sent, {1: [other]})
    assert (list(only), only.undecoded_frames) == (["Speed", "Slip"], 2)


def test_the_first_of_two_databases_decodes_and_the_other_is_told(
    tmp_path: Path, car: Database
) -> None:
    other = make_database(tmp_path / "other.dbc", CAR.replace(" 1 Wheel", " 1 Rad"))
    signals = decoded([WHEEL], {None: [car, other]})
    assert list(signals) == ["Speed", "Slip"]
    assert signals.problems == (
        "message Rad of other.dbc is not decoded: Wheel of car.dbc has its identifier 0x1",
        "message Gnss of other.dbc is not decoded: Gnss of car.dbc has its identifier 0x2",
    )


def test_two_databases_may_name_different_messages_alike(tmp_path: Path, car: Database) -> None:
    other = make_database(tmp_path / "other.dbc", CAR.replace("BO_ 1", "BO_ 3"))
    signals = decoded([WHEEL, Sent(3, b"\x01\x00")], {0: [car, other]})
    assert list(signals) == ["Wheel.Speed", "Wheel.Slip", "Wheel_3.Speed", "Wheel_3.Slip"]
    assert signals.problems[0] == (
        "message Wheel of other.dbc has the name of another: called Wheel_3 here"
    )


def test_frames_without_a_message_and_without_data_are_counted_apart(car: Database) -> None:
    sent = [
        *(WHEEL, Sent(9, b""), Sent(0x12345, b"\x01")),
        *(Sent(1, b"", flags=REMOTE_FRAME), Sent(1, b"\x01", flags=ERROR_FRAME)),
        Sent(1, b"", flags=REMOTE_FRAME | ERROR_FRAME),
    ]
    signals = decoded(sent, car)
    assert len(signals["Speed"]) == 1
    assert signals.undecoded_frames == 2
    assert (signals.remote_frames, signals.error_frames) == (1, 2)


def test_an_11_bit_identifier_is_not_the_29_bit_one_of_the_same_number(car: Database) -> None:
    signals = decoded([Sent(1, b"\x01\x02", extended=True)], car)
    assert (len(signals), signals.undecoded_frames) == (0, 1)


def test_no_frames_give_no_signals(car: Database) -> None:
    signals = decoded([], car)
    assert (list(signals), signals.undecoded_frames, signals.problems) == ([], 0, ())
    assert signals.describes("Speed")


def test_a_frame_too_short_for_a_signal_has_no_sample_of_it(car: Database) -> None:
    signals = decoded([WHEEL, Sent(1, b"\x21"), Sent(1, b"")], car)
    assert signals["Speed"].values.tolist() == [10.0, 33.0]
    assert signals["Slip"].values.tolist() == [-1.0]
    assert signals.problems == (
        "message Wheel on bus 0: 2 of 3 frames are too short for some of its signals",
    )


def test_a_signal_that_no_frame_is_long_enough_for_is_no_key(car: Database) -> None:
    signals = decoded([Sent(1, b"\x21")], car)
    assert list(signals) == ["Speed"]
    assert "Slip" not in signals
    assert signals.describes("Slip")


def test_a_multiplexed_signal_is_there_only_where_it_is_selected(tmp_path: Path) -> None:
    table = make_database(tmp_path / "table.dbc", TABLE)
    rows = [[0, 2, 1, 0], [1, 2, 2, 0], [2, 3, 3, 0], [2, 8, 4, 0], [1, 9, 5, 0], [3, 2, 6, 1]]
    signals = decoded([Sent(7, bytes(row)) for row in rows], table)
    assert signals["Mode"].values.tolist() == [0, 1, 2, 2, 1, 3]
    assert signals["Page"].values.tolist() == [2, 3, 8, 9]
    assert signals["Deep"].values.tolist() == [2, 3, 5]
    assert signals["Deep"].times_ns.tolist() == [1_001_000_000, 1_002_000_000, 1_004_000_000]
    assert signals["Wide"].values.tolist() == [6 + 256]


def test_a_multiplexer_that_is_cut_off_selects_nothing(tmp_path: Path) -> None:
    table = make_database(tmp_path / "table.dbc", TABLE)
    signals = decoded([Sent(7, bytes([1])), Sent(7, bytes([1, 2])), Sent(7, b"")], table)
    assert list(signals) == ["Mode", "Page"]
    assert "Deep" not in signals


def test_a_negative_multiplexer_is_compared_by_its_bits(tmp_path: Path) -> None:
    text = (
        'BO_ 7 T: 2 X\n SG_ Mode M : 0|8@1- (2,0) [0|0] "" X\n'
        ' SG_ S m255 : 8|8@1+ (1,0) [0|0] "" X\n'
    )
    database = make_database(tmp_path / "t.dbc", text)
    signals = decoded([Sent(7, b"\xff\x09"), Sent(7, b"\xfe\x08")], database)
    assert signals["S"].values.tolist() == [9.0]
    assert signals["Mode"].values.tolist() == [-2.0, -4.0]


@pytest.mark.parametrize(
    ("sent", "matches"),
    [
        (0x0CF00400, True),
        (0x18F004FE, True),  # another priority and sender
        (0x18F00500, False),  # another group
        (0x19F00400, False),  # another data page
        (0x0CEF0021, True),
        (0x18EFFF42, True),  # PDU1: another destination, too
        (0x18EE0021, False),
    ],
)
def test_j1939_messages_are_recognised_by_their_parameter_group(
    tmp_path: Path, sent: int, matches: bool
) -> None:
    text = "".join(
        f'BO_ {identifier | 1 << 31} M{identifier:X}: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] "" X\n'
        for identifier in (0x0CF004FE, 0x18EF00FE)
    )
    database = make_database(tmp_path / "j.dbc", text + 'BA_ "ProtocolType" "J1939";\n')
    signals = decoded([Sent(sent, b"\x05")], database)
    assert signals.undecoded_frames == (0 if matches else 1)
    assert [signal.values.tolist() for signal in signals.values()] == ([[5.0]] if matches else [])


def test_without_j1939_a_29_bit_identifier_counts_as_a_whole(tmp_path: Path) -> None:
    text = f'BO_ {0x0CF004FE | 1 << 31} M: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] "" X\n'
    database = make_database(tmp_path / "j.dbc", text)
    assert decoded([Sent(0x0CF00400, b"\x05")], database).undecoded_frames == 1


def test_of_two_senders_of_a_group_each_gets_its_own_description(tmp_path: Path) -> None:
    text = "".join(
        f'BO_ {identifier | 1 << 31} {name}: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] "" X\n'
        for identifier, name in ((0x0CF00400, "Engine1"), (0x0CF00401, "Engine2"))
    )
    database = make_database(tmp_path / "j.dbc", text + 'BA_ "ProtocolType" "J1939";\n')
    sent = [Sent(0x0CF00400, b"\x01"), Sent(0x0CF00401, b"\x02"), Sent(0x0CF00402, b"\x03")]
    signals = decoded(sent, database)
    assert signals["Engine1.S"].values.tolist() == [1.0, 3.0]
    assert signals["Engine2.S"].values.tolist() == [2.0]


def test_can_fd_signals_lie_anywhere_in_64_bytes(tmp_path: Path) -> None:
    text = (
        'BO_ 5 Fd: 64 X\n SG_ Last : 504|8@1+ (1,0) [0|0] "" X\n'
        ' SG_ Across : 60|8@1+ (1,0) [0|0] "" X\n SG_ Motorola : 59|8@0+ (1,0) [0|0] "" X\n'
    )
    database = make_database(tmp_path / "fd.dbc", text)
    payload = bytes(7) + b"\xab\xcd" + bytes(54) + b"\x99"
    signals = decoded([Sent(5, payload), Sent(1, b"")], database)
    assert signals["Last"].values.tolist() == [0x99]
    assert signals["Across"].values.tolist() == [0xDA]
    assert signals["Motorola"].values.tolist() == [0xBC]


def test_floats_keep_what_is_no_number(tmp_path: Path) -> None:
    text = (
        'BO_ 5 F: 8 X\n SG_ S : 0|32@1- (2,1) [0|0] "" X\n'
        ' SG_ D : 0|64@1- (1,0) [0|0] "" X\nSIG_VALTYPE_ 5 S : 1;\nSIG_VALTYPE_ 5 D : 2;\n'
    )
    database = make_database(tmp_path / "f.dbc", text)
    singles = [1.5, np.inf, np.nan]
    sent = [Sent(5, np.array([single, 0], np.float32).tobytes()) for single in singles]
    signalling = Sent(5, bytes.fromhex("010080 7f 00000000".replace(" ", "")))
    signals = decoded([*sent, signalling], database)
    assert np.array_equal(signals["S"].values, [4.0, np.inf, np.nan, np.nan], equal_nan=True)
    double = decoded([Sent(5, np.float64(-2.5).tobytes())], database)
    assert double["D"].values.tolist() == [-2.5]


def test_a_length_beyond_the_data_is_not_believed(tmp_path: Path) -> None:
    text = (
        'BO_ 5 Fd: 64 X\n SG_ A : 0|8@1+ (1,0) [0|0] "" X\n SG_ B : 64|8@1+ (1,0) [0|0] "" X\n'
        'BA_ "VFrameFormat" BO_ 5 14;\n'
    )
    database = make_database(tmp_path / "fd.dbc", text)
    honest = make_frames([Sent(5, bytes(8))])
    frames = replace(honest, lengths=np.array([64], np.uint8))
    assert list(decode(frames, {None: [database]})) == ["A"]


def test_columns_that_are_not_contiguous_decode_the_same(car: Database) -> None:
    frames = make_frames([WHEEL, GNSS] * 4)
    every_other = type(frames)(
        **{
            name: getattr(frames, name)[::2]
            for name in ("times_ns", "bus", "ids", "flags", "lengths", "data")
        }
    )
    signals = decode(every_other, {None: [car]})
    assert signals["Slip"].values.tolist() == [-1.0] * 4


def test_it_says_in_short_what_it_is(car: Database) -> None:
    assert repr(decoded([WHEEL, Sent(9, b"")], car)) == "Decoded(1 messages, 1 undecoded frames)"
