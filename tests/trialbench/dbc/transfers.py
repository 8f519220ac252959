"""Databases with a message longer than a frame, and what is decoded of frames sent for it."""

from collections.abc import Iterable
from pathlib import Path

from tests.trialbench.dbc import senders
from tests.trialbench.dbc.make import Sent, make_database, make_frames
from trialbench.dbc import Database, Decoded, decode

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


def of(source: int, target: int, frames: Iterable[bytes], kind: int = 0xEB) -> list[Sent]:
    return [Sent(0x1C << 24 | kind << 16 | target << 8 | source, frame) for frame in frames]


def broadcast(payload: bytes, source: int, group: int = LONG) -> list[Sent]:
    return [
        *of(source, 0xFF, [senders.announced(payload, group)], 0xEC),
        *of(source, 0xFF, senders.packets(payload)),
    ]


def long_payloads(found: Decoded) -> list[bytes]:
    return payloads(found, 20, "Long")
