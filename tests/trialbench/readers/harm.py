"""What becomes of a sound recording when a piece of its file is harmed.

`mutated` flips a bit, or drops, zeroes, inserts or doubles a piece. `fate` compares what is read of
the harmed file with what was read of the sound one: every sample that was lost or changed is told as
damage, or nothing was lost at all, or the harmed file is one that nobody can tell from a sound one, or
the loss is silent.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING

from trialbench.errors import RecordingError
from trialbench.readers import read

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from trialbench.damage import Damage
    from trialbench.recording import Recording

    Row = tuple[int, object]

LONGEST = 4096
"""Bytes in the longest piece."""


class Fate(StrEnum):
    """What a harmed file comes to."""

    TOLD = "told"
    """Refused, or each lost or changed sample lies where a damage is told."""
    HARMLESS = "harmless"
    """Every sample is as it was."""
    OTHERWISE = "valid otherwise"
    """Samples differ, and the file is sound in all that its format says."""
    SILENT = "silent"
    """Samples differ, and nothing is told."""


def flip(data: bytes, chance: random.Random) -> bytes:
    """One bit the other way round."""
    made = bytearray(data)
    made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def drop(data: bytes, chance: random.Random) -> bytes:
    """Without a piece."""
    begin, end = _piece(data, chance)
    return data[:begin] + data[end:]


def zero(data: bytes, chance: random.Random) -> bytes:
    """With zeros for a piece."""
    begin, end = _piece(data, chance)
    return data[:begin] + bytes(end - begin) + data[end:]


def insert(data: bytes, chance: random.Random) -> bytes:
    """With random bytes, or a line that means nothing, between two of its bytes."""
    at = chance.randrange(len(data) + 1)
    piece = chance.choice((chance.randbytes(chance.randint(1, 64)), b"\ngarbage\n", b"\n", b" "))
    return data[:at] + piece + data[at:]


def double(data: bytes, chance: random.Random) -> bytes:
    """With a piece twice."""
    begin, end = _piece(data, chance)
    return data[:end] + data[begin:]


MUTATIONS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    each.__name__: each for each in (flip, drop, zero, insert, double)
}


def _piece(data: bytes, chance: random.Random) -> tuple[int, int]:
    begin = chance.randrange(len(data))
    return begin, min(begin + chance.randint(1, LONGEST), len(data))


def fate(sound: Recording, path: Path, harmed: bytes, is_sound: Callable[[bytes], bool]) -> Fate:
    """What the `harmed` bytes, read at `path`, come to.

    `is_sound` says of a file whether all that its format prescribes holds: it is the format's
    grammar, written apart from its reader.
    """
    path.write_bytes(harmed)
    try:
        found = read(path)
    except RecordingError:
        return Fate.TOLD
    before, after = rows(sound), rows(found)
    if any(each.from_ns == each.to_ns == 0 for each in found.errors):  # told: times count from 1970
        before = _shifted(before, found.end_ns - sound.end_ns)
    if any("new segment" in each.cause for each in found.errors):  # told: all behind it is moved
        before, after = _timeless(before), _timeless(after)
    lost, new = before - after, after.keys() - before.keys()  # the same sample twice harms nobody
    if not lost and not new:
        return Fate.HARMLESS
    if any("new segment" in each.cause for each in found.errors):
        return Fate.TOLD if len(found.errors) > 1 or not lost else Fate.SILENT
    if _told(lost, found.errors, strictly=False) and _told(new, found.errors, strictly=True):
        return Fate.TOLD
    return Fate.OTHERWISE if is_sound(harmed) else Fate.SILENT


def _timeless(samples: Counter[Row]) -> Counter[Row]:
    """What was sampled, whenever that was."""
    made: Counter[Row] = Counter()
    for (_, rest), count in samples.items():
        made[0, rest] += count
    return made


def rows(recording: Recording) -> Counter[Row]:
    """Every sample: its instant, and all that is known of it."""
    made: Counter[Row] = Counter()
    frames = recording.frames
    if frames is not None:
        columns = (frames.times_ns, frames.bus, frames.ids, frames.flags, frames.lengths)
        for time, *rest, length, data in zip(
            *(column.tolist() for column in columns), frames.data, strict=True
        ):
            made[time, (*rest, data[:length].tobytes())] += 1
        return made
    for name, signal in recording.signals.items():
        for time, value in zip(signal.times_ns.tolist(), signal.values, strict=True):
            made[time, (name, value.tobytes())] += 1
    return made


def _shifted(rows: Counter[Row], by_ns: int) -> Counter[Row]:
    return Counter({(time + by_ns, rest): times for (time, rest), times in rows.items()})


def _told(differing: Iterable[Row], errors: tuple[Damage, ...], *, strictly: bool) -> bool:
    """Whether each of the rows lies within a damage; `strictly`: not at its ends, which are known."""
    return all(
        any(_within(row[0], each, strictly=strictly) for each in errors) for row in differing
    )


def _within(time: int, damage: Damage, *, strictly: bool) -> bool:
    slack = 0 if strictly else 1
    begins, ends = damage.from_ns, damage.to_ns
    return (begins is None or begins < time + slack) and (ends is None or time < ends + slack)
