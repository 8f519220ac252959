"""J1939 transport: groups of several packets are put together, or told."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trialbench.dbc import senders
from tests.trialbench.dbc.make import Sent, make_database
from tests.trialbench.dbc.transfers import (
    LONG,
    broadcast,
    decoded,
    long_payloads,
    of,
    truck,
)


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
