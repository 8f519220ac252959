"""Locks between processes: the kernel drops them when the last holder is gone."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class LockTaken(Exception):  # noqa: N818
    """Another process holds the lock."""


@contextmanager
def hold(path: Path, *, shared: bool = False, patience: float = 0.0) -> Iterator[IO[str]]:
    """Hold the file's lock, alone or with others that share it; wait for it that many seconds."""
    deadline = time.monotonic() + patience
    with path.open("a+") as lock:
        while not _try_lock(lock, shared=shared):
            if time.monotonic() >= deadline:
                raise LockTaken(str(path))
            time.sleep(0.02)
        yield lock


def is_held(path: Path) -> bool:
    """Say whether a process holds the file's lock for itself alone."""
    try:
        with path.open() as lock:
            return not _try_lock(lock, shared=True)
    except FileNotFoundError:
        return False


def _try_lock(lock: IO[str], *, shared: bool) -> bool:
    try:
        fcntl.flock(lock, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
