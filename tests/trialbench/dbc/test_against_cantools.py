"""Every value equals cantools's, on generated databases and frames and on real recordings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data import DATA, with_data
from tests.trialbench.dbc import oracle
from tests.trialbench.dbc.make import Sent, make_frames
from trialbench.dbc import Database, decode
from trialbench.frames import Frames
from trialbench.readers import read

if TYPE_CHECKING:
    from pathlib import Path

OPENDBC = sorted((DATA / "opendbc").glob("*.dbc"))
CANEDGE = sorted((DATA / "canedge" / "dbc").glob("*.dbc"))

FACTORS = st.sampled_from(
    ["1", "1.0", "2", "-3", "3.0", "0.1", "0.015625", "1E-05", "-0.5", "+2.5e+3", "12345678901"]
)
OFFSETS = st.sampled_from(["0", "0.0", "-40", "100", "0.5", "-273.15", "1E3", "-1.5e-3", "7.0"])
FD_FORMATS = """BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN","ExtendedCAN","StandardCAN_FD","ExtendedCAN_FD";
BA_DEF_DEF_ "VFrameFormat" "StandardCAN";
"""
LENGTHS = st.sampled_from([1, 2, 5, 8, 8, 8, 12, 16, 24, 48, 64])


@st.composite
def signals(draw: st.DrawFn, name: str, marker: str, size: int, limit: int = 64) -> str:
    """A signal line, and its value type where it is a floating-point one."""
    length = draw(st.integers(1, min(limit, 8 * size)))
    kind = 0
    if not marker.endswith("M") and draw(st.integers(0, 4)) == 0 and size >= 4:
        kind = draw(st.sampled_from([1, 2] if size >= 8 else [1]))
        length = 32 * kind
    first = draw(st.integers(0, 8 * size - length))
    order = draw(st.sampled_from("01"))
    start = first if order == "1" else first // 8 * 8 + 7 - first % 8
    sign = "+" if marker.endswith("M") else draw(st.sampled_from("+-"))
    scaling = "1,0" if marker.endswith("M") else f"{draw(FACTORS)},{draw(OFFSETS)}"
    line = f' SG_ {name} {marker}: {start}|{length}@{order}{sign} ({scaling}) [0|0] "x" Y\n'
    return line + (f"SIG_VALTYPE_ KEY {name} : {kind};\n" if kind else "")


@st.composite
def messages(draw: st.DrawFn, key: int, name: str) -> tuple[str, str]:
    """A message, and the statements about it that stand at a file's end.

    Plain signals; or one multiplexer and the signals it selects; or a chain of two, by ranges.
    """
    size = draw(LENGTHS)
    kind = draw(st.sampled_from(["plain", "simple", "ranges", "nested"]))
    lines = [draw(signals(f"P{i}", "", size)) for i in range(draw(st.integers(1, 4)))]
    if kind != "plain":
        lines.append(draw(signals("Mux", "M", size, 3)))
    if kind == "nested":
        lines.append(draw(signals("Inner", "m1M", size, 3)))
        lines.append(f"SG_MUL_VAL_ KEY Inner Mux 1-{draw(st.integers(1, 6))};\n")
    for i in range(draw(st.integers(1, 4)) if kind != "plain" else 0):
        low = draw(st.integers(0, 5))
        lines.append(draw(signals(f"S{i}", f"m{low}", size)))
        if kind != "simple":
            parent = "Inner" if kind == "nested" and draw(st.booleans()) else "Mux"
            high, more = draw(st.integers(low, 7)), draw(st.integers(0, 7))
            lines.append(f"SG_MUL_VAL_ KEY S{i} {parent} {low}-{high}, {more}-{more};\n")
    text = "".join(lines).replace("KEY", str(key)).splitlines(keepends=True)
    inside = "".join(line for line in text if line.startswith(" SG_"))
    after = "".join(line for line in text if not line.startswith(" SG_"))
    if size > 8:  # else shorter frames would be ISO-TP's
        after += f'BA_ "VFrameFormat" BO_ {key} {3 if key >> 31 else 2};\n'
    return f"BO_ {key} {name}: {size} Y\n{inside}\n", after


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, Frames]:
    identifiers = draw(st.lists(st.integers(0, 0x7DE), min_size=1, max_size=3, unique=True))
    extended = [draw(st.booleans()) for _ in identifiers]
    keys = [
        i << 18 | i | 1 << 31 if wide else i for i, wide in zip(identifiers, extended, strict=True)
    ]
    parts = [draw(messages(key, f"Message{i}")) for i, key in enumerate(keys)]
    text = "".join(part[0] for part in parts) + FD_FORMATS + "".join(part[1] for part in parts)
    payloads = st.one_of(st.binary(max_size=8), st.binary(min_size=60, max_size=64), st.binary())
    sent = draw(
        st.lists(
            st.builds(
                lambda key, data: Sent(key & 0x1FFFFFFF, data[:64], extended=bool(key >> 31)),
                st.sampled_from([*keys, 0x123]),
                payloads,
            ),
            min_size=1,
            max_size=30,
        )
    )
    return f'VERSION ""\n\nBU_: Y\n\n{text}', make_frames(sent)


@settings(max_examples=150, deadline=None)
@given(case=cases())
def test_generated_frames_decode_as_cantools_decodes_them(
    tmp_path_factory: pytest.TempPathFactory, case: tuple[str, Frames]
) -> None:
    text, frames = case
    path = tmp_path_factory.mktemp("dbc") / "generated.dbc"
    path.write_text(text)
    database = Database.load(path)
    assert database.problems == ()
    decoded = decode(frames, {None: [database]})
    peer = oracle.load(path)
    oracle.assert_equal(decoded, 0, oracle.samples(peer, frames))
    undecoded = sum(message is None for message in oracle.messages_of(peer, frames))
    assert decoded.undecoded_frames == undecoded


@settings(max_examples=100, deadline=None)
@given(
    length=st.integers(40, 64),
    signed=st.booleans(),
    factor=FACTORS,
    offset=OFFSETS,
    data=st.lists(
        st.one_of(
            st.binary(min_size=8, max_size=8),
            st.sampled_from([b"\xff" * 8, b"\0" * 7 + b"\x80", b"\xff" * 7 + b"\x7f"]),
        ),
        min_size=1,
    ),
)
def test_long_integers_are_rounded_once_as_python_rounds_them(
    tmp_path_factory: pytest.TempPathFactory,
    length: int,
    signed: bool,
    factor: str,
    offset: str,
    data: list[bytes],
) -> None:
    path = tmp_path_factory.mktemp("dbc") / "long.dbc"
    sign = "-" if signed else "+"
    path.write_text(f'BO_ 1 A: 8 Y\n SG_ S : 0|{length}@1{sign} ({factor},{offset}) [0|0] "" Y\n')
    frames = make_frames(Sent(1, each) for each in data)
    decoded = decode(frames, {None: [Database.load(path)]})
    oracle.assert_equal(decoded, 0, oracle.whole_samples(oracle.load(path), frames))


def described(message: object, signal: object) -> tuple[object, ...]:
    """What of cantools's signal bears on decoding."""
    s, ids = signal, sorted(signal.multiplexer_ids or ())  # type: ignore[attr-defined]
    order = s.byte_order == "big_endian"  # type: ignore[attr-defined]
    place = (s.start, s.length, order, s.is_signed, s.is_float)  # type: ignore[attr-defined]
    scaling = (s.scale, s.offset, s.unit or "")  # type: ignore[attr-defined]
    return (*place, *scaling, s.multiplexer_signal, ids)  # type: ignore[attr-defined]


@with_data
@pytest.mark.parametrize("path", [*OPENDBC, *CANEDGE], ids=lambda path: path.stem)
def test_a_published_file_is_understood_as_cantools_understands_it(path: Path) -> None:
    theirs = {(m.frame_id, m.is_extended_frame): m for m in oracle.load(path).messages}
    ours = {(m.id, m.extended): m for m in Database.load(path).messages}
    assert ours.keys() == theirs.keys()
    for key, message in ours.items():
        peer = theirs[key]
        assert (message.name, message.length) == (peer.name, peer.length)
        assert (message.j1939, message.fd) == (peer.protocol == "j1939", peer.is_fd)
        # Strings of up to 1,728 bytes are no numbers; of two signals of one name we keep the first.
        expected: dict[str, tuple[object, ...]] = {}
        for signal in peer.signals:
            if signal.length <= 64:
                expected.setdefault(signal.name, described(peer, signal))
        assert {
            s.name: (
                *(
                    s.start,
                    s.length,
                    s.big_endian,
                    s.signed,
                    s.is_float,
                    s.factor,
                    s.offset,
                    s.unit,
                ),
                s.multiplexer,
                [value for low, high in s.ranges for value in range(low, high + 1)],
            )
            for s in message.signals
        } == expected


@with_data
def test_the_mustang_drive_decodes_as_cantools_decodes_it() -> None:
    path = DATA / "opendbc" / "ford_lincoln_base_pt.dbc"
    frames = read(DATA / "mustang-s550" / "mustang_s550.log").frames
    assert frames is not None
    decoded = decode(frames, {None: [Database.load(path)]})
    assert (len(frames), decoded.undecoded_frames) == (87_212, 87_212 - 84_058)
    assert len(decoded) == 604
    oracle.assert_equal(decoded, 0, oracle.whole_samples(oracle.load(path), frames))


def rav4() -> Frames:
    folder = DATA / "rav4-2018" / "processed_log" / "CAN" / "raw_can"
    t, src, address, data = (
        np.load(folder / f"{name}.npy", allow_pickle=False)
        for name in ("t", "src", "address", "data")
    )
    payload = np.frombuffer(data.tobytes(), np.uint8).reshape(len(data), -1)
    full = np.full(len(t), 8, np.uint8)  # the file does not tell how long a frame was
    times = np.round((t - t[0]) * 1e9).astype(np.int64)
    none = np.zeros(len(t), np.uint8)
    return Frames(times, src.astype(np.uint8), address.astype(np.uint32), none, full, payload)


@with_data
def test_the_rav4_decodes_bus_by_bus_as_cantools_does() -> None:
    paths = {
        0: DATA / "opendbc" / "toyota_new_mc_pt_generated.dbc",
        1: DATA / "opendbc" / "toyota_adas.dbc",
    }
    frames = rav4()
    decoded = decode(frames, {bus: [Database.load(path)] for bus, path in paths.items()})
    counted = 0
    for bus, path in paths.items():
        of_bus = np.flatnonzero(frames.bus == bus)[:15_000]
        expected = oracle.samples(oracle.load(path), taken(frames, of_bus))
        counted += len(expected)
        for (message, name), (times, values) in expected.items():
            signal = decoded[f"{bus}:{message}.{name}"]
            assert np.array_equal(signal.times_ns[: len(times)], times)
            assert np.array_equal(signal.values[: len(times)], values, equal_nan=True)
    assert counted > 300


@with_data
def test_the_rav4s_wheel_speeds_are_its_owners_own() -> None:
    database = Database.load(DATA / "opendbc" / "toyota_new_mc_pt_generated.dbc")
    decoded = decode(rav4(), {0: [database]})
    owners = np.load(DATA / "rav4-2018" / "processed_log" / "CAN" / "wheel_speed" / "value.npy")
    for column, name in enumerate(["FL", "FR", "RL", "RR"]):
        signal = decoded[f"WHEEL_SPEED_{name}"]
        assert signal.unit in ("kph", "km/h")
        assert np.allclose(signal.values / 3.6, owners[:, column], rtol=0, atol=1e-13)


def taken(frames: Frames, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Frames:
    return Frames(
        **{
            name: getattr(frames, name)[rows]
            for name in ("times_ns", "bus", "ids", "flags", "lengths", "data")
        }
    )


@with_data
@pytest.mark.parametrize(
    ("file", "dbc", "bus"),
    [
        ("car/00000002-60FE415D.MF4", "OBD-v4.4.dbc", 1),
        ("car/00000002-60FE415D.MF4", "canmod-gps.dbc", 2),
        ("car-2024/00000001.MF4", "OBD-v4.4.dbc", 1),
        ("car-2024/00000001.MF4", "canedge-internal-can9.dbc", 9),
        ("truck/00000001.MF4", "j1939.dbc", 1),
        ("truck-gps/00000001.MF4", "j1939.dbc", 1),
    ],
)
def test_canedge_recordings_decode_as_cantools_decodes_them(file: str, dbc: str, bus: int) -> None:
    frames = read(DATA / "canedge" / file).frames
    assert frames is not None
    frames = taken(frames, np.flatnonzero(frames.bus == bus)[:6_000])
    parts = (frames.ids >> 4 == 0x7E) & (frames.data[:, 0] >> 4 > 0)  # of a VIN, by ISO-TP
    parts |= np.isin(frames.ids >> 16 & 0xFF, (0xEB, 0xEC))  # of longer J1939 messages
    frames = taken(frames, np.flatnonzero(~parts))
    path = DATA / "canedge" / "dbc" / dbc
    decoded = decode(frames, {bus: [Database.load(path)]})
    peer = oracle.load(path)
    for message in peer.messages:  # text is no number; of two signals of one name we keep the first
        first = {signal.name: signal for signal in reversed(message.signals)}
        message.signals[:] = [each for each in first.values() if each.length <= 64]
    expected = oracle.samples(peer, frames)
    assert expected
    oracle.assert_equal(decoded, bus, expected)


@with_data
@pytest.mark.parametrize(("file", "percent"), [("truck", 37.2), ("truck-gps", 72.6)])
def test_trucks_decode_by_parameter_group(file: str, percent: float) -> None:
    frames = read(DATA / "canedge" / file / "00000001.MF4").frames
    assert frames is not None
    database = Database.load(DATA / "canedge" / "dbc" / "j1939.dbc")
    decoded = decode(frames, {None: [database]})
    assert round(100 * (1 - decoded.undecoded_frames / len(frames)), 1) == percent
