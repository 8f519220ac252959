"""A file on the disk is there whole or not at all, whatever happens to who writes it."""

from __future__ import annotations

import errno
import hashlib
import resource
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jointlab.files import storage
from tests.files.make import stored_in

MEGABYTE = 1024 * 1024

PRELUDE = """
import os, sys
from django.conf import settings
backend, location = "jointlab.files.storage.OnDisk", sys.argv[1]
settings.configure(STORAGES={"files": {"BACKEND": backend, "OPTIONS": {"location": location}}})
from jointlab.files import storage
"""
HALF = (
    PRELUDE
    + """
class Half:
    pieces = [bytes(1024 * 1024)] * 3
    def read(self, size):
        if self.pieces:
            return self.pieces.pop()
        print("half", flush=True)
        sys.stdin.read()
storage.store(Half())
"""
)
MANY = (
    PRELUDE
    + """
while True:
    print(storage.store(os.urandom(300_000))[0], flush=True)
"""
)


class Endless:
    """So many bytes that nobody should hold them at once."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int, /) -> bytes:
        piece = min(size, self.left)
        self.left -= piece
        return bytes(piece)


@contextmanager
def child(program: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", program, str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.kill()


def read(sha256: str) -> bytes:
    with storage.open_bytes(sha256) as file:
        return file.read()


def test_a_content_lies_under_its_hash(folder: Path) -> None:
    sha256, size = storage.store(b"hello")
    assert (sha256, size) == (hashlib.sha256(b"hello").hexdigest(), 5)
    assert stored_in(folder) == [folder / sha256[:2] / sha256]
    assert read(sha256) == b"hello"


def test_nobody_else_on_the_machine_reads_it(folder: Path) -> None:
    storage.store(b"hello")
    modes = {path.stat().st_mode & 0o077 for path in folder.rglob("*")}
    assert modes == {0}


def test_the_same_content_is_stored_once(folder: Path) -> None:
    first, second = storage.store(b"twice"), storage.store(b"twice")
    assert first == second
    assert len(stored_in(folder)) == 1


def test_nothing_is_a_content_too(folder: Path) -> None:
    sha256, size = storage.store(b"")
    assert size == 0
    assert read(sha256) == b""


def test_it_is_read_from_any_position(folder: Path) -> None:
    sha256, _size = storage.store(b"0123456789")
    with storage.open_bytes(sha256) as file:
        file.seek(4)
        assert file.read(3) == b"456"


def test_a_large_content_passes_through_little_memory(folder: Path) -> None:
    tracemalloc.start()
    try:
        sha256, size = storage.store(Endless(64 * MEGABYTE))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size == 64 * MEGABYTE
    assert peak < 8 * MEGABYTE
    storage.remove(sha256)


def test_a_writer_killed_half_way_leaves_nothing_under_a_final_name(folder: Path) -> None:
    with child(HALF, folder) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "half\n"
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    (left,) = stored_in(folder)
    assert left.parent == folder / "incoming"
    assert [left] == list(storage.temporary_files())
    assert list(storage.stored_hashes()) == []


def test_whenever_a_writer_is_killed_each_name_has_its_whole_content(folder: Path) -> None:
    for number in (1, 7, 20):
        with child(MANY, folder) as writer:
            assert writer.stdout is not None
            told = [writer.stdout.readline().strip() for _ in range(number)]
            writer.send_signal(signal.SIGKILL)
            writer.wait()
        named = [path for path in stored_in(folder) if path.parent.name != "incoming"]
        assert set(told) <= {path.name for path in named}
        assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in named)


def test_a_disk_that_refuses_half_way_is_left_as_it_was(folder: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * MEGABYTE, hard))
    try:
        with pytest.raises(OSError) as refused:  # noqa: PT011 - by its number, below
            storage.store(Endless(5 * MEGABYTE))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused.value.errno == errno.EFBIG
    assert stored_in(folder) == []


def test_a_reader_that_breaks_off_leaves_nothing(folder: Path) -> None:
    class Broken:
        def read(self, size: int, /) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        storage.store(Broken())
    assert stored_in(folder) == []
