"""Damaged transfers give what a receiver that takes a frame at a time makes of them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data import DATA, with_data
from tests.trialbench.dbc import receivers, senders
from tests.trialbench.dbc.make import Sent
from tests.trialbench.dbc.transfers import (
    LONG,
    answer,
    broadcast,
    decoded,
    on,
    payloads,
    truck,
)
from trialbench.dbc import Database, Decoded, decode
from trialbench.readers import read


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
