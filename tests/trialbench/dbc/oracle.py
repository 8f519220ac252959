"""What cantools makes of frames, a frame at a time."""

from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import cantools
import numpy as np
from cantools import j1939
from cantools.database.can import Message, Signal
from cantools.database.utils import create_encode_decode_formats, decode_data

from trialbench.dbc import Decoded
from trialbench.frames import ERROR, EXTENDED, REMOTE, Frames

Samples = dict[tuple[str, str], tuple[list[int], list[float]]]


def load(path: Path) -> Any:
    return cantools.database.load_file(path, strict=False, encoding="utf-8")


def messages_of(database: Any, frames: Frames) -> list[Message | None]:
    """For each frame cantools's message; J1939 ones by their parameter group."""
    known = {(m.frame_id, m.is_extended_frame): m for m in database.messages}
    groups = {
        j1939.pgn_from_frame_id(m.frame_id): m
        for m in database.messages
        if m.protocol == "j1939" and m.is_extended_frame
    }

    @cache
    def find(identifier: int, flags: int) -> Message | None:
        if flags & (REMOTE | ERROR):
            return None
        message = known.get((identifier, bool(flags & EXTENDED)))
        if message is None and flags & EXTENDED:
            message = groups.get(j1939.pgn_from_frame_id(identifier))
        return message

    return [find(int(i), int(f)) for i, f in zip(frames.ids, frames.flags, strict=True)]


def samples(database: Any, frames: Frames) -> Samples:
    """Times and values of (message, signal), each signal decoded on its own by cantools.

    On its own, because cantools without `strict` misplaces what follows an overlapping signal, and
    refuses a frame whose multiplexer has a value that selects nothing.
    """
    found: Samples = defaultdict(lambda: ([], []))
    for row, message in enumerate(messages_of(database, frames)):
        if message is None:
            continue
        data = bytes(frames.data[row, : frames.lengths[row]])
        for signal in message.signals:
            if _selected(message, signal, data):
                value = _alone(message, signal, data, scaling=True)
                if value is not None:
                    if message.protocol == "j1939" and message.frame_id >> 16 & 0xFF != 0xDA:
                        raw = _alone(message, signal, data, scaling=False)
                        value = np.nan if no_value_to_j1939(signal.length, raw) else value
                    times, values = found[message.name, signal.name]
                    times.append(int(frames.times_ns[row]))
                    values.append(float(value))
    return dict(found)


def no_value_to_j1939(length: int, raw: int) -> bool:
    """Whether raw bits say "error" or "not available", where no value table says otherwise."""
    bits = f"{raw:0{length}b}"
    if length % 8 == 0:
        return bits[:8] in ("11111110", "11111111")
    return length > 1 and (bits == "1" * length or bits == "10")


def whole_samples(database: Any, frames: Frames) -> Samples:
    """The same by cantools's own decoding of whole frames, for databases that it takes as they are."""
    found: Samples = defaultdict(lambda: ([], []))
    for row, message in enumerate(messages_of(database, frames)):
        if message is None:
            continue
        data = bytes(frames.data[row, : frames.lengths[row]])
        decoded = message.decode(data, decode_choices=False, allow_truncated=True)
        for name, value in decoded.items():
            times, values = found[message.name, name]
            times.append(int(frames.times_ns[row]))
            values.append(float(value))
    return dict(found)


def assert_equal(decoded: Decoded, bus: int, expected: Samples) -> None:
    """Every signal, time and value is the same, none is missing and none is there too many."""
    assert len(decoded) == len(expected)
    for (message, name), (times, values) in expected.items():
        signal = decoded[f"{bus}:{message}.{name}"]
        assert np.array_equal(signal.times_ns, times), (message, name)
        assert np.array_equal(signal.values, values, equal_nan=True), (message, name)


@cache
def _formats(message: Message, signal: Signal) -> Any:
    return create_encode_decode_formats([signal], _room(message, signal))


def _room(message: Message, signal: Signal) -> int:
    """Bytes for the message, or for the signal where that does not fit into it."""
    first = signal.start
    if signal.byte_order == "big_endian":
        first = first // 8 * 8 + 7 - first % 8
    return max(message.length, (first + signal.length + 7) // 8)


def _alone(message: Message, signal: Signal, data: bytes, *, scaling: bool) -> Any:
    decoded = decode_data(
        data,
        expected_length=_room(message, signal),
        signals=[signal],
        formats=_formats(message, signal),
        decode_choices=False,
        scaling=scaling,
        allow_truncated=True,
        allow_excess=True,
    )
    return decoded.get(signal.name)


def _selected(message: Message, signal: Signal, data: bytes) -> bool:
    while signal.multiplexer_signal is not None:
        multiplexer = message.get_signal_by_name(signal.multiplexer_signal)
        raw = _alone(message, multiplexer, data, scaling=False)
        if raw is None or raw not in signal.multiplexer_ids:
            return False
        signal = multiplexer
    return True
