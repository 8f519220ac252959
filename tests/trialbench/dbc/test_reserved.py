"""Raw values that J1939 reserves for "error" and "not available" are unknown."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trialbench.dbc.make import Sent, make_database, make_frames
from trialbench.dbc import Database, Decoded, decode
from trialbench.dbc.reserved import reserved

KEY = 0x18FEF100 | 1 << 31
J1939 = 'BA_ "ProtocolType" "J1939";\n'


def database(tmp_path: Path, signals: str, more: str = J1939) -> Database:
    return make_database(tmp_path / "j.dbc", f"BO_ {KEY} M: 8 X\n{signals}{more}")


def signal(
    length: int, *, sign: str = "+", start: int = 0, scaling: str = "1,0", name: str = "S"
) -> str:
    return f' SG_ {name} : {start}|{length}@1{sign} ({scaling}) [0|255] "" X\n'


def decoded(found: Database, *raws: int) -> Decoded:
    sent = [Sent(0x18FEF100, raw.to_bytes(8, "little")) for raw in raws]
    return decode(make_frames(sent), {None: [found]})


@pytest.mark.parametrize(
    ("length", "known", "unknown"),
    [
        (1, [0, 1], []),
        (2, [0, 1], [2, 3]),
        (3, [0, 6], [7]),
        (4, [0, 0xE], [0xF]),
        (8, [0, 0xFA, 0xFD], [0xFE, 0xFF]),
        (12, [0xFE0, 0xFFE], [0xFFF]),
        (16, [0xFAFF, 0xFDFF], [0xFE00, 0xFEFF, 0xFF00, 0xFFFF]),
        (24, [0xFDFFFF], [0xFE0000, 0xFFFFFF]),
        (32, [0xFDFF_FFFF], [0xFE00_0000, 0xFF00_0000, 0xFFFF_FFFF]),
        (64, [0xFDFF_FFFF_FFFF_FFFF], [0xFE00_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFF]),
    ],
)
@pytest.mark.parametrize("scaling", ["1,0", "0.125,-5", "-2,7"])
def test_reserved_raw_values_are_unknown(
    tmp_path: Path, length: int, known: list[int], unknown: list[int], scaling: str
) -> None:
    found = decoded(database(tmp_path, signal(length, scaling=scaling)), *known, *unknown)
    values = found["S"].values
    assert np.isnan(values).tolist() == [False] * len(known) + [True] * len(unknown)
    factor, offset = (float(text) for text in scaling.split(","))
    assert values[0] == known[0] * factor + offset
    assert not np.isnan(found.with_reserved("S").values).any()


def test_what_the_value_table_gives_a_name_of_its_own_is_a_value(tmp_path: Path) -> None:
    table = f'VAL_ {KEY} S 254 "Neutral" 255 "Not available" ;\nVAL_ {KEY} T 15 "Park" ;\n'
    signals = signal(8) + signal(4, start=8, name="T")
    found = decoded(database(tmp_path, signals, table + J1939), 0xFFE, 0xFFF, 0xFFD)
    assert str(found["S"].values.tolist()) == "[254.0, nan, 253.0]"
    assert found["T"].values.tolist() == [15, 15, 15]


@pytest.mark.parametrize(
    "text",
    [
        "Not Available",
        "SNA",
        "n/a",
        "Error",
        "Fehler",
        "reserved",
        "Don't care",
        "无效",
        "Take no action",
    ],
)
def test_what_the_value_table_calls_none_is_none(tmp_path: Path, text: str) -> None:
    table = f'VAL_ {KEY} S 3 "{text}" 2 "{text}" 1 "On" 0 "Off" ;\n'
    found = decoded(database(tmp_path, signal(2), table + J1939), 3, 2, 1)
    assert str(found["S"].values.tolist()) == "[nan, nan, 1.0]"


def test_signed_and_floating_fields_and_other_networks_reserve_nothing(tmp_path: Path) -> None:
    assert decoded(database(tmp_path, signal(8, sign="-")), 0xFF)["S"].values.tolist() == [-1.0]
    kind = f"SIG_VALTYPE_ {KEY} S : 1;\n"
    [value] = decoded(database(tmp_path, signal(32), kind + J1939), 0xFE000000)["S"].values
    assert value == np.uint32(0xFE000000).view(np.float32)
    assert decoded(database(tmp_path, signal(8), ""), 0xFF)["S"].values.tolist() == [255.0]


def test_obd_on_a_j1939_network_reserves_nothing(tmp_path: Path) -> None:
    text = f'BO_ {0x18DAF100 | 1 << 31} Obd: 8 X\n SG_ S : 24|8@1+ (1,0) [0|0] "" X\n{J1939}'
    found = make_database(tmp_path / "o.dbc", text)
    sent = [Sent(0x18DAF110, bytes.fromhex("03 41 0D FF 55 55 55 55"))]
    assert decode(make_frames(sent), {None: [found]})["S"].values.tolist() == [255.0]


@given(length=st.integers(1, 64), data=st.data())
def test_reserved_ranges_are_in_order_and_leave_out_what_is_described(
    length: int, data: st.DataObject
) -> None:
    top = (1 << length) - 1
    named = data.draw(st.sets(st.integers(max(0, top - 3), top)))
    ranges = reserved(length, dict.fromkeys(named, "Gear"))
    for value in range(max(0, top - 5), top + 1):
        inside = any(low <= value <= high for low, high in ranges)
        plain = any(low <= value <= high for low, high in reserved(length, {}))
        assert inside == (plain and value not in named)
    assert all(low <= high for low, high in ranges)


def test_several_senders_of_a_group_are_told_and_can_be_had_apart(tmp_path: Path) -> None:
    found = database(tmp_path, signal(8))
    sent = [
        Sent(0x18FEF100 | source, bytes([value])) for source, value in [(0, 1), (0x27, 2), (0, 3)]
    ]
    signals = decode(make_frames(sent), {None: [found]})
    assert signals["S"].values.tolist() == [1, 2, 3]
    assert signals["S@0x00"].values.tolist() == [1, 3]
    assert signals["0:M.S@0x27"].values.tolist() == [2]
    assert signals.message_of("S@0x27") == "M"
    assert signals.describes("S@0x27")
    assert "S@0x01" not in signals
    assert list(signals) == ["S"]
    assert signals.notes[0] == (
        "M on bus 0 comes from several senders (0x00, 0x27): one signal of all; S@0x00 is that of one"
    )


def test_a_reserved_value_in_a_multiplexer_selects_all_the_same(tmp_path: Path) -> None:
    text = ' SG_ Mux M : 0|8@1+ (1,0) [0|0] "" X\n SG_ S m255 : 8|8@1+ (1,0) [0|0] "" X\n'
    found = decoded(database(tmp_path, text), 0x07FF)
    assert math.isnan(found["Mux"].values[0])
    assert found["S"].values.tolist() == [7]
