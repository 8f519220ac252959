"""Small makers of DBC files and frames."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from trialbench.dbc import Database
from trialbench.frames import ERROR, EXTENDED, FD, REMOTE, Frames


class Sent(NamedTuple):
    """A frame as a test says it; `id` above 11 bits is a 29-bit one."""

    id: int
    data: bytes
    bus: int = 0
    extended: bool = False
    flags: int = 0
    after_ms: int = 1


def make_frames(sent: Iterable[Sent]) -> Frames:
    """Frames from 1 s on, each `after_ms` after the one before, in the order given."""
    sent = list(sent)
    n = len(sent)
    data = np.zeros((n, 64 if any(len(frame.data) > 8 for frame in sent) else 8), np.uint8)
    flags = np.zeros(n, np.uint8)
    for row, frame in enumerate(sent):
        data[row, : len(frame.data)] = list(frame.data)
        extended = EXTENDED if frame.extended or frame.id > 0x7FF else 0
        flags[row] = frame.flags | extended | (FD if len(frame.data) > 8 else 0)
    return Frames(
        times_ns=np.cumsum([1000, *(f.after_ms for f in sent[1:])][:n], dtype=np.int64) * 1_000_000,
        bus=np.array([frame.bus for frame in sent], np.uint8),
        ids=np.array([frame.id for frame in sent], np.uint32),
        flags=flags,
        lengths=np.array([len(frame.data) for frame in sent], np.uint8),
        data=data,
    )


def make_database(path: Path, text: str | bytes) -> Database:
    """The database of a DBC file with this content."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return Database.load(path)


REMOTE_FRAME = REMOTE
ERROR_FRAME = ERROR
