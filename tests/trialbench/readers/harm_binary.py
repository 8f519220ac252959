"""Harm done to a binary recording, and whether its reader tells it.

A file is harmed by one flipped bit, or by a block that is dropped, zeroed or inserted. What is read
of it is compared with what the sound file gives: each sample that is lost, or that came instead,
must lie in the time of a damage.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from trialbench.readers.raw import Raw

KINDS: Final = ("flip", "drop", "zero", "insert")
SIZES: Final = (1, 4, 16, 48, 64, 100, 512, 1000, 4096)


def harmed(data: bytes, kind: str, chance: random.Random, begin: int = 0) -> bytes:
    """`data` with one harm of that kind, from byte `begin` on."""
    at = chance.randrange(begin, len(data))
    size = chance.choice(SIZES)
    if kind == "flip":
        return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
    if kind == "drop":
        return data[:at] + data[at + size :]
    if kind == "zero":
        return data[:at] + bytes(min(size, len(data) - at)) + data[at + size :]
    block = chance.choice((chance.randbytes(size), bytes(size), data[at : at + size]))
    return data[:at] + block + data[at:]


def samples(raw: Raw) -> set[tuple[int, Hashable]]:
    """Every frame and every sample of a signal, with its time."""
    found: set[tuple[int, Hashable]] = set()
    frames = raw.frames
    if frames is not None:
        columns = (frames.bus, frames.ids, frames.flags, frames.lengths)
        rest = zip(*(column.tolist() for column in columns), strict=True)
        content = (row.tobytes().rstrip(b"\0") for row in frames.data)
        found.update(zip(frames.times_ns.tolist(), zip(rest, content, strict=True), strict=True))
    for name, signal in raw.signals.items():
        values = np.asarray(signal.values).view(np.int64).tolist()  # NaN equals itself
        found.update((t, (name, v)) for t, v in zip(signal.times_ns.tolist(), values, strict=True))
    return found


def outcome(read: Callable[[bytes], Raw], sound: Raw, data: bytes) -> str:
    """What comes of reading harmed `data`: "harmless", "told", "changed" or "lost".

    "changed" is a sample that reads as another valid one, at its place; "lost" anything else in
    silence.
    """
    try:
        raw = read(data)
    except RecordingError:
        return "told"
    before, after = samples(sound), samples(raw)
    lost, new = before - after, after - before
    if not lost and not new:
        return "harmless"
    if any("steps back" in error.cause for error in raw.errors):
        return "told"  # times after a step are moved, and compare with nothing
    if any(name not in raw.signals for name in sound.signals):
        return "told"  # whoever asks for the signal is told that it is not there
    spans = [
        (
            -np.inf if error.from_ns is None else error.from_ns,
            np.inf if error.to_ns is None else error.to_ns,
        )
        for error in raw.errors
    ]
    unsaid = any(not any(a <= t <= b for a, b in spans) for t, _ in lost)
    invented = any(not any(a < t < b for a, b in spans) for t, _ in new)
    if not unsaid and not invented:
        return "told"
    return "changed" if len(lost) == len(new) else "lost"


def tally(
    read: Callable[[bytes], Raw], files: list[bytes], count: int, seed: int, begin: int = 0
) -> dict[str, Counter[str]]:
    """How often each outcome came of `count` harms of each kind to `files`, from byte `begin` on."""
    chance = random.Random(seed)
    sound = [read(data) for data in files]
    found: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for kind in KINDS:
        for _ in range(count):
            number = chance.randrange(len(files))
            found[kind][
                outcome(read, sound[number], harmed(files[number], kind, chance, begin))
            ] += 1
    return found
