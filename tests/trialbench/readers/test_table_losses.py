"""Tables that were spoilt: what is lost or changed is told, but where the rest is as sound a file.

Whether it is one is for Python's own csv and float to say.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from trialbench.errors import RecordingError
from trialbench.readers.csv import read_csv
from trialbench.readers.parquet import read_parquet
from trialbench.readers.raw import Raw

HEADER: Final = "time,speed [m/s],event,n"
ROWS: Final = 300
TRIES: Final = 150

Samples = Mapping[str, set[tuple[int, str]]]


def sound() -> bytes:
    draw = np.random.default_rng(3)
    rows = (
        f'{k / 100:.2f},{speed!r},"{("idle", "start, now")[k % 2]}",{k}'
        for k, speed in enumerate(draw.normal(20, 5, ROWS).tolist())
    )
    return "\n".join([HEADER, *rows, ""]).encode()


def sound_parquet(*, checksums: bool) -> bytes:
    draw = np.random.default_rng(3)
    columns = {"time": np.arange(ROWS) / 100, "speed": draw.normal(20, 1, ROWS)}
    sink = io.BytesIO()
    parquet.write_table(pa.table(columns), sink, row_group_size=50, write_page_checksum=checksums)
    return sink.getvalue()


def spoilt(data: bytes, kind: str, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    size = chance.choice((1, 2, 4, 8, 16, 64, 200, 512))
    if kind == "flip":
        return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
    if kind == "drop":
        return data[:at] + data[at + size :]
    if kind == "zero":
        return data[:at] + bytes(len(data[at : at + size])) + data[at + size :]
    lines = data.split(b"\n")
    rest = chance.choice(lines)[: chance.randrange(30)]
    lines.insert(chance.randrange(len(lines)), chance.choice((b"noise", b"# noise", rest, b",,")))
    return b"\n".join(lines)


def samples(raw: Raw) -> Samples:
    return {
        name: {(t, repr(v)) for t, v in zip(s.times_ns.tolist(), s.values.tolist(), strict=True)}
        for name, s in raw.signals.items()
    }


def lost_in_silence(before: Samples, raw: Raw) -> bool:
    """Whether a sample is gone or another one without damage around its time."""
    after = samples(raw)
    if set(after) != set(before):
        return not all(any(name in note for note in raw.notes) for name in set(before) - set(after))
    changed = {time for name in before for time, _ in before[name] ^ after[name]}
    return any(
        not any(
            (error.from_ns is None or error.from_ns <= time)
            and (error.to_ns is None or time <= error.to_ns)
            for error in raw.errors
        )
        for time in changed
    )


def is_another_sound_file(data: bytes) -> bool:
    """Whether every row is sound by itself (the order of times is for `test_order`)."""
    try:
        rows = [row for row in csv.reader(io.StringIO(data.decode(), newline="")) if row]
        numbers = [float(row[k]) for row in rows[1:] for k in (0, 1, 3) if row[k] or k == 0]
    except (csv.Error, ValueError, IndexError):
        return False
    return len(numbers) > 0 and all(len(row) == 4 for row in rows) and b"\0" not in data


@pytest.mark.parametrize("kind", ["flip", "drop", "zero", "insert"])
def test_what_a_spoilt_csv_lost_is_told_where_anything_can_tell(kind: str) -> None:
    data = sound()
    before = samples(read_csv(data))
    chance = random.Random(kind)
    unseen = 0
    for _ in range(TRIES):
        broken = spoilt(data, kind, chance)
        try:
            raw = read_csv(broken)
        except RecordingError:
            continue
        if lost_in_silence(before, raw):
            unseen += 1
            assert is_another_sound_file(broken)
    assert unseen == 0 or kind in ("flip", "drop")


@pytest.mark.parametrize("kind", ["flip", "drop", "zero", "insert"])
def test_what_a_spoilt_parquet_lost_is_told_by_its_checksums(kind: str) -> None:
    data = sound_parquet(checksums=True)
    before = samples(read_parquet(data))
    chance = random.Random(kind)
    for _ in range(TRIES):
        try:
            raw = read_parquet(spoilt(data, kind, chance))
        except RecordingError:
            continue
        renamed = set(raw.signals) != set(before)  # nothing guards the names
        assert renamed or not lost_in_silence(before, raw)


def test_without_checksums_a_zeroed_value_is_told_by_the_statistics() -> None:
    data = sound_parquet(checksums=False)
    value = read_parquet(data).signals["speed"].values[77]
    at = data.index(value.tobytes())
    raw = read_parquet(data[:at] + bytes(8) + data[at + 8 :])
    (error,) = raw.errors
    assert error.where == "row group 2"
    assert "do not fit their statistics" in error.cause
    assert len(raw.signals["speed"]) == ROWS - 50
