"""Other people's logs: each way to write a frame a line gives the same frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.trialbench.readers.dialects import DRIVE, LOGS, written
from trialbench.readers import read
from trialbench.recording import EXTENDED

if TYPE_CHECKING:
    from pathlib import Path

    from trialbench.recording import Recording


def reading(folder: Path, data: bytes | str, name: str = "log.txt", **how: int) -> Recording:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read(path, **how)  # type: ignore[arg-type]


def frames(recording: Recording) -> list[tuple[int, int, bool, bytes]]:
    """Milliseconds since the first frame, identifier, whether of 29 bits, and bytes of each frame."""
    found = recording.frames
    assert found is not None
    start = int(found.times_ns[0])
    rows = zip(found.times_ns, found.ids, found.flags, found.lengths, found.data, strict=True)
    return [
        ((int(time) - start) // 10**6, int(ident), bool(flags & EXTENDED), bytes(data[:length]))
        for time, ident, flags, length, data in rows
    ]


EXPECTED = [(sent.ms - DRIVE[0].ms, sent.ident, sent.x, sent.payload) for sent in DRIVE]


@pytest.mark.parametrize("name", LOGS)
@pytest.mark.parametrize("suffix", ["log", "csv", "txt", "trc"])
def test_every_dialect_gives_the_same_frames(tmp_path: Path, name: str, suffix: str) -> None:
    recording = reading(tmp_path, written(name), f"drive.{suffix}")
    assert recording.errors == ()
    assert frames(recording) == EXPECTED
    assert any(note.startswith("read as ") for note in recording.notes)
