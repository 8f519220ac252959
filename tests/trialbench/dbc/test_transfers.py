"""Payloads of several frames: put together as they were sent, or told, never decoded frame by frame."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data import DATA, with_data
from tests.trialbench.dbc import receivers, senders
from tests.trialbench.dbc.make import Sent, make_database, make_frames
from trialbench.dbc import Database, Decoded, decode
from trialbench.readers import read
from trialbench.recording import FD

LONG = 0xFE00
"""A parameter group of more than 8 bytes."""


def bytes_message(key: int, name: str, length: int, more: str = "") -> str:
    """A message that describes each of its bytes."""
    lines = [f' SG_ B{k} : {8 * k}|8@1+ (1,0) [0|0] "" X' for k in range(length)]
    return "\n".join([f"BO_ {key} {name}: {length} X", *lines, "", more])


def answer(tmp_path: Path, length: int = 20, more: str = "") -> Database:
    return make_database(tmp_path / "d.dbc", bytes_message(0x7E8, "Answer", length, more))


def truck(tmp_path: Path, length: int = 20, more: str = "") -> Database:
    text = bytes_message(0x18FE0000 | 1 << 31, "Long", length)
    text += bytes_message(0x18FE0100 | 1 << 31, "Short", 2, more)
    return make_database(tmp_path / "t.dbc", f'{text}BA_ "ProtocolType" "J1939";\n')


def decoded(sent: Iterable[Sent], database: Database) -> Decoded:
    return decode(make_frames(sent), {None: [database]})


def on(identifier: int, frames: Iterable[bytes], bus: int = 0) -> list[Sent]:
    return [Sent(identifier, frame, bus, extended=identifier > 0x7FF) for frame in frames]


def payloads(found: Decoded, length: int, message: str = "Answer") -> list[bytes]:
    """The payloads of a message whose bytes are signals, each as far as it has bytes."""
    columns: dict[int, dict[int, int]] = {}
    for k in range(length):
        name = f"{message}.B{k}"
        if name in found:
            signal = found[name]
            for time, value in zip(signal.times_ns.tolist(), signal.values.tolist(), strict=True):
                columns.setdefault(time, {})[k] = int(value)
    return [bytes(columns[time][k] for k in range(len(columns[time]))) for time in sorted(columns)]


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


# J1939


def of(source: int, target: int, frames: Iterable[bytes], kind: int = 0xEB) -> list[Sent]:
    return [Sent(0x1C << 24 | kind << 16 | target << 8 | source, frame) for frame in frames]


def broadcast(payload: bytes, source: int, group: int = LONG) -> list[Sent]:
    return [
        *of(source, 0xFF, [senders.announced(payload, group)], 0xEC),
        *of(source, 0xFF, senders.packets(payload)),
    ]


def long_payloads(found: Decoded) -> list[bytes]:
    return payloads(found, 20, "Long")


def test_an_announced_group_is_put_together_and_has_its_last_packets_time(tmp_path: Path) -> None:
    sent = [
        Sent(0x1CECFF17, bytes.fromhex("20 14 00 03 FF 00 FE 00")),
        Sent(0x1CEBFF17, bytes.fromhex("01 00 01 02 03 04 05 06")),
        Sent(0x1CEBFF17, bytes.fromhex("02 07 08 09 0A 0B 0C 0D")),
        Sent(0x1CEBFF17, bytes.fromhex("03 0E 0F 10 11 12 13 FF")),
    ]
    found = decoded(sent, truck(tmp_path))
    assert long_payloads(found) == [bytes(range(20))]
    assert found["Long.B5"].times_ns.tolist() == [1_003_000_000]
    assert found.undecoded_frames == 0
    assert found.errors == ()


def test_transfers_of_several_senders_and_buses_run_beside_each_other(tmp_path: Path) -> None:
    told = [bytes([k]) * 20 for k in range(4)]
    streams = [broadcast(told[0], 0x10), broadcast(told[1], 0x20)]
    streams += [[each._replace(bus=1) for each in broadcast(payload, 0x10)] for payload in told[2:]]
    sent = senders.in_turn(streams[0], streams[1], streams[2] + streams[3])
    found = decoded(sent, truck(tmp_path))
    assert found["0:Long.B7"].values.tolist() == [0, 1]
    assert found["1:Long.B7"].values.tolist() == [2, 3]
    assert found["0:Long.B7@0x20"].values.tolist() == [1]


def test_a_requested_transfer_may_be_sent_in_parts_and_again(tmp_path: Path) -> None:
    payload = bytes(range(20))
    data = senders.packets(payload)
    sent = [
        *of(0x11, 0x22, [senders.requested(payload, LONG)], 0xEC),
        *of(0x22, 0x11, [senders.management(17, LONG, b"\x02\x01\xff\xff")], 0xEC),
        *of(0x11, 0x22, data[:2]),
        *of(0x22, 0x11, [senders.management(17, LONG, b"\x02\x02\xff\xff")], 0xEC),
        *of(0x11, 0x22, data[1:]),
        *of(0x22, 0x11, [senders.management(19, LONG, b"\x14\x00\x03\xff")], 0xEC),
    ]
    found = decoded(sent, truck(tmp_path))
    assert (long_payloads(found), found.errors) == ([payload], ())


@pytest.mark.parametrize("by_receiver", [True, False])
def test_an_aborted_transfer_gives_nothing_and_is_told(tmp_path: Path, by_receiver: bool) -> None:
    payload = bytes(range(20))
    data = senders.packets(payload)
    ends = (0x22, 0x11) if by_receiver else (0x11, 0x22)
    sent = [
        *of(0x11, 0x22, [senders.requested(payload, LONG)], 0xEC),
        *of(0x11, 0x22, data[:2]),
        *of(*ends, [senders.management(255, LONG, b"\x01\xff\xff\xff")], 0xEC),
        *of(0x11, 0x22, data[2:]),
    ]
    found = decoded([*sent, *broadcast(payload, 0x11)], truck(tmp_path))
    assert (long_payloads(found), found.errors) == ([payload], ())
    assert "Long on bus 0: 1 transfers were aborted by a party" in found.notes


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_transfer_that_lacks_a_packet_is_damage_j1939(tmp_path: Path, lost: int) -> None:
    whole = broadcast(bytes(range(20)), 0x10)
    broken = [*whole[:lost], *whole[lost + 1 :]]
    found = decoded([*whole, *broken, *whole], truck(tmp_path))
    assert long_payloads(found) == [bytes(range(20))] * 2
    [damage] = found.errors
    assert (damage.from_ns, damage.cause) == (1_004_000_000, "a transfer lacks 1 of its packets")


def test_packets_whose_announcement_is_lost_are_damage(tmp_path: Path) -> None:
    whole = broadcast(bytes(range(20)), 0x10)
    wait = Sent(0x123, b"", after_ms=2000)
    found = decoded([Sent(0x123, b""), wait, *whole[1:], *whole], truck(tmp_path))
    assert long_payloads(found) == [bytes(range(20))]
    assert [each.cause for each in found.errors] == ["a transfer whose first packet is missing"]


def test_a_packet_that_comes_too_late_is_of_no_transfer(tmp_path: Path) -> None:
    whole = broadcast(bytes(range(20)), 0x10)
    late = [*whole[:-1], whole[-1]._replace(after_ms=751)]
    found = decoded([*whole, *late, *whole], truck(tmp_path))
    assert (long_payloads(found), len(found.errors)) == ([bytes(range(20))] * 2, 1)


def test_a_group_comes_both_in_one_frame_and_in_several(tmp_path: Path) -> None:
    plain = Sent(0x18FE0100, b"\x07\x08")
    carried = broadcast(bytes([1, 2] * 9), 0x33, 0xFE01)
    found = decoded([plain, *carried, plain], truck(tmp_path))
    assert found["Short.B0"].values.tolist() == [7, 1, 7]
    assert found.undecoded_frames == 0


def test_what_no_database_describes_stays_undecoded(tmp_path: Path) -> None:
    found = decoded(broadcast(bytes(20), 0x10, 0xFECA), truck(tmp_path))
    assert (len(found), found.undecoded_frames, found.errors, found.notes) == (0, 4, (), ())


def test_the_extended_protocol_numbers_packets_from_an_offset(tmp_path: Path) -> None:
    payload = np.random.default_rng(0).bytes(7 * 300)
    size = len(payload).to_bytes(4, "little")
    sent = of(0x11, 0x22, [senders.management(20, LONG, size)], 0xC8)
    for first in (0, 255):
        part = payload[7 * first : 7 * (first + 255)]
        offset = bytes([255]) + first.to_bytes(3, "little")
        sent += of(0x22, 0x11, [senders.management(21, LONG, offset)], 0xC8)
        sent += of(0x11, 0x22, [senders.management(22, LONG, offset)], 0xC8)
        sent += of(0x11, 0x22, senders.packets(part), 0xC7)
    text = (
        f'BO_ {0x18FE0000 | 1 << 31} Long: 2100 X\n SG_ Last : {8 * 2099}|8@1+ (1,0) [0|0] "" X\n'
    )
    database = make_database(tmp_path / "t.dbc", f'{text}BA_ "ProtocolType" "J1939";\n')
    found = decoded(sent, database)
    assert (found["Last"].values.tolist(), found.errors) == ([payload[-1]], ())


@settings(max_examples=30, deadline=None)
@given(
    sizes=st.lists(st.lists(st.integers(9, 1785), min_size=1, max_size=3), min_size=1, max_size=4),
    seed=st.integers(0, 1000),
)
def test_generated_groups_come_out_as_they_were_sent(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[list[int]], seed: int
) -> None:
    random = np.random.default_rng(seed)
    told = {0x10 + k: [random.bytes(size) for size in own] for k, own in enumerate(sizes)}
    streams = [
        [frame for payload in own for frame in broadcast(payload, source)]
        for source, own in told.items()
    ]
    sent = []
    while any(streams):
        stream = streams[random.integers(len(streams))]
        if stream:
            sent.append(stream.pop(0))
    found = decoded(sent, truck(tmp_path_factory.mktemp("dbc")))
    assert found.errors == ()
    for source, own in told.items():
        for k in (0, 8, 19):
            name = f"Long.B{k}@0x{source:02X}"
            values = found.with_reserved(name).values.tolist() if name in found else []
            assert values == [payload[k] for payload in own if k < len(payload)]


def mutated(draw: st.DrawFn, sent: list[Sent]) -> list[Sent]:
    """Some frames lost, sent twice, exchanged, cut, late, or with another byte."""
    sent = list(sent)
    for kind in draw(st.lists(st.integers(0, 5), max_size=4)):
        if len(sent) < 3:
            break
        at = draw(st.integers(1, len(sent) - 2))
        frame = sent[at]
        if kind == 0:
            del sent[at]
        elif kind == 1:
            sent.insert(at, frame)
        elif kind == 2:
            sent[at], sent[at + 1] = sent[at + 1], frame
        elif kind == 3:
            sent[at] = frame._replace(data=frame.data[: draw(st.integers(2, 8))])
        elif kind == 4:
            sent[at] = frame._replace(after_ms=draw(st.sampled_from([700, 900, 1001, 3000])))
        else:
            byte = draw(st.integers(0, len(frame.data) - 1))
            data = bytearray(frame.data)
            data[byte] = draw(st.integers(0, 255))
            sent[at] = frame._replace(data=bytes(data))
    return sent


def last_seen(found: Decoded, message: str) -> list[tuple[int, float]]:
    name = f"{message}.B0"
    if name not in found:
        return []
    signal = found.with_reserved(name)
    return [
        (t // 1_000_000, v) for t, v in zip(signal.times_ns.tolist(), signal.values, strict=True)
    ]


SIZES = st.lists(st.sampled_from([3, 7, 8, 14, 20, 21, 120, 130]), min_size=1, max_size=4)


@settings(max_examples=70, deadline=None)
@given(data=st.data(), sizes=SIZES)
def test_of_damaged_isotp_comes_what_a_receiver_makes_of_it(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, sizes: list[int]
) -> None:
    sent = [
        frame
        for number, size in enumerate(sizes)
        for frame in on(0x7E8, senders.isotp(bytes([65 + number]) * size))
    ]
    damaged = data.draw(st.composite(mutated)(sent))
    database = answer(tmp_path_factory.mktemp("dbc"), 130, 'BA_ "DiagResponse" BO_ 2024 1;\n')
    found = decoded(damaged, database)
    expected = receivers.isotp(damaged)
    assert last_seen(found, "Answer") == [(at, payload[0]) for at, payload in expected]
    assert [len(p) for p in payloads(found, 130)] == [len(payload) for _, payload in expected]
    begun = [frame.data for frame in damaged if frame.data[0] >> 4 == 1 and len(frame.data) == 8]
    if len(begun) > sum(len(payload) > 7 for _, payload in expected):
        told = [note for note in found.notes if "begins or ends" in note or "no ISO-TP" in note]
        assert told or found.errors


def test_frames_that_are_no_isotp_frames_are_told(tmp_path: Path) -> None:
    whole = senders.isotp(bytes(range(20)))
    strange = [b"\x00\x01\x02", b"\x09\x01\x02", b"\x90", b"", b"\x10\x05\x01\x02\x03\x04\x05\x06"]
    found = decoded(on(0x7E8, [*whole, *strange, *whole]), answer(tmp_path))
    assert payloads(found, 20) == [bytes(range(20))] * 2
    assert "Answer on bus 0: 5 frames are passed over: they are no ISO-TP frames" in found.notes


@settings(max_examples=70, deadline=None)
@given(data=st.data(), sizes=st.lists(st.integers(9, 60), min_size=1, max_size=4))
def test_of_damaged_announcements_comes_what_a_listener_makes_of_them(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, sizes: list[int]
) -> None:
    sent = [
        frame
        for number, size in enumerate(sizes)
        for frame in broadcast(bytes([65 + number]) * size, 0x10)
    ]
    damaged = data.draw(st.composite(mutated)(sent))
    found = decoded(damaged, truck(tmp_path_factory.mktemp("dbc")))
    expected = receivers.announced(damaged, LONG)
    assert last_seen(found, "Long") == [(at, payload[0]) for at, payload in expected]


@with_data
def test_a_trucks_engine_configuration_comes_by_transport() -> None:
    folder = DATA / "canedge"
    frames = read(folder / "truck-gps" / "00000001.MF4").frames
    assert frames is not None
    found = decode(frames, {None: [Database.load(folder / "dbc" / "j1939.dbc")]})
    points = found["EC1.Engine Speed At Idle, Point 1 (Engine Configuration)"]
    first = np.flatnonzero(frames.ids == 0x1CEBFF00)
    packets = [bytes(frames.data[row]) for row in first]
    at = [k for k, data in enumerate(packets) if data[0] == 6]
    assert points.times_ns.tolist() == frames.times_ns[first[at]].tolist()
    assert points.values.tolist() == [packets[k - 5][1] | packets[k - 5][2] << 8 for k in at]
