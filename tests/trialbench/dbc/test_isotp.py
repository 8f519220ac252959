"""ISO-TP: payloads of several frames are put together, or told."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trialbench.dbc import senders
from tests.trialbench.dbc.make import Sent, make_database
from tests.trialbench.dbc.transfers import answer, bytes_message, decoded, on, payloads
from trialbench.frames import FD
from trialbench.readers import read


def test_a_message_of_several_frames_has_the_time_of_its_last(tmp_path: Path) -> None:
    sent = [
        bytes.fromhex("10 14 62 F1 90 41 42 43"),
        bytes.fromhex("21 44 45 46 47 48 49 4A"),
        bytes.fromhex("22 4B 4C 4D 4E 4F 50 51"),
    ]
    found = decoded(on(0x7E8, sent), answer(tmp_path))
    assert payloads(found, 20) == [b"\x62\xf1\x90" + bytes(range(0x41, 0x52))]
    assert found["B3"].times_ns.tolist() == [1_002_000_000]
    assert found.errors == ()
    assert found.notes == ("Answer on bus 0: 1 payloads put together from several frames (ISO-TP)",)


def test_single_frames_of_a_long_message_carry_what_they_carry(tmp_path: Path) -> None:
    refusal = senders.isotp(b"\x7f\x22\x78")
    found = decoded(on(0x7E8, refusal), answer(tmp_path))
    assert payloads(found, 20) == [b"\x7f\x22\x78"]


def test_flow_control_is_no_part_of_a_payload(tmp_path: Path) -> None:
    sent = senders.isotp(bytes(range(20)))
    sent.insert(1, b"\x30\x00\x00\xaa\xaa\xaa\xaa\xaa")
    assert payloads(decoded(on(0x7E8, sent), answer(tmp_path)), 20) == [bytes(range(20))]


@pytest.mark.parametrize("frame", [8, 64])
@settings(max_examples=30, deadline=None)
@given(
    data=st.data(),
    sizes=st.lists(
        st.sampled_from([1, 6, 7, 8, 20, 62, 63, 100, 4095, 4096, 5000]), min_size=1, max_size=6
    ),
)
def test_generated_payloads_come_out_as_they_were_sent(
    tmp_path_factory: pytest.TempPathFactory, frame: int, data: st.DataObject, sizes: list[int]
) -> None:
    random = np.random.default_rng(data.draw(st.integers(0, 1000)))
    told = [random.bytes(size) for size in sizes]
    path = tmp_path_factory.mktemp("dbc")
    database = make_database(path / "d.dbc", bytes_message(0x700, "Answer", 80))
    other = Sent(0x123, bytes(8))
    frames = [each for payload in told for each in senders.isotp(payload, frame=frame)]
    sent = [
        each
        for one in on(0x700, frames)
        for each in ([one] if random.random() < 0.7 else [one, other])
    ]
    found = decoded(sent, database)
    assert payloads(found, 80) == [payload[:80] for payload in told]
    assert found.errors == ()


def test_extended_addressing_keeps_the_addresses_apart(tmp_path: Path) -> None:
    text = bytes_message(0x6F1, "Answer", 20, 'BA_ "TpAddressingFormat" BO_ 1777 "Extended";\n')
    database = make_database(tmp_path / "d.dbc", text)
    one = senders.isotp(bytes(range(20)), address=b"\x12")
    other = senders.isotp(bytes(range(20, 40)), address=b"\x60")
    sent = [frame for pair in zip(one, other, strict=True) for frame in pair]
    assert payloads(decoded(on(0x6F1, sent), database), 20) == [
        bytes(range(20)),
        bytes(range(20, 40)),
    ]


@pytest.mark.parametrize("lost", [1, 2, 3, 4])
def test_a_transfer_that_lacks_a_frame_is_damage(tmp_path: Path, lost: int) -> None:
    broken, whole = senders.isotp(bytes(range(32))), senders.isotp(bytes(range(40, 72)))
    del broken[lost]
    found = decoded(on(0x7E8, [*whole, *broken, *whole]), answer(tmp_path, 32))
    assert payloads(found, 32) == [bytes(range(40, 72))] * 2
    [damage] = found.errors
    assert damage.where == "Answer on bus 0"
    assert (
        damage.cause == f"a transfer lacks {5 - lost} of its packets" if lost < 4 else "a transfer"
    )
    assert damage.from_ns == 1_005_000_000
    assert damage.to_ns is not None


def test_a_frame_that_is_cut_short_is_no_part_of_a_payload(tmp_path: Path) -> None:
    whole = senders.isotp(bytes(range(32)))
    short = [whole[0], whole[1][:5], *whole[2:]]
    found = decoded(on(0x7E8, [*whole, *short, *whole]), answer(tmp_path, 32))
    assert payloads(found, 32) == [bytes(range(32))] * 2
    assert len(found.errors) == 1


def test_a_last_frame_need_not_be_padded(tmp_path: Path) -> None:
    payload = bytes(range(14))
    whole = senders.isotp(payload)
    found = decoded(on(0x7E8, [*whole[:-1], b"\x22\x0d"]), answer(tmp_path))
    assert payloads(found, 20) == [payload]


def test_a_lost_first_frame_is_damage(tmp_path: Path) -> None:
    whole = senders.isotp(bytes(range(20)))
    found = decoded(on(0x7E8, [*whole, *whole[1:], *whole]), answer(tmp_path))
    assert payloads(found, 20) == [bytes(range(20))] * 2
    assert [damage.cause for damage in found.errors] == ["a transfer whose first packet is missing"]


def test_what_the_recordings_ends_cut_off_is_no_damage_and_told(tmp_path: Path) -> None:
    whole = senders.isotp(bytes(range(20)))
    found = decoded(on(0x7E8, [*whole[1:], *whole, *whole[:-1]]), answer(tmp_path))
    assert payloads(found, 20) == [bytes(range(20))]
    assert found.errors == ()
    assert "Answer on bus 0: the recording begins or ends within 2 transfers" in found.notes


def test_a_frame_that_comes_too_late_is_of_no_transfer(tmp_path: Path) -> None:
    whole = on(0x7E8, senders.isotp(bytes(range(20))))
    late = [*whole[:2], whole[2]._replace(after_ms=1001)]
    found = decoded([*whole, *late], answer(tmp_path))
    assert payloads(found, 20) == [bytes(range(20))]
    assert len(found.errors) == 1


def test_sixteen_lost_frames_do_not_join_two_transfers(tmp_path: Path) -> None:
    one, other = senders.isotp(bytes(200)), senders.isotp(bytes([1]) * 200)
    found = decoded(on(0x7E8, [*other, *one[:3], *one[19:], *other]), answer(tmp_path))
    assert [payload[0] for payload in payloads(found, 20)] == [1, 1]
    assert len(found.errors) == 1


def test_frames_that_make_no_transfer_are_left_out_and_told(tmp_path: Path) -> None:
    database = make_database(tmp_path / "d.dbc", bytes_message(0x123, "Answer", 20))
    found = decoded(on(0x123, [bytes([0x50, k, 0, 0, 0, 0, 0, 0]) for k in range(9)]), database)
    assert (list(found), found.errors) == ([], ())
    [note] = found.notes
    assert note.startswith("Answer on bus 0: 9 frames are left out: they are shorter than")
    some = [b"\x02\x01\x02", *[bytes([0x50, k]) for k in range(9)]]
    assert list(decoded(on(0x123, some), database)) == []


def test_a_long_message_in_long_frames_is_a_plain_one(tmp_path: Path) -> None:
    database = make_database(tmp_path / "d.dbc", bytes_message(0x123, "Answer", 20))
    sent = [Sent(0x123, bytes(range(20)), flags=FD), Sent(0x123, bytes(range(8)), flags=FD)]
    assert payloads(decoded(sent, database), 20) == [bytes(range(20)), bytes(range(8))]


OBD = bytes_message(0x7E8, "Answer", 8)


def test_parts_of_long_answers_are_no_obd_values(tmp_path: Path) -> None:
    database = make_database(tmp_path / "d.dbc", OBD)
    speed = bytes.fromhex("03 41 0D 20 55 55 55 55")
    found = decoded(on(0x7E8, [speed, *senders.isotp(bytes(range(20))), speed]), database)
    assert payloads(found, 8) == [speed, speed]
    assert found.notes == (
        "Answer on bus 0: 3 frames are left out: parts of ISO-TP messages longer than its 8 bytes",
    )


def test_a_message_declared_diagnostic_is_isotp_on_any_identifier(tmp_path: Path) -> None:
    text = bytes_message(0x123, "Answer", 8)
    speed = bytes.fromhex("03 41 0D 20 55 55 55 55")
    sent = on(0x123, [speed, *senders.isotp(bytes(range(20)))])
    plain = make_database(tmp_path / "p.dbc", text)
    assert len(payloads(decoded(sent, plain), 8)) == 4
    for attribute in ("DiagRequest", "DiagResponse", "DiagState"):
        declared = make_database(tmp_path / "d.dbc", f'{text}BA_ "{attribute}" BO_ 291 1;\n')
        assert payloads(decoded(sent, declared), 8) == [speed]
    declared = make_database(tmp_path / "d.dbc", f'{text}BA_ "DiagRequest" BO_ 291 0;\n')
    assert len(payloads(decoded(sent, declared), 8)) == 4


def test_frames_on_a_diagnostic_identifier_that_are_no_isotp_are_plain(tmp_path: Path) -> None:
    database = make_database(tmp_path / "d.dbc", OBD)
    sent = [bytes([0x90 + k, 0x10, 0, 0, 0, 0, 0, 0]) for k in range(5)]
    assert payloads(decoded(on(0x7E8, sent), database), 8) == sent


def test_a_message_may_describe_the_length_before_the_payload(tmp_path: Path) -> None:
    text = (
        'BO_ 2028 Battery: 62 X\n SG_ response m98M : 23|16@0+ (1,0) [0|0] "" X\n'
        ' SG_ service M : 15|8@0+ (1,0) [0|0] "" X\n SG_ Charge m257 : 87|8@0+ (0.5,0) [0|0] "%" X\n'
        "SG_MUL_VAL_ 2028 response service 98-98;\nSG_MUL_VAL_ 2028 Charge response 257-257;\n"
    )
    payload = bytes.fromhex("62 01 01") + bytes(range(50, 100))
    database = make_database(tmp_path / "d.dbc", text)
    found = decoded(on(2028, senders.isotp(payload)), database)
    assert found["service"].values.tolist() == [0x62]
    assert found["Charge"].values.tolist() == [payload[9] * 0.5]


def test_a_recording_tells_of_its_transfers(tmp_path: Path) -> None:
    answer(tmp_path)
    whole = senders.isotp(bytes(range(20)))
    log = tmp_path / "a.log"
    sent = [*whole, *whole[:1], *whole[2:], *whole]
    log.write_text("".join(f"(1.{k:06}) can0 7E8#{data.hex()}\n" for k, data in enumerate(sent)))
    recording = read(log, dbc=tmp_path / "d.dbc")
    assert [str(error) for error in recording.errors] == [
        "Answer on bus 0: a transfer lacks 2 of its packets"
    ]
    assert (
        "Answer on bus 0: 2 payloads put together from several frames (ISO-TP)" in recording.notes
    )
